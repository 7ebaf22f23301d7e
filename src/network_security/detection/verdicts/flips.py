"""The smallest change of what is known that would turn a decision round."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from network_security.detection.arrays import Codes, Floats

MOST_CHANGES: Final = 3
"""Features changed together at most; sets of four are ten times as many as sets of three."""


class Change(NamedTuple):
    """A feature's column, the code it would have, and whether the sender can bring that about."""

    column: int
    code: int
    by_sender: bool


class Flips(NamedTuple):
    """The smallest sets of changes that turn the decision round, None where there is none.

    Attributes:
        smallest: of all changes.
        by_sender: of those that the sender can bring about.
    """

    smallest: tuple[Change, ...] | None
    by_sender: tuple[Change, ...] | None


def smallest_flips(
    probability: Callable[[Codes], Floats], row: Codes, threshold: float, changes: Sequence[Change]
) -> Flips:
    """Search single changes, then pairs, then triples, each size completely.

    Of sets of one size that turn the decision round, the one with the fewest changes out of the
    sender's reach is taken, then the one with the fewest steps between codes, then the one that
    comes first.

    Args:
        probability: scores rows of shape (n_rows, n_features).
        row: shape (n_features,).
        threshold: rows are called phishing at or above it.
        changes: to combine, at most one a feature.
    """
    decision = probability(row[None])[0] >= threshold
    smallest = by_sender = None
    for size in range(1, MOST_CHANGES + 1):
        sets = _sets(changes, size)
        if not len(sets):
            break
        columns = np.array([change.column for change in changes])[sets]
        codes = np.array([change.code for change in changes], dtype=np.int8)[sets]
        rows = np.repeat(row[None], len(sets), axis=0)
        np.put_along_axis(rows, columns, codes, axis=1)
        flipped = (probability(rows) >= threshold) != decision
        beyond = np.array([not change.by_sender for change in changes])[sets].sum(axis=1)
        steps = np.abs(codes - row[columns]).sum(axis=1)
        order = np.lexsort((steps, beyond))
        order = order[flipped[order]]
        if not len(order):
            continue
        best = tuple(changes[place] for place in sets[order[0]])
        smallest = smallest or best
        if beyond[order[0]] == 0:
            by_sender = best
            break
    return Flips(smallest, by_sender)


def _sets(changes: Sequence[Change], size: int) -> NDArray[np.int64]:
    """All sets of so many changes, no feature changed twice; shape (n_sets, size)."""
    sets = [
        chosen
        for chosen in combinations(range(len(changes)), size)
        if len({changes[place].column for place in chosen}) == size
    ]
    return np.array(sets, dtype=np.int64)

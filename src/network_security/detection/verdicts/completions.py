"""How far a row's log-odds could move if evidence that is missing were known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from network_security.detection.arrays import Codes, Floats, Ints
from network_security.detection.verdicts.leaves import CODES, Leaves, Sets, bit

_SET_BITS: Final = 3
"""Bits of a set of the three known codes."""
_LONGEST_KEY: Final = 60


class Unknown(NamedTuple):
    """A feature that nobody supplied: its column, and the codes it could turn out to have."""

    column: int
    codes: tuple[int, ...]


@dataclass(frozen=True)
class SearchOptions:
    """How far the search for extremes goes.

    Attributes:
        exact: completions up to which every single one is looked at.
        block: completions of the features that are tried together where there are more.
        sweeps: most passes over all blocks.
    """

    exact: int = 30_000
    block: int = 600
    sweeps: int = 6

    def __post_init__(self) -> None:
        """Refuse a search that looks at nothing."""
        for name in ("exact", "block", "sweeps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, must be at least 1")


class Extremes(NamedTuple):
    """The rows of least and greatest log-odds that were found.

    Attributes:
        lowest, highest: shape (n_features,), completions of the row.
        exact: whether there are none beyond; otherwise there may be.
    """

    lowest: Codes
    highest: Codes
    exact: bool


def extremes(
    leaves: Leaves, row: Codes, unknown: Sequence[Unknown], options: SearchOptions
) -> Extremes:
    """The completions of a row with the least and the greatest log-odds.

    Every completion is looked at where they are few. Otherwise blocks of features are set to what
    is best for them, all others held, until no block improves (block coordinate descent), from
    three starts: the unknown features left unknown, all at their lowest codes, all at their
    highest. The extremes are then real completions, but there may be further ones.

    Args:
        leaves: of the model.
        row: shape (n_features,).
        unknown: the features to complete; others stay as they are in the row.
        options: how far to search.
    """
    near = leaves.among(_possible(row, unknown) | bit(row))
    blocks = _blocks(unknown, options.exact)
    if len(blocks) <= 1:
        table = completion_log_odds(near, row, unknown)
        return Extremes(
            _completed(row, unknown, int(table.argmin())),
            _completed(row, unknown, int(table.argmax())),
            exact=True,
        )
    starts = [
        row,
        _with_codes(row, unknown, [min(codes) for _, codes in unknown]),
        _with_codes(row, unknown, [max(codes) for _, codes in unknown]),
    ]
    blocks = _blocks(unknown, options.block)
    ends = [
        [_descend(near, start, blocks, sign, options.sweeps) for start in starts]
        for sign in (1.0, -1.0)
    ]
    lowest, highest = (min(found, key=lambda end: end[0])[1] for found in ends)
    return Extremes(lowest, highest, exact=False)


def completion_log_odds(leaves: Leaves, row: Codes, unknown: Sequence[Unknown]) -> Floats:
    """The log-odds of every completion of a row, shape (n_completions,), the last feature fastest.

    The leaves are shared out by one feature's codes after the other. Leaves that the remaining
    features cannot tell apart become one, so that far fewer are left than trees times completions.
    """
    columns = [column for column, _ in unknown]
    if _SET_BITS * len(columns) > _LONGEST_KEY:
        raise ValueError(f"{len(columns)} features have too many completions")
    near = leaves.among(_possible(row, unknown))
    # A leaf's sets of codes for all unknown features, as one number; the first feature on top.
    rest = np.zeros(len(near.weight), dtype=np.int64)
    for column in columns:
        rest = (rest << _SET_BITS) | (near.allowed[column] >> 1)
    cell, weight = np.zeros_like(rest), near.weight
    count = 1
    for place, (_, codes) in enumerate(unknown):
        shift = _SET_BITS * (len(columns) - 1 - place)
        mine, rest = rest >> shift, rest & ((1 << shift) - 1)
        parts = [
            (np.flatnonzero((mine >> (code - CODES[1])) & 1), number)
            for number, code in enumerate(codes)
        ]
        taken = np.concatenate([own for own, _ in parts])
        number = np.repeat([number for _, number in parts], [len(own) for own, _ in parts])
        key = ((cell[taken] * len(codes) + number) << shift) | rest[taken]
        key, index = np.unique(key, return_inverse=True)
        weight = _sums(index, weight[taken], len(key))
        cell, rest = key >> shift, key & ((1 << shift) - 1)
        count *= len(codes)
    return near.bias + _sums(cell, weight, count)


def _sums(index: Ints, weight: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(index, weights=weight, minlength=count), dtype=np.float64)


def _possible(row: Codes, unknown: Sequence[Unknown]) -> Sets:
    """The codes of each feature in a completion of the row, shape (n_features,)."""
    possible = bit(row)
    for column, codes in unknown:
        possible[column] = np.bitwise_or.reduce(bit(np.array(codes)))
    return possible


def _descend(
    leaves: Leaves, start: Codes, blocks: Sequence[Sequence[Unknown]], sign: float, sweeps: int
) -> tuple[float, Codes]:
    """The least signed log-odds that changing a block at a time leads to, and where."""
    row, best = start, sign * leaves.log_odds(start)
    completed = False
    for _ in range(sweeps):
        before = row
        for block in blocks:
            table = sign * completion_log_odds(leaves, row, block)
            place = int(table.argmin())
            if table[place] < best or not completed:
                best, row = float(table[place]), _completed(row, block, place)
        completed = True
        if np.array_equal(row, before):
            break
    return best, row


def _blocks(unknown: Sequence[Unknown], completions: int) -> list[list[Unknown]]:
    """The features in their order, in blocks of at most so many completions together."""
    blocks: list[list[Unknown]] = []
    count = 0
    for feature in unknown:
        count *= len(feature.codes)
        if not blocks or count > completions or len(blocks[-1]) * _SET_BITS >= _LONGEST_KEY:
            blocks.append([])
            count = len(feature.codes)
        blocks[-1].append(feature)
    return blocks


def _completed(row: Codes, unknown: Sequence[Unknown], place: int) -> Codes:
    """The completion at that place of `completion_log_odds`."""
    shape = [len(codes) for _, codes in unknown]
    numbers = np.unravel_index(place, shape) if shape else ()
    chosen = [codes[number] for (_, codes), number in zip(unknown, numbers, strict=True)]
    return _with_codes(row, unknown, chosen)


def _with_codes(row: Codes, unknown: Sequence[Unknown], codes: Sequence[int]) -> Codes:
    changed = row.copy()
    changed[[column for column, _ in unknown]] = codes
    return changed

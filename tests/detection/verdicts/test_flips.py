from collections.abc import Callable
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from network_security.detection.arrays import Codes, Floats
from network_security.detection.detector import Detector
from network_security.detection.verdicts.flips import Change, Flips, smallest_flips


def adds_up(weights: list[float]) -> Callable[[Codes], Floats]:
    """A detector that adds up the codes, weighted."""

    def probability(rows: Codes) -> Floats:
        return np.asarray(expit(rows @ np.array(weights)))

    return probability


def suspicious(*weights: float, changes: list[Change]) -> Flips:
    """The flips of a row of which everything is -1, called phishing from log-odds of 2.2 on."""
    row = np.full(len(weights), -1, dtype=np.int8)
    return smallest_flips(adds_up([-weight for weight in weights]), row, 0.9, changes)


def test_one_change_is_enough_where_one_feature_decides() -> None:
    decisive, minor = Change(0, 1, by_sender=True), Change(1, 1, by_sender=True)

    assert suspicious(5.0, 1.0, changes=[minor, decisive]).smallest == (decisive,)


def test_the_sender_may_need_more_changes_than_others() -> None:
    ranking = Change(0, 1, by_sender=False)
    host, port = Change(1, 1, by_sender=True), Change(2, 1, by_sender=True)

    flips = suspicious(4.0, 2.0, 2.0, changes=[ranking, host, port])

    assert flips == Flips(smallest=(ranking,), by_sender=(host, port))


def test_of_two_equal_sets_the_one_with_fewer_steps_is_taken() -> None:
    far, near = Change(0, 1, by_sender=True), Change(1, 0, by_sender=True)

    assert suspicious(2.0, 3.0, changes=[far, near]).smallest == (near,)


def test_four_changes_are_not_looked_for() -> None:
    changes = [Change(column, 0, by_sender=True) for column in range(4)]

    assert suspicious(3.0, 3.0, 3.0, 3.0, changes=changes) == Flips(None, None)
    assert suspicious(3.0, changes=[]) == Flips(None, None)


@given(st.data())
@settings(max_examples=25)
def test_a_flip_really_flips_and_nothing_smaller_does(
    detector: Detector, data: st.DataObject
) -> None:
    codes = data.draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=30, max_size=30))
    row = np.array(codes, dtype=np.int8)
    columns = data.draw(st.lists(st.integers(0, 29), max_size=8, unique=True))
    changes = [
        Change(column, code, by_sender=column % 2 == 0)
        for column in columns
        for code in (-1, 0, 1)
        if code != row[column]
    ]
    threshold = data.draw(st.sampled_from([0.4, 0.5, 0.6]))

    def flips(chosen: tuple[Change, ...]) -> bool:
        changed = row.copy()
        for change in chosen:
            changed[change.column] = change.code
        before, after = detector.probability(np.stack([row, changed])) >= threshold
        return bool(before != after)

    found = smallest_flips(detector.probability, row, threshold, changes)
    for chosen, allowed in (
        (found.smallest, changes),
        (found.by_sender, [change for change in changes if change.by_sender]),
    ):
        assert chosen is None or (flips(chosen) and set(chosen) <= set(allowed))
        size = 3 if chosen is None else len(chosen)
        for smaller in range(1, size):
            assert not any(
                flips(others)
                for others in combinations(allowed, smaller)
                if len({change.column for change in others}) == smaller
            )

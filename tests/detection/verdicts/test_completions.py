from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_security.detection.arrays import Codes
from network_security.detection.verdicts.completions import (
    SearchOptions,
    Unknown,
    completion_log_odds,
    extremes,
)
from network_security.detection.verdicts.leaves import Leaves

DOMAINS = st.sampled_from([(-1, 0, 1), (-1, 1), (0, 1)])


@st.composite
def incomplete_rows(draw: st.DrawFn, most: int = 6) -> tuple[Codes, list[Unknown]]:
    """A row, and what some features could turn out to be that it lacks."""
    codes = st.lists(st.sampled_from([-2, -1, 0, 1]), min_size=30, max_size=30)
    row = np.array(draw(codes), dtype=np.int8)
    columns = draw(st.lists(st.integers(0, 29), max_size=most, unique=True))
    row[columns] = -2
    return row, [Unknown(column, draw(DOMAINS)) for column in columns]


def completions(row: Codes, unknown: list[Unknown]) -> list[Codes]:
    rows = []
    for codes in product(*(feature.codes for feature in unknown)):
        completed = row.copy()
        completed[[feature.column for feature in unknown]] = codes
        rows.append(completed)
    return rows


@given(incomplete_rows(most=4))
def test_each_completion_has_the_log_odds_of_its_row(
    leaves: Leaves, incomplete: tuple[Codes, list[Unknown]]
) -> None:
    expected = [leaves.log_odds(row) for row in completions(*incomplete)]

    assert completion_log_odds(leaves, *incomplete) == pytest.approx(expected, abs=1e-9)


@given(incomplete_rows(), st.data())
def test_no_completion_lies_beyond_exact_extremes(
    leaves: Leaves, incomplete: tuple[Codes, list[Unknown]], data: st.DataObject
) -> None:
    found = extremes(leaves, *incomplete, SearchOptions())

    anyone = leaves.log_odds(data.draw(st.sampled_from(completions(*incomplete))))
    assert found.exact
    assert leaves.log_odds(found.lowest) <= anyone + 1e-9
    assert leaves.log_odds(found.highest) >= anyone - 1e-9


@given(incomplete_rows())
@settings(max_examples=30)
def test_extremes_that_are_searched_for_are_completions_within_the_exact_ones(
    leaves: Leaves, incomplete: tuple[Codes, list[Unknown]]
) -> None:
    exact = extremes(leaves, *incomplete, SearchOptions())
    found = extremes(leaves, *incomplete, SearchOptions(exact=1, block=2))

    rows = {row.tobytes() for row in completions(*incomplete)}
    assert {found.lowest.tobytes(), found.highest.tobytes()} <= rows
    assert leaves.log_odds(exact.lowest) <= leaves.log_odds(found.lowest) + 1e-9
    assert leaves.log_odds(found.lowest) <= leaves.log_odds(found.highest) + 1e-9
    assert leaves.log_odds(found.highest) <= leaves.log_odds(exact.highest) + 1e-9
    assert found.exact == (len(incomplete[1]) <= 1)


def test_nothing_known_at_all_is_searched_in_bounded_time(leaves: Leaves) -> None:
    everything = [Unknown(column, (-1, 0, 1)) for column in range(30)]

    found = extremes(leaves, np.full(30, -2, dtype=np.int8), everything, SearchOptions())

    assert not found.exact
    assert leaves.log_odds(found.lowest) < leaves.log_odds(found.highest)
    assert (found.lowest != -2).all()


def test_more_features_than_a_table_can_hold_are_refused(leaves: Leaves) -> None:
    everything = [Unknown(column, (-1, 0, 1)) for column in range(30)]

    with pytest.raises(ValueError, match="30 features have too many completions"):
        completion_log_odds(leaves, np.full(30, -2, dtype=np.int8), everything)


def test_a_search_that_looks_at_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="block is 0, must be at least 1"):
        SearchOptions(block=0)

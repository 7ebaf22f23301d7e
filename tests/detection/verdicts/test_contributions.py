from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.detection.verdicts.contributions import shapley_values
from network_security.detection.verdicts.leaves import Leaves, bit

NOTHING = np.full(30, -2, dtype=np.int8)
ROWS = st.lists(st.sampled_from([-2, -1, 0, 1]), min_size=30, max_size=30)


def boxes(*leaves: tuple[float, list[list[int]]]) -> Leaves:
    """Leaves of a weight each and the codes that each feature may have there."""
    allowed = [
        [np.bitwise_or.reduce(bit(np.array(codes))) for codes in features] for _, features in leaves
    ]
    return Leaves(np.array(allowed, dtype=np.uint8).T, np.array([w for w, _ in leaves]), bias=0.0)


def test_a_leaf_that_wants_two_features_known_credits_both_alike() -> None:
    any_code = [-2, -1, 0, 1]
    leaves = boxes((6.0, [[1], [1], any_code]))

    credit = shapley_values(leaves, np.array([1, 1, 1]), np.array([-2, -2, -2]))

    assert credit.tolist() == pytest.approx([3.0, 3.0, 0.0])


def test_a_leaf_that_is_left_when_a_feature_gets_known_is_charged_to_it() -> None:
    leaves = boxes((6.0, [[-2], [-2, 1]]))

    assert shapley_values(leaves, np.array([1, 1]), np.array([-2, -2])).tolist() == [-6.0, 0.0]


@given(st.data())
def test_they_are_the_mean_over_all_orders_of_getting_to_know_the_features(
    leaves: Leaves, data: st.DataObject
) -> None:
    known = data.draw(st.lists(st.integers(0, 29), min_size=1, max_size=4, unique=True))
    row = NOTHING.copy()
    row[known] = data.draw(
        st.lists(st.sampled_from([-1, 0, 1]), min_size=len(known), max_size=len(known))
    )

    mean = np.zeros(30)
    orders = list(permutations(known))
    for order in orders:
        so_far = NOTHING.copy()
        for column in order:
            before = leaves.log_odds(so_far)
            so_far[column] = row[column]
            mean[column] += (leaves.log_odds(so_far) - before) / len(orders)
    assert shapley_values(leaves, row, NOTHING) == pytest.approx(mean, abs=1e-9)


@given(ROWS)
def test_they_add_up_and_the_unknown_has_none(leaves: Leaves, codes: list[int]) -> None:
    row = np.array(codes, dtype=np.int8)

    values = shapley_values(leaves, row, NOTHING)

    assert values.sum() == pytest.approx(leaves.log_odds(row) - leaves.log_odds(NOTHING), abs=1e-9)
    assert (values[row == -2] == 0).all()

import numpy as np
import pandas as pd
import pytest

from network_security.detection.arrays import Codes, Ints
from network_security.detection.protocols import (
    PROTOCOLS,
    SplitOptions,
    assign_folds,
    vector_groups,
)

OPTIONS = SplitOptions(folds=4, seed=0)
Rows = tuple[Codes, Ints]


@pytest.fixture(scope="module")
def groups(labelled: Rows) -> Ints:
    return vector_groups(pd.DataFrame(labelled[0]))


@pytest.fixture(scope="module")
def folds(labelled: Rows, groups: Ints) -> pd.DataFrame:
    return assign_folds(labelled[1], groups, OPTIONS)


def test_groups_are_equal_exactly_where_vectors_are() -> None:
    features = pd.DataFrame({"a": [1, 1, -1, 1], "b": [0, 1, 0, 0]}, dtype="int8")

    first, second, third, fourth = vector_groups(features)

    assert first == fourth
    assert len({first, second, third}) == 3


def test_every_row_has_one_fold_of_each_protocol(labelled: Rows, folds: pd.DataFrame) -> None:
    assert list(folds.columns) == ["half", *PROTOCOLS]
    assert len(folds) == len(labelled[1])
    for protocol in PROTOCOLS:
        assert sorted(folds[protocol].unique()) == [0, 1, 2, 3]


def test_the_first_folds_lie_in_the_first_half(folds: pd.DataFrame) -> None:
    for protocol in PROTOCOLS:
        assert (folds["half"] == folds[protocol] // 2).all()


def test_equal_vectors_share_their_half_and_their_grouped_fold(
    groups: Ints, folds: pd.DataFrame
) -> None:
    of_a_vector = folds.groupby(groups)[["half", "grouped"]].nunique()

    assert (of_a_vector == 1).all(axis=None)


def test_random_folds_part_equal_vectors(groups: Ints, folds: pd.DataFrame) -> None:
    assert (folds.groupby(groups)["random"].nunique() > 1).any()


def test_folds_are_of_like_size_and_class_balance(labelled: Rows, folds: pd.DataFrame) -> None:
    labels = pd.Series(labelled[1])
    for protocol in PROTOCOLS:
        by_fold = labels.groupby(folds[protocol]).agg(["size", "mean"])
        assert by_fold["size"].between(0.7 * len(labels) / 4, 1.3 * len(labels) / 4).all()
        assert (by_fold["mean"] - labels.mean()).abs().max() < 0.1


def test_the_seed_alone_decides(labelled: Rows, groups: Ints, folds: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(assign_folds(labelled[1], groups, OPTIONS), folds)
    other = assign_folds(labelled[1], groups, SplitOptions(folds=4, seed=1))
    assert not other.equals(folds)


@pytest.mark.parametrize("folds", [0, 2, 5, 7])
def test_folds_that_halves_cannot_share_are_refused(folds: int) -> None:
    with pytest.raises(ValueError, match=f"folds is {folds}, must be an even number"):
        SplitOptions(folds=folds)


@pytest.mark.filterwarnings("ignore:The least populated class")
def test_a_class_too_small_for_the_folds_is_refused() -> None:
    labels = np.array([1, 1, *[0] * 40])

    with pytest.raises(ValueError, match="fewer folds"):
        assign_folds(labels, np.arange(len(labels)), OPTIONS)


def test_a_class_of_too_few_vectors_for_the_folds_is_refused() -> None:
    labels = np.array([*[1] * 20, *[0] * 40])
    groups = np.array([*[0] * 10, *[1] * 10, *range(2, 42)])

    with pytest.raises(ValueError, match="fewer folds"):
        assign_folds(labels, groups, OPTIONS)

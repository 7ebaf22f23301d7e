import numpy as np
import pytest
from sklearn.base import ClassifierMixin

from network_security.detection.additive import AdditiveTrees, Tree, sum_members
from network_security.detection.explanation import shap_values
from network_security.detection.masking import EvidenceLayout, WeightedRows
from network_security.detection.members import member_score

WEIGHTS = {"random_forest": 3.0, "ada_boost": 1.5, "extra_trees": 2.0, "gradient_boosting": 0.5}


def test_contributions_of_a_stump_by_hand() -> None:
    # 1 of 4 rows goes left, to log-odds 3; the others to -1.
    stump = Tree(
        left=np.array([1, -1, -1]),
        right=np.array([2, -1, -1]),
        feature=np.array([1, -1, -1]),
        threshold=np.array([0.0, 0.0, 0.0]),
        value=np.array([0.0, 3.0, -1.0]),
        cover=np.array([4.0, 1.0, 3.0]),
    )

    table = shap_values(AdditiveTrees((stump,), bias=0.5), np.array([[1, -1], [1, 1]]), ["a", "b"])

    assert table["expected"].tolist() == [0.5, 0.5]
    assert table["a"].tolist() == [0.0, 0.0]
    assert table["b"].tolist() == [3.0, -1.0]


def test_contributions_add_up_to_the_log_odds(
    members: dict[str, ClassifierMixin], training_rows: WeightedRows, layout: EvidenceLayout
) -> None:
    rows = training_rows.features[::50]
    log_odds = -1.0 + sum(
        weight * member_score(members[name], rows) for name, weight in WEIGHTS.items()
    )

    table = shap_values(sum_members(members, WEIGHTS, bias=-1.0), rows, layout.features)

    assert list(table.columns) == [*layout.features, "expected"]
    assert table["expected"].nunique() == 1
    assert table.sum(axis=1).to_numpy() == pytest.approx(log_odds, abs=1e-6)


def test_trees_of_a_single_leaf_contribute_to_what_is_expected() -> None:
    leaf = Tree(*map(np.array, ([-1], [-1], [-1], [0.0], [0.25], [3.0])))

    table = shap_values(AdditiveTrees((leaf, leaf), bias=1.0), np.zeros((2, 1)), ["a"])

    assert table["a"].tolist() == [0.0, 0.0]
    assert table["expected"].tolist() == [1.5, 1.5]


def test_trees_are_left_as_they_are(
    members: dict[str, ClassifierMixin], training_rows: WeightedRows, layout: EvidenceLayout
) -> None:
    trees = sum_members(members, WEIGHTS, bias=0.0)
    before = [tree.value.tolist() for tree in trees.trees]

    shap_values(trees, training_rows.features[:2], layout.features)

    assert [tree.value.tolist() for tree in trees.trees] == before

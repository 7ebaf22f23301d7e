from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import ClassifierMixin

from network_security.detection.additive import (
    AdditiveTrees,
    Tree,
    additive_trees,
    collapse_constant_splits,
    sum_members,
)
from network_security.detection.arrays import Codes, Floats, Ints
from network_security.detection.masking import WeightedRows
from network_security.detection.members import MEMBERS, fit_member, member_score

N_FEATURES = 3


def walk(tree: Tree, row: Codes) -> float:
    """What one tree says of one row, followed from the root to a leaf."""
    node = 0
    while tree.left[node] >= 0:
        below = row[tree.feature[node]] <= tree.threshold[node]
        node = tree.left[node] if below else tree.right[node]
    return float(tree.value[node])


def walk_all(trees: AdditiveTrees, rows: Codes) -> Floats:
    return np.array([trees.bias + sum(walk(tree, row) for tree in trees.trees) for row in rows])


@st.composite
def grown_trees(draw: st.DrawFn) -> Tree:
    """A tree grown at random, its few leaf values making constant splits likely."""
    left, right, feature, threshold, value = [-1], [-1], [-1], [0.0], [0.0]
    leaves = [0]
    for _ in range(draw(st.integers(0, 6))):
        node = leaves.pop(draw(st.integers(0, len(leaves) - 1)))
        feature[node] = draw(st.integers(0, N_FEATURES - 1))
        threshold[node] = draw(st.sampled_from([-1.5, -0.5, 0.5]))
        for children in (left, right):
            children[node] = len(left)
            leaves.append(len(left))
            for column, empty in ((left, -1), (right, -1), (feature, -1), (threshold, 0.0)):
                column.append(empty)
            value.append(draw(st.sampled_from([-1.0, 1.0])))
    cover = np.ones(len(left))
    return Tree(*map(np.array, (left, right, feature, threshold, value)), cover)


EVERY_ROW = np.stack(np.meshgrid(*[[-2, -1, 0, 1]] * N_FEATURES), axis=-1).reshape(-1, N_FEATURES)


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_s_score_is_the_sum_of_its_trees(
    name: str, members: dict[str, ClassifierMixin], training_rows: WeightedRows
) -> None:
    rows = training_rows.features[::20]

    walked = walk_all(additive_trees(members[name]), rows)

    assert walked == pytest.approx(member_score(members[name], rows), abs=1e-9)


def test_a_stack_s_log_odds_are_the_sum_of_all_trees(
    members: dict[str, ClassifierMixin], training_rows: WeightedRows
) -> None:
    rows = training_rows.features[::20]
    weights = {"gradient_boosting": 0.5, "ada_boost": 2.0, "random_forest": 3.0}
    expected = -1.5 + sum(
        weight * member_score(members[name], rows) for name, weight in weights.items()
    )

    stack = sum_members(members, weights, bias=-1.5)

    assert len(stack.trees) == 18
    assert walk_all(stack, rows) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", ["ada_boost", "gradient_boosting", "random_forest"])
def test_a_member_of_single_leaves(name: str, labelled: tuple[Codes, Ints]) -> None:
    # All features are equal, so that no tree finds a split.
    labels = labelled[1][:50]
    rows = WeightedRows(np.zeros((50, N_FEATURES), np.int8), labels, np.ones(50))
    member = fit_member(name, {}, rows, seed=0)

    trees = additive_trees(member)

    assert {len(tree.left) for tree in trees.trees} == {1}
    assert walk_all(trees, rows.features[:1]) == pytest.approx(
        member_score(member, rows.features[:1])
    )


def test_a_leaf_s_vote_is_decided_as_scikit_learn_decides_it() -> None:
    # Two shares as near to each other as numbers can be.
    less, more = 0.44, np.nextafter(0.44, 1)
    values = np.array([[[less, more]], [[less, less]], [[more, less]]])
    boosted = _boosted_of_leaves(values)

    votes = [float(tree.value[0]) * len(values) for tree in additive_trees(boosted).trees]

    assert votes == np.where(values[:, 0].argmax(axis=1) == 1, 1.0, -1.0).tolist()


def _boosted_of_leaves(values: Floats) -> ClassifierMixin:
    """AdaBoost over trees of one leaf each, with these shares of the classes."""
    boosted = MEMBERS["ada_boost"]({}, 0)
    boosted.estimators_ = [
        SimpleNamespace(
            tree_=SimpleNamespace(
                children_left=np.array([-1]),
                children_right=np.array([-1]),
                feature=np.array([-2]),
                threshold=np.array([-2.0]),
                weighted_n_node_samples=np.ones(1),
                value=value[None],
            )
        )
        for value in values
    ]
    boosted.estimator_weights_ = np.ones(len(values))
    return boosted


@given(grown_trees())
def test_collapsing_keeps_the_function(tree: Tree) -> None:
    collapsed = collapse_constant_splits(tree)

    assert [walk(collapsed, row) for row in EVERY_ROW] == [walk(tree, row) for row in EVERY_ROW]


@given(grown_trees())
def test_collapsing_leaves_no_constant_split(tree: Tree) -> None:
    collapsed = collapse_constant_splits(tree)

    for left, right in zip(collapsed.left, collapsed.right, strict=True):
        if left >= 0 and collapsed.left[left] < 0 and collapsed.left[right] < 0:
            assert collapsed.value[left] != collapsed.value[right]
    assert len(collapsed.left) <= len(tree.left)


def test_collapsing_reaches_up_to_the_root() -> None:
    #   0 splits into 1 and 2, 2 into 3 and 4; all three leaves vote the same.
    tree = Tree(
        left=np.array([1, -1, 3, -1, -1]),
        right=np.array([2, -1, 4, -1, -1]),
        feature=np.array([0, -1, 1, -1, -1]),
        threshold=np.array([0.5, 0.0, -0.5, 0.0, 0.0]),
        value=np.array([0.0, 1.0, 0.0, 1.0, 1.0]),
        cover=np.array([5.0, 2.0, 3.0, 1.0, 2.0]),
    )

    collapsed = collapse_constant_splits(tree)

    assert collapsed.left.tolist() == [-1]
    assert (collapsed.value.tolist(), collapsed.cover.tolist()) == ([1.0], [5.0])
    assert tree.left.tolist() == [1, -1, 3, -1, -1]


def test_collapsed_votes_are_fewer(members: dict[str, ClassifierMixin]) -> None:
    boosted = members["ada_boost"]
    nodes = sum(len(tree.left) for tree in additive_trees(boosted).trees)

    assert nodes < sum(tree.tree_.node_count for tree in boosted.estimators_)


@pytest.mark.parametrize("name", MEMBERS)
def test_leaves_test_no_feature(name: str, members: dict[str, ClassifierMixin]) -> None:
    for tree in additive_trees(members[name]).trees:
        leaf = tree.left < 0
        assert (tree.right[leaf] == -1).all()
        assert (tree.feature[leaf] == -1).all()
        assert (tree.feature[~leaf] >= 0).all()


def test_scaling_multiplies_values_and_bias() -> None:
    tree = Tree(*map(np.array, ([-1], [-1], [-1], [0.0], [2.0], [1.0])))

    scaled = AdditiveTrees((tree,), bias=1.0).scaled(3.0)

    assert (scaled.trees[0].value.tolist(), scaled.bias) == ([6.0], 3.0)

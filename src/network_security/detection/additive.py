"""A fitted detector as one sum over trees: what is exported, and what is explained exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.ensemble import AdaBoostClassifier, HistGradientBoostingClassifier

from network_security.detection.arrays import Floats, Ints


@dataclass(frozen=True)
class Tree:
    """One binary regression tree; a row goes left where its feature is at most the threshold.

    Attributes:
        left, right: child positions, -1 at a leaf; the root is at 0.
        feature: column tested, -1 at a leaf.
        threshold: value tested.
        value: what a leaf adds to the score; an inner node's is the mean of its rows.
        cover: weight of the training rows that reach a node.
    """

    left: Ints
    right: Ints
    feature: Ints
    threshold: Floats
    value: Floats
    cover: Floats


@dataclass(frozen=True)
class AdditiveTrees:
    """The function ``bias + sum of trees``."""

    trees: tuple[Tree, ...]
    bias: float

    def scaled(self, factor: float) -> "AdditiveTrees":
        """The same trees, every value times the factor."""
        return AdditiveTrees(
            tuple(
                Tree(t.left, t.right, t.feature, t.threshold, t.value * factor, t.cover)
                for t in self.trees
            ),
            self.bias * factor,
        )


def additive_trees(member: ClassifierMixin) -> AdditiveTrees:
    """The trees whose sum is `members.member_score` of this member."""
    if isinstance(member, HistGradientBoostingClassifier):
        return _boosted(member)
    if isinstance(member, AdaBoostClassifier):
        return _voted(member)
    share = 1.0 / len(member.estimators_)
    trees = tuple(
        _from_arrays(estimator.tree_, _probability(estimator.tree_) * share)
        for estimator in member.estimators_
    )
    return AdditiveTrees(trees, 0.0)


def collapse_constant_splits(tree: Tree) -> Tree:
    """The same function in fewer nodes: a split whose two leaves add the same becomes a leaf.

    Trees that vote have many of these, grown to purity below a node that all say the same.
    """
    left, right, feature = tree.left.copy(), tree.right.copy(), tree.feature.copy()
    value = tree.value.copy()
    # Children come after their parent in every library's arrays, so one pass from the end suffices.
    for node in range(len(left) - 1, -1, -1):
        if left[node] < 0:
            continue
        a, b = left[node], right[node]
        if left[a] < 0 and left[b] < 0 and value[a] == value[b]:
            value[node] = value[a]
            left[node] = right[node] = feature[node] = -1
    kept = _reachable(left, right)
    position = np.full(len(left) + 1, -1)
    position[kept] = np.arange(len(kept))
    return Tree(
        position[left[kept]],
        position[right[kept]],
        feature[kept],
        tree.threshold[kept],
        value[kept],
        tree.cover[kept],
    )


def _reachable(left: Ints, right: Ints) -> Ints:
    kept, waiting = [], [0]
    while waiting:
        node = waiting.pop()
        kept.append(node)
        if left[node] >= 0:
            waiting += [int(right[node]), int(left[node])]
    return np.array(sorted(kept))


def _from_arrays(arrays: Any, value: Floats) -> Tree:
    return Tree(
        left=arrays.children_left.astype(np.int64),
        right=arrays.children_right.astype(np.int64),
        feature=np.where(arrays.children_left < 0, -1, arrays.feature.astype(np.int64)),
        threshold=arrays.threshold.astype(np.float64),
        value=value,
        cover=arrays.weighted_n_node_samples.astype(np.float64),
    )


def _probability(arrays: Any) -> Floats:
    """Share of the positive class in each node, shape (n_nodes,)."""
    by_class = arrays.value[:, 0, :]
    return np.asarray(by_class[:, 1] / by_class.sum(axis=1))


def _voted(member: AdaBoostClassifier) -> AdditiveTrees:
    """SAMME over two classes: each tree votes -1 or +1, weighted (Zhu et al., 2009)."""
    weights = member.estimator_weights_[: len(member.estimators_)]
    trees = []
    for estimator, weight in zip(member.estimators_, weights / weights.sum(), strict=True):
        # The greater share decides, as in the tree's own prediction: a quotient could round to a
        # tie.
        legitimate, phishing = estimator.tree_.value[:, 0, :].T
        vote = np.where(phishing > legitimate, weight, -weight)
        trees.append(collapse_constant_splits(_from_arrays(estimator.tree_, vote)))
    return AdditiveTrees(tuple(trees), 0.0)


def _boosted(member: HistGradientBoostingClassifier) -> AdditiveTrees:
    trees = []
    for (predictor,) in member._predictors:
        nodes: NDArray[Any] = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        trees.append(
            Tree(
                left=np.where(leaf, -1, nodes["left"].astype(np.int64)),
                right=np.where(leaf, -1, nodes["right"].astype(np.int64)),
                feature=np.where(leaf, -1, nodes["feature_idx"].astype(np.int64)),
                threshold=nodes["num_threshold"].astype(np.float64),
                value=nodes["value"].astype(np.float64),
                cover=nodes["count"].astype(np.float64),
            )
        )
    return AdditiveTrees(tuple(trees), float(member._baseline_prediction.item()))


def sum_members(
    members: Mapping[str, ClassifierMixin], weights: Mapping[str, float], bias: float
) -> AdditiveTrees:
    """The stack's log-odds: ``bias`` plus each member's score times its weight."""
    parts = [additive_trees(members[name]).scaled(weight) for name, weight in weights.items()]
    return AdditiveTrees(
        tuple(tree for part in parts for tree in part.trees),
        bias + sum(part.bias for part in parts),
    )

"""Mixtures of dependence trees: a small probabilistic model of categorical rows.

A dependence tree gives every variable at most one parent. Chow and Liu's algorithm finds the tree
nearest to a sample, the maximum spanning tree over the pairwise mutual information; a mixture of
such trees is fitted by expectation maximisation.

References:
    C. Chow, C. Liu, "Approximating discrete probability distributions with dependence trees",
    IEEE Transactions on Information Theory 14(3), 1968.
    M. Meila, M. Jordan, "Learning with mixtures of trees", Journal of Machine Learning Research 1,
    2000.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.intp]
"""Shape (n_rows, n_variables): the position of each cell's value in its variable's domain."""
Floats = npt.NDArray[np.float64]

ROOT: Final = -1
PSEUDO_COUNT: Final = 0.5
"""Rows added to what a probability is estimated from, shared out evenly over the values, so that
nothing is impossible (Laplace's rule of succession, with half a row)."""
DECIMALS: Final = 4
"""Of a stored probability."""
MAX_ITERATIONS: Final = 60
TOLERANCE: Final = 1e-3
"""Gain in mean log-likelihood (nats a row) below which the fit has converged."""


@dataclass(frozen=True)
class DependenceTree:
    """One tree.

    Attributes:
        order: Every variable after its parent, the root first.
        parents: The parent of each variable, `ROOT` for the root.
        tables: For each variable the probabilities of its values, shape (parent's values, values);
            one row for the root.
    """

    order: tuple[int, ...]
    parents: tuple[int, ...]
    tables: tuple[Floats, ...]

    @classmethod
    def fit(cls, indicators: Floats, weights: Floats, sizes: Sequence[int]) -> Self:
        """The tree nearest to weighted rows.

        Args:
            indicators: Shape (n_rows, sum of sizes): the rows, one-hot.
            weights: Shape (n_rows,): how much each row counts.
            sizes: Number of values of each variable.
        """
        joint = (indicators * weights[:, None]).T @ indicators
        edges = np.concatenate([[0], np.cumsum(sizes)])
        spans = [slice(*edge) for edge in pairwise(edges)]
        information = _mutual_information(joint, weights.sum(), np.asarray(sizes))
        order, parents = _maximum_spanning_tree(information)
        tables = []
        for span, parent in zip(spans, parents, strict=True):
            counts = joint[spans[parent], span] if parent != ROOT else np.diag(joint)[None, span]
            smoothed = counts + PSEUDO_COUNT / counts.shape[1]
            tables.append(smoothed / smoothed.sum(axis=1, keepdims=True))
        return cls(order, parents, tuple(tables))

    def log_probability(self, rows: Rows) -> Floats:
        """Natural logarithm of each row's probability, shape (n_rows,)."""
        total = np.zeros(len(rows))
        for variable, table in enumerate(self.tables):
            total += np.log(table[self._parent_values(rows, variable), rows[:, variable]])
        return total

    def sample(self, n_rows: int, generator: np.random.Generator) -> Rows:
        """Rows drawn from the tree, shape (n_rows, n_variables)."""
        rows = np.zeros((n_rows, len(self.order)), dtype=np.intp)
        for variable in self.order:
            cumulative = np.cumsum(self.tables[variable], axis=1)
            bounds = cumulative[self._parent_values(rows, variable), :-1]
            rows[:, variable] = (generator.random((n_rows, 1)) > bounds).sum(axis=1)
        return rows

    def _parent_values(self, rows: Rows, variable: int) -> Rows:
        parent = self.parents[variable]
        return rows[:, parent] if parent != ROOT else np.zeros(len(rows), dtype=np.intp)


@dataclass(frozen=True)
class TreeMixture:
    """Several trees, each drawn from with its own probability.

    Attributes:
        weights: Shape (n_trees,): the probability of each tree.
        trees: The trees.
    """

    weights: Floats
    trees: tuple[DependenceTree, ...]

    @classmethod
    def fit(cls, rows: Rows, sizes: Sequence[int], *, n_trees: int, seed: int) -> Self:
        """The mixture of `n_trees` trees fitted to rows, from a k-means start."""
        from sklearn.cluster import KMeans  # noqa: PLC0415 - a second that drawing need not cost

        indicators = np.hstack(
            [np.eye(size)[rows[:, variable]] for variable, size in enumerate(sizes)]
        )
        start = KMeans(n_trees, n_init=3, random_state=seed).fit_predict(indicators)
        responsibilities = np.full((len(rows), n_trees), 0.1 / n_trees)
        responsibilities[np.arange(len(rows)), start] += 0.9
        reached = -np.inf
        for _ in range(MAX_ITERATIONS):
            mixture = cls(
                responsibilities.mean(axis=0),
                tuple(DependenceTree.fit(indicators, part, sizes) for part in responsibilities.T),
            )
            joint = mixture._joint_log_probability(rows)
            row_log_probability = np.logaddexp.reduce(joint, axis=1)
            if row_log_probability.mean() - reached < TOLERANCE:
                break
            reached = row_log_probability.mean()
            responsibilities = np.exp(joint - row_log_probability[:, None])
        return mixture

    def log_probability(self, rows: Rows) -> Floats:
        """Natural logarithm of each row's probability, shape (n_rows,)."""
        return np.asarray(np.logaddexp.reduce(self._joint_log_probability(rows), axis=1))

    def sample(self, n_rows: int, generator: np.random.Generator) -> Rows:
        """Rows drawn from the mixture, grouped by tree, shape (n_rows, n_variables)."""
        counts = generator.multinomial(n_rows, self.weights)
        return np.vstack(
            [tree.sample(count, generator) for tree, count in zip(self.trees, counts, strict=True)]
        )

    def to_document(self) -> dict[str, Any]:
        """The parameters as lists of numbers, for JSON."""
        return {
            "weights": np.round(self.weights, DECIMALS).tolist(),
            "trees": [
                {
                    "order": list(tree.order),
                    "parents": list(tree.parents),
                    "tables": [np.round(table, DECIMALS).tolist() for table in tree.tables],
                }
                for tree in self.trees
            ],
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The mixture that `to_document` wrote, its rounded probabilities summing to 1 again."""
        return cls(
            _normalised(document["weights"]),
            tuple(
                DependenceTree(
                    tuple(tree["order"]),
                    tuple(tree["parents"]),
                    tuple(_normalised(table) for table in tree["tables"]),
                )
                for tree in document["trees"]
            ),
        )

    def _joint_log_probability(self, rows: Rows) -> Floats:
        by_tree = np.stack([tree.log_probability(rows) for tree in self.trees], axis=1)
        return np.asarray(by_tree + np.log(self.weights))


def _maximum_spanning_tree(weights: Floats) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Order and parents of the heaviest tree over a symmetric matrix, grown from 0 (Prim, 1957)."""
    parents = [ROOT] * len(weights)
    order = [0]
    heaviest = weights[0].copy()
    nearest = np.zeros(len(weights), dtype=np.intp)
    while len(order) < len(weights):
        heaviest[order] = -np.inf
        added = int(heaviest.argmax())
        parents[added] = int(nearest[added])
        order.append(added)
        heavier = weights[added] > heaviest
        nearest[heavier] = added
        heaviest[heavier] = weights[added][heavier]
    return tuple(order), tuple(parents)


def _mutual_information(joint: Floats, total: float, sizes: npt.NDArray[np.intp]) -> Floats:
    """Mutual information (nats) of every two variables, from the counts of every two values."""
    share = 1 / np.repeat(sizes, sizes)
    together = (joint + PSEUDO_COUNT * np.outer(share, share)) / (total + PSEUDO_COUNT)
    alone = (np.diag(joint) + PSEUDO_COUNT * share) / (total + PSEUDO_COUNT)
    terms = together * np.log(together / np.outer(alone, alone))
    starts = np.cumsum(sizes) - sizes
    return np.asarray(np.add.reduceat(np.add.reduceat(terms, starts, axis=0), starts, axis=1))


def _normalised(probabilities: Sequence[Any]) -> Floats:
    values = np.asarray(probabilities, dtype=np.float64)
    return np.asarray(values / values.sum(axis=-1, keepdims=True))

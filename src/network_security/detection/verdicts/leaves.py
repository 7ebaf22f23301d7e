"""A served detector as the list of its leaves, by which questions about one row have exact answers.

A row's log-odds are the bias and the weight of every leaf that it reaches: one a tree. Which rows
reach a leaf is said by the codes of each feature that pass every test on the way there. So read,
the model can tell what a change of the evidence would do without scoring each changed row.
"""

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from network_security.detection.arrays import Codes, Floats
from network_security.detection.detector import DetectorError

CODES: Final = (-2, -1, 0, 1)
"""What a feature can be; the first is absent evidence. A set of codes is four bits, in order."""

Sets = NDArray[np.uint8]
"""Sets of codes, as bits."""

EVERY_CODE: Final = 0b1111
"""The set of all codes."""
_BRANCH_LEQ: Final = 0


def bit(codes: Codes) -> Sets:
    """The set that holds just this code, of each code."""
    return np.left_shift(1, codes - CODES[0]).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Leaves:
    """All leaves of a sum of trees.

    Attributes:
        allowed: shape (n_features, n_leaves), the codes with which a row can reach the leaf.
        weight: shape (n_leaves,), what the leaf adds to the log-odds.
        bias: the log-odds before any leaf.
    """

    allowed: Sets
    weight: Floats
    bias: float

    @classmethod
    def read(cls, model: bytes) -> Self:
        """The leaves of a model in the serving format, as `export.to_onnx` writes it.

        Args:
            model: bytes whose digest has been checked.

        Raises:
            DetectorError: the model is another than one sum of trees and a bias.
        """
        import onnx  # noqa: PLC0415 - a fifth of a second that only this call should cost

        graph = onnx.load_from_string(model).graph
        try:
            (ensemble,) = (node for node in graph.node if node.op_type == "TreeEnsemble")
            (bias,) = (
                float(onnx.numpy_helper.to_array(tensor).item())
                for tensor in graph.initializer
                if tensor.name == "bias"
            )
        except ValueError as error:
            raise DetectorError("the model is not one sum of trees with a bias") from error
        width = graph.input[0].type.tensor_type.shape.dim[1].dim_value
        attributes = {
            item.name: onnx.helper.get_attribute_value(item) for item in ensemble.attribute
        }
        arrays = {
            name: onnx.numpy_helper.to_array(value)
            if isinstance(value, onnx.TensorProto)
            else np.asarray(value)
            for name, value in attributes.items()
        }
        if (arrays["nodes_modes"] != _BRANCH_LEQ).any():
            raise DetectorError(
                "the model's trees test other than whether a code is at most so much"
            )
        allowed, leaf = _walk(arrays, width)
        return cls(allowed, arrays["leaf_weights"].astype(np.float64)[leaf], bias)

    def log_odds(self, row: Codes) -> float:
        """Log-odds of phishing of one row, shape (n_features,)."""
        return self.bias + float(self.weight[self.reached(bit(row))].sum())

    def reached(self, possible: Sets) -> NDArray[np.bool_]:
        """Which leaves a row can reach, if each of its features is one of the possible codes.

        Args:
            possible: shape (n_features,).
        """
        reached = np.ones(len(self.weight), dtype=bool)
        for allowed, codes in zip(self.allowed, possible, strict=True):
            if codes != EVERY_CODE:
                reached &= (allowed & codes) != 0
        return reached

    def among(self, possible: Sets) -> "Leaves":
        """Only the leaves that such a row can reach."""
        reached = self.reached(possible)
        return Leaves(self.allowed[:, reached], self.weight[reached], self.bias)


def _walk(trees: dict[str, Any], width: int) -> tuple[Sets, NDArray[np.int64]]:
    """All trees at once from the roots down: the allowed codes of each leaf, and its number."""
    at_most = np.array(
        [sum(1 << place for place, code in enumerate(CODES) if code <= split)
         for split in trees["nodes_splits"]],
        dtype=np.uint8,
    )  # fmt: skip
    nodes = np.asarray(trees["tree_roots"])
    allowed = np.full((width, len(nodes)), EVERY_CODE, dtype=np.uint8)
    found: list[Sets] = []
    numbers: list[NDArray[np.int64]] = []
    while len(nodes):
        next_nodes, next_allowed = [], []
        feature, place = trees["nodes_featureids"][nodes], np.arange(len(nodes))
        for side, passes in (("true", at_most[nodes]), ("false", ~at_most[nodes])):
            narrowed = allowed.copy()
            narrowed[feature, place] &= passes
            possible = narrowed[feature, place] != 0
            child = trees[f"nodes_{side}nodeids"][nodes]
            is_leaf = trees[f"nodes_{side}leafs"][nodes] == 1
            found.append(narrowed[:, possible & is_leaf])
            numbers.append(child[possible & is_leaf])
            next_nodes.append(child[possible & ~is_leaf])
            next_allowed.append(narrowed[:, possible & ~is_leaf])
        nodes, allowed = np.concatenate(next_nodes), np.concatenate(next_allowed, axis=1)
    return np.concatenate(found, axis=1), np.concatenate(numbers)

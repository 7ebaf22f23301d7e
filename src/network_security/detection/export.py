"""The serving format: one ONNX graph of a single tree ensemble and a sigmoid, in double precision.

Written out directly rather than by skl2onnx, whose graph holds an operator a boosted tree and
single-precision sums: 73 bytes a node against 27 here, and errors above 1e-6 for hundreds of trees.
"""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from network_security.detection.additive import AdditiveTrees, Tree
from network_security.detection.arrays import Floats

OPSET = 20
ML_OPSET = 5
IR_VERSION = 10
_SUM, _NO_TRANSFORM, _BRANCH_LEQ = 1, 0, 0


def to_onnx(
    trees: AdditiveTrees, features: Sequence[str], metadata: Mapping[str, str]
) -> onnx.ModelProto:
    """The detector as an ONNX model.

    Input ``features``: float32, shape (n_rows, n_features), absent evidence coded as in training.
    Output ``log_odds`` and ``probability`` of phishing: float64, shape (n_rows, 1).

    Args:
        trees: the log-odds as a sum over trees.
        features: column names, kept in the model's metadata in their order.
        metadata: further texts to keep in the model.
    """
    nodes = [
        helper.make_node("Cast", ["features"], ["rows"], to=TensorProto.DOUBLE),
        _tree_ensemble(trees.trees),
        helper.make_node("Add", ["sum", "bias"], ["log_odds"]),
        helper.make_node("Sigmoid", ["log_odds"], ["probability"]),
    ]
    graph = helper.make_graph(
        nodes,
        "detector",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, len(features)])],
        [
            helper.make_tensor_value_info(name, TensorProto.DOUBLE, [None, 1])
            for name in ("log_odds", "probability")
        ],
        initializer=[numpy_helper.from_array(np.array([trees.bias]), "bias")],
    )
    model = helper.make_model(
        graph,
        producer_name="network-security",
        ir_version=IR_VERSION,
        opset_imports=[
            helper.make_opsetid("", OPSET),
            helper.make_opsetid("ai.onnx.ml", ML_OPSET),
        ],
    )
    helper.set_model_props(model, {"features": ",".join(features), **metadata})
    onnx.checker.check_model(model)
    return model


def model_digest(model: onnx.ModelProto) -> str:
    """SHA-256 of the model's bytes, in hexadecimal."""
    return hashlib.sha256(model.SerializeToString(deterministic=True)).hexdigest()


def _tree_ensemble(trees: Sequence[Tree]) -> onnx.NodeProto:
    """All trees in one TreeEnsemble operator, which numbers inner nodes and leaves apart."""
    roots: list[int] = []
    columns: dict[str, list[int]] = {
        name: []
        for name in ("featureids", "truenodeids", "falsenodeids", "trueleafs", "falseleafs")
    }
    splits: list[Floats] = []
    leaves: list[Floats] = []
    inner_before = leaves_before = 0
    for tree in trees:
        feature, threshold, left, right, value = _with_a_split(tree)
        is_leaf = left < 0
        # Where each node stands among the inner nodes, or among the leaves, of all trees so far.
        place = np.where(
            is_leaf,
            leaves_before + np.cumsum(is_leaf) - 1,
            inner_before + np.cumsum(~is_leaf) - 1,
        )
        inner = np.flatnonzero(~is_leaf)
        roots.append(inner_before)
        columns["featureids"] += feature[inner].tolist()
        columns["truenodeids"] += place[left[inner]].tolist()
        columns["falsenodeids"] += place[right[inner]].tolist()
        columns["trueleafs"] += is_leaf[left[inner]].astype(int).tolist()
        columns["falseleafs"] += is_leaf[right[inner]].astype(int).tolist()
        splits.append(threshold[inner])
        leaves.append(value[is_leaf])
        inner_before += len(inner)
        leaves_before += int(is_leaf.sum())
    return helper.make_node(
        "TreeEnsemble",
        ["rows"],
        ["sum"],
        domain="ai.onnx.ml",
        aggregate_function=_SUM,
        post_transform=_NO_TRANSFORM,
        n_targets=1,
        tree_roots=roots,
        leaf_targetids=[0] * leaves_before,
        leaf_weights=numpy_helper.from_array(np.concatenate(leaves), "leaf_weights"),
        nodes_splits=numpy_helper.from_array(np.concatenate(splits), "nodes_splits"),
        nodes_modes=numpy_helper.from_array(
            np.full(inner_before, _BRANCH_LEQ, dtype=np.uint8), "nodes_modes"
        ),
        **{f"nodes_{name}": values for name, values in columns.items()},
    )


def _with_a_split(tree: Tree) -> tuple[np.ndarray, ...]:
    """The tree's arrays; a tree of a single leaf, which the operator cannot hold, gets a split."""
    if len(tree.left) > 1:
        return tree.feature, tree.threshold, tree.left, tree.right, tree.value
    return (
        np.array([0, -1, -1]),
        np.zeros(3),
        np.array([1, -1, -1]),
        np.array([2, -1, -1]),
        np.repeat(tree.value, 3),
    )

"""The expert as one ONNX graph: a gather and a sum for the n-grams, one tree ensemble.

Sums run in double precision and in the n-grams' own order, so that the score which trees compare
with their thresholds is to the bit the one of `linear.NgramWeights.score`.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, compose, helper, numpy_helper

from network_security.detection.export import IR_VERSION, OPSET, to_onnx
from network_security.detection.url_text.fitting import FittedExpert
from network_security.detection.url_text.lexical import FEATURES

SCORE: Final = "ngram_score"
"""Name of the trees' last column."""


def expert_to_onnx(expert: FittedExpert, metadata: Mapping[str, str]) -> onnx.ModelProto:
    """The expert as an ONNX model.

    Inputs ``row`` and ``column`` (int64) and ``value`` (float64), each of shape (n_ngrams,): the
    n-grams of `ngrams.Ngrams`; ``counts``: float32, shape (n_urls, n_counts). Output ``log_odds``
    of phishing: float64, shape (n_urls, 1).

    Args:
        expert: as it was fitted.
        metadata: further texts to keep in the model, beside the n-grams' options and the columns.
    """
    trees = compose.add_prefix(to_onnx(expert.trees(), [*FEATURES, SCORE], {}), "trees_")
    model = compose.merge_models(
        _ngram_model(expert),
        trees,
        io_map=[("features", "trees_features")],
        outputs=["weighed", "trees_log_odds"],
    )
    model = compose.merge_models(
        model, _sum_model(), io_map=[("weighed", "a"), ("trees_log_odds", "b")]
    )
    texts = {name: str(value) for name, value in asdict(expert.ngrams).items()}
    helper.set_model_props(model, {"counts": ",".join(FEATURES), **texts, **metadata})
    onnx.checker.check_model(model)
    return model


def _ngram_model(expert: FittedExpert) -> onnx.ModelProto:
    """From n-grams and counts to the linear part of the log-odds and the trees' columns."""
    nodes = [
        helper.make_node("Gather", ["weights", "column"], ["weight"]),
        helper.make_node("Cast", ["weight"], ["weight_64"], to=TensorProto.DOUBLE),
        helper.make_node("Mul", ["weight_64", "value"], ["parts"]),
        helper.make_node("Shape", ["counts"], ["n_urls"], start=0, end=1),
        helper.make_node(
            "ConstantOfShape", ["n_urls"], ["zeros"], value=helper.make_tensor(
                "zero", TensorProto.DOUBLE, [1], [0.0]
            ),
        ),
        helper.make_node(
            "ScatterElements", ["zeros", "row", "parts"], ["sums"], axis=0, reduction="add"
        ),
        helper.make_node("Add", ["bias", "sums"], ["flat"]),
        helper.make_node("Unsqueeze", ["flat", "last_axis"], ["score"]),
        helper.make_node("Cast", ["score"], ["score_32"], to=TensorProto.FLOAT),
        helper.make_node("Concat", ["counts", "score_32"], ["features"], axis=1),
        helper.make_node("Mul", ["score", "linear_weight"], ["weighed"]),
    ]  # fmt: skip
    flat = [
        ("row", TensorProto.INT64),
        ("column", TensorProto.INT64),
        ("value", TensorProto.DOUBLE),
    ]
    inputs = [helper.make_tensor_value_info(name, kind, ["n_ngrams"]) for name, kind in flat]
    counts = helper.make_tensor_value_info("counts", TensorProto.FLOAT, [None, len(FEATURES)])
    return _model(
        "ngrams",
        nodes,
        [*inputs, counts],
        [
            helper.make_tensor_value_info("weighed", TensorProto.DOUBLE, [None, 1]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, len(FEATURES) + 1]),
        ],
        [
            numpy_helper.from_array(expert.members.linear.weights, "weights"),
            numpy_helper.from_array(np.array([expert.members.linear.bias]), "bias"),
            numpy_helper.from_array(np.array([expert.linear_weight()]), "linear_weight"),
            numpy_helper.from_array(np.array([1]), "last_axis"),
        ],
    )


def _sum_model() -> onnx.ModelProto:
    a, b, total = (
        helper.make_tensor_value_info(name, TensorProto.DOUBLE, [None, 1])
        for name in ("a", "b", "log_odds")
    )
    return _model("sum", [helper.make_node("Add", ["a", "b"], ["log_odds"])], [a, b], [total], [])


def _model(
    name: str,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    initializers: list[onnx.TensorProto],
) -> onnx.ModelProto:
    return helper.make_model(
        helper.make_graph(nodes, name, inputs, outputs, initializer=initializers),
        producer_name="network-security",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )

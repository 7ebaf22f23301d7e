import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from network_security.detection.additive import AdditiveTrees, Tree
from network_security.detection.detector import Detector, DetectorError
from network_security.detection.export import to_onnx
from network_security.detection.verdicts.leaves import Leaves, bit

ROWS = st.lists(st.sampled_from([-2, -1, 0, 1]), min_size=30, max_size=30)


def stump(threshold: float) -> AdditiveTrees:
    """A tree that asks one question about the first of two features."""
    tree = Tree(
        left=np.array([1, -1, -1]),
        right=np.array([2, -1, -1]),
        feature=np.array([0, -1, -1]),
        threshold=np.array([threshold, 0.0, 0.0]),
        value=np.array([0.0, 3.0, -4.0]),
        cover=np.array([2.0, 1.0, 1.0]),
    )
    return AdditiveTrees((tree,), bias=0.5)


def as_bytes(trees: AdditiveTrees) -> bytes:
    return to_onnx(trees, ["first", "second"], {}).SerializeToString()


def test_a_leaf_says_which_codes_lead_to_it() -> None:
    leaves = Leaves.read(as_bytes(stump(threshold=-0.5)))

    assert leaves.bias == 0.5
    low, high = bit(np.array([-2])) | bit(np.array([-1])), bit(np.array([0])) | bit(np.array([1]))
    by_weight = dict(zip(leaves.weight, leaves.allowed[0], strict=True))
    assert by_weight == {3.0: low.item(), -4.0: high.item()}
    assert (leaves.allowed[1] == 0b1111).all()


def test_a_leaf_that_no_code_leads_to_is_left_out() -> None:
    leaves = Leaves.read(as_bytes(stump(threshold=1.5)))

    assert leaves.weight.tolist() == [3.0]


@given(ROWS)
def test_the_leaves_that_a_row_reaches_add_up_to_its_score(
    leaves: Leaves, detector: Detector, codes: list[int]
) -> None:
    row = np.array(codes, dtype=np.int8)

    assert expit(leaves.log_odds(row)) == pytest.approx(
        detector.probability(row[None])[0], abs=1e-12
    )


@given(ROWS)
def test_a_row_reaches_one_leaf_of_each_tree(leaves: Leaves, codes: list[int]) -> None:
    trees = leaves.reached(bit(np.full(30, -2))).sum()

    assert leaves.reached(bit(np.array(codes))).sum() == trees


def test_a_model_without_a_sum_of_trees_is_refused() -> None:
    node = onnx.helper.make_node("Identity", ["features"], ["log_odds"])
    ends = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [None, 2])
        for name in ("features", "log_odds")
    ]
    model = onnx.helper.make_model(onnx.helper.make_graph([node], "other", ends[:1], ends[1:]))

    with pytest.raises(DetectorError, match="not one sum of trees"):
        Leaves.read(model.SerializeToString())


def test_trees_that_ask_other_questions_are_refused() -> None:
    model = to_onnx(stump(0.0), ["first", "second"], {})
    (modes,) = (a for node in model.graph.node for a in node.attribute if a.name == "nodes_modes")
    modes.t.CopyFrom(onnx.numpy_helper.from_array(np.array([1], dtype=np.uint8), "nodes_modes"))

    with pytest.raises(DetectorError, match="at most"):
        Leaves.read(model.SerializeToString())

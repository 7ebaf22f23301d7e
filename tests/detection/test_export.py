import numpy as np
import onnx
import onnxruntime
import pytest
from sklearn.base import ClassifierMixin

from network_security.detection.additive import AdditiveTrees, Tree, additive_trees, sum_members
from network_security.detection.arrays import Codes, Floats
from network_security.detection.export import model_digest, to_onnx
from network_security.detection.masking import EvidenceLayout, WeightedRows
from network_security.detection.members import MEMBERS, member_score

STUMP = Tree(
    left=np.array([1, -1, -1]),
    right=np.array([2, -1, -1]),
    feature=np.array([1, -1, -1]),
    threshold=np.array([-0.5, 0.0, 0.0]),
    value=np.array([0.0, 2.0, -1.0]),
    cover=np.array([3.0, 1.0, 2.0]),
)
LEAF = Tree(*map(np.array, ([-1], [-1], [-1], [0.0], [0.25], [3.0])))


def run(model: onnx.ModelProto, rows: Codes) -> tuple[Floats, Floats]:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    log_odds, probability = session.run(
        ["log_odds", "probability"], {"features": rows.astype(np.float32)}
    )
    return log_odds[:, 0], probability[:, 0]


@pytest.mark.parametrize("name", MEMBERS)
def test_the_model_scores_as_its_member(
    name: str,
    members: dict[str, ClassifierMixin],
    training_rows: WeightedRows,
    layout: EvidenceLayout,
) -> None:
    model = to_onnx(additive_trees(members[name]), layout.features, {})

    log_odds, _ = run(model, training_rows.features)

    assert log_odds == pytest.approx(member_score(members[name], training_rows.features), abs=1e-9)


def test_the_model_scores_as_its_stack(
    members: dict[str, ClassifierMixin], training_rows: WeightedRows, layout: EvidenceLayout
) -> None:
    weights = {"random_forest": 3.0, "ada_boost": 1.5, "extra_trees": 2.0, "gradient_boosting": 0.5}
    rows = training_rows.features
    expected = -2.0 + sum(
        weight * member_score(members[name], rows) for name, weight in weights.items()
    )

    log_odds, probability = run(
        to_onnx(sum_members(members, weights, -2.0), layout.features, {}), rows
    )

    assert log_odds == pytest.approx(expected, abs=1e-9)
    assert probability == pytest.approx(1 / (1 + np.exp(-expected)), abs=1e-9)


def test_a_row_at_the_split_goes_left() -> None:
    trees = AdditiveTrees((STUMP,), bias=0.5)
    rows = np.array([[0.0, -1.0], [0.0, -0.5], [0.0, 0.0]])

    log_odds, _ = run(to_onnx(trees, ["a", "b"], {}), rows)

    assert log_odds.tolist() == [2.5, 2.5, -0.5]


@pytest.mark.parametrize(
    ("trees", "expected"), [((LEAF,), [0.25, 0.25]), ((LEAF, STUMP, LEAF), [-0.5, 2.5])]
)
def test_trees_of_a_single_leaf(trees: tuple[Tree, ...], expected: list[float]) -> None:
    rows = np.array([[-2, 1], [1, -2]])

    log_odds, _ = run(to_onnx(AdditiveTrees(trees, bias=0.0), ["a", "b"], {}), rows)

    assert log_odds.tolist() == expected


def test_a_model_without_rows() -> None:
    log_odds, probability = run(
        to_onnx(AdditiveTrees((STUMP,), 0.0), ["a", "b"], {}), np.empty((0, 2))
    )

    assert len(log_odds) == len(probability) == 0


def test_equal_trees_give_equal_bytes(
    members: dict[str, ClassifierMixin], layout: EvidenceLayout
) -> None:
    first, again = (
        to_onnx(additive_trees(members["extra_trees"]), layout.features, {"a": "1", "b": "2"})
        for _ in range(2)
    )
    other = to_onnx(additive_trees(members["random_forest"]), layout.features, {"a": "1", "b": "2"})

    assert first.SerializeToString(deterministic=True) == again.SerializeToString(
        deterministic=True
    )
    assert model_digest(first) == model_digest(again) != model_digest(other)
    assert len(model_digest(first)) == 64


def test_the_model_knows_its_features_and_origin() -> None:
    model = to_onnx(AdditiveTrees((STUMP,), 0.0), ["a", "b"], {"detector": "phishing"})

    kept = {entry.key: entry.value for entry in model.metadata_props}
    assert kept == {"features": "a,b", "detector": "phishing"}

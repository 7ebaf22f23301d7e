from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
from optuna.storages import InMemoryStorage
from threadpoolctl import threadpool_limits

from network_security.detection.additive import AdditiveTrees
from network_security.detection.cross_validation import ChoiceOptions
from network_security.detection.detector import Detector, Manifest
from network_security.detection.export import model_digest
from network_security.detection.masking import MaskingOptions
from network_security.detection.protocols import SplitOptions
from network_security.detection.tuning import TuningOptions
from network_security.evidence import SCHEMAS
from network_security.pipelines.data_engineering.nodes import deal_folds, refuse_wrong_labels
from network_security.pipelines.data_science import create_pipeline, nodes
from network_security.pipelines.data_science.nodes import (
    ExplanationOptions,
    FittedDetector,
    ParityError,
    ParityOptions,
    TrainingOptions,
)
from network_security.training_sets.simulation import simulate

SCHEMA = SCHEMAS["phishing"]
Outputs = dict[str, Any]
TIER_WEIGHTS = {"all": 0.7, "url": 0.3}
PARAMETERS: Mapping[str, Any] = {
    "detector": "phishing",
    "members": {
        "random_forest": {"n_estimators": 4, "max_leaf_nodes": 30},
        "ada_boost": {"n_estimators": 4, "tree.max_leaf_nodes": 15},
        "gradient_boosting": {"max_iter": 4},
    },
    "search_space": {"random_forest": {"max_leaf_nodes": {"low": 20, "high": 60}}},
    "masking": MaskingOptions(copies=1),
    "tuning": TuningOptions(trials=2, tier_weights=TIER_WEIGHTS, folds=2, workers=1),
    "training": TrainingOptions(seed=0, workers=1),
    "choice": ChoiceOptions(
        candidates={
            "random_forest": {"members": ["random_forest"]},
            "stack": {
                "members": ["random_forest", "ada_boost", "gradient_boosting"],
                "combine": "stack",
            },
        },
        tier_weights=TIER_WEIGHTS,
        protocol_weights={"grouped": 0.5, "random": 0.5},
    ),
    "parity": ParityOptions(),
    "explanation": ExplanationOptions(rows=20, seed=0),
}


@pytest.fixture(scope="module")
def primary() -> pd.DataFrame:
    """The first 500 rows of a table large enough for its labels to be checked."""
    return refuse_wrong_labels(simulate(rows=2_400, seed=1), "phishing").head(500)


@pytest.fixture(scope="module")
def trained(primary: pd.DataFrame) -> Outputs:
    """Everything that the pipeline's nodes take and give, by name."""
    data: Outputs = {
        "primary": primary,
        "folds": deal_folds(primary, SplitOptions(folds=4, seed=0)),
        "provenance": {"sha256": "0123"},
        "study_storage": InMemoryStorage(),
        **{f"params:{name}": value for name, value in PARAMETERS.items()},
    }
    with threadpool_limits(1):
        for node in create_pipeline().nodes:
            data.update(node.run({name: data[name] for name in node.inputs}))
    return data


def test_every_member_was_tuned(trained: Outputs) -> None:
    settings = trained["settings"]

    assert list(settings) == list(PARAMETERS["members"])
    assert settings["ada_boost"]["final"] == {"n_estimators": 4, "tree": {"max_leaf_nodes": 15}}
    assert len(trained["studies"]) == 6


def test_every_row_was_scored(trained: Outputs, primary: pd.DataFrame) -> None:
    lines = 2 * len(SCHEMA.tiers) * len(primary)

    assert len(trained["out_of_fold_scores"]) == lines
    assert len(trained["out_of_fold_probabilities"]) == lines


def test_the_chosen_ensemble_was_fitted(trained: Outputs) -> None:
    chosen = trained["chosen"]["final"]
    candidate = PARAMETERS["choice"].candidates[chosen]
    fitted = trained["fitted"]

    assert set(trained["combination"]["weights"]) <= set(candidate.members)
    assert list(fitted.members) == list(trained["combination"]["weights"])
    for name, member in fitted.members.items():
        own = trained["settings"][name]["final"]
        assert {key: member.get_params()[key] for key in own if key != "tree"} == {
            key: value for key, value in own.items() if key != "tree"
        }


def test_the_model_is_the_fitted_ensemble(trained: Outputs) -> None:
    parity = trained["parity"]

    assert parity["max_abs_difference"] < 1e-9
    assert parity["rows"] > 500
    assert parity["digest"] == model_digest(trained["model"])
    assert parity["model_bytes"] == trained["model"].ByteSize()


def test_the_model_knows_what_it_was_trained_on(trained: Outputs) -> None:
    kept = {entry.key: entry.value for entry in trained["model"].metadata_props}

    assert kept == {
        "detector": "phishing",
        "training_set": "0123",
        "features": ",".join(SCHEMA.features),
    }


def test_a_row_s_contributions_add_up_to_its_log_odds(trained: Outputs) -> None:
    table = trained["contributions"]
    values = table[[f"value.{name}" for name in SCHEMA.features]].to_numpy(dtype=np.int8)
    shares = table[["shap.expected", *(f"shap.{name}" for name in SCHEMA.features)]]

    probability = served(trained["model"]).probability(values)

    assert len(table) == 20
    assert set(table["label"]) == {0, 1}
    log_odds = shares.sum(axis=1).to_numpy()
    assert 1 / (1 + np.exp(-log_odds)) == pytest.approx(probability, abs=1e-6)


def served(model: onnx.ModelProto) -> Detector:
    manifest = Manifest.of(
        SCHEMA,
        detector="phishing",
        digest=model_digest(model),
        thresholds=dict.fromkeys(SCHEMA.tiers, 0.5),
        false_positive_rate=0.014,
        ensemble={},
        training={},
        metrics={},
    )
    return Detector(model.SerializeToString(deterministic=True), manifest)


def test_every_feature_was_ranked(trained: Outputs) -> None:
    table = trained["permutation_importance"]

    assert sorted(table["feature"]) == sorted(SCHEMA.features)
    # What certificate and links say of the simulated rows is known to matter most.
    assert {"SSLfinal_State", "URL_of_Anchor"} & set(table["feature"][:2])


def test_equal_trees_give_an_equal_model(trained: Outputs) -> None:
    again = nodes.export(trained["trees"], "phishing", {"sha256": "0123"})

    assert model_digest(again) == model_digest(trained["model"])


def test_another_model_is_not_served(trained: Outputs, primary: pd.DataFrame) -> None:
    trees = trained["trees"]
    fitted = trained["fitted"]
    others = {
        "moved": AdditiveTrees(trees.trees, trees.bias + 1e-3),
        "shortened": AdditiveTrees(trees.trees[1:], trees.bias),
        "undefined": AdditiveTrees(trees.trees, float("nan")),
    }
    for other in others.values():
        model = nodes.export(other, "phishing", {"sha256": "0123"})
        with pytest.raises(ParityError, match=r"phishing detector differs .* must not be served"):
            nodes.check_parity(primary, "phishing", fitted, model, ParityOptions())


def test_the_tolerance_is_what_decides(trained: Outputs, primary: pd.DataFrame) -> None:
    fitted = trained["fitted"]
    moved = replace(fitted.combination, intercept=fitted.combination.intercept + 1e-3)
    other = FittedDetector(fitted.members, moved)

    report = nodes.check_parity(
        primary, "phishing", other, trained["model"], ParityOptions(tolerance=1e-3)
    )

    assert 1e-6 < report["max_abs_difference"] < 1e-3

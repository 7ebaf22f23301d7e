from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest

from network_security import __version__
from network_security.detection.additive import AdditiveTrees, Tree
from network_security.detection.detector import Manifest
from network_security.detection.export import to_onnx
from network_security.detection.promotion import PromotionOptions
from network_security.detection.verdicts.conformal import Conformal, Quantiles
from network_security.evidence import SCHEMAS
from network_security.pipelines.registration import create_pipeline, nodes

SCHEMA = SCHEMAS["phishing"]
CONFORMAL = Conformal(0.95, dict.fromkeys(SCHEMA.tiers, Quantiles(0.3, 0.6))).to_json()
FIGURE = {"mean": 0.9, "std": 0.01, "folds": [0.89, 0.91, 0.9, 0.9]}


@pytest.fixture
def metrics() -> dict[str, Any]:
    """What of a report of metrics the registration reads."""
    figures = dict.fromkeys((*nodes.SHOWN, "brier"), FIGURE)
    return {
        "model": {"digest": "0123abcd"},
        "ensemble": "stack",
        "thresholds": dict.fromkeys(SCHEMA.tiers, 0.5),
        "conformal": CONFORMAL,
        "operating_point": {"target_fpr": 0.014},
        "data": {
            "name": "phishing_websites",
            "kind": "local",
            "simulated": False,
            "sha256": "4567",
            "rows": 11_055,
            "citation": "a citation",
            "licence": "CC-BY-4.0",
            "folds_digest": "89ab",
        },
        "protocols": {"grouped": figures, "random": figures},
        "tiers": {tier: {"accuracy": 0.8, "roc_auc": 0.85, "ece": 0.02} for tier in SCHEMA.tiers},
    }


def test_the_manifest_says_all_that_serving_needs(metrics: dict[str, Any]) -> None:
    plain = nodes.write_manifest(
        metrics, {"weights": {"ada_boost": 2.0}, "intercept": 0}, "phishing"
    )

    manifest = Manifest.from_json(plain)
    assert manifest.digest == "0123abcd"
    assert manifest.features == SCHEMA.features
    assert manifest.thresholds == dict.fromkeys(SCHEMA.tiers, 0.5)
    assert manifest.false_positive_rate == 0.014
    assert manifest.conformal == CONFORMAL
    assert manifest.ensemble == {"name": "stack", "weights": {"ada_boost": 2.0}}
    assert manifest.training["sha256"] == "4567"
    assert manifest.training["simulated"] is False
    assert manifest.training["version"] == __version__
    assert manifest.metrics["grouped"]["roc_auc"] == {"mean": 0.9, "std": 0.01}


def test_figures_are_tracked_by_protocol_and_tier(metrics: dict[str, Any]) -> None:
    tracked = nodes.track_metrics(metrics)

    assert tracked["grouped.roc_auc.mean"] == {"value": 0.9, "step": 0}
    assert tracked["random.brier.std"] == {"value": 0.01, "step": 0}
    assert tracked["tier.url.ece"] == {"value": 0.02, "step": 0}
    assert len(tracked) == 2 * (len(nodes.SHOWN) + 1) * 2 + 3 * len(SCHEMA.tiers)


def test_the_model_is_registered_with_an_example(metrics: dict[str, Any]) -> None:
    primary = pd.DataFrame(1, index=range(9), columns=[*SCHEMA.features, "label"], dtype="int8")
    manifest = nodes.write_manifest(metrics, {"weights": {}}, "phishing")

    registered = nodes.register(a_model(), manifest, primary)

    assert registered["model"] == a_model()
    assert registered["manifest"] == manifest
    assert (registered["example"].shape, registered["example"].dtype) == ((5, 30), np.float32)


def a_model() -> onnx.ModelProto:
    leaf = Tree(*map(np.array, ([-1], [-1], [-1], [0.0], [0.25], [3.0])))
    return to_onnx(AdditiveTrees((leaf,), bias=0.0), SCHEMA.features, {})


@pytest.mark.parametrize("simulated", [True, False])
def test_the_gate_s_decision_names_the_version_judged(
    metrics: dict[str, Any], simulated: bool
) -> None:
    metrics["data"]["simulated"] = simulated
    challenger = {"name": "network-security-phishing", "version": 7}

    decision, beside_the_model = nodes.gate(metrics, None, challenger, PromotionOptions())

    assert beside_the_model == decision
    assert decision["version"] == 7
    assert decision["promote"] is not simulated


def test_the_gate_compares_with_the_champion(metrics: dict[str, Any]) -> None:
    decision, _ = nodes.gate(metrics, metrics, {"name": "a", "version": 7}, PromotionOptions())

    assert decision["promote"] is False


def test_the_pipeline_waits_for_the_registration_before_the_gate() -> None:
    names = [node.name for node in create_pipeline().nodes]

    assert names.index("write_manifest") < names.index("register") < names.index("gate")

"""The detector with its manifest, and the decision whether it goes into service."""

import logging
from typing import Any

import numpy as np
import onnx
import pandas as pd

import network_security
from network_security.detection.detector import Manifest
from network_security.detection.promotion import PromotionOptions, decide_promotion
from network_security.evidence import SCHEMAS

log = logging.getLogger(__name__)

SHOWN = ("accuracy", "precision", "recall", "fpr", "f1", "roc_auc", "ece", "recall_at_fpr_1_4")


def write_manifest(
    metrics: dict[str, Any], combination: dict[str, Any], detector: str
) -> dict[str, Any]:
    """What whoever serves the model needs to know about it."""
    schema = SCHEMAS[detector]
    return Manifest.of(
        schema,
        detector=detector,
        digest=metrics["model"]["digest"],
        thresholds=metrics["thresholds"],
        false_positive_rate=metrics["operating_point"]["target_fpr"],
        conformal=metrics["conformal"],
        ensemble={"name": metrics["ensemble"], "weights": combination["weights"]},
        training={
            **{
                key: metrics["data"][key]
                for key in ("name", "kind", "simulated", "sha256", "rows", "citation", "licence")
            },
            "version": network_security.__version__,
        },
        metrics={
            protocol: {
                name: {"mean": figures[name]["mean"], "std": figures[name]["std"]} for name in SHOWN
            }
            for protocol, figures in metrics["protocols"].items()
        },
    ).to_json()


def track_metrics(metrics: dict[str, Any]) -> dict[str, dict[str, float]]:
    """The figures one would compare runs by, as MLflow metrics."""
    protocols = {
        f"{protocol}.{name}.{statistic}": figure[statistic]
        for protocol, figures in metrics["protocols"].items()
        for name, figure in figures.items()
        for statistic in ("mean", "std")
    }
    tiers = {
        f"tier.{tier}.{name}": figures[name]
        for tier, figures in metrics["tiers"].items()
        for name in ("accuracy", "roc_auc", "ece")
    }
    return {name: {"value": value, "step": 0} for name, value in {**protocols, **tiers}.items()}


def track_trials(studies: dict[str, Any]) -> dict[str, Any]:
    """The studies, for a nested run a trial."""
    return studies


def register(
    model: onnx.ModelProto, manifest: dict[str, Any], primary: pd.DataFrame
) -> dict[str, Any]:
    """The model with its manifest and an example of its input."""
    example = primary[manifest["features"]].head(5).to_numpy(dtype=np.float32)
    return {"model": model, "manifest": manifest, "example": example}


def gate(
    metrics: dict[str, Any],
    champion: dict[str, Any] | None,
    challenger: dict[str, Any],
    options: PromotionOptions,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Whether the challenger goes into service: for the registry, and beside the model's files."""
    decision = decide_promotion(metrics, champion, options)
    log.info(
        "%s version %s %s: %s",
        challenger["name"],
        challenger["version"],
        "becomes the champion" if decision["promote"] else "stays challenger",
        decision["reason"],
    )
    made = {**decision, "version": challenger["version"]}
    return made, made

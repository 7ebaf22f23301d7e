"""Measuring, drawing and describing a trained detector."""

import logging
from typing import Any

import onnx
import pandas as pd
from matplotlib.figure import Figure
from optuna.study import Study

from network_security.detection.cross_validation import ChoiceOptions
from network_security.detection.detector import Detector, Manifest
from network_security.detection.masking import MaskingOptions
from network_security.detection.thresholds import DutyOptions
from network_security.detection.transfer import Ensemble
from network_security.detection.tuning import nest
from network_security.evidence import SCHEMAS
from network_security.pipelines.data_science.nodes import TrainingOptions
from network_security.reports import (
    claims,
    comparisons,
    curves,
    external_plot,
    external_validity,
    importance,
    operating_point,
    reliability,
    tuning_history,
)
from network_security.reports.calibration import measure_calibration
from network_security.reports.measures import (
    OperatingPointOptions,
    describe_data,
    measure,
    tier_thresholds,
)
from network_security.reports.model_card import model_card
from network_security.reports.style import Picture, render
from network_security.training_sets.hannousse import ExternalSet

log = logging.getLogger(__name__)


def judge_by_external_set(
    external: ExternalSet | None,
    primary: pd.DataFrame,
    model: onnx.ModelProto,
    parity: dict[str, Any],
    probabilities: pd.DataFrame,
    chosen: dict[str, Any],
    detector: str,
    members: dict[str, Any],
    choice: ChoiceOptions,
    masking: MaskingOptions,
    training: TrainingOptions,
    point: OperatingPointOptions,
) -> dict[str, Any]:
    """What the detector and its ensemble are worth on pages of another origin, where at hand."""
    if external is None:
        return external_validity.not_measured()
    schema = SCHEMAS[detector]
    manifest = Manifest.of(
        schema,
        detector=detector,
        digest=parity["digest"],
        thresholds=tier_thresholds(probabilities, chosen, point),
        false_positive_rate=point.false_positive_rate,
        ensemble={},
        training={},
        metrics={},
    )
    candidate = choice.candidates[chosen["final"]]
    report = external_validity.measure_external_validity(
        external,
        primary,
        Detector(model.SerializeToString(deterministic=True), manifest),
        schema,
        Ensemble(
            candidate,
            {name: nest(members[name]) for name in candidate.members},
            masking,
            training.seed,
            training.workers,
        ),
        point.false_positive_rate,
    )
    log.info(
        "%s on external pages, by all that both sets hold: ROC-AUC %.3f (on its own %.3f)",
        detector,
        report["served"]["extracted"]["all"]["roc_auc"]["mean"],
        report["transfer"]["training_to_training"]["all"]["roc_auc"]["mean"],
    )
    return report


def measure_detector(
    scores: pd.DataFrame,
    probabilities: pd.DataFrame,
    chosen: dict[str, Any],
    settings: dict[str, Any],
    studies: dict[str, Study],
    parity: dict[str, Any],
    data_quality: dict[str, Any],
    folds: pd.DataFrame,
    external: dict[str, Any],
    detector: str,
    point: OperatingPointOptions,
    duty: DutyOptions,
) -> dict[str, Any]:
    """Every figure of the detector, and what it was measured on."""
    metrics = {
        "detector": detector,
        "data": describe_data(data_quality, folds),
        "model": {
            "digest": parity["digest"],
            "bytes": parity["model_bytes"],
            "parity": {key: parity[key] for key in ("rows", "max_abs_difference", "tolerance")},
        },
        **measure(probabilities, chosen, point, duty),
        "calibration": measure_calibration(scores, probabilities, chosen),
        "tuning": tuning_history.describe_tuning(studies, settings),
        "external_validity": external,
    }
    for protocol, figures in metrics["protocols"].items():
        log.info(
            "%s, %s protocol: accuracy %.4f, ROC-AUC %.4f, recall at FPR 1.4 %% %.4f, ECE %.4f",
            detector,
            protocol,
            *(
                figures[name]["mean"]
                for name in ("accuracy", "roc_auc", "recall_at_fpr_1_4", "ece")
            ),
        )
    return {**metrics, "claims": claims.compare(metrics)}


def tabulate_thresholds(metrics: dict[str, Any]) -> pd.DataFrame:
    """What each threshold means in an analyst's day."""
    return operating_point.threshold_rows(metrics)


def draw_plots(
    metrics: dict[str, Any],
    probabilities: pd.DataFrame,
    chosen: dict[str, Any],
    studies: dict[str, Study],
    permutation: pd.DataFrame,
    contributions: pd.DataFrame,
) -> dict[str, Figure | dict[str, Picture]]:
    """The plots by name; and under ``pictures`` all of them rendered, for the model card."""
    data, detector = metrics["data"], metrics["detector"]
    rate, base_rate = metrics["operating_point"]["target_fpr"], metrics["day"]["base_rate"]
    plots = {
        "roc": curves.roc_curves(probabilities, chosen, rate, data),
        "precision_recall": curves.precision_recall_curves(probabilities, chosen, base_rate, data),
        "reliability": reliability.reliability(metrics),
        "confusion": operating_point.confusion(metrics),
        "threshold": operating_point.threshold_table(metrics),
        "importance": importance.importance(permutation, contributions, detector, data),
        "shap": importance.shap_summary(contributions, detector, data),
        "tiers": comparisons.tiers(metrics),
        "candidates": comparisons.candidates(metrics),
        "tuning": tuning_history.tuning_history(studies, data),
        "external_validity": external_plot.external_validity(metrics),
    }
    return {**plots, "pictures": {name: render(plot) for name, plot in plots.items()}}


def write_model_card(
    metrics: dict[str, Any],
    permutation: pd.DataFrame,
    contributions: pd.DataFrame,
    pictures: dict[str, Picture],
) -> tuple[str, str]:
    """The model card as HTML and as Markdown."""
    return model_card(metrics, permutation, contributions, pictures)

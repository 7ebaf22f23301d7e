"""Measuring, drawing and describing a trained detector."""

import logging
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from optuna.study import Study

from network_security.detection.thresholds import DutyOptions
from network_security.reports import (
    claims,
    comparisons,
    curves,
    importance,
    operating_point,
    reliability,
    tuning_history,
)
from network_security.reports.calibration import measure_calibration
from network_security.reports.measures import OperatingPointOptions, describe_data, measure
from network_security.reports.model_card import model_card
from network_security.reports.style import Picture, render

log = logging.getLogger(__name__)


def measure_detector(
    scores: pd.DataFrame,
    probabilities: pd.DataFrame,
    chosen: dict[str, Any],
    settings: dict[str, Any],
    studies: dict[str, Study],
    parity: dict[str, Any],
    data_quality: dict[str, Any],
    folds: pd.DataFrame,
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

"""Figures, plots and card of the URL text expert, and what of them MLflow keeps."""

import logging
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from matplotlib.figure import Figure
from optuna.study import Study

from network_security.detection.url_text.evaluation import FALSE_POSITIVE_RATE
from network_security.detection.url_text.evasions import EVASIONS
from network_security.detection.url_text.protocols import figures, spreads
from network_security.reports import url_text_plots
from network_security.reports.style import Picture, render
from network_security.reports.url_text_card import url_text_card

log = logging.getLogger(__name__)

_IDENTIFYING: Final = ("protocol", "subject", "fold")


def measure(
    urls: pd.DataFrame,
    folds: pd.DataFrame,
    scores: pd.DataFrame,
    evasion_losses: pd.DataFrame,
    chosen: dict[str, Any],
    settings: dict[str, Any],
    parity: dict[str, Any],
    data_quality: dict[str, Any],
) -> dict[str, Any]:
    """Every figure of the expert, by protocol and subject, and what it was measured on."""
    unused = int(folds["fold"].max())
    measured = figures(urls, folds, scores, unused)
    names = [name for name in measured.columns if name not in _IDENTIFYING]
    lost = evasion_losses[evasion_losses["fold"] != unused]
    protocols = spreads(measured, names)
    for protocol, subjects in protocols.items():
        for subject, own in subjects.items():
            log.info(
                "%s, %s: ROC-AUC %.4f, recall at FPR 1 %% %.4f",
                protocol, subject, own["roc_auc"]["mean"], own["recall"]["mean"],
            )  # fmt: skip
    return {
        "detector": "url_text",
        "data": {**data_quality, "simulated": False, "folds": unused + 1},
        "model": {key: value for key, value in parity.items() if key != "weights"},
        "ensemble": {"name": chosen["final"], "weights": parity["weights"]},
        "candidates": chosen["log_loss"],
        "settings": settings,
        "false_positive_rate": FALSE_POSITIVE_RATE,
        "protocols": protocols,
        "evasions": spreads(lost, list(EVASIONS)),
    }


def draw_plots(
    urls: pd.DataFrame, folds: pd.DataFrame, scores: pd.DataFrame, metrics: dict[str, Any]
) -> dict[str, Figure | dict[str, Picture]]:
    """The plots by name; and under ``pictures`` all of them rendered, for the card."""
    plots = {
        "roc": url_text_plots.roc_by_protocol(urls, folds, scores, metrics),
        "shortcuts": url_text_plots.shortcuts(metrics),
        "evasions": url_text_plots.evasions(metrics),
        "left_out": url_text_plots.left_out(metrics),
    }
    return {**plots, "pictures": {name: render(plot) for name, plot in plots.items()}}


def write_card(metrics: dict[str, Any], pictures: dict[str, Picture]) -> tuple[str, str]:
    """The card as HTML and as Markdown."""
    return url_text_card(metrics, pictures)


def track_metrics(metrics: dict[str, Any]) -> dict[str, dict[str, float]]:
    """The figures one would compare runs by, as MLflow metrics."""
    told = {**metrics["protocols"], "evasions": _by_protocol(metrics["evasions"])}
    return {
        f"{protocol}.{subject}.{name}.{statistic}": {"value": figure[statistic], "step": 0}
        for protocol, subjects in told.items()
        for subject, own in subjects.items()
        for name, figure in own.items()
        for statistic in ("mean", "std")
        if figure[statistic] is not None
    }


def track_trials(studies: dict[str, Study]) -> dict[str, Study]:
    """The studies, for a nested run a trial."""
    return studies


def _by_protocol(evasions: Mapping[str, Any]) -> dict[str, Any]:
    """Protocol and subject as one name."""
    return {
        f"{protocol}.{subject}": own
        for protocol, subjects in evasions.items()
        for subject, own in subjects.items()
    }

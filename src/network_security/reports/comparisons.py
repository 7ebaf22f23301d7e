"""The detector beside its alternatives: with less evidence, and as another ensemble."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from network_security.detection.protocols import PROTOCOLS
from network_security.reports.style import (
    BLUE,
    GREY,
    INK,
    PERCENT,
    PROTOCOL_COLOURS,
    SMALL,
    dress,
    new_figure,
)
from network_security.reports.wording import percent, plain, rate, tier_label


def tiers(metrics: Mapping[str, Any]) -> Figure:
    """Accuracy, ROC-AUC and recall at the operating point at each evidence tier, fold by fold.

    Args:
        metrics: the report of metrics, with ``tiers``, ``detector`` and ``data``.
    """
    measured: Mapping[str, Any] = metrics["tiers"]
    names = {tier: tier_label(metrics["detector"], tier) for tier in measured}
    poorest = min(measured, key=lambda tier: measured[tier]["accuracy"])
    figure = new_figure(
        f"Accuracy goes from {percent(measured[poorest]['accuracy'])} ({names[poorest]}) to "
        f"{percent(measured['all']['accuracy'])} ({names['all']})",
        "Grouped protocol. Dot: mean over folds; whisker: one standard deviation; faint dots: "
        "folds. Each fold's operating point is chosen on the other folds.",
        1.6 + 0.42 * len(measured),
        metrics["data"],
    )
    at_point = f"Recall at FPR {rate(metrics['operating_point']['target_fpr'])}"
    columns = {
        "accuracy": ("Accuracy", percent),
        "roc_auc": ("ROC-AUC", "{:.3f}".format),
        "recall_at_operating_point": (at_point, percent),
    }
    row_of_axes = figure.subplots(1, len(columns), sharey=True)
    for axes, (name, (title, written)) in zip(row_of_axes, columns.items(), strict=True):
        for line, tier in enumerate(measured):
            spread = measured[tier]["folds"][name]
            _dot(axes, line, spread, BLUE)
            axes.annotate(
                written(spread["mean"]), (spread["mean"], line), xytext=(0, 6),
                textcoords="offset points", ha="center", size=SMALL, color=INK,
            )  # fmt: skip
        dress(axes, title=title, grid="x")
        axes.margins(x=0.14)
        if written is percent:
            axes.xaxis.set_major_formatter(PERCENT)
    _name_lines(row_of_axes[0], list(names.values()))
    return figure


def candidates(metrics: Mapping[str, Any]) -> Figure:
    """Every ensemble that competed: what decided, and what it would have measured.

    Args:
        metrics: the report of metrics, with ``candidates``, ``choice`` and ``data``.
    """
    losses: Mapping[str, float] = metrics["choice"]["log_loss"]
    names = sorted(losses, key=losses.__getitem__)
    figure = new_figure(
        f"The ensemble that detects is '{plain(metrics['ensemble'])}', of least log-loss among "
        f"{len(names)}",
        "Log-loss (left) decides, weighted over protocols and evidence tiers; less is better. "
        "The rest: all evidence, mean over folds, whisker one standard deviation.",
        1.9 + 0.4 * len(names),
        metrics["data"],
    )
    decided, accuracy, recall = figure.subplots(1, 3, sharey=True)
    for line, name in enumerate(names):
        chosen = name == metrics["ensemble"]
        decided.scatter(losses[name], line, s=34, color=INK if chosen else GREY, zorder=3)
        decided.annotate(
            f"{losses[name]:.4f}", (losses[name], line), xytext=(0, 6), textcoords="offset points",
            ha="center", size=SMALL, weight="bold" if chosen else "normal", color=INK,
        )  # fmt: skip
        for axes, figure_name in ((accuracy, "accuracy"), (recall, "recall_at_operating_point")):
            for protocol in PROTOCOLS:
                spread = metrics["candidates"][name][protocol][figure_name]
                _dot(axes, line, spread, PROTOCOL_COLOURS[protocol], folds=False)
    at_point = f"Recall at FPR {rate(metrics['operating_point']['target_fpr'])}"
    for axes, title in ((decided, "Log-loss"), (accuracy, "Accuracy"), (recall, at_point)):
        dress(axes, title=title, grid="x")
    decided.margins(x=0.25)
    for axes in (accuracy, recall):
        axes.xaxis.set_major_formatter(PERCENT)
    for protocol in PROTOCOLS:
        place = metrics["candidates"][names[0]][protocol]["accuracy"]["mean"]
        accuracy.annotate(
            protocol, (place, 0), xytext=(0, 9), textcoords="offset points", ha="center",
            size=SMALL, weight="bold", color=PROTOCOL_COLOURS[protocol],
        )  # fmt: skip
    _name_lines(decided, [plain(name) for name in names])
    for text, name in zip(decided.get_yticklabels(), names, strict=True):
        text.set_weight("bold" if name == metrics["ensemble"] else "normal")
    return figure


def _dot(
    axes: Axes, line: int, spread: Mapping[str, Any], colour: str, *, folds: bool = True
) -> None:
    if folds:
        values = spread["folds"]
        axes.scatter(
            values, np.full(len(values), line), s=14, color=colour, alpha=0.25, linewidths=0
        )
    axes.errorbar(
        spread["mean"], line, xerr=spread["std"], fmt="o", markersize=5.5, color=colour,
        elinewidth=1.4, capsize=2.5, zorder=3,
    )  # fmt: skip


def _name_lines(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), list(names))
    axes.set_ylim(len(names) - 0.5, -0.75)

"""The detector on pages of another origin, and which features mean there what they mean here."""

from collections.abc import Mapping
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from network_security.reports.external_tables import DIRECTION_LABELS, EVIDENCE_LABELS
from network_security.reports.style import (
    BLUE,
    GREY,
    INK,
    SMALL,
    TEXT,
    VERMILLION,
    colour_key,
    dress,
    new_figure,
)

DIRECTION_MARKS: Final[Mapping[str, tuple[str, str]]] = {
    "training_to_training": (BLUE, BLUE),
    "training_to_external": (BLUE, "white"),
    "external_to_external": (VERMILLION, VERMILLION),
    "external_to_training": (VERMILLION, "white"),
}
"""Colour of the set that was trained on; filled where it is also judged on."""


def external_validity(metrics: Mapping[str, Any]) -> Figure:
    """Above, ROC-AUC within and across the two sets by evidence; below, of each feature alone.

    Args:
        metrics: the report of metrics, with ``external_validity`` and ``data``.
    """
    report: Mapping[str, Any] = metrics["external_validity"]
    if not report["measured"]:
        return _not_measured(report, metrics["data"])
    served = report["served"]["extracted"]
    within = report["transfer"]["training_to_training"]
    features = sorted(report["features"], key=lambda row: row["training"]["roc_auc"]["mean"])
    figure = new_figure(
        "On pages of another origin the detector's ROC-AUC is "
        f"{served['all']['roc_auc']['mean']:.2f}, on its own with as much evidence "
        f"{within['all']['roc_auc']['mean']:.2f}",
        "Above: colour, what an ensemble was trained on; filled, judged on that, out of fold; "
        "hollow, on the other; diamond, the detector as it is served. Below: each feature alone; "
        "left of 0.5 it speaks for the wrong class; bold, the sets contradict each other. "
        "Whisker: one standard deviation.",
        4.6 + 0.21 * len(features),
        metrics["data"],
    )
    above, below = figure.subplots(2, 1, height_ratios=[2.9, 0.9 + 0.21 * len(features)])
    _draw_transfer(above, report["transfer"], served)
    _draw_features(below, features)
    return figure


def _draw_transfer(axes: Axes, transfer: Mapping[str, Any], served: Mapping[str, Any]) -> None:
    for line, evidence in enumerate(EVIDENCE_LABELS):
        _dot(axes, served[evidence]["roc_auc"], line - 0.3, INK, INK, marker="D")
        for step, (direction, (edge, face)) in enumerate(DIRECTION_MARKS.items()):
            figure = transfer[direction][evidence]["roc_auc"]
            _dot(axes, figure, line - 0.14 + 0.15 * step, edge, face)
    axes.axvline(0.5, color=GREY, linewidth=1)
    dress(axes, title="ROC-AUC by evidence", grid="x")
    axes.set_yticks(range(len(EVIDENCE_LABELS)), list(EVIDENCE_LABELS.values()))
    axes.set_ylim(len(EVIDENCE_LABELS) - 0.4, -0.6)
    axes.set_xlim(0.48, 1.32)
    axes.set_xticks([0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    _key(axes)


def _key(axes: Axes) -> None:
    """Say what the marks are, beside them: on no mark's place, for no ROC-AUC is above 1."""
    entries = {"as served, on external": (INK, INK, "D")} | {
        DIRECTION_LABELS[direction]: (*colours, "o")
        for direction, colours in DIRECTION_MARKS.items()
    }
    for line, (words, (edge, face, marker)) in enumerate(entries.items()):
        top = 0.9 - 0.1 * line
        axes.plot(
            0.655, top, marker=marker, markersize=4.5, color=edge, markerfacecolor=face,
            transform=axes.transAxes,
        )  # fmt: skip
        axes.text(
            0.675, top, words, transform=axes.transAxes, size=SMALL, weight="bold", color=edge,
            va="center",
        )  # fmt: skip


def _draw_features(axes: Axes, features: list[Mapping[str, Any]]) -> None:
    for line, row in enumerate(features):
        ends = [row[origin]["roc_auc"]["mean"] for origin in ("training", "external")]
        axes.plot(ends, [line, line], color=GREY, linewidth=1, zorder=1)
        for origin, colour in (("training", BLUE), ("external", VERMILLION)):
            _dot(axes, row[origin]["roc_auc"], line, colour, colour)
    axes.axvline(0.5, color=GREY, linewidth=1)
    dress(axes, x="ROC-AUC of the feature alone", title="Features that both sets hold", grid="x")
    axes.set_yticks(range(len(features)), [row["feature"] for row in features])
    axes.set_ylim(-0.7, len(features) - 0.3)
    for text, row in zip(axes.get_yticklabels(), features, strict=True):
        text.set_fontweight("bold" if row["verdict"] == "flips" else "normal")
    colour_key(axes, {"training set": BLUE, "external set": VERMILLION}, 0.98, 0.12, align="right")


def _dot(
    axes: Axes, figure: Mapping[str, float], line: float, edge: str, face: str, marker: str = "o"
) -> None:
    axes.errorbar(
        figure["mean"], line, xerr=figure["std"], fmt=marker, markersize=4.5, color=edge,
        markerfacecolor=face, elinewidth=1.2, capsize=2, zorder=3,
    )  # fmt: skip


def _not_measured(report: Mapping[str, Any], data: Mapping[str, Any]) -> Figure:
    figure = new_figure(
        "Not measured: how the detector does on pages of another origin",
        f"The external set is had at {report['source']['home']}.",
        1.6,
        data,
    )
    axes = figure.subplots()
    axes.set_axis_off()
    axes.text(
        0, 0.5, f"Put its file into data/01_raw as {report['source']['file']}", size=TEXT,
        color=INK, va="center",
    )  # fmt: skip
    return figure

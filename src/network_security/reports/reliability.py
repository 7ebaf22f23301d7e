"""Whether a stated probability is the frequency that is observed: before and after calibration."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from network_security.detection.metrics import CALIBRATION_BINS
from network_security.reports.style import (
    BLUE,
    GREY,
    INK,
    PERCENT,
    SMALL,
    VERMILLION,
    dress,
    new_figure,
)
from network_security.reports.wording import percent, tier_label

WHEN = {"before": VERMILLION, "after": BLUE}


def reliability(metrics: Mapping[str, Any]) -> Figure:
    """Observed frequency against stated probability, with how often each probability is stated.

    Above: full evidence, the plain mean of the members' own probabilities beside the calibrated
    one. Below: the calibrated one at each evidence tier.

    Args:
        metrics: the report of metrics, with ``calibration`` and ``data``.
    """
    tiers: Mapping[str, Any] = metrics["calibration"]
    complete = tiers["all"]
    figure = new_figure(
        f"Calibration takes the mean gap between stated and observed from "
        f"{complete['before']['ece']:.3f} to {complete['after']['ece']:.3f}",
        "Out of fold, grouped protocol. A dot is the rows whose probability lies in one of "
        f"{CALIBRATION_BINS} equal bins; on the diagonal, what is stated is what is observed. "
        "ECE: expected calibration error.",
        8.3,
        metrics["data"],
    )
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=[1.7, 1])[:, 0]
    grid = above.subplots(2, 2, height_ratios=[3.2, 1], sharex=True)
    titles = {"before": "Before: mean of members' own", "after": "After: calibrated"}
    for column, (when, colour) in enumerate(WHEN.items()):
        curve, bars = grid[0, column], grid[1, column]
        _curve(curve, complete[when], colour)
        dress(curve, y="Observed share of phishing", title=titles[when])
        _bars(bars, complete[when]["histogram"], colour)
        dress(bars, x="Stated probability of phishing", y="Rows", grid="y")
        bars.xaxis.set_major_formatter(PERCENT)
    limit = max(max(complete[when]["histogram"]) for when in WHEN)
    for bars in grid[1]:
        bars.set_ylim(0, 1.05 * limit)
    small = below.subplots(1, len(tiers), sharey=True)
    for axes, (tier, measured) in zip(np.atleast_1d(small), tiers.items(), strict=True):
        _curve(axes, measured["after"], BLUE, size=3)
        dress(axes, x="Stated", title=tier_label(metrics["detector"], tier))
        axes.xaxis.set_major_formatter(PERCENT)
        axes.set_xticks([0, 0.5, 1])
    np.atleast_1d(small)[0].set_ylabel("Observed", size=9.5)
    return figure


def _curve(axes: Axes, measured: Mapping[str, Any], colour: str, size: float = 5) -> None:
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":")
    points = measured["reliability"]
    axes.plot(
        points["probability"], points["frequency"],
        color=colour, marker="o", markersize=size, linewidth=1.2,
    )  # fmt: skip
    axes.text(
        0.97, 0.05, f"ECE {measured['ece']:.3f}", transform=axes.transAxes,
        ha="right", size=SMALL, weight="bold", color=colour,
    )  # fmt: skip
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.03)
    axes.yaxis.set_major_formatter(PERCENT)


def _bars(axes: Axes, histogram: list[int], colour: str) -> None:
    edges = np.linspace(0, 1, len(histogram) + 1)
    axes.bar(
        edges[:-1], histogram, width=np.diff(edges), align="edge", color=colour, edgecolor="white"
    )
    tenth = len(histogram) // 10
    undecided = sum(histogram[tenth:-tenth]) / sum(histogram)
    axes.text(
        0.5, 0.8, f"{percent(undecided)} of rows\nbetween 10% and 90%",
        transform=axes.transAxes, ha="center", va="center", size=SMALL, color=INK,
    )  # fmt: skip

"""ROC and precision-recall curves of both protocols, drawn for the rates that matter."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from network_security.detection.arrays import Floats
from network_security.detection.cross_validation import chosen_probability
from network_security.detection.protocols import PROTOCOLS
from network_security.reports.style import (
    GREY,
    INK,
    PERCENT,
    PROTOCOL_COLOURS,
    SMALL,
    colour_key,
    dress,
    new_figure,
)
from network_security.reports.wording import one_in, percent, rate

LOW_RATES: Final = (0.001, 0.1)
"""Ends of the logarithmic axis; the false positives of one fold resolve little below them."""
RESOLVED: Final = 5
"""A precision that rests on fewer false positives than this is not drawn."""
SHOWN_RECALL: Final = (0.5, 0.99)
"""Recalls that the precision axis is fitted to."""
SPOKEN_RECALL: Final = 0.9
"""The recall whose precision the heading states."""


def roc_curves(
    probabilities: pd.DataFrame,
    chosen: Mapping[str, Any],
    false_positive_rate: float,
    data: Mapping[str, Any],
) -> Figure:
    """Recall against false-positive rate: whole, and the low rates on a logarithmic axis.

    Each curve is the mean over folds of the recall at equal false-positive rates, its band one
    standard deviation (T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters
    27, 2006: vertical averaging).

    Args:
        probabilities: out of fold, as `cross_validation.calibrate_out_of_fold` gives them.
        chosen: which candidate detects.
        false_positive_rate: of the operating point.
        data: what was measured on.
    """
    lines = _complete(probabilities, chosen)
    rates = np.unique(
        np.concatenate(
            [np.linspace(0, 1, 201), np.geomspace(*LOW_RATES, 201), [false_positive_rate]]
        )
    )
    recall = {
        protocol: np.array([_recall_at(rates, fold) for _, fold in rows.groupby("fold")])
        for protocol, rows in lines.groupby("protocol")
    }
    caught = {
        protocol: recall[protocol][:, rates == false_positive_rate].mean() for protocol in PROTOCOLS
    }
    figure = new_figure(
        f"At a false-positive rate of {rate(false_positive_rate)} a fold catches "
        f"{percent(caught['grouped'])} of phishing, or {percent(caught['random'])} when equal "
        "rows may be trained on",
        "Out of fold, all evidence. Line: mean over folds; band: one standard deviation. "
        "grouped: equal rows stay on one side of a split. random: rows are dealt at random.",
        4.5,
        data,
    )
    whole, low = figure.subplots(1, 2)
    for protocol in reversed(PROTOCOLS):
        for axes in (whole, low):
            _band(axes, rates, recall[protocol], PROTOCOL_COLOURS[protocol])
    whole.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":")
    whole.text(0.5, 0.44, "chance", size=SMALL, color=GREY)
    low.axvline(false_positive_rate, color=GREY, linewidth=0.9, linestyle="--")
    low.annotate(
        f"operating point {rate(false_positive_rate)}", (false_positive_rate, 0.03),
        xycoords=low.get_xaxis_transform(), xytext=(-4, 0), textcoords="offset points",
        size=SMALL, color=INK, ha="right",
    )  # fmt: skip
    low.set_xscale("log")
    low.set_xlim(*LOW_RATES)
    low.set_ylim(_floor(recall["grouped"][:, rates >= LOW_RATES[0]]), 1.0)
    whole.set_xlim(0, 1)
    whole.set_ylim(0, 1.005)
    dress(whole, x="False-positive rate", y="Recall", title="Whole curve")
    dress(low, x="False-positive rate, logarithmic", y="Recall", title="Low false-positive rates")
    low.set_xticks([0.001, 0.01, 0.1])
    low.grid(visible=True, which="minor", axis="x", color="#F0F0F0", linewidth=0.5)
    for axes in (whole, low):
        axes.xaxis.set_major_formatter(PERCENT)
        axes.yaxis.set_major_formatter(PERCENT)
    colour_key(low, PROTOCOL_COLOURS, 0.97, 0.3, align="right")
    return figure


def precision_recall_curves(
    probabilities: pd.DataFrame,
    chosen: Mapping[str, Any],
    base_rate: float,
    data: Mapping[str, Any],
) -> Figure:
    """Precision against recall: at the data set's class balance, and at an operator's base rate.

    Precision depends on how much of what is seen is phishing, so it is computed from recall r and
    false-positive rate f at a share p as ``r p / (r p + f (1 - p))``.

    Args:
        probabilities: out of fold, as `cross_validation.calibrate_out_of_fold` gives them.
        chosen: which candidate detects.
        base_rate: share of phishing that an operator sees, in (0, 1).
        data: what was measured on.
    """
    lines = _complete(probabilities, chosen)
    balance = float(lines["label"].mean())
    recalls = np.linspace(0.005, 1, 400)
    precision = {
        protocol: np.array(
            [
                _precision(recalls, _fpr_at(recalls, fold), balance)
                for _, fold in rows.groupby("fold")
            ]
        )
        for protocol, rows in lines.groupby("protocol")
    }
    grouped = lines[lines["protocol"] == "grouped"]
    fpr = _fpr_at(np.array([SPOKEN_RECALL]), grouped)
    right, in_operation = (
        percent(float(_precision(np.array([SPOKEN_RECALL]), fpr, share)[0]))
        for share in (balance, base_rate)
    )
    figure = new_figure(
        f"At {rate(SPOKEN_RECALL)} recall {right} of alerts are phishing where {percent(balance)} "
        f"of rows are, but {in_operation} where {one_in(base_rate)} is (grouped)",
        "Out of fold, all evidence. Left: mean over folds, band one standard deviation. Right: all "
        f"folds' rows together, drawn where it rests on at least {RESOLVED} false positives.",
        4.5,
        data,
    )
    balanced, deployed = figure.subplots(1, 2)
    for protocol in reversed(PROTOCOLS):
        colour = PROTOCOL_COLOURS[protocol]
        rows = lines[lines["protocol"] == protocol]
        _band(balanced, recalls, precision[protocol], colour)
        fpr = _fpr_at(recalls, rows)
        resolved = fpr * (rows["label"] == 0).sum() >= RESOLVED
        deployed.plot(
            recalls[resolved],
            _precision(recalls, fpr, base_rate)[resolved],
            color=colour,
            linewidth=1.6,
        )
    deployed.text(
        0.03, 0.97, f"further left: fewer than\n{RESOLVED} false positives,\ntoo few to tell",
        transform=deployed.transAxes, size=SMALL, color=GREY, va="top",
    )  # fmt: skip
    low, high = SHOWN_RECALL
    shown = (recalls > low) & (recalls < high)
    balanced.set_ylim(_floor(precision["grouped"][:, shown]), 1.003)
    deployed.set_ylim(bottom=0)
    dress(balanced, x="Recall", y="Precision", title=f"Data set: {percent(balance)} phishing")
    dress(deployed, x="Recall", y="Precision", title=f"Operation: {one_in(base_rate)} phishing")
    for axes in (balanced, deployed):
        axes.set_xlim(low, 1)
        axes.xaxis.set_major_formatter(PERCENT)
        axes.yaxis.set_major_formatter(PERCENT)
    colour_key(balanced, PROTOCOL_COLOURS, 0.04, 0.2)
    return figure


def _complete(probabilities: pd.DataFrame, chosen: Mapping[str, Any]) -> pd.DataFrame:
    """The lines at full evidence, the detector's own probability in a column ``detector``."""
    lines = probabilities.assign(detector=chosen_probability(probabilities, chosen))
    return lines[lines["tier"] == "all"]


def _recall_at(rates: Floats, rows: pd.DataFrame) -> Floats:
    """The highest recall at each false-positive rate, as `metrics.recall_at_fpr` defines it."""
    fpr, recall, _ = roc_curve(rows["label"], rows["detector"], drop_intermediate=False)
    return np.asarray(recall[np.searchsorted(fpr, rates, side="right") - 1])


def _fpr_at(recalls: Floats, rows: pd.DataFrame) -> Floats:
    """The lowest false-positive rate at which each recall is reached."""
    fpr, recall, _ = roc_curve(rows["label"], rows["detector"], drop_intermediate=False)
    return np.asarray(fpr[np.searchsorted(recall, recalls, side="left")])


def _precision(recall: Floats, fpr: Floats, share: float) -> Floats:
    caught, false_alarms = recall * share, fpr * (1 - share)
    return caught / (caught + false_alarms)


def _band(axes: Axes, x: Floats, folds: Floats, colour: str) -> None:
    """The mean of curves of shape (n_folds, n_points), and one standard deviation about it."""
    mean, std = folds.mean(axis=0), folds.std(axis=0, ddof=1)
    axes.fill_between(
        x, mean - std, np.minimum(mean + std, 1), color=colour, alpha=0.18, linewidth=0
    )
    axes.plot(x, mean, color=colour, linewidth=1.6)


def _floor(folds: Floats) -> float:
    """A round lower end for an axis that is to show these curves from their lowest mean up."""
    return max(0.0, float(np.floor(10 * (folds.mean(axis=0).min() - 0.05)) / 10))

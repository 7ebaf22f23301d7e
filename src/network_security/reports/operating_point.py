"""What alerting at a threshold means: the counts at the operating point, and an analyst's day."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from network_security.reports.style import (
    BLUE,
    CLASSES,
    INK,
    PALE,
    SMALL,
    TEXT,
    VERMILLION,
    dress,
    new_figure,
)
from network_security.reports.wording import count, one_in, percent, rate

DUTY_COLUMNS: Final[Mapping[str, str]] = {
    "target_fpr": "False-positive\nrate allowed",
    "threshold": "Alert from\nprobability",
    "alerts_per_day": "Alerts\na day",
    "false_alarms_per_day": "of them\nfalse",
    "caught_per_day": "Phishing\ncaught",
    "missed_per_day": "Phishing\nmissed",
    "precision": "Alerts that\nare phishing",
}
"""Columns of the threshold table as a person reads them."""


def threshold_rows(metrics: Mapping[str, Any]) -> pd.DataFrame:
    """What each threshold brings in a day, for a spreadsheet.

    Args:
        metrics: the report of metrics.

    Returns:
        A row a false-positive rate: the columns of `thresholds.duty_table`; ``caught_per_day``; and
        ``measured_false_positives``, the rows that the false alarms are told from.
    """
    duty = pd.DataFrame(metrics["duty"])
    point = metrics["operating_point"]
    legitimate = point["true_negatives"] + point["false_positives"]
    return duty.assign(
        caught_per_day=duty["alerts_per_day"] - duty["false_alarms_per_day"],
        measured_false_positives=(duty["fpr"] * legitimate).round().astype(int),
    )


def threshold_cells(metrics: Mapping[str, Any]) -> list[list[str]]:
    """The threshold table's cells as a person reads them, in the order of `DUTY_COLUMNS`."""
    written = {"target_fpr": rate, "threshold": "{:.3f}".format, "precision": percent}
    return [
        [written.get(column, count)(row[column]) for column in DUTY_COLUMNS]
        for row in threshold_rows(metrics).to_dict("records")
    ]


def confusion(metrics: Mapping[str, Any]) -> Figure:
    """Counts and rates of right and wrong calls at the operating point.

    Args:
        metrics: the report of metrics, with ``operating_point`` and ``data``.
    """
    point = metrics["operating_point"]
    counts = (
        (point["true_negatives"], point["false_positives"]),
        (point["false_negatives"], point["true_positives"]),
    )
    figure = new_figure(
        f"At the operating point {percent(point['recall'])} of phishing is caught, and "
        f"{percent(point['fpr'])} of legitimate rows raise an alert",
        f"Grouped protocol, all evidence. Each fold is judged by the threshold that gives a "
        f"false-positive rate of {rate(point['target_fpr'])} on the other folds.",
        4.3,
        metrics["data"],
    )
    axes = figure.subplots()
    for truth, row in enumerate(counts):
        for called, number in enumerate(row):
            share = number / sum(row)
            colour = BLUE if truth == called else VERMILLION
            cell = Rectangle((called, 1 - truth), 1, 1, facecolor=colour, alpha=0.12 + 0.7 * share)
            cell.set(edgecolor="white", linewidth=3)
            axes.add_patch(cell)
            ink = "white" if share > 0.5 else INK  # noqa: PLR2004
            middle = (called + 0.5, 1.5 - truth)
            axes.text(*middle, count(number), ha="center", va="bottom", size=20, color=ink)
            axes.text(
                middle[0], middle[1] - 0.06, f"{percent(share, 2)} of {CLASSES[truth]}",
                ha="center", va="top", size=TEXT, color=ink,
            )  # fmt: skip
    dress(axes, grid="none")
    axes.set_xlim(0, 2)
    axes.set_ylim(0, 2)
    axes.set_xticks([0.5, 1.5], ["no alert", "alert"], size=TEXT)
    axes.set_yticks([1.5, 0.5], [f"truly {name}" for name in CLASSES], size=TEXT)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure


def threshold_table(metrics: Mapping[str, Any]) -> Figure:
    """What each threshold means in an analyst's day, as a table; the operating point stands out.

    Args:
        metrics: the report of metrics, with ``duty``, ``day``, ``operating_point`` and ``data``.
    """
    day = metrics["day"]
    cells = threshold_cells(metrics)
    rests_on = int(threshold_rows(metrics)["measured_false_positives"].min())
    phishing = day["urls_per_day"] * day["base_rate"]
    point = metrics["operating_point"]["target_fpr"]
    at_point = [row["target_fpr"] == point for row in metrics["duty"]]
    highlighted = "Blue: the operating point. " if any(at_point) else ""
    figure = new_figure(
        f"A day of {count(day['urls_per_day'])} URLs, {count(phishing)} of them phishing "
        f"({one_in(day['base_rate'])})",
        f"Grouped protocol, all evidence. {highlighted}Rates are those of the training set's rows: "
        f"the lowest rests on {rests_on} false positives there and is rough.",
        1.55 + 0.3 * (len(cells) + 1),
        metrics["data"],
    )
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_xlim(0, len(DUTY_COLUMNS))
    axes.set_ylim(len(cells), -1.4)
    for column, heading in enumerate(DUTY_COLUMNS.values()):
        axes.text(
            column + 0.95, -0.15, heading, ha="right", va="bottom",
            size=SMALL, weight="bold", color=INK,
        )  # fmt: skip
    axes.axhline(0, color=INK, linewidth=1)
    for line, (written, stands_out) in enumerate(zip(cells, at_point, strict=True)):
        if stands_out:
            axes.axhspan(line, line + 1, color=BLUE, alpha=0.16, linewidth=0)
        axes.axhline(line + 1, color=PALE, linewidth=0.7)
        for column, text in enumerate(written):
            axes.text(
                column + 0.95, line + 0.5, text, ha="right", va="center", size=TEXT, color=INK
            )
    return figure

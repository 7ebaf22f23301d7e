"""Plots of the URL text expert."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from network_security.detection.url_text.protocols import each_subject
from network_security.reports.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PERCENT,
    SMALL,
    VERMILLION,
    colour_key,
    dress,
    new_figure,
)
from network_security.reports.url_text_tables import SHORTCUTS, subject_label
from network_security.reports.wording import percent, plain

Metrics = Mapping[str, Any]

LOW_RATES: Final = (0.001, 0.1)
COLOURS: Final = (BLUE, ORANGE, VERMILLION, GREEN, "#CC79A7", "#56B4E9", GREY)
"""Okabe and Ito's, one a curve; they begin again behind the last."""


def roc_by_protocol(
    urls: pd.DataFrame, folds: pd.DataFrame, scores: pd.DataFrame, metrics: Metrics
) -> Figure:
    """Recall against false-positive rate of each protocol and subject.

    Each curve is the mean over folds of the recall at equal false-positive rates (T. Fawcett, "An
    introduction to ROC analysis", 2006: vertical averaging).

    Args:
        urls: the labelled URLs.
        folds: as `folds.deal_folds` gives them.
        scores: of held-out URLs, as `protocols.score_held_out` gives them.
        metrics: the report of metrics.
    """
    label = urls["label"].to_numpy()
    rates = np.unique(np.concatenate([np.linspace(0, 1, 201), np.geomspace(*LOW_RATES, 201)]))
    curves: dict[str, list[Any]] = {}
    for (protocol, subject, _), rows in each_subject(urls, folds, scores, unused_fold(metrics)):
        truth = label[rows["row"]]
        if len(set(truth)) > 1:
            name = subject_label(protocol, subject)
            false, recall, _ = roc_curve(truth, rows["log_odds"], drop_intermediate=False)
            curves.setdefault(name, []).append(np.interp(rates, false, recall))
    figure = new_figure(
        "How much phishing is caught, by what was trained on and what was tested",
        "Mean over folds of URLs whose domain was never trained on. Sources differ more than "
        "classes do: a list that was left out of training is the hardest test.",
        5.2,
        metrics["data"],
    )
    whole, low = figure.subplots(1, 2)
    colours = dict(zip(curves, COLOURS * len(curves), strict=False))
    for name, recall in curves.items():
        for axes in (whole, low):
            axes.plot(rates, np.mean(recall, axis=0), color=colours[name], linewidth=1.4)
    for axes in (whole, low):
        dress(axes, x="False-positive rate", y="Recall")
        axes.yaxis.set_major_formatter(PERCENT)
        axes.xaxis.set_major_formatter(PERCENT)
        axes.set_ylim(0, 1.01)
    low.set_xscale("log")
    low.set_xlim(*LOW_RATES)
    figure.draw_without_rendering()
    colour_key(whole, colours, 0.99, 0.42, align="right")
    return figure


def shortcuts(metrics: Metrics) -> Figure:
    """ROC-AUC of what parts the lists without a thought about phishing, beside the expert's."""
    tested = _tested(metrics, "protocols")
    figure = new_figure(
        "What the lists give away, and what is left of the expert when the classes share it",
        "ROC-AUC. Small marks: presence of a path, https, www, and length alone; 0.5 tells "
        "nothing, far below it as much as far above. Matched: the classes weighed to be alike in "
        "all four.",
        1.9 + 0.5 * len(tested),
        metrics["data"],
    )
    axes = figure.subplots()
    places = np.arange(len(tested))[::-1]
    for shift, name in enumerate(SHORTCUTS):
        alone = [_mean(own[f"shortcut_{name}"]) for _, own in tested]
        axes.scatter(alone, places + 0.24 - 0.16 * shift, s=14, color=GREY, marker="x", zorder=3)
        for x, y in zip(alone, places + 0.24 - 0.16 * shift, strict=True):
            axes.annotate(
                name, (x, y), (4, 0), textcoords="offset points", va="center",
                size=SMALL - 2.5, color=GREY,
            )  # fmt: skip
    marks = {"roc_auc": ("expert", BLUE), "roc_auc_matched": ("classes matched", VERMILLION)}
    for name, (_, colour) in marks.items():
        axes.scatter([_mean(own[name]) for _, own in tested], places, s=34, color=colour, zorder=4)
    _name_rows(axes, places, [name for name, _ in tested], above=1.0)
    axes.axvline(0.5, color=GREY, linewidth=0.8)
    dress(axes, x="ROC-AUC", grid="x")
    axes.set_xlim(0.2, 1.02)
    figure.draw_without_rendering()
    colour_key(axes, dict(marks.values()), 0.01, 0.98)
    return figure


def evasions(metrics: Metrics) -> Figure:
    """Recall that each evasion costs at the operating point."""
    tested = _tested(metrics, "evasions")
    names = list(tested[0][1]) if tested else []
    worst = max(
        (_mean(figure) for _, own in tested for figure in own.values()), default=float("nan")
    )
    figure = new_figure(
        f"The costliest evasion hides {percent(max(worst, 0.0))} of phishing from its expert",
        "Loss of recall at a false-positive rate of 1%, mean over folds; left of 0 the altered "
        "URLs are caught more often. A colour each for what was tested.",
        1.4 + 0.34 * max(len(names), 1) + 0.24 * len(tested),
        metrics["data"],
    )
    axes = figure.subplots()
    places = np.arange(len(names))[::-1]
    colours = dict(zip((name for name, _ in tested), COLOURS * max(len(tested), 1), strict=False))
    for shift, (name, own) in enumerate(tested):
        offset = 0.24 - 0.48 * shift / max(len(tested) - 1, 1)
        axes.scatter(
            [_mean(own[evasion]) for evasion in names], places + offset, s=20,
            color=colours[name], zorder=3,
        )  # fmt: skip
    _name_rows(axes, places, [plain(name) for name in names], above=0.7 * len(tested))
    axes.axvline(0, color=GREY, linewidth=0.8)
    dress(axes, x="Recall lost", grid="x")
    axes.xaxis.set_major_formatter(PERCENT)
    figure.draw_without_rendering()
    colour_key(axes, colours, 0.99, 0.98, align="right")
    return figure


def left_out(metrics: Metrics) -> Figure:
    """ROC-AUC on each list, left out of training or with its domains alone unseen."""
    tested = _tested(metrics, "protocols")
    figure = new_figure(
        "How well lists are judged that nothing was trained on, beside those of which only the "
        "tested domains were left out",
        "ROC-AUC, mean over folds and one standard deviation. Of a list with one class, the other "
        "comes from the other lists' held-out URLs.",
        1.3 + 0.36 * len(tested),
        metrics["data"],
    )
    axes = figure.subplots()
    places = np.arange(len(tested))[::-1]
    for place, (name, own) in zip(places, tested, strict=True):
        figure_of_merit = own["roc_auc"]
        axes.errorbar(
            _mean(figure_of_merit), place, xerr=figure_of_merit["std"] or 0.0, fmt="o",
            color=VERMILLION if "left out" in name else BLUE, markersize=5, capsize=2,
        )  # fmt: skip
    _name_rows(axes, places, [name for name, _ in tested])
    dress(axes, x="ROC-AUC", grid="x")
    return figure


def unused_fold(metrics: Metrics) -> int:
    """The fold that settings were searched for on."""
    return int(metrics["data"]["folds"]) - 1


def _tested(metrics: Metrics, part: str) -> list[tuple[str, Metrics]]:
    """What was tested, in words, with its figures."""
    return [
        (subject_label(protocol, subject), own)
        for protocol, subjects in metrics[part].items()
        for subject, own in subjects.items()
    ]


def _mean(figure: Metrics) -> float:
    return float("nan") if figure["mean"] is None else float(figure["mean"])


def _name_rows(axes: Axes, places: np.ndarray, names: list[str], above: float = 0.0) -> None:
    """Name the rows, and leave room for so many more above them."""
    axes.set_yticks(places, names)
    axes.set_ylim(-0.6, len(names) - 0.4 + above)

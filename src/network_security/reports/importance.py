"""Which features the detector rests on, over all rows and in single ones."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from network_security.detection.arrays import Floats
from network_security.reports.style import (
    BLUE,
    CLASS_COLOURS,
    CLASSES,
    GREEN,
    GREY,
    INK,
    SMALL,
    dress,
    new_figure,
)
from network_security.reports.wording import feature_labels

SHOWN: Final = 15
"""Features in the plot of single rows; the rest hardly move a verdict."""
VALUES: Final[Mapping[int, tuple[str, str]]] = {
    -1: (f"value -1: {CLASSES[1]}", CLASS_COLOURS[1]),
    0: ("value 0: suspicious", GREY),
    1: (f"value 1: {CLASSES[0]}", CLASS_COLOURS[0]),
}
"""What each feature value stands for in the data set, and its colour."""


def mean_contributions(contributions: pd.DataFrame) -> pd.Series:
    """Mean absolute contribution of each feature in log-odds, largest first.

    Args:
        contributions: a row each, columns ``shap.<feature>`` and others.
    """
    features = _features(contributions)
    values = contributions[[f"shap.{feature}" for feature in features]].abs().mean()
    return pd.Series(values.to_numpy(), index=features).sort_values(ascending=False)


def importance(
    permutation: pd.DataFrame,
    contributions: pd.DataFrame,
    detector: str,
    data: Mapping[str, Any],
) -> Figure:
    """Side by side: what a feature is worth to the ranking, and how far it moves a verdict.

    Args:
        permutation: columns ``feature``, ``mean`` and ``std``, the loss of ROC-AUC, largest first.
        contributions: a row each, columns ``shap.<feature>``, in log-odds.
        detector: whose features they are.
        data: what was measured on.
    """
    moved = mean_contributions(contributions)
    ranked = permutation.set_index("feature")
    leading = " and ".join(ranked.index[:3]).replace(" and ", ", ", 1)
    figure = new_figure(
        f"The detector rests most on {leading}",
        "Left: ROC-AUC lost when the feature is shuffled among out-of-fold rows, mean over folds, "
        "whisker one standard deviation. Right: mean absolute contribution (SHAP) over "
        f"{len(contributions)} rows.",
        1.5 + 0.235 * len(ranked),
        data,
    )
    left, right = figure.subplots(1, 2, sharey=True)
    names = feature_labels(detector)
    place = np.arange(len(ranked))
    left.barh(
        place, ranked["mean"], color=BLUE, height=0.66, xerr=ranked["std"],
        error_kw={"ecolor": INK, "elinewidth": 0.8, "capsize": 1.5},
    )  # fmt: skip
    right.barh(place, moved[ranked.index], color=GREEN, height=0.66)
    left.set_xlim(left=min(0.0, float((ranked["mean"] - ranked["std"]).min())))
    dress(left, x="Loss of ROC-AUC", title="Shuffling", grid="x")
    dress(right, x="Mean |contribution|, log-odds", title="SHAP", grid="x")
    left.set_yticks(place, [names[feature] for feature in ranked.index])
    left.set_ylim(len(ranked) - 0.4, -0.6)
    right.tick_params(axis="y", length=0)
    return figure


def shap_summary(contributions: pd.DataFrame, detector: str, data: Mapping[str, Any]) -> Figure:
    """A dot a row and feature: where it lies is how far the feature moved the row's log-odds.

    Args:
        contributions: a row each, columns ``shap.<feature>``, in log-odds, and ``value.<feature>``.
        detector: whose features they are.
        data: what was measured on.
    """
    features = list(mean_contributions(contributions).index[:SHOWN])
    figure = new_figure(
        f"How far the values of the {len(features)} strongest features move single verdicts",
        f"A dot is one of {len(contributions)} distinct rows. To the right the feature speaks for "
        "phishing, to the left against; one unit of log-odds multiplies the odds by 2.7.",
        1.7 + 0.37 * len(features),
        data,
    )
    axes = figure.subplots()
    axes.axvline(0, color=GREY, linewidth=0.9)
    for line, feature in enumerate(features):
        moved = contributions[f"shap.{feature}"].to_numpy()
        values = contributions[f"value.{feature}"].to_numpy()
        height = line + _spread_apart(moved)
        for value, (_, colour) in VALUES.items():
            own = values == value
            axes.scatter(
                moved[own],
                height[own],
                s=9,
                color=colour,
                alpha=0.75,
                linewidths=0,
                rasterized=True,
            )
    names = feature_labels(detector)
    dress(axes, x="Contribution to the log-odds of phishing", grid="x")
    axes.set_yticks(range(len(features)), [names[feature] for feature in features])
    axes.set_ylim(len(features) - 0.4, -0.6)
    for position, (words, colour) in enumerate(VALUES.values()):
        axes.text(
            position / len(VALUES), 1.01, words, transform=axes.transAxes,
            size=SMALL, weight="bold", color=colour, va="bottom",
        )  # fmt: skip
    return figure


def _features(contributions: pd.DataFrame) -> list[str]:
    return [
        column.removeprefix("value.")
        for column in contributions.columns
        if column.startswith("value.")
    ]


def _spread_apart(positions: Floats, slots: int = 60, reach: float = 0.36) -> Floats:
    """Offsets that keep dots of about equal position from hiding one another, within `reach`.

    Dots of a slot are stacked about the middle, the first in it, the next ones above and below.
    """
    width = max(float(np.ptp(positions)), 1e-9) / slots
    slot = np.floor((positions - positions.min()) / width).astype(int)
    offsets = np.zeros(len(positions))
    fullest = max(int(np.bincount(slot).max()), 8)
    for number in np.unique(slot):
        own = np.flatnonzero(slot == number)
        rank = np.arange(len(own))
        side = np.where(rank % 2 == 0, 1, -1)
        offsets[own] = side * ((rank + 1) // 2) * (2 * reach / fullest)
    return offsets

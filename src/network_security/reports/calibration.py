"""What calibration does: the detector's probabilities beside those that its members state."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.metrics import brier_score_loss

from network_security.detection.arrays import Floats, Ints
from network_security.detection.cross_validation import ROW_COLUMNS, chosen_probability
from network_security.detection.metrics import expected_calibration_error, reliability_curve


def _share_of_votes(balance: Floats) -> Floats:
    return (1 + balance) / 2


def _as_it_is(probability: Floats) -> Floats:
    return probability


OWN_PROBABILITY: Final[Mapping[str, Callable[[Floats], Floats]]] = MappingProxyType(
    {
        "random_forest": _as_it_is,
        "extra_trees": _as_it_is,
        "ada_boost": _share_of_votes,
        "gradient_boosting": expit,
    }
)
"""The probability that a member's score (`members.member_score`) states, taken at its word."""


ROUNDING: Final = 1e-9
"""By how much a sum of votes may miss its bounds."""


def uncalibrated_probability(scores: pd.DataFrame) -> pd.Series:
    """The plain mean of the probabilities that the members state themselves.

    Args:
        scores: out of fold, `cross_validation.ROW_COLUMNS` and a column a member.

    Raises:
        KeyError: nothing is known of a member's scale.
        ValueError: a member's scores are not of the scale that is known of it.
    """
    members = [column for column in scores.columns if column not in ROW_COLUMNS]
    stated = pd.DataFrame(
        {member: OWN_PROBABILITY[member](scores[member].to_numpy()) for member in members},
        index=scores.index,
    )
    for member in members:
        if not stated[member].between(-ROUNDING, 1 + ROUNDING).all():
            raise ValueError(
                f"scores of {member} state probabilities from {stated[member].min():.3f} to "
                f"{stated[member].max():.3f}: its scale is not the one in OWN_PROBABILITY"
            )
    return stated.mean(axis=1).clip(0, 1).rename("uncalibrated")


def measure_calibration(
    scores: pd.DataFrame, probabilities: pd.DataFrame, chosen: Mapping[str, Any]
) -> dict[str, Any]:
    """Calibration under the grouped protocol at each tier, all folds' rows together.

    Args:
        scores: members' scores, out of fold.
        probabilities: the same lines with a column a candidate.
        chosen: which candidate detects.

    Returns:
        For each tier ``before`` (`uncalibrated_probability`) and ``after``, each with ``ece``,
        ``brier``, ``reliability`` and ``histogram``: rows in each of 20 equal-width bins.
    """
    lines = probabilities[["protocol", "tier", "label"]].assign(
        before=uncalibrated_probability(scores), after=chosen_probability(probabilities, chosen)
    )
    grouped = lines[lines["protocol"] == "grouped"]
    return {
        str(tier): {
            when: _calibration(rows["label"].to_numpy(), rows[when].to_numpy())
            for when in ("before", "after")
        }
        for tier, rows in grouped.groupby("tier", sort=False)
    }


def _calibration(truth: Ints, probability: Floats) -> dict[str, Any]:
    return {
        "ece": expected_calibration_error(truth, probability),
        "brier": float(brier_score_loss(truth, probability)),
        "reliability": reliability_curve(truth, probability),
        "histogram": np.histogram(probability, bins=20, range=(0, 1))[0].tolist(),
    }

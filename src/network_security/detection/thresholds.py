"""Operating points: which probability to alert at, and what an analyst's day looks like then."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from network_security.detection.arrays import Floats, Ints


@dataclass(frozen=True)
class DutyOptions:
    """The day that the threshold table describes.

    Attributes:
        urls_per_day: URLs the detector sees in a day.
        base_rate: share of them that is phishing, in (0, 1).
        false_positive_rates: the operating points to describe, each in (0, 1).
    """

    urls_per_day: int
    base_rate: float
    false_positive_rates: Sequence[float]

    def __post_init__(self) -> None:
        """Refuse a day that cannot be."""
        if self.urls_per_day <= 0:
            raise ValueError(f"urls_per_day is {self.urls_per_day}, must be positive")
        for rate in (self.base_rate, *self.false_positive_rates):
            if not 0 < rate < 1:
                raise ValueError(f"a rate is {rate}, must be between 0 and 1")


def threshold_for_fpr(truth: Ints, probability: Floats, rate: float) -> float:
    """The lowest threshold whose false-positive rate on these rows does not exceed `rate`.

    Rows are called phishing at or above the threshold. It lies half-way between two probabilities
    that occur, so that a rounding error in a later score does not carry a row across, except where
    they are neighbours that no number lies between.
    """
    negatives = np.sort(probability[truth == 0])[::-1]
    # Compared as the rate is measured: 0.29 * 100 is less than 29.
    allowed = int(np.sum(np.arange(1, len(negatives) + 1) / max(len(negatives), 1) <= rate))
    highest_refused = negatives[allowed] if allowed < len(negatives) else -np.inf
    above = probability[probability > highest_refused]
    if not len(above):
        return float(np.nextafter(highest_refused, np.inf))
    half_way = (max(highest_refused, 0.0) + above.min()) / 2
    return float(half_way if half_way > highest_refused else above.min())


def duty_table(truth: Ints, probability: Floats, options: DutyOptions) -> list[dict[str, float]]:
    """What each operating point costs and brings in a day, at a base rate unlike the data set's.

    Args:
        truth: shape (n_rows,), 1 for phishing.
        probability: shape (n_rows,), out-of-fold probabilities.
        options: the day to describe.

    Returns:
        A row a false-positive rate: threshold, fpr, recall, alerts_per_day, false_alarms_per_day,
        missed_per_day, and precision, the share of alerts that is phishing.
    """
    phishing_per_day = options.urls_per_day * options.base_rate
    legitimate_per_day = options.urls_per_day - phishing_per_day
    table = []
    for rate in options.false_positive_rates:
        threshold = threshold_for_fpr(truth, probability, rate)
        called = probability >= threshold
        recall = float(called[truth == 1].mean())
        fpr = float(called[truth == 0].mean())
        caught, false_alarms = recall * phishing_per_day, fpr * legitimate_per_day
        alerts = caught + false_alarms
        table.append(
            {
                "target_fpr": rate,
                "threshold": threshold,
                "fpr": fpr,
                "recall": recall,
                "alerts_per_day": alerts,
                "false_alarms_per_day": false_alarms,
                "missed_per_day": phishing_per_day - caught,
                "precision": caught / alerts if alerts else 0.0,
            }
        )
    return table

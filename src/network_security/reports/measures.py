"""The machine-readable report: every figure with its protocol and its spread."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from network_security.detection.arrays import Ints
from network_security.detection.cross_validation import chosen_probability
from network_security.detection.metrics import evaluate, expected_calibration_error
from network_security.detection.protocols import PROTOCOLS
from network_security.detection.thresholds import DutyOptions, duty_table, threshold_for_fpr
from network_security.detection.verdicts.conformal import Conformal, conformal_quantiles

DECISION_THRESHOLD: Final = 0.5
"""Where accuracy, precision, recall and f1 are measured, as publications do."""
CHANCE_DRAWS: Final = 20
COVERAGE: Final = 0.95
"""Share of each class that is not to be answered with the other, where "not sure" is an answer."""
RATES: Final = ("accuracy", "precision", "recall", "fpr")
"""What is measured at the operating point too."""


@dataclass(frozen=True)
class OperatingPointOptions:
    """Where the detector alerts.

    Attributes:
        false_positive_rate: of legitimate rows that may be called phishing, in (0, 1).
    """

    false_positive_rate: float = 0.014

    def __post_init__(self) -> None:
        """Refuse a rate that is none."""
        if not 0 < self.false_positive_rate < 1:
            raise ValueError(
                f"false_positive_rate is {self.false_positive_rate}, must be between 0 and 1"
            )


def measure(
    probabilities: pd.DataFrame,
    chosen: Mapping[str, Any],
    operating_point: OperatingPointOptions,
    duty: DutyOptions,
) -> dict[str, Any]:
    """Every figure of a detector, from its out-of-fold probabilities.

    Args:
        probabilities: lines of `cross_validation.ROW_COLUMNS` with a column a candidate.
        chosen: which candidate detects, as `cross_validation.choose_candidate` gives it.
        operating_point: the false-positive rate to alert at.
        duty: the day that the threshold table describes.

    Returns:
        ``ensemble`` and ``choice``; ``protocols`` and ``candidates`` at full evidence, each figure
        as mean, std and folds; under the grouped protocol ``tiers``, ``thresholds`` of each tier,
        the ``conformal`` quantiles, the counts at the ``operating_point``, and ``duty``, what each
        threshold means in the ``day``. Figures that end in ``_at_operating_point`` are measured in
        each fold at the threshold that the other folds' rows choose.
    """
    rate = operating_point.false_positive_rate
    candidates = [name for name in chosen["log_loss"] if name in probabilities]
    lines = probabilities.assign(detector=chosen_probability(probabilities, chosen))
    complete = lines[lines["tier"] == "all"]
    tiers = {
        str(tier): rows
        for tier, rows in lines[lines["protocol"] == "grouped"].groupby("tier", sort=False)
    }
    everything = tiers["all"]
    truth, probability = everything["label"].to_numpy(), everything["detector"].to_numpy()
    return {
        "ensemble": chosen["final"],
        "choice": dict(chosen),
        "protocols": {
            protocol: _over_folds(complete[complete["protocol"] == protocol], "detector", rate)
            for protocol in PROTOCOLS
        },
        "candidates": {
            name: {
                protocol: _over_folds(complete[complete["protocol"] == protocol], name, rate)
                for protocol in PROTOCOLS
            }
            for name in candidates
        },
        "tiers": {tier: _at_tier(rows, rate) for tier, rows in tiers.items()},
        "thresholds": tier_thresholds(probabilities, chosen, operating_point),
        "conformal": tier_conformal(probabilities, chosen).to_json(),
        "operating_point": {
            "target_fpr": rate,
            **_confusion(truth, _called(everything, "detector", rate)),
        },
        "duty": duty_table(truth, probability, duty),
        "day": {"urls_per_day": duty.urls_per_day, "base_rate": duty.base_rate},
    }


def tier_thresholds(
    probabilities: pd.DataFrame,
    chosen: Mapping[str, Any],
    operating_point: OperatingPointOptions,
) -> dict[str, float]:
    """The probability at which each evidence tier alerts, by the grouped protocol's rows."""
    lines = probabilities.assign(detector=chosen_probability(probabilities, chosen))
    return {
        str(tier): threshold_for_fpr(
            rows["label"].to_numpy(),
            rows["detector"].to_numpy(),
            operating_point.false_positive_rate,
        )
        for tier, rows in lines[lines["protocol"] == "grouped"].groupby("tier", sort=False)
    }


def tier_conformal(probabilities: pd.DataFrame, chosen: Mapping[str, Any]) -> Conformal:
    """When to answer "not sure" at each evidence tier, by the grouped protocol's rows."""
    lines = probabilities.assign(detector=chosen_probability(probabilities, chosen))
    grouped = lines[lines["protocol"] == "grouped"]
    return conformal_quantiles(
        grouped["detector"].to_numpy(),
        grouped["label"].to_numpy(),
        grouped["tier"].to_numpy(dtype=str),
        COVERAGE,
    )


def describe_data(data_quality: Mapping[str, Any], folds: pd.DataFrame) -> dict[str, Any]:
    """What the figures were measured on: source, hash, counts, ceilings and the folds' digest."""
    source = data_quality["source"]
    return {
        "name": source["name"],
        "kind": source["kind"],
        "simulated": source["simulated"],
        "sha256": source["sha256"],
        "citation": source["citation"],
        "licence": source["licence"],
        "rows": data_quality["rows"],
        "distinct_vectors": data_quality["distinct_vectors"],
        "duplicates": data_quality["duplicate_rows"],
        "conflicts": {
            "vectors": data_quality["conflicting_vectors"],
            "rows": data_quality["conflicting_rows"],
        },
        "memoriser_ceiling": data_quality["memoriser_ceiling"],
        "label_noise_ceiling": data_quality["label_noise_ceiling"],
        "class_balance": data_quality["class_balance"],
        "folds_digest": hashlib.sha256(
            source["sha256"].encode() + folds.to_numpy(dtype=np.int8).tobytes()
        ).hexdigest(),
    }


def _over_folds(rows: pd.DataFrame, column: str, rate: float) -> dict[str, Any]:
    """Mean, standard deviation and values over folds of every figure.

    Calibration error is the exception: on the few hundred distinct rows of one fold even a
    perfectly calibrated detector shows one of about 0.02, so its mean is that of all folds' rows,
    and the folds' own values stand beside what chance alone would give them (``ece_by_chance``).
    """
    truth, probability = rows["label"].to_numpy(), rows[column].to_numpy()
    figures = _by_fold(rows, column, rate)
    figures["ece_per_fold"] = figures["ece"]
    figures["ece_by_chance"] = _spread(
        [_ece_by_chance(own, column) for _, own in rows.groupby("fold")]
    )
    figures["ece"] = {
        **figures["ece"],
        "mean": expected_calibration_error(truth, probability),
    }
    return figures


def _ece_by_chance(rows: pd.DataFrame, column: str) -> float:
    """The calibration error that rows of these probabilities would show, were each one exact.

    Equal vectors have nearly equal labels, so a label is drawn for each distinct probability, not
    for each row.
    """
    probability = rows[column].to_numpy()
    distinct, index = np.unique(probability, return_inverse=True)
    rng = np.random.default_rng(0)
    drawn = (rng.random((CHANCE_DRAWS, len(distinct))) < distinct).astype(np.int64)
    errors = [expected_calibration_error(labels[index], probability) for labels in drawn]
    return float(np.mean(errors))


def _at_tier(rows: pd.DataFrame, rate: float) -> dict[str, Any]:
    """The figures of one evidence tier, all folds' rows pooled; the spread over folds beside."""
    truth, probability = rows["label"].to_numpy(), rows["detector"].to_numpy()
    at_point = _confusion(truth, _called(rows, "detector", rate))
    return {
        **evaluate(truth, probability, DECISION_THRESHOLD),
        **{f"{name}_at_operating_point": at_point[name] for name in RATES},
        "folds": _by_fold(rows, "detector", rate),
    }


def _by_fold(rows: pd.DataFrame, column: str, rate: float) -> dict[str, Any]:
    """The spread of every figure over folds, at the decision threshold and the operating point."""
    folds = []
    for _, own in rows.assign(called=_called(rows, column, rate)).groupby("fold"):
        truth = own["label"].to_numpy()
        at_point = _confusion(truth, own["called"].to_numpy())
        folds.append(
            {
                **evaluate(truth, own[column].to_numpy(), DECISION_THRESHOLD),
                **{f"{name}_at_operating_point": at_point[name] for name in RATES},
            }
        )
    return {name: _spread([fold[name] for fold in folds]) for name in folds[0]}


def _called(rows: pd.DataFrame, column: str, rate: float) -> NDArray[np.bool_]:
    """Which rows are called phishing, each fold by the threshold that the others choose."""
    fold, truth, probability = (rows[name].to_numpy() for name in ("fold", "label", column))
    called = np.zeros(len(rows), dtype=bool)
    for number in np.unique(fold):
        own = fold == number
        called[own] = probability[own] >= threshold_for_fpr(truth[~own], probability[~own], rate)
    return called


def _confusion(truth: Ints, called: NDArray[np.bool_]) -> dict[str, Any]:
    """Counts of right and wrong calls, and their rates."""
    positive = truth == 1
    tp, fp = int(np.sum(called & positive)), int(np.sum(called & ~positive))
    fn, tn = int(np.sum(~called & positive)), int(np.sum(~called & ~positive))
    return {
        "true_negatives": tn,
        "false_positives": fp,
        "false_negatives": fn,
        "true_positives": tp,
        "fpr": fp / (fp + tn),
        "recall": tp / (tp + fn),
        "precision": tp / (tp + fp) if tp + fp else 0.0,
        "accuracy": (tp + tn) / len(truth),
    }


def _spread(values: list[float]) -> dict[str, Any]:
    return {"mean": float(np.mean(values)), "std": float(np.std(values, ddof=1)), "folds": values}

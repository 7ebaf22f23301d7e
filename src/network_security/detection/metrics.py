"""Figures of merit of a probabilistic detector, phishing being the positive class."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score, roc_curve

from network_security.detection.arrays import Floats, Ints

CALIBRATION_BINS: Final = 15
LOW_FPR: Final[Mapping[str, float]] = {"recall_at_fpr_1_4": 0.014, "recall_at_fpr_0_1": 0.001}


def check_weights(name: str, weights: Mapping[str, float]) -> None:
    """Refuse weights that cannot be scaled to add up to 1.

    Raises:
        ValueError: a weight is negative, or none is positive.
    """
    if not sum(weights.values()) > 0 or min(weights.values()) < 0:
        raise ValueError(f"{name} is {dict(weights)!r}: one must be positive, and none negative")


def evaluate(truth: Ints, probability: Floats, threshold: float = 0.5) -> dict[str, float]:
    """Every figure that the reports show, for one set of rows.

    Args:
        truth: shape (n_rows,), 1 for phishing and 0 for legitimate; both must occur.
        probability: shape (n_rows,), calibrated probability of phishing.
        threshold: rows at or above it are called phishing.

    Returns:
        accuracy, precision, recall, fpr and f1 at the threshold; roc_auc, pr_auc, brier and ece,
        which need none; and the recall at the two false-positive rates of `LOW_FPR`.
    """
    called = probability >= threshold
    positive = truth == 1
    tp = int(np.sum(called & positive))
    fp = int(np.sum(called & ~positive))
    fn = int(np.sum(~called & positive))
    tn = int(np.sum(~called & ~positive))
    return {
        "accuracy": (tp + tn) / len(truth),
        "precision": tp / (tp + fp) if tp + fp else 0.0,
        "recall": tp / (tp + fn),
        "fpr": fp / (fp + tn),
        "f1": 2 * tp / (2 * tp + fp + fn),
        "roc_auc": float(roc_auc_score(truth, probability)),
        "pr_auc": float(average_precision_score(truth, probability)),
        "brier": float(brier_score_loss(truth, probability)),
        "ece": expected_calibration_error(truth, probability),
        **{name: recall_at_fpr(truth, probability, rate) for name, rate in LOW_FPR.items()},
    }


def recall_at_fpr(truth: Ints, probability: Floats, rate: float) -> float:
    """The highest recall of any threshold whose false-positive rate does not exceed `rate`."""
    false_positive_rate, recall, _ = roc_curve(truth, probability, drop_intermediate=False)
    return float(recall[false_positive_rate <= rate].max())


def expected_calibration_error(
    truth: Ints, probability: Floats, bins: int = CALIBRATION_BINS
) -> float:
    """Mean gap between probability and frequency over equal-width bins, weighted by their rows.

    M. P. Naeini, G. Cooper, M. Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning", AAAI 2015; 15 bins as in C. Guo et al., "On Calibration of Modern Neural Networks",
    ICML 2017. 0 is perfect, 1 the worst.
    """
    position = _bin(probability, bins)
    gap = np.bincount(position, weights=probability - truth, minlength=bins)
    return float(np.abs(gap).sum() / len(truth))


def reliability_curve(
    truth: Ints, probability: Floats, bins: int = CALIBRATION_BINS
) -> dict[str, list[float]]:
    """Mean probability, observed frequency and rows of each equal-width bin that holds any row."""
    position = _bin(probability, bins)
    rows = np.bincount(position, minlength=bins)
    used = rows > 0
    mean = np.bincount(position, weights=probability, minlength=bins)[used] / rows[used]
    frequency = np.bincount(position, weights=truth, minlength=bins)[used] / rows[used]
    return {
        "probability": mean.tolist(),
        "frequency": frequency.tolist(),
        "rows": rows[used].tolist(),
    }


def _bin(probability: Floats, bins: int) -> Ints:
    """The equal-width bin of each probability; 1 belongs to the last."""
    return np.minimum((probability * bins).astype(np.int64), bins - 1)

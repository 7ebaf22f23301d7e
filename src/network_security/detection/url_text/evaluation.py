"""How well the expert does, how much of that the lists give away, and what evasions hide."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from network_security.detection.arrays import Floats, Ints
from network_security.detection.metrics import expected_calibration_error, recall_at_fpr
from network_security.detection.thresholds import threshold_for_fpr
from network_security.detection.url_text.evasions import EVASIONS
from network_security.detection.url_text.training_rows import has_path

FALSE_POSITIVE_RATE: Final = 0.01
"""The operating point of the figures."""

LENGTH_STRATA: Final = 5
MIN_OF_A_CLASS: Final = 10
"""URLs of each class without which a part of a test set gets no figure."""

Score = Callable[[Sequence[str]], Floats]


def evaluate(rows: pd.DataFrame, log_odds: Floats) -> dict[str, float]:
    """Figures of merit for some held-out URLs.

    Args:
        rows: columns ``url`` and ``label``; both classes must occur.
        log_odds: shape (n_rows,), the higher, the more likely phishing.

    Returns:
        ``roc_auc``, and the same of URLs ``_with_path`` and ``_without_path`` and ``_matched``
        (see `matching_weights`); ``recall`` at a false-positive rate of `FALSE_POSITIVE_RATE`;
        ``ece``; and the ROC-AUC of each of the `shortcuts` alone, as ``shortcut_...``, 0.5 telling
        nothing. What too few URLs tell is NaN.
    """
    truth = rows["label"].to_numpy(dtype=np.int64)
    path = has_path(rows["url"]).to_numpy()
    everything = np.ones(len(rows))
    return {
        "roc_auc": weighted_auc(truth, log_odds, everything),
        "roc_auc_with_path": weighted_auc(truth, log_odds, path.astype(np.float64)),
        "roc_auc_without_path": weighted_auc(truth, log_odds, (~path).astype(np.float64)),
        "roc_auc_matched": weighted_auc(truth, log_odds, matching_weights(rows)),
        "recall": recall_at_fpr(truth, log_odds, FALSE_POSITIVE_RATE),
        "ece": expected_calibration_error(truth, np.asarray(expit(log_odds))),
        **{
            f"shortcut_{name}": weighted_auc(truth, score, everything)
            for name, score in shortcuts(rows["url"]).items()
        },
    }


def weighted_auc(truth: Ints, score: Floats, weights: Floats) -> float:
    """The ROC-AUC over rows that weigh anything; NaN where either class has next to none."""
    used = weights > 0
    if min(np.bincount(truth[used], minlength=2)) < MIN_OF_A_CLASS:
        return float("nan")
    return float(roc_auc_score(truth[used], score[used], sample_weight=weights[used]))


def shortcuts(urls: pd.Series) -> dict[str, Floats]:
    """What may part two lists without a thought about phishing: one number a URL of each."""
    return {
        "path": has_path(urls).to_numpy(dtype=np.float64),
        "https": urls.str.lower().str.startswith("https://").to_numpy(dtype=np.float64),
        "www": urls.str.contains("//www", case=False, regex=False).to_numpy(dtype=np.float64),
        "length": urls.str.len().to_numpy(dtype=np.float64),
    }


def matching_weights(rows: pd.DataFrame) -> Floats:
    """Weights under which the classes share path presence, scheme, ``www`` and length.

    Every stratum weighs the same in both classes, by the rows of the scarcer one; a stratum of one
    class only weighs nothing.

    Args:
        rows: columns ``url`` and ``label``.
    """
    told = shortcuts(rows["url"])
    length = pd.qcut(told.pop("length"), LENGTH_STRATA, labels=False, duplicates="drop")
    stratum = pd.DataFrame({**told, "length": length}).groupby([*told, "length"]).ngroup()
    by_class = pd.crosstab(stratum, rows["label"].to_numpy()).reindex(columns=[0, 1], fill_value=0)
    own = by_class.to_numpy()[stratum.to_numpy(), rows["label"].to_numpy()]
    return np.asarray(by_class.min(axis=1).to_numpy()[stratum.to_numpy()] / own)


def evasion_losses(rows: pd.DataFrame, score: Score, seed: int) -> dict[str, float]:
    """Recall at the operating point that each evasion costs; a negative loss is a gain.

    The threshold is that of the legitimate URLs as they are: an attacker alters phishing only.

    Args:
        rows: columns ``url`` and ``label``; both classes must occur.
        score: log-odds of phishing.
        seed: of what the evasions draw.
    """
    truth = rows["label"].to_numpy(dtype=np.int64)
    phishing = rows["url"][truth == 1].tolist()
    log_odds = score(rows["url"].tolist())
    probability = np.asarray(expit(log_odds))
    threshold = threshold_for_fpr(truth, probability, FALSE_POSITIVE_RATE)
    caught = (probability[truth == 1] >= threshold).mean()
    losses = {}
    for name, evasion in EVASIONS.items():
        rng = np.random.default_rng(seed)
        altered = score([evasion(url, rng) for url in phishing])
        losses[name] = float(caught - (expit(altered) >= threshold).mean())
    return losses

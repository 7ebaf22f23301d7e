"""How well the model does on campaigns that it has not seen, and what each part of it adds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from network_security.detection.arrays import Floats, Ints
from network_security.detection.message.fitting import MessageFitOptions, calibration, fit
from network_security.detection.message.terms import CONTENT_TERMS, HTML_TERMS, LINK_TERMS, TERMS
from network_security.detection.metrics import evaluate, recall_at_fpr
from network_security.evidence.messages.extraction import FEATURES

ABLATIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "links and content": TERMS,
        "links only": LINK_TERMS,
        "content only": CONTENT_TERMS,
        "without what only HTML has": tuple(name for name in TERMS if name not in HTML_TERMS),
    }
)
LOW_RATES: Final = (0.01, 0.02)


@dataclass(frozen=True)
class MessageSplitOptions:
    """How messages are dealt to folds.

    Attributes:
        folds: folds of each repetition.
        repetitions: how often they are dealt anew.
        seed: of the first dealing.
    """

    folds: int = 5
    repetitions: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what gives no held-out score."""
        if self.folds < 2 or self.repetitions < 1:  # noqa: PLR2004 - said below
            raise ValueError(
                f"folds is {self.folds} and repetitions {self.repetitions}, must be at least 2 "
                "and 1"
            )


def out_of_fold(
    table: pd.DataFrame,
    campaigns: Ints,
    terms: Sequence[str],
    split: MessageSplitOptions,
    options: MessageFitOptions,
) -> Floats:
    """Held-out log-odds, shape (n_repetitions, n_messages), by models of other campaigns."""
    labels = table["label"].to_numpy(dtype=np.int64)
    scores = np.empty((split.repetitions, len(table)))
    for number in range(split.repetitions):
        dealer = StratifiedGroupKFold(split.folds, shuffle=True, random_state=split.seed + number)
        for train, test in dealer.split(labels, labels, campaigns):
            model = fit(table.iloc[train], labels[train], terms, options)
            scores[number, test] = model.log_odds(table.iloc[test])
    return scores


def figures(labels: Ints, scores: Floats) -> dict[str, dict[str, float]]:
    """ROC-AUC and the like: mean and standard deviation over the repetitions."""
    found = [_figures(labels, own) for own in scores]
    return {
        name: {
            "mean": float(np.mean([each[name] for each in found])),
            "std": float(np.std([each[name] for each in found])),
        }
        for name in found[0]
    }


def _figures(labels: Ints, log_odds: Floats) -> dict[str, float]:
    slope, shift = calibration(log_odds, labels)
    probability = np.asarray(expit(slope * log_odds + shift))
    every = evaluate(labels, probability)
    return {
        "roc_auc": every["roc_auc"],
        "pr_auc": every["pr_auc"],
        "brier": every["brier"],
        "ece": every["ece"],
        **{
            f"recall_at_fpr_{round(100 * rate)}": recall_at_fpr(labels, log_odds, rate)
            for rate in LOW_RATES
        },
    }


def single_features(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Each feature's own ROC-AUC where it is known, whatever its sign, and what share it is known.

    One that tells the classes apart alone may tell the collections apart, not phishing.
    """
    labels = table["label"].to_numpy(dtype=np.int64)
    found = {}
    for name in (*FEATURES, *LINK_TERMS):
        known = table[name].notna().to_numpy()
        both = len(np.unique(labels[known])) == 2  # noqa: PLR2004 - both classes
        auc = float(roc_auc_score(labels[known], table[name][known])) if both else None
        found[name] = {"roc_auc": auc, "known": float(known.mean()), "weighed": name in TERMS}
    return found

"""Fits the expert as each protocol says, and keeps what it says of the URLs it never saw."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from network_security.detection.url_text.evaluation import evaluate, evasion_losses
from network_security.detection.url_text.expert import UrlTextExpert
from network_security.detection.url_text.fitting import FittedExpert
from network_security.detection.url_text.folds import (
    PROTOCOLS,
    Mask,
    UrlSplit,
    splits,
    subjects,
)
from network_security.training_sets.urls.published import LEGITIMATE, PHISHING

log = logging.getLogger(__name__)

ALL_SOURCES: Final = "all_sources"
LEFT_OUT: Final = "left_out_source"

CLASSES: Final = (LEGITIMATE, PHISHING)
"""What is to be told apart; a split that has but one to train on, or to test, gets no figure."""

FitExpert = Callable[[pd.DataFrame], FittedExpert]


@dataclass(frozen=True)
class ProtocolOptions:
    """What is measured, beside ``all_sources``, which every URL's out-of-fold score comes from.

    Attributes:
        folds: of each protocol, the first so many are fitted; ``all_sources`` takes all.
        seed: of the evasions.
        workers: fits that run side by side, -1 for one a core. No result depends on it.
    """

    folds: Mapping[str, int]
    seed: int = 0
    workers: int = 1

    def __post_init__(self) -> None:
        """Refuse protocols that there are not."""
        if unknown := set(self.folds) - (set(PROTOCOLS) - {ALL_SOURCES}):
            raise ValueError(
                f"folds: {', '.join(sorted(unknown))}; there are "
                f"{', '.join(name for name in PROTOCOLS if name != ALL_SOURCES)}"
            )


def score_held_out(
    frame: pd.DataFrame, folds: pd.DataFrame, fit: FitExpert, options: ProtocolOptions
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit the expert on every split, and score the split's test.

    Args:
        frame: columns ``url``, ``label``, ``source``, ``date`` and ``domain``.
        folds: as `folds.deal_folds` gives them.
        fit: fits an expert on some of the frame's rows.
        options: which splits.

    Returns:
        The scores: columns ``protocol``, ``subject``, ``fold``, ``row`` (a position in the frame)
        and ``log_odds``; and what evasions cost (see `evaluation.evasion_losses`): ``protocol``,
        ``subject``, ``fold`` and a column each.
    """
    parts = subjects(frame, folds)
    number = int(folds["fold"].max()) + 1
    wanted = [
        split
        for protocol in PROTOCOLS
        for split in splits(frame, folds, protocol)
        if split.fold < (number if protocol == ALL_SOURCES else options.folds.get(protocol, 0))
        and frame["label"].iloc[split.train].nunique() == len(CLASSES)
    ]
    done = Parallel(n_jobs=options.workers)(
        delayed(_score_split)(frame, split, parts, fit, options.seed) for split in wanted
    )
    scores = pd.concat([scored for scored, _ in done], ignore_index=True)
    return scores, pd.DataFrame([lost for _, losses in done for lost in losses])


def _score_split(
    frame: pd.DataFrame, split: UrlSplit, parts: Mapping[str, Mask], fit: FitExpert, seed: int
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """One fit: the scores of its test, and what evasions cost on each part of it."""
    # Fits run beside each other; threads of their own would only wait for each other's cores.
    with threadpool_limits(1):
        expert = UrlTextExpert.of(fit(frame.iloc[split.train]))
    log_odds = expert.score(frame["url"].iloc[split.test].tolist())
    scored = {"protocol": split.protocol, "subject": split.subject, "fold": split.fold}
    scores = pd.DataFrame({**scored, "row": split.test, "log_odds": log_odds})
    tested = {split.subject: split.test}
    if split.protocol == ALL_SOURCES:
        tested = {name: split.test[own[split.test]] for name, own in parts.items()}
    losses = []
    for subject, rows in tested.items() if split.protocol != LEFT_OUT else ():
        urls = frame.iloc[rows]
        if urls["label"].nunique() == len(CLASSES):
            lost = evasion_losses(urls, expert.score, seed + split.fold)
            losses.append({**scored, "subject": subject, **lost})
    log.info("%s, %s, fold %d: %d URLs scored", *scored.values(), len(scores))
    return scores, losses


def out_of_fold(frame: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Every URL with the log-odds by an expert that saw neither its domain nor later URLs.

    "Later" are the latest URLs of a list with dates, which no expert of `ALL_SOURCES` is fitted on.

    Args:
        frame: as in `score_held_out`.
        scores: as it gives them.

    Returns:
        The frame's columns, ``fold`` and ``log_odds``, in the frame's order.
    """
    own = scores[scores["protocol"] == ALL_SOURCES].set_index("row")[["fold", "log_odds"]]
    return frame.join(own.loc[np.arange(len(frame))])


def figures(
    frame: pd.DataFrame, folds: pd.DataFrame, scores: pd.DataFrame, unused_fold: int
) -> pd.DataFrame:
    """Figures of merit of each protocol, subject and fold.

    Args:
        frame: as in `score_held_out`.
        folds: as `folds.deal_folds` gives them.
        scores: as `score_held_out` gives them.
        unused_fold: settings were searched for on its URLs, which are therefore left out.

    Returns:
        Columns ``protocol``, ``subject``, ``fold``, ``phishing`` and ``legitimate`` (how many were
        tested), and those of `evaluation.evaluate`.
    """
    measured = []
    for (protocol, subject, fold), rows in each_subject(frame, folds, scores, unused_fold):
        urls = frame.iloc[rows["row"].to_numpy()]
        if urls["label"].nunique() == len(CLASSES):
            counts = urls["label"].value_counts()
            measured.append(
                {
                    "protocol": protocol,
                    "subject": subject,
                    "fold": fold,
                    "phishing": int(counts[PHISHING]),
                    "legitimate": int(counts[LEGITIMATE]),
                    **evaluate(urls, rows["log_odds"].to_numpy()),
                }
            )
    return pd.DataFrame(measured)


def each_subject(
    frame: pd.DataFrame, folds: pd.DataFrame, scores: pd.DataFrame, unused_fold: int
) -> Iterator[tuple[tuple[str, str, int], pd.DataFrame]]:
    """The scores of each protocol, subject and fold; arguments as in `figures`."""
    kept = scores[folds["fold"].to_numpy()[scores["row"]] != unused_fold]
    parts = subjects(frame, folds)
    for (protocol, subject, fold), rows in kept.groupby(
        ["protocol", "subject", "fold"], sort=False
    ):
        if protocol != ALL_SOURCES:
            yield (str(protocol), str(subject), int(fold)), rows
            continue
        for name, own in parts.items():
            yield (ALL_SOURCES, name, int(fold)), rows[own[rows["row"]]]


def spreads(table: pd.DataFrame, names: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Mean and standard deviation over folds, by protocol and subject.

    Args:
        table: columns ``protocol``, ``subject``, ``fold`` and the named.
        names: which figures.

    Returns:
        By protocol, subject and figure: ``mean``, ``std`` and ``folds``, the values by fold; None
        stands for what too few URLs tell, and for the spread of a single fold.
    """
    told: dict[str, dict[str, dict[str, Any]]] = {}
    for (protocol, subject), rows in table.groupby(["protocol", "subject"], sort=False):
        told.setdefault(str(protocol), {})[str(subject)] = {
            name: {
                "mean": _number(rows[name].mean()),
                "std": _number(rows[name].std()),
                "folds": [_number(value) for value in rows[name]],
            }
            for name in names
        }
    return told


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)

"""Judging what a caller sends: many things quickly, or one thing with all its reasons.

Nothing here touches the store, and nobody is contacted about a URL unless the lookups that were
handed in are switched on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from network_security.detection.message import MessageVerdict
from network_security.detection.verdicts import Verdict
from network_security.evidence.messages import read_message
from network_security.evidence.phishing import extract
from network_security.evidence.urls import unwrap
from network_security.judging import NotAUrlError, SiteLookups, UrlJudgement, judge_url, read_url
from network_security.serving.services.model_watch import ServedModels

Row = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Score:
    """A verdict without its reasons.

    Attributes:
        probability: of phishing.
        decision: whether it reaches the threshold.
        tier: what evidence it rests on.
        threshold: the operating point of that tier.
    """

    probability: float
    decision: bool
    tier: str
    threshold: float


@dataclass(frozen=True, slots=True)
class UrlScore:
    """What is said of one URL.

    Attributes:
        given: as it was handed over.
        url: as its sender wrote it, which is judged; None where there is no host in it.
        score: the verdict; likewise.
        problem: why there is none.
    """

    given: str
    url: str | None
    score: Score | None
    problem: str | None = None


def score_urls(models: ServedModels, given: Sequence[str]) -> list[UrlScore]:
    """Judge URLs by their text and the features that they show themselves.

    What `check_url` says of the same URL without lookups is the same, to the bit.
    """
    detector = models.urls
    manifest = detector.features.manifest
    results: list[UrlScore] = []
    texts: list[str] = []
    codes: list[list[int]] = []
    places: list[int] = []
    for place, text in enumerate(given):
        try:
            sent = unwrap(read_url(text)).sent
        except NotAUrlError as error:
            results.append(UrlScore(text, None, None, str(error)))
            continue
        features = extract(sent)
        known = [features.get(name) for name in manifest.features]
        codes.append([manifest.missing if value is None else value for value in known])
        texts.append(sent.text)
        places.append(place)
        results.append(UrlScore(text, sent.text, None))
    if not texts:
        return results
    verdicts = detector.verdicts(detector.text_log_odds(texts), np.array(codes, dtype=np.int8))
    for row, place in enumerate(places):
        score = Score(
            float(verdicts.probability[row]),
            bool(verdicts.decision[row]),
            str(verdicts.tier[row]),
            float(verdicts.threshold[row]),
        )
        results[place] = UrlScore(results[place].given, results[place].url, score)
    return results


def check_url(
    models: ServedModels, given: str, *, lookups: SiteLookups | None, now: datetime
) -> UrlJudgement:
    """The explained verdict on one URL, with whatever the lookups find out.

    Raises:
        NotAUrlError: there is no host in it.
    """
    return judge_url(given, models.urls, lookups=lookups, now=now)


def score_rows(models: ServedModels, rows: Sequence[Row]) -> list[Score]:
    """Judge rows of the 30 features; a feature that is not there, or None, is not known."""
    verdicts = models.features.score(pd.DataFrame([dict(row) for row in rows], dtype=object))
    return [
        Score(
            float(verdicts.probability[row]),
            bool(verdicts.decision[row]),
            str(verdicts.tier[row]),
            float(verdicts.threshold[row]),
        )
        for row in range(len(rows))
    ]


def check_row(models: ServedModels, row: Row) -> Verdict:
    """The explained verdict on one row of the 30 features."""
    return models.examiner.examine(row)


def score_messages(models: ServedModels, raw: Sequence[bytes]) -> list[tuple[str, Score]]:
    """Judge messages (RFC 5322); of each its SHA-256 and the verdict."""
    messages = [read_message(each) for each in raw]
    scores = models.messages.score(messages)
    return [
        (
            message.digest,
            Score(
                float(scores.probability[place]),
                bool(scores.decision[place]),
                "message",
                float(scores.threshold),
            ),
        )
        for place, message in enumerate(messages)
    ]


def check_message(models: ServedModels, raw: bytes) -> MessageVerdict:
    """The explained verdict on one message; nothing of it is opened or run."""
    return models.messages.examine(read_message(raw))


def plain(verdict: Verdict | MessageVerdict) -> dict[str, Any]:
    """A verdict as plain values."""
    return asdict(verdict)

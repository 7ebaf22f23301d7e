"""Verdicts on rows of evidence, as `kedro score --as evidence` makes and stores them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import pandas as pd

from network_security.detection.fusion import FusedDetector
from network_security.evidence.correlation import EvidenceRow
from network_security.evidence.phishing import FEATURES
from network_security.scoring.judges import UrlJudge
from network_security.scoring.portions import EVIDENCE_ID
from network_security.scoring.verdict_store import (
    ENTITY_KINDS,
    models_of,
    verdict_id,
)
from network_security.storage.times import milliseconds

Document = dict[str, Any]

ORIGIN: Final = "watch"
MOST_REMEMBERED: Final = 2_000


class _Judged(NamedTuple):
    """What a verdict says that follows from URL and features alone."""

    evidence: int
    judged_url: str
    tier: str
    probability: float
    threshold: float
    decision: bool


class VerdictMaker:
    """Judges rows with one detector; remembers what it judged, for URLs come again and again."""

    def __init__(self, detector: FusedDetector) -> None:
        """Judge with a detector."""
        self.detector = detector
        self._judge = UrlJudge(detector)
        self._known: OrderedDict[tuple[Any, ...], _Judged] = OrderedDict()

    def verdicts(self, rows: Sequence[EvidenceRow]) -> dict[str, Document]:
        """Return the documents of rows' verdicts by the rows' ids; none of what has no host."""
        told = {row.id: (row.url, *(row.features.get(name) for name in FEATURES)) for row in rows}
        new = list(dict.fromkeys(each for each in told.values() if each not in self._known))
        if new:
            self._score(new)
        return {
            row.id: self._document(row, self._known[told[row.id]])
            for row in rows
            if told[row.id] in self._known
        }

    def forget(self) -> None:
        """Let go of what was remembered longest, down to the bound."""
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)

    def _score(self, told: Sequence[tuple[Any, ...]]) -> None:
        frame = pd.DataFrame(told, columns=["url", *FEATURES], dtype=object)
        judged = self._judge.judge(frame)
        found = judged.verdicts
        rows = [row for row in range(len(told)) if row not in judged.problems]
        for place, row in enumerate(rows):
            self._known[told[row]] = _Judged(
                int(judged.evidence[row]),
                str(judged.columns["judged_url"][place]),
                str(found.tier[place]),
                float(found.probability[place]),
                float(found.threshold[place]),
                bool(found.decision[place]),
            )

    def _document(self, row: EvidenceRow, judged: _Judged) -> Document:
        about = self._judge.about
        return {
            "_id": verdict_id(about.detector, about.digest, row.entity, judged.evidence, row.id),
            "@timestamp": milliseconds(row.last_seen),
            "entity": row.entity,
            "kind": ENTITY_KINDS["evidence"],
            EVIDENCE_ID: row.id,
            "judged_url": judged.judged_url,
            "detector": about.detector,
            "tier": judged.tier,
            "probability": judged.probability,
            "threshold": judged.threshold,
            "decision": judged.decision,
            "model": dict(about.facts),
            "models": models_of(about.facts),
            "origin": {"source": ORIGIN, "row": row.id},
        }

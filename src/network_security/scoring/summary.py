"""What became of a table's rows: the summary that a run ends with, read from what it delivered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from network_security.scoring.job import Job
from network_security.scoring.portions import PROBLEM, ROW

LISTED: Final = 1000
"""Most rejected rows that are listed; the verdicts have all of them, each with its problem."""


def summarise(verdicts: Iterable[pd.DataFrame], job: Job) -> dict[str, Any]:
    """Count verdicts, portion by portion.

    Returns:
        ``rows``, of which ``scored`` have a verdict, ``alerts`` of them reach their threshold, and
        ``rejected`` could not be scored; ``rejections`` lists the first of these with the source,
        the row, and which columns are wrong; ``tiers`` counts verdicts and alerts of each.
    """
    rows = rejected = 0
    scored: Counter[str] = Counter()
    alerts: Counter[str] = Counter()
    rejections: list[dict[str, Any]] = []
    for frame in verdicts:
        problems = frame[PROBLEM].dropna()
        rows += len(frame)
        rejected += len(problems)
        scored.update(frame["tier"].dropna())
        alerts.update(frame.loc[frame["decision"].fillna(value=False), "tier"])
        numbers = frame.loc[problems.index[: LISTED - len(rejections)], ROW]
        rejections += [
            {"source": job.source, "row": int(number), "reason": problems[position]}
            for position, number in numbers.items()
        ]
    return {
        "source": job.source,
        "kind": job.kind,
        "sha256": job.fingerprint,
        "detector": job.detector,
        "model": dict(job.model),
        "absent_features": list(job.absent_features),
        "rows": rows,
        "scored": scored.total(),
        "alerts": alerts.total(),
        "rejected": rejected,
        "tiers": {
            tier: {"scored": number, "alerts": alerts[tier]} for tier, number in scored.items()
        },
        "rejections": rejections,
    }

"""What a run read and stored, source by source: the table that it ends with."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from network_security.streaming.following import Portion

COLUMNS = (
    "source", "format", "confidence", "records", "events", "messages", "dead_letters", "reasons",
    "seconds", "events_per_second", "waiting_bytes", "problem",
)  # fmt: skip


@dataclass
class _Source:
    format: str | None = None
    confidence: float | None = None
    records: int = 0
    events: int = 0
    messages: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    waiting: int = 0
    problem: str | None = None


class Summary:
    """Adds up portions as they are stored."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """Start the clock."""
        self._clock = clock
        self._since = clock()
        self._sources: dict[str, _Source] = {}

    def add(self, portion: Portion) -> None:
        """Add what was just stored."""
        source = self._sources.setdefault(portion.source, _Source())
        if portion.checkpoint:
            source.format = portion.checkpoint.format
            source.confidence = portion.checkpoint.confidence
        source.records += portion.records
        source.messages += portion.messages
        source.events += len(portion.events) - portion.messages
        source.reasons.update(letter["reason"]["code"] for letter in portion.dead_letters)
        source.waiting += portion.waiting
        source.problem = portion.problem or source.problem
        now = self._clock()
        source.seconds += now - self._since
        self._since = now

    def table(self) -> pd.DataFrame:
        """Return one row a source, with `COLUMNS`."""
        rows = [
            (
                name,
                source.format,
                source.confidence,
                source.records,
                source.events,
                source.messages,
                source.reasons.total(),
                ", ".join(f"{code} {n}" for code, n in source.reasons.most_common()),
                round(source.seconds, 3),
                round(source.events / source.seconds) if source.seconds else 0,
                source.waiting,
                source.problem,
            )
            for name, source in self._sources.items()
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

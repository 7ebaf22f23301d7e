"""What a run read, joined and made: the summary that it ends with."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from network_security.evidence.correlation import EvidenceRow


class Tally:
    """Adds up events as they are read, and rows as they are made.

    Attributes:
        late: Pieces of evidence that came too late and were left out.
        until: Time of the latest event read.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """Start the clock."""
        self.late = 0
        self.until: datetime | None = None
        self._clock = clock
        self._started = clock()
        self._events = self._rows = self._final = 0
        self._joins: Counter[str] = Counter()
        self._with: Counter[str] = Counter()

    def __str__(self) -> str:
        """Return the counts in a few words."""
        return f"{self._events:,} events, {self._rows:,} rows"

    def count_events(self, events: list[dict[str, Any]]) -> None:
        """Add events, in the order of their time."""
        self._events += len(events)
        self.until = events[-1]["@timestamp"]

    def count_rows(self, rows: Iterable[EvidenceRow]) -> None:
        """Add rows."""
        for row in rows:
            self._rows += 1
            self._final += row.final
            for kind, ids in row.sources.items():
                self._joins[kind] += len(ids)
                self._with[kind] += 1

    def to_json(self) -> dict[str, Any]:
        """Return the summary.

        Returns:
            ``events`` that were read, ``until`` when; ``rows`` made of them, of which ``final``
            ones do not change any more; ``late`` pieces left out; ``joins``: for each kind of
            evidence, the ``rows`` that have some and the ``events`` that it came from; ``seconds``
            since the start, and ``events_per_second``.
        """
        seconds = self._clock() - self._started
        return {
            "events": self._events,
            "until": None if self.until is None else self.until.isoformat(),
            "rows": self._rows,
            "final": self._final,
            "late": self.late,
            "joins": {
                kind: {"rows": self._with[kind], "events": events}
                for kind, events in sorted(self._joins.items())
            },
            "seconds": round(seconds, 3),
            "events_per_second": round(self._events / seconds) if seconds else 0,
        }

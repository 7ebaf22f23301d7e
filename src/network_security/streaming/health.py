"""Parser health: what each source's parser made of what it was given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pandas as pd

from network_security.streaming.checkpoints import Checkpoint

COLUMNS = (
    "source", "format", "records", "events", "dead_letters", "dead_letter_rate", "reasons",
    "unknown_field_rate", "latency_p50_seconds", "latency_p95_seconds", "last_seen", "last_read",
)  # fmt: skip


def health_of(documents: pd.DataFrame) -> pd.DataFrame:
    """Return `health_table` of the checkpoints as the store keeps them, a row each."""
    rows: list[Any] = documents.to_dict("records")
    return health_table(Checkpoint.from_document(row) for row in rows)


def health_table(checkpoints: Iterable[Checkpoint]) -> pd.DataFrame:
    """Return one row a source and format, with `COLUMNS`, the worst first.

    Rates are shares of the records, respectively of the field values in a sample of the events.
    Latency, from an event's own time to its arrival, is read off a histogram whose bounds are
    powers of four seconds: the bound below which the share lies.
    """
    groups: dict[tuple[str, str], list[Checkpoint]] = {}
    for checkpoint in checkpoints:
        groups.setdefault((checkpoint.source, checkpoint.format), []).append(checkpoint)
    rows = [_row(*key, group) for key, group in groups.items()]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["dead_letter_rate", "source"], ascending=[False, True])


def _row(source: str, format: str, checkpoints: list[Checkpoint]) -> tuple[object, ...]:
    counts = [checkpoint.counts for checkpoint in checkpoints]
    reasons: dict[str, int] = {}
    for count in counts:
        for code, number in count.dead_letters.items():
            reasons[code] = reasons.get(code, 0) + number
    records = sum(count.records for count in counts)
    fields = sum(count.fields for count in counts)
    latencies = [
        sum(column) for column in zip(*(c.latencies for c in counts if c.latencies), strict=True)
    ]
    return (
        source,
        format,
        records,
        sum(count.events for count in counts),
        sum(reasons.values()),
        _share(sum(reasons.values()), records),
        ", ".join(f"{code} {number}" for code, number in sorted(reasons.items())),
        _share(sum(count.unknown_fields for count in counts), fields),
        _quantile(latencies, 0.5),
        _quantile(latencies, 0.95),
        _latest(count.last_seen for count in counts),
        _latest(checkpoint.updated for checkpoint in checkpoints),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _quantile(histogram: list[int], share: float) -> int | None:
    wanted, seen = share * sum(histogram), 0
    for power, number in enumerate(histogram):
        seen += number
        if number and seen >= wanted:
            return int(4**power)
    return None


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)

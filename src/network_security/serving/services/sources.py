"""The sources of events: how their parsers do, and what could not be parsed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.database import Database

from network_security.storage.collections import CHECKPOINTS, DEAD_LETTERS
from network_security.storage.errors import store_errors
from network_security.streaming.checkpoints import Checkpoint
from network_security.streaming.health import health_table


@dataclass(frozen=True)
class SourceHealth:
    """What a source's parser made of what it was given; see `streaming.health.health_table`."""

    source: str
    format: str
    records: int
    events: int
    dead_letters: int
    dead_letter_rate: float | None
    reasons: str
    unknown_field_rate: float | None
    latency_p50_seconds: int | None
    latency_p95_seconds: int | None
    last_seen: datetime | None
    last_read: datetime | None


@dataclass(frozen=True)
class DeadLetters:
    """Records that could not be parsed.

    Attributes:
        letters: by id.
        cursor: what the next page comes after; None where there is none.
    """

    letters: tuple[dict[str, Any], ...]
    cursor: str | None


class Sources:
    """The sources in the store."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Read them from a database."""
        self._checkpoints = database[CHECKPOINTS]
        self._dead_letters = database[DEAD_LETTERS]

    def health(self) -> list[SourceHealth]:
        """A line a source and format, the worst first."""
        with store_errors("checkpoints"):
            found = list(self._checkpoints.find({}))
        table = health_table(Checkpoint.from_document(each) for each in found)
        rows: list[Any] = table.astype(object).where(table.notna(), None).to_dict("records")
        return [SourceHealth(**row) for row in rows]

    def dead_letters(
        self, *, format_: str | None = None, after: str | None = None, size: int = 50
    ) -> DeadLetters:
        """Records that could not be parsed, in the order of their ids."""
        query: dict[str, Any] = {} if format_ is None else {"sensor": format_}
        if after is not None:
            query["_id"] = {"$gt": after}
        with store_errors("dead letters"):
            found = list(self._dead_letters.find(query).sort("_id", 1).limit(size + 1))
        letters = tuple(found[:size])
        return DeadLetters(letters, str(letters[-1]["_id"]) if len(found) > size else None)

"""From a batch of records to events and dead letters. Pure, so that any process can do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from network_security.sensors import ParseError, parse_event
from network_security.streaming import dead_letters
from network_security.streaming.batches import Batch
from network_security.streaming.identity import record_id
from network_security.streaming.storable import storable

Document = dict[str, Any]


@dataclass(frozen=True)
class Parsed:
    """What became of a batch's records: each is in one of the lists.

    Attributes:
        events: Events, with their ``_id``.
        dead_letters: Records that are no event of their format, with the reason.
    """

    events: list[Document]
    dead_letters: list[Document]


def parse_batch(batch: Batch) -> Parsed:
    """Parse a batch's records."""
    now = datetime.now(UTC)
    format = batch.checkpoint.format
    parsed = Parsed([], [])
    for index, record in enumerate(batch.records):
        id_ = record_id(batch.scope, record)
        try:
            if record.problem:
                length = record.end - record.start
                raise ParseError(record.problem, f"of {length:,} bytes the first are kept")
            event = make_event(
                record.text,
                id_=id_,
                format=format,
                header=record.header,
                received=batch.received_at(index),
                timezone=batch.timezone,
                limit=batch.limit,
                path=batch.path(index),
                sender=batch.sender(index),
                position=record.start,
                now=now,
            )
            parsed.events.append(event)
        except ParseError as error:
            letter = dead_letters.of_record(batch, index, id_=id_, error=error, now=now)
            parsed.dead_letters.append(letter)
    return parsed


def make_event(
    raw: str,
    *,
    id_: str,
    format: str,
    header: str,
    received: datetime,
    timezone: str,
    limit: int | None = None,
    path: str,
    position: int,
    now: datetime,
    sender: str | None = None,
) -> Document:
    """Return a raw event as it is stored.

    Args:
        raw: The event's text.
        id_: Its ``_id``.
        format: As for `parse_event`.
        header: As for `parse_event`.
        received: As for `parse_event`.
        timezone: As for `parse_event`.
        limit: As for `parse_event`.
        path: File that it was read from: `log.file.path`.
        position: Where in it, in bytes: `log.offset`.
        now: `event.ingested`.
        sender: Address that it came from over a network: `log.source.address`.

    Raises:
        ParseError: As `parse_event`.
    """
    event = parse_event(
        raw, format=format, header=header, limit=limit, received=received, timezone=timezone
    )
    event["_id"] = id_
    event["event"]["ingested"] = now
    log = event.setdefault("log", {})
    log["file"] = {"path": path}
    log["offset"] = position
    if sender is not None:
        log["source"] = {"address": sender}
    return storable(event)

"""Records that are no event of their format, kept with the reason, to be parsed again."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from network_security.sensors import ParseError
from network_security.sensors.framing import TOO_LONG
from network_security.streaming.identity import record_bytes

if TYPE_CHECKING:
    from network_security.streaming.batches import Batch

REFUSED = "not_storable"
"""Reason of a record whose event the store refused."""

MOST_BYTES = 2_500_000
"""So much of a record is kept: servers take documents of 16 MB, and in the two forms that are kept
of what is not UTF-8 a byte takes more than four."""


def of_record(
    batch: Batch, index: int, *, id_: str, error: ParseError, now: datetime
) -> dict[str, Any]:
    """Return the dead letter of a record.

    Args:
        batch: The batch that it is in.
        index: Its place there.
        id_: Its ``_id``, that of the event it may yet become.
        error: Why it is no event.
        now: When that was found.
    """
    record, sender = batch.records[index], batch.sender(index)
    whole = record_bytes(record)
    content = whole[:MOST_BYTES]
    raw = content.decode("utf-8", "replace")
    letter = {
        "_id": id_,
        "stream": batch.checkpoint.stream,
        "source": batch.checkpoint.source,
        "sensor": batch.checkpoint.format,
        "path": batch.path(index),
        "position": record.start,
        "length": record.end - record.start,
        "truncated": record.problem == TOO_LONG or len(content) < len(whole),
        "header": record.header,
        "raw": raw,
        "received": batch.received_at(index),
        "timezone": batch.timezone,
        **_failure(error.code, str(error), now, attempts=1),
        "first_failed": now,
    }
    if sender is not None:
        letter["sender"] = sender
    if raw.encode() != content:
        # Some bytes are not UTF-8: these are all of them.
        letter["raw_base64"] = base64.b64encode(content).decode()
    return letter


def of_message(
    event: dict[str, Any], source: str, error: ParseError, now: datetime
) -> dict[str, Any]:
    """Return the dead letter of a message-level event, which has no raw text to be parsed again.

    Args:
        event: The event.
        source: What its stream is called in tables.
        error: Why it is not stored.
        now: When that was found.
    """
    raw = orjson.dumps(event, default=str)
    return {
        "_id": event["_id"],
        "source": source,
        "sensor": event["event"]["dataset"],
        "raw": raw[:MOST_BYTES].decode("utf-8", "replace"),
        "truncated": True,
        **_failure(error.code, str(error), now, attempts=1),
        "first_failed": now,
    }


def failed_again(letter: dict[str, Any], error: ParseError, now: datetime) -> dict[str, Any]:
    """Return a dead letter after another attempt that failed."""
    return letter | _failure(error.code, str(error), now, attempts=letter["attempts"] + 1)


def raw_text(letter: dict[str, Any]) -> str:
    """Return a dead letter's raw text, as it was given to the parser."""
    encoded = letter.get("raw_base64")
    if encoded is None:
        return str(letter["raw"])
    return base64.b64decode(encoded).decode("utf-8", "surrogateescape")


def _failure(code: str, message: str, now: datetime, *, attempts: int) -> dict[str, Any]:
    return {
        "reason": {"code": code, "message": message},
        "attempts": attempts,
        "last_failed": now,
    }

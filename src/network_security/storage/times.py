"""Time as the store keeps it: in UTC, and whole milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the time, as the store keeps it."""
    return milliseconds(datetime.now(UTC))


def milliseconds(time: datetime) -> datetime:
    """Return a time, which has a zone, as the store gives it back.

    What is finer than a millisecond is left out, as BSON has it: a date there is a number of
    milliseconds since 1970 (https://bsonspec.org/spec.html).

    >>> milliseconds(datetime.fromisoformat("2026-03-01T13:00:00.123987+01:00")).isoformat()
    '2026-03-01T12:00:00.123000+00:00'
    """
    time = time.astimezone(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)

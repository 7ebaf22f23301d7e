"""Values of stored events, whatever shape the events have: what is not there as expected is None.

Events hold text that attackers wrote, and documents that other programs stored.
"""

from datetime import UTC, datetime
from typing import Any

from network_security.sensors.ecs import ip
from network_security.sensors.times import ASSUMED_RECEIPT

Document = dict[str, Any]

LONGEST_TEXT = 16_384
MOST_ITEMS = 500


def value_at(document: object, *path: str) -> object:
    """Return what stands at a path of names, None where the path ends.

    >>> value_at({"url": {"domain": "example.com"}}, "url", "domain")
    'example.com'
    """
    for name in path:
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document


def text(value: object) -> str | None:
    """Return text as every store can keep it, None for what is no text or empty."""
    if type(value) is not str or not value:
        return None
    value = value[:LONGEST_TEXT]
    if value.isascii():
        return value
    # Half a surrogate pair, as JSON can spell it, has no encoding.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def text_at(document: object, *path: str) -> str | None:
    """Return the text at a path; of a list its first."""
    found = value_at(document, *path)
    if type(found) is str:
        return text(found)
    return next(iter(texts(found)), None)


def texts(value: object) -> list[str]:
    """Return the texts of a list or of a single value, at most 500."""
    if not isinstance(value, list):
        one = text(value)
        return [] if one is None else [one]
    return [one for one in map(text, value[:MOST_ITEMS]) if one is not None]


def address_at(document: object, *path: str) -> str | None:
    """Return the IP address at a path in its usual form."""
    return ip(value_at(document, *path))


def number_at(document: object, *path: str) -> int | None:
    """Return the whole number at a path."""
    found = value_at(document, *path)
    return found if type(found) is int else None


def flag_at(document: object, *path: str) -> bool | None:
    """Return the truth value at a path, which Zeek also writes as `T` and `F`."""
    found = value_at(document, *path)
    if type(found) is bool:
        return found
    return {"T": True, "F": False}.get(found) if type(found) is str else None


def time_at(document: object, *path: str) -> datetime | None:
    """Return the time at a path in UTC; a time without a zone is one in UTC, as stores keep it."""
    found = value_at(document, *path)
    if not isinstance(found, datetime):
        return None
    if found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        return None


def event_id(document: Document) -> str | None:
    """Return an event's `_id`, or the digest of its raw text where it was not stored."""
    return text_at(document, "_id") or text_at(document, "event", "hash")


def known_time(document: Document) -> float | None:
    """Return the time that has passed for sure, in seconds since 1970; None where nobody knows.

    It is the event's, but not later than its receipt. The date of a message is its sender's claim,
    unless a server wrote when it came; a record without a time has that of its receipt, which says
    nothing where old logs are read.
    """
    at, received = time_at(document, "@timestamp"), time_at(document, "event", "ingested")
    if at is None or received is None or ASSUMED_RECEIPT in texts(value_at(document, "tags")):
        return None
    claimed = text_at(document, "event", "module") == "email"
    if claimed and time_at(document, "email", "delivery_timestamp") is None:
        return None
    return min(at, received).timestamp()

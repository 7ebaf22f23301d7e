"""The ``_id`` of what a record becomes, be it an event or a dead letter."""

from __future__ import annotations

from hashlib import sha256

from network_security.sensors.framing import Record


def event_id(scope: str, position: int, digest: str) -> str:
    """Return the ``_id`` of what stands at a position of a stream.

    Reading the same again gives the same id, so that it replaces what is there. Ids of one stream
    are in the order of its records, which spares the store's index.

    Args:
        scope: The stream's id.
        position: Offset of the record in bytes.
        digest: SHA-256 of the record's bytes, in hexadecimal.
    """
    return f"{scope}-{position:012x}-{digest[:32]}"


def record_id(scope: str, record: Record) -> str:
    """Return a record's ``_id``."""
    return event_id(scope, record.start, sha256(record_bytes(record)).hexdigest())


def record_bytes(record: Record) -> bytes:
    """Return the bytes that a record was decoded from."""
    return record.text.encode("utf-8", "surrogateescape")

"""From one raw event to one ECS document."""

from datetime import UTC, datetime
from hashlib import sha256

from network_security.sensors import ecs, times
from network_security.sensors.errors import ParseError
from network_security.sensors.registry import FORMATS, Format
from network_security.sensors.times import Clock

MAX_CHARACTERS = 1_000_000
"""Longest event, unless its format or the caller says otherwise, and most of it that is kept."""

INVALID_ENCODING = "invalid_encoding"
ORIGINAL_CUT = "original_cut"


def parse_event(
    raw: str,
    *,
    format: str,
    header: str = "",
    limit: int | None = None,
    received: datetime | None = None,
    timezone: str = "UTC",
) -> ecs.Document:
    """Return one raw event as a nested ECS document.

    Always there: `@timestamp` in UTC, `event.kind`, `.category`, `.type`, `.dataset`, `.module`,
    `.original` (the raw text), `.ingested`, `.hash` (SHA-256 of the raw text in UTF-8) and
    `ecs.version`. Times are aware `datetime` objects. `tags` says what was assumed about the time,
    and whether of a text above a million characters the first million alone are kept.

    Args:
        raw: One event as the sensor wrote it.
        format: A name of `FORMATS`.
        header: What the head of the event's file says of how to read it: Zeek's ``#`` lines, a row
            of column names. It may stand at the head of the raw text as well.
        limit: Most characters that are read; by default a million, of a mail message thirty.
        received: When it was received, aware; now when not given. Resolves times without a year,
            and is the time of an event that states none.
        timezone: IANA name or offset of times that name no zone.

    Raises:
        ParseError: If the text is not an event of that format.
    """
    entry = FORMATS.get(format)
    if entry is None:
        raise ParseError("unknown_format", f"no format {format!r}: one of {', '.join(FORMATS)}")
    most = limit or entry.limit or MAX_CHARACTERS
    if len(raw) > most:
        message = f"{len(raw)} characters, at most {most} are read"
        raise ParseError("too_large", message, raw=raw)
    clock = Clock(received or datetime.now(UTC), times.zone(timezone))
    try:
        encoded = raw.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair is what a decoder made of bytes that are not UTF-8.
        raw = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        encoded = raw.encode()
        clock.note(INVALID_ENCODING)
    text = raw.strip("\ufeff\r\n\0")
    if not text or text.isspace():
        raise ParseError("empty", "nothing to parse")
    try:
        fields = entry.parse(f"{header}\n{text}" if header else text, clock)
    except ParseError:
        raise
    except Exception as error:
        # Attackers choose much of this text: a mistake in one parser must not stop the stream.
        problem = f"the {format} parser failed with {type(error).__name__}: {error}"
        raise ParseError("internal", problem, raw=text) from error
    if not fields.get("@timestamp"):
        fields["@timestamp"] = clock.received
        clock.note(times.ASSUMED_RECEIPT)
    if len(raw) > MAX_CHARACTERS:
        raw = raw[:MAX_CHARACTERS]
        clock.note(ORIGINAL_CUT)
    if clock.assumed:
        fields["tags"] = [*fields.get("tags", ()), *clock.assumed]
        if times.ASSUMED_ZONE in clock.assumed:
            fields.setdefault("event.timezone", timezone)
    return ecs.document(fields, _common(entry, clock, raw, sha256(encoded).hexdigest()))


def _common(entry: Format, clock: Clock, raw: str, digest: str) -> ecs.Document:
    """Return what every document has, before the fields of its own are added."""
    return {
        "ecs": {"version": ecs.VERSION},
        "event": {
            "kind": "event",
            "category": ["network"],
            "type": ["info"],
            "module": entry.module,
            "dataset": entry.dataset,
            "original": raw,
            "ingested": clock.received,
            "hash": digest,
        },
        "observer": dict(entry.observer),
    }

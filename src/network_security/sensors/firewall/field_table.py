"""Vendor fields to ECS fields by table: which field each becomes, and what its value must be."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, text

Convert = Callable[[Any], Any]
Table = Mapping[str, tuple[str, Convert]]
"""Vendor's name -> (dotted ECS name, what makes the value of it, or None of an unfit one)."""

UNSET = frozenset(("", "-", "N/A", "n/a", "None", None))
"""What devices write where they have no value."""


def table(*groups: tuple[Convert, Mapping[str, str]]) -> Table:
    """Return a table of groups of fields that are converted alike."""
    return {
        vendor: (field, convert) for convert, fields in groups for vendor, field in fields.items()
    }


def given(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the pairs that have a value; of a repeated name the last one counts."""
    return {name: value for name, value in pairs if value not in UNSET}


def apply(
    fields: Fields, values: Mapping[str, Any], rows: Table, elsewhere: Collection[str] = ()
) -> dict[str, Any]:
    """Set the fields that a table names, and return the values that have no place in them.

    The first of several values for one field counts; what a field cannot hold is returned, so that
    nothing a device wrote is lost.

    Args:
        fields: Takes the result.
        values: What the device wrote, without what is unset.
        rows: The table.
        elsewhere: Names that the caller maps itself: they are not returned.
    """
    rest: dict[str, Any] = {}
    for name, value in values.items():
        if name not in rows:
            if name not in elsewhere:
                rest[name] = value
            continue
        field, convert = rows[name]
        # Most fields are text as it stands: it is not worth a call.
        found = value if convert is text and type(value) is str and value else convert(value)
        if found is None or fields.setdefault(field, found) != found:
            rest[name] = value
    return rest


def lower(value: Any) -> str | None:
    """Return text in lower case."""
    found = ecs.text(value)
    return found.lower() if found else None


def seconds(value: Any) -> int | None:
    """Return a number of seconds in nanoseconds, as `event.duration` has it."""
    found = ecs.number(value, 10**9)
    return None if found is None else found * 1_000_000_000


def milliseconds(value: Any) -> int | None:
    """Return a number of milliseconds in nanoseconds."""
    found = ecs.number(value, 10**12)
    return None if found is None else found * 1_000_000


def microseconds(value: Any) -> int | None:
    """Return a number of microseconds in nanoseconds."""
    found = ecs.number(value, 10**15)
    return None if found is None else found * 1_000


def add_totals(fields: Fields) -> None:
    """Set `network.bytes` and `.packets` from what both ends sent, or one of them."""
    for unit in ("bytes", "packets"):
        sent, received = fields.get(f"source.{unit}"), fields.get(f"destination.{unit}")
        if sent is not None or received is not None:
            fields.setdefault(f"network.{unit}", (sent or 0) + (received or 0))


def add_span(fields: Fields) -> None:
    """Set `event.start` to the event's time, and `event.end` to `event.duration` after it."""
    moment, duration = fields.get("@timestamp"), fields.get("event.duration")
    if moment is not None and duration is not None:
        fields["event.start"] = moment
        with suppress(OverflowError):  # past the year 9999
            fields["event.end"] = moment + timedelta(microseconds=duration // 1000)

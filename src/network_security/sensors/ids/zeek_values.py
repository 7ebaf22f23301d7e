"""Values as Zeek writes them: the same in JSON and in tab-separated text."""

import math
from datetime import datetime

from network_security.sensors.ecs import ip, number, text
from network_security.sensors.times import Clock, parse_time

NANOSECONDS = 1_000_000_000
_FLAGS = {True: True, False: False, "T": True, "F": False, "true": True, "false": False}


def flag(value: object) -> bool | None:
    """Return a truth value, None for anything else."""
    return _FLAGS.get(value) if type(value) is bool or type(value) is str else None


def nanoseconds(value: object) -> int | None:
    """Return an interval, which Zeek writes in seconds, in ns; None when it is not one."""
    if not isinstance(value, (int, float, str)):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(seconds) or not 0 <= seconds <= 2**33:
        return None
    return round(seconds * NANOSECONDS)


def items(value: object) -> list[str]:
    """Return the texts of a set or vector, or of a single value."""
    found = value if type(value) is list else [value]
    return [item for item in map(text, found) if item is not None]


def addresses(value: object) -> list[str]:
    """Return the valid addresses of a set or vector."""
    return [found for found in map(ip, items(value)) if found is not None]


# Converters for the tables of logs: value and clock in, value for the ECS field out.


def as_text(value: object, clock: Clock) -> str | None:
    """Return text or a number as text."""
    return text(value)


def as_lower(value: object, clock: Clock) -> str | None:
    """Return text in lower case."""
    return (text(value) or "").lower() or None


def as_number(value: object, clock: Clock) -> int | None:
    """Return a whole number that is not negative."""
    return number(int(value) if type(value) is float and value.is_integer() else value)


def as_list(value: object, clock: Clock) -> list[str]:
    """Return a list of texts."""
    return items(value)


def as_address(value: object, clock: Clock) -> str | None:
    """Return a valid address."""
    return ip(value)


def as_time(value: object, clock: Clock) -> datetime | None:
    """Return an instant."""
    return parse_time(value, clock)


def as_interval(value: object, clock: Clock) -> int | None:
    """Return an interval in nanoseconds."""
    return nanoseconds(value)


def as_flag(value: object, clock: Clock) -> bool | None:
    """Return a truth value."""
    return flag(value)

"""Times as devices write them, in UTC; what changes only with the second is made once a second."""

from functools import lru_cache
from time import gmtime, strftime


@lru_cache(maxsize=16384)
def written(pattern: str, second: int) -> str:
    """Return a whole second by a pattern of `time.strftime`."""
    return strftime(pattern, gmtime(second))


def bsd(time: float) -> str:
    """Return the time of RFC 3164: ``Mar  2 08:15:30``.

    >>> bsd(1772439330.5)
    'Mar  2 08:15:30'
    """
    return written("%b %e %H:%M:%S", int(time))


def day(time: float) -> str:
    """Return the date, as ``2026-03-02``."""
    return written("%Y-%m-%d", int(time))


def clock(time: float) -> str:
    """Return the time of day, as ``08:15:30``."""
    return written("%H:%M:%S", int(time))


def iso(time: float, digits: int = 0, zone: str = "Z") -> str:
    """Return the time of RFC 3339 with so many digits of a second's fraction, at most 7.

    >>> iso(1772439330.5, 3)
    '2026-03-02T08:15:30.500Z'
    """
    second = int(time)
    start = written("%Y-%m-%dT%H:%M:%S", second)
    return f"{start}.{fraction(time, digits)}{zone}" if digits else start + zone


def fraction(time: float, digits: int) -> str:
    """Return that many digits of a time's fraction of a second; none is below microseconds."""
    micros = int(time % 1 * 1_000_000)
    return f"{micros:06d}0"[:digits]


def epoch(time: float, digits: int) -> str:
    """Return seconds since 1970 with so many digits, at most 6, cut as `iso` cuts them."""
    return f"{int(time)}.{fraction(time, digits)}"

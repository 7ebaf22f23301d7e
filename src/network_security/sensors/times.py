"""Reading the times that sensors write, in UTC, with what had to be assumed.

`parse_time` takes every style that the formats here use: ISO 8601 and RFC 3339, RFC 3164 and its
variants with a year, RFC 5322 mail dates, Apache, Check Point, PAN-OS, Snort and Windows styles,
and epochs in seconds to nanoseconds. A time that names no zone is read in the zone of its `Clock`;
one that names no year gets the latest year that does not put it more than a day after receipt.
Both are recorded in `Clock.assumed`, which becomes the document's `tags`.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from network_security.sensors.errors import ParseError

ASSUMED_YEAR = "time_year_assumed"
ASSUMED_ZONE = "time_zone_assumed"
ASSUMED_RECEIPT = "time_of_receipt"

LONGEST = 64
LEAP_YEAR = 2000
"""Stands in for a year that the text lacks: a leap year, so that 29 February can be held."""

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        start=1,
    )
}
# The zone names of RFC 5322 section 4.3 and the European ones; other abbreviations are ambiguous.
ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "cest": 2, "eet": 2,
    "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7,
}  # fmt: skip
_OFFSETS = {name: timezone(timedelta(hours=hours)) for name, hours in ZONES.items()}

_CLOCK = (
    r"(?P<h>\d{1,2}):(?P<m>\d\d)(?::(?P<s>\d\d)(?:[.,](?P<f>\d{1,9}))?)?(?:\s?(?P<ap>[AaPp])[Mm])?"
)
_ZONE = r"(?:\s{0,2}(?P<z>Z|[A-Z]{2,5}|(?:GMT|UTC)?[+-]\d\d:?\d\d))?"
_WEEKDAY = r"[*.]?(?:[A-Z][a-z]{2,8},?\s+)?"
_MONTH = r"(?P<mon>[A-Za-z]{3})[a-z]{0,6}\.?"
_DAY = r"(?P<d>\d{1,2})"
_YEAR = r"(?P<y>\d{4})"
_STYLES = tuple(
    re.compile(pattern)
    for pattern in (
        # RFC 3164 and asctime: "May  5 17:51:17", "Jul 16 2024 15:37:27", "Mar 18 08:04:46 2021"
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?(?:\s+{_YEAR})?\s+{_CLOCK}{_ZONE}(?:\s+(?P<y2>\d{{4}}))?$",
        # RFC 5322, Apache, Check Point: "10 Oct 2023 12:00:00 +0200 (CEST)", "20Dec2019 12:04:05"
        rf"{_WEEKDAY}{_DAY}[ /-]?{_MONTH}[ /-]?{_YEAR}[ :T]\s*{_CLOCK}{_ZONE}(?:\s+\(.*\))?$",
        # Syslog with the year first: "2019 Jan 14 13:16:14"
        rf"{_YEAR}[ -]{_MONTH}[ -]+{_DAY}\s+{_CLOCK}{_ZONE}$",
        # Snort, and Windows in English: "12/30-14:09:21.116402", "9/13/2011 9:20:39 AM"
        rf"(?P<n>\d{{1,2}})/{_DAY}(?:/(?P<y>\d{{4}}|\d\d))?[- ,]+{_CLOCK}{_ZONE}$",
    )
)
_RFC_3164 = re.compile(r"([A-Za-z]{3}) ([ \d]\d) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)$")
_RFC_5322 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d)"
    r" ([+-]\d{4}|GMT)(?: \([A-Z]{1,8}\))?$"
)
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T ,]\s{0,2}(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?" + _ZONE + ")?$",
    re.ASCII,
)
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d\d):?(\d\d)")
_EPOCH_UNITS = ((1e11, 1), (1e14, 1_000), (1e17, 1_000_000), (1e20, 1_000_000_000))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
"""How far ahead of ours a device's clock may run before a time is taken for last year's."""
_ZONES_APART = timedelta(days=2)
_YEARS_BACK = 10
"""Past eight years, the longest way from one 29 February to the next."""
_COMPACT_LENGTHS = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}


@dataclass(slots=True)
class Clock:
    """What an incomplete time is read against, and a record of what was assumed.

    Attributes:
        received: When the raw text reached us, in UTC.
        zone: Zone of times that name none.
        assumed: Tags for what was assumed while this event was read.
    """

    received: datetime
    zone: tzinfo = UTC
    assumed: list[str] = field(default_factory=list)

    def note(self, tag: str) -> None:
        """Record one assumption, once."""
        if tag not in self.assumed:
            self.assumed.append(tag)


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """Return the zone of an IANA name or of an offset such as ``+02:00``.

    Raises:
        ParseError: With code ``unknown_timezone``.
    """
    found = _named_or_offset(name) if len(name) <= LONGEST else None
    if found is not None:
        return found
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ParseError(
            "unknown_timezone", f"no time zone {name!r}: use an IANA name or an offset as +02:00"
        ) from error


def parse_time(value: object, clock: Clock) -> datetime | None:
    """Return the instant that a time names, in UTC, or None when it names none.

    Args:
        value: Text in any of the styles above, or a number: seconds, milliseconds, microseconds or
            nanoseconds since 1970, told apart by magnitude.
        clock: Reads what the text leaves out, and records it.
    """
    if not isinstance(value, str):
        return None if isinstance(value, bool) else epoch(value)
    read = _read(value) if len(value) <= LONGEST else None
    if read is None:
        return None
    moment, has_year = read
    if moment.tzinfo is None:
        clock.note(ASSUMED_ZONE)
    if has_year:
        if moment.tzinfo is UTC:
            return moment
        return _in_utc(moment, moment.year, clock.zone)
    clock.note(ASSUMED_YEAR)
    return _latest_year(moment, clock)


def epoch(value: object) -> datetime | None:
    """Return the instant of a number since 1970 in s, ms, us or ns, or None when out of range."""
    if not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
        for limit, unit in _EPOCH_UNITS:
            if abs(number) < limit:
                # Whole numbers are divided as such: a float cannot hold microseconds of today.
                exact = number if isinstance(value, str) and "." in value else value
                whole = int(exact) if number.is_integer() else None
                micro = number * 1e6 / unit if whole is None else whole * 1_000_000 // unit
                return _EPOCH + timedelta(microseconds=micro)
    except (ValueError, OverflowError):
        pass
    return None


def _latest_year(moment: datetime, clock: Clock) -> datetime | None:
    try:
        limit = clock.received + _AHEAD
        # Two zones' clocks differ by a day and a bit: no later year can lie before the limit.
        latest = (limit + _ZONES_APART).year
    except OverflowError:
        return None
    for year in range(latest, max(latest - _YEARS_BACK, 0), -1):
        candidate = _in_utc(moment, year, clock.zone)
        if candidate is not None and candidate <= limit:
            return candidate
    return None


@lru_cache(maxsize=8192)
def _in_utc(moment: datetime, year: int, zone: tzinfo) -> datetime | None:
    """Return a moment in a year, and in a zone when it has none, or None when there is none."""
    # Cached, and keyed by the year instead of the time of receipt: a second's events share a time.
    try:
        return moment.replace(year=year, tzinfo=moment.tzinfo or zone).astimezone(UTC)
    except (ValueError, OverflowError):  # 29 February of a common year; the ends of the calendar
        return None


@lru_cache(maxsize=8192)
def _read(text: str) -> tuple[datetime, bool] | None:
    """Return the time as written, naive when it names no zone, and whether it names a year."""
    text = text.strip(" \t[]\"'")
    if text[4:5] == "-":
        try:
            return datetime.fromisoformat(text), True
        except ValueError:
            pass
    try:
        return (
            _read_rfc_3164(text)
            or _read_rfc_5322(text)
            or _read_digits(text)
            or _read_iso(text)
            or _read_styles(text)
        )
    except (ValueError, OverflowError):
        return None


def _read_rfc_3164(text: str) -> tuple[datetime, bool] | None:
    # One of the styles below, read by itself first: most syslog has it, and it costs a third so.
    match = _RFC_3164.match(text)
    month = MONTHS.get(match[1].lower()) if match else None
    if match is None or month is None:
        return None
    _, day, year, hour, minute, second = match.groups()
    moment = datetime(int(year or LEAP_YEAR), month, int(day), int(hour), int(minute), int(second))
    return moment, year is not None


def _read_rfc_5322(text: str) -> tuple[datetime, bool] | None:
    # So has all mail, several times a message.
    match = _RFC_5322.match(text)
    month = MONTHS.get(match[2].lower()) if match else None
    if match is None or month is None:
        return None
    day, _, year, hour, minute, second, offset = match.groups()
    zone = _named_or_offset(offset)
    moment = datetime(int(year), month, int(day), int(hour), int(minute), int(second), tzinfo=zone)
    return moment, True


def _read_digits(text: str) -> tuple[datetime, bool] | None:
    digits = text.rstrip("Zz")
    if digits.isdecimal() and len(digits) in _COMPACT_LENGTHS:
        moment = datetime.strptime(digits, _COMPACT_LENGTHS[len(digits)])
        return (moment.replace(tzinfo=UTC) if digits != text else moment), True
    if not text[:1].isdigit() or not text.replace(".", "", 1).isdecimal():
        return None
    found = epoch(int(text) if text.isdecimal() else text)
    return (found, True) if found else None


def _read_iso(text: str) -> tuple[datetime, bool] | None:
    match = _ISO.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone_name = match.groups()
    moment = datetime(
        int(year),
        int(month),
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        _microseconds(fraction),
        tzinfo=_named_or_offset(zone_name),
    )
    return moment, True


def _read_styles(text: str) -> tuple[datetime, bool] | None:
    for style in _STYLES:
        match = style.match(text)
        if match is None:
            continue
        part = match.groupdict()
        month, day = (
            MONTHS.get((part.get("mon") or "").lower()) or int(part.get("n") or 0),
            int(part["d"]),
        )
        if month > 12 >= day:  # noqa: PLR2004  day first: 16/09/2019
            month, day = day, month
        year = part.get("y") or part.get("y2")
        hour = int(part["h"])
        if part["ap"]:
            hour = hour % 12 + (12 if part["ap"] in "pP" else 0)
        moment = datetime(
            LEAP_YEAR if year is None else int(year) + (LEAP_YEAR if len(year) == 2 else 0),  # noqa: PLR2004
            month,
            day,
            hour,
            int(part["m"]),
            int(part["s"] or 0),
            _microseconds(part["f"]),
            tzinfo=_named_or_offset(part["z"]),
        )
        return moment, year is not None
    return None


def _microseconds(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


@lru_cache(maxsize=256)
def _named_or_offset(name: str | None) -> tzinfo | None:
    if not name:
        return None
    known = _OFFSETS.get(name.lower())
    if known is not None:
        return known
    match = _OFFSET.fullmatch(name)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    if offset >= timedelta(days=1):
        return None
    return timezone(-offset if match[1] == "-" else offset)

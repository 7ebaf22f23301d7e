"""Dates as registries write them.

Source: RFC 3339 for RDAP; for WHOIS, what the registries of the large top-level domains answer.
"""

import re
from datetime import UTC, datetime

LONGEST = 60
_NUMERIC = (
    "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d %H:%M:%S", "%Y%m%d %H:%M:%S",
    "%d.%m.%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S",
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d-%m-%Y",
)  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]{{0,6}}"
_DAY_FIRST = re.compile(rf"(\d{{1,2}})[-\s./]{_MONTH}[-\s./](\d{{4}})", re.I | re.A)
_MONTH_FIRST = re.compile(
    rf"{_MONTH}\s{{1,2}}(\d{{1,2}}),?\s(?:[\d:]{{5,8}}\s)?(?:[a-z]{{3,4}}\s)?(\d{{4}})", re.I | re.A
)
_SPACES = re.compile(r"\.\s+(?=\d)|\s{2,}")
_ZONE = re.compile(r"(?<=\d{2})\s?(?:[a-z]{2,4}|\([a-z]{2,4}[^)]{0,10}\))\Z", re.I)
_TAIL = re.compile(r"\s#.*\Z")


def date_of(written: str) -> datetime | None:
    """Return the time, in UTC where no zone is given; None for what is no date.

    Day before month is read as Europe writes it; a date all in numbers by slashes that does not
    begin with the year could be either way, and is none.

    >>> date_of("14-Feb-1996").isoformat(), date_of("2031-08-13T04:00:00Z").day
    ('1996-02-14T00:00:00+00:00', 13)
    >>> date_of("03/04/2025") is None
    True
    """
    text = _TAIL.sub("", written.strip())
    if len(text) > LONGEST:
        return None
    try:
        return _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    plain = _ZONE.sub("", text).strip().rstrip(".")
    # Korea writes `1997. 01. 01.`
    plain = _SPACES.sub(lambda gap: "." if gap[0].startswith(".") else " ", plain)
    for form in _NUMERIC:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return _with_month_name(text)


def _with_month_name(text: str) -> datetime | None:
    if found := _DAY_FIRST.search(text):
        day, month, year = found.groups()
    elif found := _MONTH_FIRST.search(text):
        month, day, year = found.groups()
    else:
        return None
    try:
        return datetime(int(year), _MONTHS.index(month.lower()) + 1, int(day), tzinfo=UTC)
    except ValueError:
        return None


def _in_utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)

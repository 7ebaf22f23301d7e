"""How values are shown: figures, times, and text that strangers wrote."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from markupsafe import Markup

from network_security.alerts.triage import CLOSING_VERDICTS
from network_security.detection.verdicts.percent import percent as shown_percent
from network_security.evidence.urls import defang as defanging

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY

_KEPT_SIGNS: Final = "\n\t"
_MERGED: Final = re.compile(r"([0-9a-f]{12})[0-9a-f]{52}(?: version \d+)?$")


def percent(share: float | None) -> str:
    """A share as a percentage, as verdicts have it everywhere; of none, that it is not known."""
    return "unknown" if share is None else shown_percent(share)


def number(value: float | None) -> str:
    """A number with its thousands apart.

    >>> number(1234567), number(None)
    ('1,234,567', '-')
    """
    return "-" if value is None else f"{value:,}"


def log_odds(value: float) -> str:
    """A share of the log-odds with its sign, a minus as wide as a plus.

    >>> log_odds(2.314)
    '+2.31'
    """
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def duration(span: timedelta | float | None) -> str:
    """How long something is, in its largest unit; a number is seconds.

    >>> duration(42), duration(timedelta(hours=3, minutes=59)), duration(None)
    ('42 s', '3 h', 'unknown')
    """
    if span is None:
        return "unknown"
    seconds = span.total_seconds() if isinstance(span, timedelta) else span
    for unit, name in ((WEEK, "weeks"), (DAY, "days"), (HOUR, "h"), (MINUTE, "min")):
        whole = int(seconds // unit)
        if whole > (1 if unit >= DAY else 0):
            return f"{whole} {name}"
    return f"{max(0, int(seconds))} s"


def exact(time: datetime | None) -> str:
    """A time in UTC, to the second.

    >>> exact(datetime(2026, 3, 1, 12, tzinfo=UTC))
    '2026-03-01 12:00:00 UTC'
    """
    if time is None:
        return "never"
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return f"{aware.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def ago(time: datetime | None, now: datetime) -> Markup:
    """How long ago a time was, the time itself beside it for those who point at it."""
    if time is None:
        return Markup("never")
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    said = f"{duration(now - aware)} ago" if aware <= now else f"in {duration(aware - now)}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        aware.astimezone(UTC).isoformat(timespec="seconds"), exact(aware), said
    )


def moment(time: datetime | None) -> Markup:
    """A time in UTC as an element."""
    if time is None:
        return Markup("never")
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return Markup('<time datetime="{}">{}</time>').format(
        aware.astimezone(UTC).isoformat(timespec="seconds"), exact(aware)
    )


def visible(text: object) -> str:
    """A text whose signs can all be seen, in its lines."""
    return defanging.visible(str(text), keep=_KEPT_SIGNS)


def defang(text: object) -> str:
    """A text of which nothing can be clicked, in its lines."""
    return defanging.defang(str(text), keep=_KEPT_SIGNS)


def unlinked(text: object) -> str:
    """A text as it came, but for schemes: a log line stays readable, and nothing of it links."""
    return defanging.unlinked(str(text), keep=_KEPT_SIGNS)


def shortened(text: object, most: int = 100) -> str:
    """At most so many signs of a text, its middle left out: a URL's end says much."""
    whole = str(text)
    if len(whole) <= most:
        return whole
    head = most * 2 // 3
    return f"{whole[:head]}…{whole[len(whole) - (most - head - 1) :]}"


def words(name: object) -> str:
    """A name of the software's as people read it.

    >>> words("true_positive")
    'true positive'
    """
    return str(name).replace("_", " ")


def remark(note: str) -> str:
    """What is to be said of a line of history: verdicts as people read them, ids cut.

    >>> remark("false_positive: our newsletter"), remark("0123456789abcdef" * 4 + " version 3")
    ('false positive: our newsletter', 'alert 0123456789ab')
    """
    merged = _MERGED.match(note)
    if merged:
        return f"alert {merged[1]}"
    verdict, colon, why = note.partition(":")
    return f"{words(verdict)}{colon}{why}" if verdict in CLOSING_VERDICTS else note


def plural(count: int, one: str, many: str = "") -> str:
    """A number with what is counted.

    >>> plural(1, "alert"), plural(1200, "alert"), plural(2, "entry", "entries")
    ('1 alert', '1,200 alerts', '2 entries')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def breakable(text: object) -> Markup:
    """A long text with places where a line may end: within hosts, paths and queries.

    >>> breakable("a/b?c=<d>")
    Markup('a/<wbr>b?<wbr>c=<wbr>&lt;d&gt;')
    """
    return Markup("<wbr>").join(re.split(r"(?<=[/&?=_])(?=.)|(?<=\[\.\])(?=.)", str(text)))


FILTERS: Final = {
    each.__name__: each
    for each in (
        percent,
        number,
        log_odds,
        duration,
        exact,
        ago,
        moment,
        visible,
        defang,
        unlinked,
        shortened,
        words,
        remark,
        plural,
        breakable,
    )
}
"""By the names that templates use."""

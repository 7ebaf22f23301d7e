"""Spans of time as people name them: days, or times in ISO 8601."""

from __future__ import annotations

from datetime import UTC, date, datetime


def time_span(
    since: str | date | None, until: str | date | None
) -> tuple[datetime | None, datetime | None]:
    """Return when a span begins and ends, as options of these names say; None for no bound.

    Args:
        since: A day, which is its beginning, or a time, in ISO 8601; in UTC without a zone.
        until: Likewise.

    Raises:
        ValueError: If one is no time, or the end is not behind the beginning.

    >>> time_span("2026-03-02", None)
    (datetime.datetime(2026, 3, 2, 0, 0, tzinfo=datetime.timezone.utc), None)
    """
    begins, ends = _time("since", since), _time("until", until)
    if begins and ends and ends <= begins:
        raise ValueError(f"until is {until}, not later than since, {since}")
    return begins, ends


def _time(option: str, given: str | date | None) -> datetime | None:
    if given is None:
        return None
    try:
        time = datetime.fromisoformat(str(given))
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"{option} is {str(given)!r}: write a day such as 2026-03-02, or a time such as "
            "2026-03-02T08:00:00+01:00"
        ) from None

"""Spans of time are read as people write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from network_security.storage.spans import time_span

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MIDNIGHT = NOON.replace(hour=0)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (None, None),
        ("2026-03-02", MIDNIGHT),
        (date(2026, 3, 2), MIDNIGHT),
        ("2026-03-02T12:00", NOON),
        ("2026-03-02T13:00:00+01:00", NOON),
        ("2026-03-02 12:00Z", NOON),
        (NOON.replace(tzinfo=None), NOON),
        (NOON.astimezone(timezone(timedelta(hours=5))), NOON),
    ],
)
def test_a_span_begins_and_ends_with_a_day_or_a_time(
    given: str | date | None, meant: datetime | None
) -> None:
    assert time_span(given, None) == (meant, None)
    assert time_span(None, given) == (None, meant)


@pytest.mark.parametrize("given", ["May", "", "2026-02-30", "0001-01-01T00:00+23:00"])
def test_what_is_no_time_is_refused(given: str) -> None:
    with pytest.raises(
        ValueError, match=f"until is '{given[:4]}.*': write a day such as 2026-03-02"
    ):
        time_span(None, given)


@pytest.mark.parametrize("until", ["2026-03-02", "2026-03-02T00:30+01:00"])
def test_a_span_ends_after_it_begins(until: str) -> None:
    with pytest.raises(ValueError, match="not later than since, 2026-03-02"):
        time_span("2026-03-02", until)

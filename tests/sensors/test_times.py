from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors import times
from network_security.sensors.errors import ParseError
from network_security.sensors.times import ASSUMED_YEAR, ASSUMED_ZONE, Clock, parse_time

RECEIVED = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-05-05T17:51:17Z", datetime(2024, 5, 5, 17, 51, 17)),
        ("2021-01-27T01:28:11.488362+0100", datetime(2021, 1, 27, 0, 28, 11, 488362)),
        ("2023-07-19T14:09:43.8734771Z", datetime(2023, 7, 19, 14, 9, 43, 873477)),
        ("2022-02-22 18:34:21 UTC", datetime(2022, 2, 22, 18, 34, 21)),
        ("Mar 01 2021 21:06:02 CET", datetime(2021, 3, 1, 20, 6, 2)),
        ("Tue, 10 Oct 2023 12:00:00 +0200 (CEST)", datetime(2023, 10, 10, 10)),
        ("[10/Oct/2000:13:55:36 -0700]", datetime(2000, 10, 10, 20, 55, 36)),
        ("20240229123456Z", datetime(2024, 2, 29, 12, 34, 56)),
        ("1553795092", datetime(2019, 3, 28, 17, 44, 52)),
        ("1639003184123", datetime(2021, 12, 8, 22, 39, 44, 123000)),
        ("1602591758311908837", datetime(2020, 10, 13, 12, 22, 38, 311908)),
        (1602116947.977, datetime(2020, 10, 8, 0, 29, 7, 977000)),
    ],
)
def test_times_with_year_and_zone_assume_nothing(text, instant):
    clock = Clock(RECEIVED)

    assert parse_time(text, clock) == instant.replace(tzinfo=UTC)
    assert clock.assumed == []


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("Apr 27 2020 02:03:03", datetime(2020, 4, 27, 2, 3, 3)),
        ("Thu Mar 18 08:04:46 2021", datetime(2021, 3, 18, 8, 4, 46)),
        ("20Dec2019 12:04:05", datetime(2019, 12, 20, 12, 4, 5)),
        ("2019 Jan 14 13:16:14", datetime(2019, 1, 14, 13, 16, 14)),
        ("2021/11/16 10:45:15", datetime(2021, 11, 16, 10, 45, 15)),
        ("9/13/2011 9:20:39 PM", datetime(2011, 9, 13, 21, 20, 39)),
        ("16/09/2019 09:20:39", datetime(2019, 9, 16, 9, 20, 39)),
        ("09/03/21-16:29:03.494387", datetime(2021, 9, 3, 16, 29, 3, 494387)),
    ],
)
def test_times_without_a_zone_are_read_in_the_clocks(text, instant):
    paris = ZoneInfo("Europe/Paris")
    clock = Clock(RECEIVED, paris)

    assert parse_time(text, clock) == instant.replace(tzinfo=paris)
    assert clock.assumed == [ASSUMED_ZONE]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("Jan 15 11:00:00", datetime(2026, 1, 15, 11)),
        ("Jan 16 11:00:00", datetime(2026, 1, 16, 11)),  # a clock that runs a little ahead
        ("Jan 17 11:00:00", datetime(2025, 1, 17, 11)),
        ("Dec 31 23:59:59", datetime(2025, 12, 31, 23, 59, 59)),
        ("Feb 29 00:00:00", datetime(2024, 2, 29)),
        ("12/30-14:09:21.116402", datetime(2025, 12, 30, 14, 9, 21, 116402)),
    ],
)
def test_times_without_a_year_get_the_latest_that_is_not_in_the_future(text, instant):
    clock = Clock(RECEIVED)

    assert parse_time(text, clock) == instant.replace(tzinfo=UTC)
    assert clock.assumed == [ASSUMED_ZONE, ASSUMED_YEAR]


@pytest.mark.parametrize(
    ("received", "zone", "text", "instant"),
    [
        # In Auckland the year begins thirteen hours before it does in UTC.
        (datetime(2025, 12, 30, 12), "Pacific/Auckland", "Jan  1 00:30:00", (2025, 12, 31, 11, 30)),
        (datetime(2025, 12, 29, 12), "Pacific/Auckland", "Jan  1 00:30:00", (2024, 12, 31, 11, 30)),
        (datetime(2026, 1, 1, 6), "America/New_York", "Dec 31 23:59:59", (2026, 1, 1, 4, 59, 59)),
        (datetime(2104, 1, 5), "UTC", "Feb 29 00:00:00", (2096, 2, 29)),
    ],
)
def test_the_year_that_is_missing_is_the_one_of_the_device(received, zone, text, instant):
    clock = Clock(received.replace(tzinfo=UTC), ZoneInfo(zone))

    assert parse_time(text, clock) == datetime(*instant, tzinfo=UTC)


def test_a_time_is_read_anew_for_every_clock():
    text = "Jan 14 08:00:00"
    clocks = [Clock(RECEIVED.replace(year=year)) for year in (2026, 2024, 2026)]
    paris = Clock(RECEIVED, ZoneInfo("Europe/Paris"))

    assert [parse_time(text, clock).year for clock in clocks] == [2026, 2024, 2026]
    assert parse_time(text, paris) == datetime(2026, 1, 14, 7, tzinfo=UTC)
    assert all(clock.assumed == [ASSUMED_ZONE, ASSUMED_YEAR] for clock in (*clocks, paris))


@pytest.mark.parametrize("received", [datetime.max, datetime.min])
def test_a_clock_at_the_end_of_the_calendar_reads_no_time_without_a_year(received):
    assert parse_time("Mar 14 08:00:00", Clock(received.replace(tzinfo=UTC))) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "Feb 30 00:00:00",
        "2024-13-01",
        "9" * 30,
        "1" * 4000,
        None,
        True,
        [],
        float("nan"),
    ],
)
def test_what_is_no_time_is_none(value):
    assert parse_time(value, Clock(RECEIVED)) is None


@given(st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_iso_times_and_epochs_come_back_as_they_went(moment):
    clock = Clock(RECEIVED)
    microseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

    assert parse_time(moment.isoformat(), clock) == moment
    assert parse_time(moment.astimezone(timezone(timedelta(hours=-5))).isoformat(), clock) == moment
    if microseconds >= 10**14:
        assert parse_time(microseconds, clock) == moment


@given(st.text(max_size=40))
def test_any_text_is_a_time_in_utc_or_none(text):
    moment = parse_time(text, Clock(RECEIVED))

    assert moment is None or moment.utcoffset() == timedelta(0)


def test_zones_are_names_or_offsets():
    assert times.zone("Europe/Paris") == ZoneInfo("Europe/Paris")
    assert times.zone("+02:00").utcoffset(None) == timedelta(hours=2)
    with pytest.raises(ParseError, match="IANA"):
        times.zone("../../etc/passwd")
    with pytest.raises(ParseError, match="IANA"):
        times.zone("x" * 100_000)


def test_an_epoch_with_a_fraction_of_zero_is_read():
    assert times.epoch("1768378545.000000") == datetime(2026, 1, 14, 8, 15, 45, tzinfo=UTC)

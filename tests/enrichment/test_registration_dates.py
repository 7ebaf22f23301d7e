"""Dates of registries."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.registration_dates import date_of


@pytest.mark.parametrize(
    "written",
    [
        "2021-03-04T05:06:07Z",
        "2021-03-04T05:06:07.0Z",
        "2021-03-04T07:06:07+02:00",
        "2021-03-04T05:06:07+0000",
        "2021-03-04 05:06:07",
        "2021-03-04 05:06:07 UTC",
        "2021-03-04 05:06:07 (UTC+0)",
        "2021/03/04 05:06:07",
        "2021.03.04 05:06:07",
        "04.03.2021 05:06:07",
        "04-03-2021 05:06:07",
        "20210304 05:06:07",
        "2021-03-04",
        "2021/03/04",
        "2021. 03. 04.",
        "20210304",
        "20210304 #1234567",
        "4.3.2021",
        "04-Mar-2021",
        "4 March 2021",
        "04-MAR-2021 05:06:07 UTC",
        "March 4 2021",
        "Mar  4, 2021",
        "Thu Mar 4 05:06:07 GMT 2021",
    ],
)
def test_one_day_in_many_spellings(written: str) -> None:
    time = date_of(written)
    assert time is not None
    assert time.date() == datetime(2021, 3, 4, tzinfo=UTC).date()
    assert (time.hour, time.minute, time.second) in {(5, 6, 7), (0, 0, 0)}


@pytest.mark.parametrize(
    "written",
    ["", "never", "03/04/2021", "31-Feb-2021", "2021-13-01", "before Aug-1996", "not disclosed",
     "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1" * 5000, "x 99 Foo 2021"],
)  # fmt: skip
def test_what_is_no_date(written: str) -> None:
    assert date_of(written) is None


@given(st.text(max_size=80))
def test_any_text_is_a_time_with_a_zone_or_none(text: str) -> None:
    time = date_of(text)
    assert time is None or time.tzinfo is UTC


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_rdap_prescribes_comes_back(time: datetime) -> None:
    assert date_of(time.isoformat()) == time

"""Times go to the store as they come back from it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import bson
from bson.codec_options import CodecOptions
from hypothesis import given
from hypothesis import strategies as st

from network_security.storage.times import milliseconds, utc_now


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.timezones()))
def test_a_time_is_what_bson_makes_of_it(time: datetime) -> None:
    read: dict[str, Any] = bson.decode(
        bson.encode({"at": time}), codec_options=CodecOptions(tz_aware=True, tzinfo=UTC)
    )

    assert milliseconds(time) == read["at"]
    assert milliseconds(time).tzinfo is UTC


def test_now_is_in_milliseconds() -> None:
    now = utc_now()

    assert now == milliseconds(now)
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)

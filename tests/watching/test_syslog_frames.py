"""Both framings of RFC 6587, told apart, and what does not keep to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors.framing import TOO_LONG
from network_security.watching.syslog_frames import (
    CUT_OFF,
    NO_LENGTH,
    Frame,
    FramingError,
    SyslogFrames,
)

messages = st.lists(
    st.binary(min_size=1, max_size=60).filter(lambda one: one.strip(b"\r\n\0 ") != b""),
    min_size=1,
    max_size=6,
)


def frames_of(data: bytes, sizes: list[int], limit: int = 100) -> list[Frame]:
    """What a connection gives that brings some bytes in pieces of these sizes."""
    framing, found, position = SyslogFrames(limit), [], 0
    for size in [*sizes, len(data)]:
        found += framing.feed(data[position : position + size])
        position += size
    return found + framing.finish()


@given(messages, st.lists(st.integers(1, 20), max_size=20))
def test_counted_records_may_hold_anything(sent: list[bytes], sizes: list[int]) -> None:
    sent = [b"<13>" + one for one in sent]
    data = b"".join(b"%d %s" % (len(one), one) for one in sent)
    assert frames_of(data, sizes) == [Frame(one) for one in sent]


@given(
    messages, st.lists(st.integers(1, 20), max_size=20), st.sampled_from([b"\n", b"\r\n", b"\0"])
)
def test_ended_records_are_told_by_their_ends(
    sent: list[bytes], sizes: list[int], end: bytes
) -> None:
    table = bytes.maketrans(b"\r\n\0", b"...")
    sent = [b"<13>" + one.translate(table) for one in sent]
    assert frames_of(end.join(sent), sizes) == [Frame(one) for one in sent]


@given(st.binary(max_size=400), st.lists(st.integers(1, 20), max_size=40))
def test_nothing_that_is_sent_breaks_it(data: bytes, sizes: list[int]) -> None:
    try:
        found = frames_of(data, sizes, limit=30)
    except FramingError as error:
        found = error.frames
    assert all(len(frame.content) <= 30 for frame in found)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<13>" + b"x" * 20 + b"\n<13>b\n", [Frame(b"<13>xxxxxx", TOO_LONG), Frame(b"<13>b")]),
        (b"24 <13>" + b"x" * 20 + b"5 <13>b", [Frame(b"<13>xxxxxx", TOO_LONG), Frame(b"<13>b")]),
        (b"9 <13>a", [Frame(b"<13>a", CUT_OFF)]),
        (b"<13>a\n\n\n", [Frame(b"<13>a")]),
    ],
)
def test_what_is_too_long_or_cut_off_is_kept_and_marked(data: bytes, expected: list[Frame]) -> None:
    assert frames_of(data, [3, 3], limit=10) == expected


def test_a_missing_length_ends_the_connection_with_what_was_there() -> None:
    with pytest.raises(FramingError, match="no length") as raised:
        SyslogFrames(100).feed(b"5 <13>a<13>b and more")
    assert raised.value.frames == [Frame(b"<13>a"), Frame(b"<13>b and more", NO_LENGTH)]

"""What was received comes out of a file as it went in, and what was half written does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.watching.entries import DamagedError, Entry, pack, unpack, whole

entries = st.lists(
    st.builds(
        Entry,
        st.integers(0, 2**45),
        st.sampled_from(["192.0.2.1", "2001:db8::1", "-"]),
        st.binary(max_size=300),
        st.sampled_from(["-", "too_long"]),
    ),
    max_size=8,
)


@given(entries)
def test_entries_come_out_as_they_went_in(given_: list[Entry]) -> None:
    assert [entry for entry, _ in unpack(pack(given_))] == given_


@given(entries, st.integers(0, 3000))
def test_of_a_file_that_was_cut_the_whole_entries_are_read(given_: list[Entry], cut: int) -> None:
    packed = pack(given_)[:cut]
    found = [entry for entry, _ in unpack(packed)]
    assert found == given_[: len(found)]
    assert whole(packed) == len(pack(found))


@given(st.binary(min_size=1, max_size=400))
def test_anything_else_is_no_entry(junk: bytes) -> None:
    try:
        found = list(unpack(junk))
    except DamagedError:
        found = []
    assert all(pack([entry]) == junk[end - len(pack([entry])) : end] for entry, end in found[:1])


def test_damage_is_told() -> None:
    with pytest.raises(DamagedError, match="tells of no record"):
        list(unpack(b"hello world\n"))


def test_time_of_receipt_has_a_zone() -> None:
    assert Entry(0, "-", b"").received.isoformat() == "1970-01-01T00:00:00+00:00"

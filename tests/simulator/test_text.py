import csv

from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors import key_value
from network_security.simulator.writers import text, times

# What line-based formats can hold: no line ends and no control characters.
printable = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)


@given(printable)
def test_quoted_values_are_read_as_they_were(value):
    written = text.quoted_pairs({"user": value, "sent": 7})
    read = key_value.decode(written)
    assert read["sent"] == "7"
    assert read.get("user", "").strip() == value.strip()


@given(st.lists(printable, min_size=2, max_size=5))
def test_columns_are_read_as_they_were(values):
    assert next(csv.reader([text.csv_row(values)])) == values


def test_times_are_written_as_devices_do():
    time = 1772439330.0625
    assert times.bsd(time) == "Mar  2 08:15:30"
    assert (times.day(time), times.clock(time)) == ("2026-03-02", "08:15:30")
    assert times.iso(time) == "2026-03-02T08:15:30Z"
    assert times.iso(time, 3, "+0000") == "2026-03-02T08:15:30.062+0000"
    assert times.iso(time, 7) == "2026-03-02T08:15:30.0625000Z"
    assert times.epoch(time, 6) == "1772439330.062500"


def test_members_that_are_none_are_left_out():
    assert text.json({"a": None, "b": 0, "c": "é"}) == '{"b":0,"c":"é"}'

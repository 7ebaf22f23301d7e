"""What the formats of firewalls share: tables of fields, decisions, and an event's own time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from network_security.sensors.ecs import number, text
from network_security.sensors.firewall import field_table
from network_security.sensors.firewall.classification import decision
from network_security.sensors.firewall.own_time import own_time
from network_security.sensors.times import Clock

RECEIVED = datetime(2026, 1, 15, 12, tzinfo=UTC)
ROWS = field_table.table(
    (text, {"name": "user.name", "login": "user.name"}), (number, {"n": "a.n"})
)


def test_a_table_sets_fields_and_returns_the_rest():
    fields: dict = {}
    values = {"name": "dana", "n": "7", "other": "x", "known": "y"}

    rest = field_table.apply(fields, values, ROWS, elsewhere={"known"})

    assert fields == {"user.name": "dana", "a.n": 7}
    assert rest == {"other": "x"}


def test_nothing_that_a_field_cannot_hold_is_lost():
    fields: dict = {}

    rest = field_table.apply(fields, {"name": "dana", "login": "lee", "n": "many"}, ROWS)

    assert fields == {"user.name": "dana"}
    assert rest == {"login": "lee", "n": "many"}


def test_what_is_unset_is_not_given():
    assert field_table.given([("a", "-"), ("b", ""), ("c", "N/A"), ("d", "0")]) == {"d": "0"}


@pytest.mark.parametrize(
    ("sent", "received", "total"), [(1, 2, 3), (1, None, 1), (None, 2, 2), (0, 0, 0)]
)
def test_totals_of_one_side_or_both(sent, received, total):
    fields = {"source.bytes": sent, "destination.bytes": received}

    field_table.add_totals(fields)

    assert fields["network.bytes"] == total
    assert "network.packets" not in fields


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Accept", "allowed"),
        ("PASS", "allowed"),
        ("Blocked by policy", "denied"),
        ("deny", "denied"),
        ("password changed", None),
        ("log in", None),
        ("close", None),
        ("", None),
    ],
)
def test_decisions(word, found):
    assert decision(word) == found


def test_the_own_time_counts_and_what_the_header_assumed_is_forgotten():
    clock = Clock(RECEIVED, assumed=["invalid_encoding", "time_year_assumed", "time_zone_assumed"])

    found = own_time("2026-01-14T08:00:00Z", clock, RECEIVED)

    assert found == datetime(2026, 1, 14, 8, tzinfo=UTC)
    assert clock.assumed == ["invalid_encoding"]


@pytest.mark.parametrize("written", [None, "", "nonsense"])
def test_without_an_own_time_the_header_counts(written):
    clock = Clock(RECEIVED, assumed=["time_year_assumed"])

    assert own_time(written, clock, RECEIVED) == RECEIVED
    assert clock.assumed == ["time_year_assumed"]


def test_a_zone_that_the_event_states_is_not_assumed():
    clock = Clock(RECEIVED)

    found = own_time("2026-01-14 08:00:00", clock, zone=timezone(timedelta(hours=2)))

    assert found == datetime(2026, 1, 14, 6, tzinfo=UTC)
    assert clock.assumed == []


def test_a_span_starts_with_the_event_and_ends_its_duration_later():
    fields = {"@timestamp": RECEIVED, "event.duration": 90 * 10**9}

    field_table.add_span(fields)

    assert fields["event.start"] == RECEIVED
    assert fields["event.end"] == RECEIVED + timedelta(seconds=90)


def test_a_span_past_the_last_year_has_no_end():
    fields = {"@timestamp": datetime.max.replace(tzinfo=UTC), "event.duration": 10**9}

    field_table.add_span(fields)

    assert "event.end" not in fields

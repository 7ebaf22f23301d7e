from datetime import UTC, datetime

from network_security.evidence.correlation.facts import Request
from network_security.evidence.correlation.looking import Looking
from network_security.evidence.correlation.open_row import OpenRow
from network_security.evidence.correlation.resting import HeldRow

AT = datetime(2026, 3, 2, tzinfo=UTC)
DNS, NAME = ("dns", "example.com"), ("name", "example.com")
LONG_AGO = float("-inf")


def row(path: str, looks_until: float) -> HeldRow:
    url = f"http://example.com/{path}"
    request = Request(
        AT, AT.timestamp(), path, url, "example.com", url, None, None, False, None, None, None, ()
    )
    held = HeldRow((url, 0), OpenRow(request, 0, 0, most_facts=9, most_clients=9))
    held.looks_until = looks_until
    return held


def test_rows_are_found_by_what_they_look_for() -> None:
    looking = Looking()
    first, second = row("a", 10.0), row("b", 10.0)
    for key, each in ((DNS, first), (NAME, first), (DNS, second)):
        looking.add(key, each, LONG_AGO)

    assert looking.of(DNS, 5.0) == [first, second]
    assert looking.of(NAME, 10.0) == [first]
    assert looking.of(("dns", "example.org"), 5.0) == []
    assert len(looking) == 2


def test_rows_are_not_found_after_their_last_look() -> None:
    looking = Looking()
    first, second = row("a", 10.0), row("b", 20.0)
    looking.add(DNS, first, LONG_AGO)
    looking.add(DNS, second, LONG_AGO)

    assert looking.of(DNS, 15.0) == [second]
    first.looks_until = 30.0
    assert looking.of(DNS, 15.0) == [first, second]


def test_looks_that_no_fact_can_meet_any_more_are_let_go() -> None:
    looking = Looking()
    for second in range(20_000):
        held = row(f"{second}", second + 60.0)
        looking.add(DNS, held, second - 60.0)
        looking.add(("name", f"{second}.example.com"), held, second - 60.0)
        assert looking.of(("name", f"{max(second - 120, 0)}.example.com"), second - 60.0)

    assert len(looking) < 1_500
    assert held in looking.of(DNS, 20_000.0)

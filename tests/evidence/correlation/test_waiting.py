from datetime import UTC, datetime, timedelta

from network_security.evidence.correlation import CorrelationOptions
from network_security.evidence.correlation.facts import Dns
from network_security.evidence.correlation.joins import Windows
from network_security.evidence.correlation.waiting import Waiting

START = datetime(2026, 3, 2, tzinfo=UTC)
OPTIONS = CorrelationOptions(before=timedelta(seconds=60), lateness=timedelta(seconds=0))
WINDOWS = Windows.of(OPTIONS)
NEAR = 300
"""Seconds that an answer is held for: the longer of the windows before and after a request."""


def answer(seconds: int, host: str) -> Dns:
    at = START + timedelta(seconds=seconds)
    return Dns(at, at.timestamp(), f"e{seconds}", host, "NOERROR", ("192.0.2.1",))


def found(waiting: Waiting, host: str, start: int = 0, end: int = 10**6) -> list[str]:
    begin = START.timestamp()
    return [fact.id for fact in waiting.find(("dns", host), (begin + start, begin + end))]


def test_facts_are_found_by_key_and_time() -> None:
    waiting = Waiting(WINDOWS, most_of_key=9, most=9)
    for seconds in (1, 2, 3):
        waiting.hold(answer(seconds, "example.com"), START.timestamp())

    assert found(waiting, "example.com", 2, 3) == ["e2", "e3"]
    assert found(waiting, "example.org") == []


def test_of_one_key_the_latest_that_came_are_held() -> None:
    waiting = Waiting(WINDOWS, most_of_key=2, most=9)
    for seconds in (1, 2, 3):
        waiting.hold(answer(seconds, "example.com"), START.timestamp())

    assert found(waiting, "example.com") == ["e2", "e3"]
    assert len(waiting) == 2


def test_what_no_row_can_look_for_any_more_is_let_go() -> None:
    waiting = Waiting(WINDOWS, most_of_key=9, most=10**6)
    for seconds in range(20_000):
        now = START.timestamp() + seconds
        waiting.hold(answer(seconds, "example.com"), now)
        waiting.hold(answer(seconds, f"{seconds}.example.com"), now)
        assert found(waiting, f"{max(seconds - NEAR, 0)}.example.com")

    assert len(waiting) < 3_000
    assert found(waiting, "example.com")[-1] == "e19999"


def test_keys_longest_without_a_fact_make_room() -> None:
    waiting = Waiting(WINDOWS, most_of_key=9, most=1_000)
    for number in range(5_000):
        waiting.hold(answer(0, f"{number}.example.com"), START.timestamp())
        waiting.hold(answer(0, "often.example.com"), START.timestamp())

    assert len(waiting) == 1_000
    assert found(waiting, "often.example.com")
    assert found(waiting, "4999.example.com")
    assert not found(waiting, "0.example.com")
    waiting.clear()
    assert len(waiting) == 0

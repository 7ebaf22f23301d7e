from datetime import UTC, datetime, timedelta

from network_security.evidence.correlation.correlator import Correlator
from network_security.evidence.correlation.facts import Dns, Link, Request, Sender
from network_security.evidence.correlation.joins import Windows
from network_security.evidence.correlation.judging import judge
from network_security.evidence.correlation.open_row import OpenRow
from network_security.evidence.correlation.options import CorrelationOptions
from network_security.evidence.correlation.resting import MOST_LATELY, HeldRow, Resting

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TIME = AT.timestamp()
WINDOWS = Windows.of(CorrelationOptions())
DAY = timedelta(days=1)
NOBODY = Sender(None, None, None, None, None, {}, None, None, None, None, None)


def asked_for(number: int) -> HeldRow:
    """A row of a request and an answer, which looks for more of them."""
    host = f"account{number}.example.net"
    url = f"http://{host}/login.php?cmd=_login"
    request = Request(
        AT, TIME, f"{number:032x}", url, host, url, "10.0.0.7", "bob", False, 200, None,
        "192.0.2.80", (("ends", "10.0.0.7 4001", "192.0.2.80 80"),),
    )  # fmt: skip
    row = OpenRow(request, 0, 0, most_facts=9, most_clients=9)
    row.take(request, "own")
    row.take(Dns(AT, TIME, f"d{number}", host, "NOERROR", ("192.0.2.80",)), "dns")
    held = HeldRow((url, 0), row)
    for key, span in WINDOWS.interests(request, own=True):
        row.looks_for[key] = (span,)
        held.looks_until = max(held.looks_until, span[1])
    return held


def linked(html: str | None) -> HeldRow:
    url = "http://example.net/"
    link = Link(
        AT, TIME, "m1", url, "example.net", url, None, NOBODY, (), (), html, len(html or "")
    )
    row = OpenRow(link, 0, 0, most_facts=9, most_clients=9)
    row.take(link, "own")
    return HeldRow((url, 0), row)


def size(held: HeldRow) -> int:
    assert isinstance(held.row, bytes)
    return len(held.row)


def test_rows_that_are_not_used_rest_and_wake_as_they_were() -> None:
    resting = Resting()
    rows = [asked_for(number) for number in range(50)]
    before = [judge(resting.wake(held), DAY, 30.0, final=False) for held in rows]
    looks = [dict(resting.wake(held).looks_for) for held in rows]
    resting.turn(TIME)
    assert not any(isinstance(held.row, bytes) for held in rows)
    resting.turn(TIME)

    assert max(map(size, rows)) < 300
    assert [judge(resting.wake(held), DAY, 30.0, final=False) for held in rows] == before
    assert [resting.wake(held).looks_for for held in rows] == looks


def test_a_row_that_is_used_again_and_again_does_not_rest() -> None:
    resting = Resting()
    held = asked_for(1)
    for _ in range(5):
        row = resting.wake(held)
        resting.turn(TIME)

    assert held.row is row


def test_many_new_rows_rest_without_waiting_for_the_time_to_pass() -> None:
    correlator = Correlator()
    for number in range(3 * MOST_LATELY):
        correlator.feed(
            {
                "_id": f"e{number}",
                "@timestamp": AT,
                "event": {"ingested": AT, "category": ["web"]},
                "url": {"full": f"http://www{number}.example/", "domain": f"www{number}.example"},
            }
        )

    awake = sum(not isinstance(held.row, bytes) for held in correlator._rows.values())
    assert len(correlator) == 3 * MOST_LATELY
    assert awake <= 2 * MOST_LATELY


def test_a_row_looks_for_nothing_once_its_last_look_has_ended() -> None:
    resting = Resting()
    held = asked_for(1)
    for earliest, looks in ((TIME + 300, True), (TIME + 300, True), (TIME + 301, False)):
        row = resting.wake(held)
        resting.turn(earliest)
        assert bool(row.looks_for) is looks


def test_a_row_with_a_page_keeps_it_as_it_is() -> None:
    resting = Resting()
    with_page, without = linked("<p>" * 100), linked(None)
    row = resting.wake(with_page)
    resting.wake(without)
    for _ in range(3):
        resting.turn(TIME)

    assert with_page.row is row
    assert isinstance(without.row, bytes)


def test_a_released_row_is_forgotten() -> None:
    resting = Resting()
    awake, at_rest = asked_for(1), asked_for(2)
    resting.wake(at_rest)
    resting.turn(TIME)
    resting.turn(TIME)
    resting.wake(awake)
    assert isinstance(at_rest.row, bytes)

    assert resting.release(awake).host == "account1.example.net"
    assert resting.release(at_rest).host == "account2.example.net"
    assert awake.row == at_rest.row == b""
    resting.turn(TIME)
    resting.turn(TIME)

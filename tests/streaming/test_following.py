"""Counts of a stream, and the messages that are spread over its events."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from network_security.streaming.checkpoints import Counts
from network_security.streaming.following import LONGEST_LATENCY, SAMPLED, add
from network_security.streaming.parsing import Parsed

if TYPE_CHECKING:
    from tests.streaming.conftest import Ingestion

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
QUEUE_IDS = ("4F1A2B3C4D", "4F1A2B3C4E")
MESSAGE = """\
Jan 14 08:15:03 mx1 postfix/smtpd[411]: {id}: client=mail.example.net[203.0.113.25]
Jan 14 08:15:03 mx1 postfix/cleanup[412]: {id}: message-id=<{id}@example.net>
Jan 14 08:15:03 mx1 postfix/qmgr[99]: {id}: from=<cara@example.net>, size=3120, nrcpt=1 (queue active)
Jan 14 08:15:04 mx1 postfix/smtp[413]: {id}: to=<ann@example.com>, relay=mbx.example.com[192.0.2.25]:25, delay=0.9, delays=0.3/0.01/0.2/0.39, dsn=2.0.0, status=sent (250 2.0.0 Ok)
Jan 14 08:15:05 mx1 postfix/qmgr[99]: {id}: removed
"""  # noqa: E501 - as Postfix writes them


def event(late: float, **fields: Any) -> dict[str, Any]:
    """An event that arrived so many seconds after its own time."""
    return {
        "@timestamp": NOW - timedelta(seconds=late),
        "event": {"ingested": NOW, "module": "fortinet"},
        **fields,
    }


@pytest.mark.parametrize(
    ("seconds", "column"),
    [(-5, 0), (0, 0), (0.99, 0), (1, 1), (3.9, 1), (4, 2), (15, 2), (17, 3), (60, 3), (65, 4)],
)
def test_latency_counts_in_powers_of_four_seconds(seconds: float, column: int) -> None:
    latencies = add(Counts(), Parsed([event(seconds)], []), 0).latencies
    assert [n for n, number in enumerate(latencies) if number] == [column]
    assert len(latencies) == LONGEST_LATENCY + 1


def test_longest_latency_takes_all_that_is_longer() -> None:
    counts = add(Counts(), Parsed([event(60_000_000_000)], []), 0)
    assert counts.latencies[-1] == 1


def test_counts_of_batches_add_up() -> None:
    letters = [{"reason": {"code": code}} for code in ("syntax", "empty", "syntax")]
    first = add(Counts(), Parsed([event(1), event(9)], letters[:2]), 1)
    both = add(first, Parsed([event(3)], letters[2:]), 2)
    assert (both.records, both.events, both.messages) == (6, 3, 3)
    assert both.dead_letters == {"syntax": 2, "empty": 1}
    assert both.records == both.events + sum(both.dead_letters.values())
    assert both.last_seen == NOW - timedelta(seconds=1)
    assert sum(both.latencies) == 3
    # What is added to stays as it was.
    assert first.dead_letters == {"syntax": 1, "empty": 1}


def test_fields_without_a_place_in_the_schema_are_counted_in_a_sample() -> None:
    one = event(0, fortinet={"vd": "root", "policy": {"id": 7, "name": None}}, source={"ip": "x"})
    counts = add(Counts(), Parsed([one] * (SAMPLED + 1), []), 0)
    # @timestamp, the two of event, source.ip, fortinet.vd and fortinet.policy.id, of two events.
    assert (counts.fields, counts.unknown_fields) == (12, 4)


def mail(log: Path) -> dict[str, str]:
    return {"path": str(log), "format": "postfix"}


def messages(ingestion: "Ingestion") -> list[dict[str, Any]]:
    return [one for one in ingestion.events if one["event"]["dataset"] == "postfix.message"]


def test_message_of_many_lines_is_one_event_more(ingestion: "Ingestion", logs: Path) -> None:
    (logs / "mail.log").write_text("".join(MESSAGE.format(id=id_) for id_ in QUEUE_IDS))
    row = ingestion.run(mail(logs)).iloc[0]
    assert (row.records, row.events, row.messages) == (10, 10, 2)
    assert [one["event"]["action"] for one in messages(ingestion)] == ["delivered"] * 2
    before = ingestion.events
    assert ingestion.run(mail(logs)).iloc[0].messages == 0
    assert ingestion.events == before


@pytest.mark.parametrize("lines", range(1, 5))
def test_open_message_is_completed_under_the_same_id_by_the_next_run(
    ingestion: "Ingestion", logs: Path, lines: int
) -> None:
    text = MESSAGE.format(id="4F1A2B3C4D").splitlines(keepends=True)
    log = logs / "mail.log"
    log.write_text("".join(text[:lines]))
    ingestion.run(mail(log))
    (opened,) = messages(ingestion)
    assert "message_incomplete" in opened["tags"]
    with log.open("a") as file:
        file.writelines(text[lines:])
    # Rotation in between changes nothing.
    log.rename(logs / "mail.log.1")
    ingestion.run(mail(logs))
    (completed,) = messages(ingestion)
    assert completed["_id"] == opened["_id"]
    assert "message_incomplete" not in completed.get("tags", [])
    assert completed["event"]["action"] == "delivered"
    assert completed["postfix"]["message"]["lines"] == 5
    assert ingestion.checkpoints[0]["counts"]["messages"] == 1


def test_mail_server_in_the_log_of_its_host_is_followed(ingestion: "Ingestion", logs: Path) -> None:
    (logs / "syslog").write_text(
        "Jan 14 08:00:00 mx1 backup[7]: done\n" + MESSAGE.format(id="4F1A2B3C4D")
    )
    ingestion.run({"path": logs / "syslog", "format": "syslog"})
    (message,) = messages(ingestion)
    assert message["event"]["action"] == "delivered"


def test_state_of_another_release_is_left_behind_with_a_warning(
    ingestion: "Ingestion", logs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, *others = MESSAGE.format(id=QUEUE_IDS[0]).splitlines(keepends=True)
    log = logs / "mail.log"
    log.write_text(first)
    ingestion.run(mail(log))
    ingestion.database.checkpoints.update_one({}, {"$set": {"joined": '{"version": 0}'}})
    with log.open("a") as file:
        file.writelines(others)
    row = ingestion.run(mail(log)).iloc[0]
    assert (row.events, row.messages) == (4, 1)
    assert "open messages are not continued" in caplog.text


@pytest.mark.parametrize("batch_records", [1, 3, 1000])
def test_messages_do_not_depend_on_the_batches(
    ingestion: "Ingestion",
    logs: Path,
    batch_records: int,
) -> None:
    one, other = (MESSAGE.format(id=id_).splitlines(keepends=True) for id_ in QUEUE_IDS)
    mixed = [line for pair in zip(one, other, strict=True) for line in pair]
    (logs / "mail.log").write_text("".join(mixed))
    ingestion.run(mail(logs), batch_records=batch_records)
    assert [m["email"]["local_id"] for m in messages(ingestion)] == list(QUEUE_IDS)
    assert all(m["postfix"]["message"]["lines"] == 5 for m in messages(ingestion))

"""A judge that starts knows what was judged, and nothing of what it is going to be told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from network_security.storage.in_time_order import TimeOrdered
from network_security.streaming.checkpoints import Checkpoint
from network_security.watching.history import judged_events
from network_security.watching.settings import Pace

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def event(stream: str, position: int, *, hours: float = 1, id_: str | None = None) -> Any:
    at = NOW - timedelta(hours=hours)
    name = id_ or f"{stream}-{position:012x}-{'0' * 32}"
    return {"_id": name, "@timestamp": at, "event": {"ingested": at}}


def known(database: Any, **pace: float) -> set[str]:
    found = judged_events(database, "the test's store", Pace(**pace), lambda: NOW)  # type: ignore[arg-type]
    return {one["_id"] for events in found for one in events}


def test_events_that_wait_to_be_judged_are_left_out(database: Any) -> None:
    judged, announced, unannounced = event("s", 0), event("s", 10), event("s", 20)
    database.events.insert_many([judged, announced, unannounced])
    database.arrivals.insert_one({"_id": "1:w:1", "worker": "w", "events": [announced["_id"]]})
    checkpoint = Checkpoint("s", "tcp", "/journal", "sshd", offset=20, updated=NOW)
    database.checkpoints.insert_one(checkpoint.to_document())
    assert known(database) == {judged["_id"]}


def test_messages_of_several_lines_go_by_when_they_were_made(database: Any) -> None:
    before, after = event("", 0, id_="s-message-A", hours=2), event("", 0, id_="s-message-B")
    database.events.insert_many([before, after])
    updated = NOW - timedelta(hours=1.5)
    checkpoint = Checkpoint("s", "tcp", "/journal", "postfix", updated=updated)
    database.checkpoints.insert_one(checkpoint.to_document())
    assert known(database) == {before["_id"]}


def test_messages_in_files_that_are_not_counted_yet_are_left_out(database: Any) -> None:
    counted, announced = event("message", 0), event("message", 1)
    database.events.insert_many([counted, announced])
    checkpoint = Checkpoint("d", "drop", "/drop", "email", header=announced["_id"])
    database.checkpoints.insert_one(checkpoint.to_document())
    assert known(database) == {counted["_id"]}


def test_events_of_a_stream_that_is_not_counted_yet_are_left_out(database: Any) -> None:
    database.events.insert_one(event("new", 0))
    assert known(database) == set()


@pytest.mark.parametrize("stream", ["message", "s"])
def test_what_is_announced_while_it_is_read_is_left_out(
    database: Any, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, announced = event(stream, 0), event(stream, 1)
    database.events.insert_many([counted])
    checkpoint = Checkpoint("s", "tcp", "/journal", "sshd", offset=1, updated=NOW)
    database.checkpoints.insert_one(checkpoint.to_document())
    between = TimeOrdered.between

    def meanwhile(*given: Any) -> Any:
        database.events.insert_one(announced)
        read = list(between(*given))
        arrival = {"_id": "1:w:1", "worker": "w", "events": [announced["_id"]]}
        database.arrivals.insert_one(arrival)
        after = replace(checkpoint, offset=2).to_document()
        database.checkpoints.replace_one({"_id": "s"}, after)
        return read

    monkeypatch.setattr(TimeOrdered, "between", meanwhile)
    assert known(database) == {counted["_id"]}


def test_no_more_is_read_than_was_asked_for(database: Any) -> None:
    assert known(database) == set()
    database.events.insert_many([event("s", n, hours=n) for n in range(40)])
    checkpoint = Checkpoint("s", "file", "/var/log/auth.log", "sshd", offset=40)
    database.checkpoints.insert_one(checkpoint.to_document())
    assert len(known(database, history_hours=10)) == 11
    few = known(database, history_events=5)
    assert 2 <= len(few) <= 5
    assert event("s", 0)["_id"] in few

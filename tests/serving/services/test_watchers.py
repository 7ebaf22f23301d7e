"""What is told of the processes that receive and judge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from network_security.serving.services.watchers import Watchers, watcher_of
from network_security.storage import open_database
from network_security.watching.ingesting import IngestCounts
from network_security.watching.intake import ListenerCounts
from network_security.watching.judge import JudgeCounts
from network_security.watching.status import Status

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORED = IngestCounts(records=1200, events=1100)
JUDGED = JudgeCounts(judging=True, events=400, rows=30, alerts=2, lag_seconds=0.2)


def told(
    stored: IngestCounts | None = STORED,
    judged: JudgeCounts | None = JUDGED,
    *,
    worker: str = "worker-0",
    state: str = "running",
    at: datetime = NOON,
    problem: str | None = None,
) -> dict[str, Any]:
    """A watcher's document, as it writes it."""
    listeners = [ListenerCounts("syslog-udp 127.0.0.1:5514", 1200, 9000, dropped=3)]
    listeners[0].problem = problem
    status = Status(worker, "all", NOON, lambda: at)
    waiting = {"waiting": 2_500_000, "most": 10**9}
    return status.document(listeners if stored else [], waiting, stored, judged, state=state)


@pytest.mark.parametrize(
    ("document", "state", "why"),
    [
        (told(), "good", "receives and judges"),
        (told(judged=None), "good", "receives"),
        (told(stored=None), "good", "judges"),
        (told(stored=None, judged=JudgeCounts()), "quiet", "stands by"),
        (told(state="stopped"), "quiet", "stopped"),
        (told(at=NOON - timedelta(minutes=2)), "failing", "says nothing any more"),
        (told(stored=replace(STORED, problem="The store is away")), "failing", "The store is away"),
        (told(judged=replace(JUDGED, problem="No model")), "failing", "No model"),
        (told(problem="Address in use"), "failing", "Address in use"),
    ],
)
def test_its_state_follows_from_what_it_says(
    document: dict[str, Any], state: str, why: str
) -> None:
    watcher = watcher_of(document, NOON)
    assert watcher.state == state
    assert watcher.why.startswith(why)


def test_what_it_did_is_told() -> None:
    watcher = watcher_of(told(), NOON)
    assert watcher.name.endswith(":worker-0")
    assert watcher.receives == ("syslog-udp 127.0.0.1:5514",)
    assert (watcher.records, watcher.dropped, watcher.waiting) == (1200, 3, 2_500_000)
    assert (watcher.alerts, watcher.lag_seconds) == (2, 0.2)


def test_those_of_the_last_day_are_listed_what_fails_first(
    embedded_uri: str, embedded_directory: Path
) -> None:
    name = f"watchers_{uuid4().hex[:12]}"
    database = open_database(embedded_uri, embedded_directory=embedded_directory, name=name)
    database.watchers.insert_many(
        [
            told(worker="a", state="stopped"),
            told(worker="b"),
            told(worker="c", at=NOON - timedelta(hours=1)),
            told(worker="d", at=NOON - timedelta(days=2)),
        ]
    )
    found = Watchers(database).all(NOON)
    assert [each.name.rpartition(":")[2] for each in found] == ["c", "b", "a"]
    database.client.drop_database(name)

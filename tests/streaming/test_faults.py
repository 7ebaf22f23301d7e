"""Killed processes, killed servers and full disks: nothing is lost, and nothing is there twice."""

import importlib
import json
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from kedro.io import DatasetError

from network_security.pipelines.ingestion.nodes import ParseOptions, parse
from network_security.storage import embedded
from network_security.streaming import messages
from network_security.streaming.datasets import EventStoreDataset, RawLogsDataset
from network_security.streaming.following import Portion
from network_security.streaming.inputs import Stream

if TYPE_CHECKING:
    from tests.streaming.conftest import Ingestion

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
QUEUED = "Jan 14 08:15:03 mx1 postfix/smtpd[411]: 4F1A2B3C4D: client=mail.example.net[203.0.113.25]"
MESSAGE = "From: ann@example.com\r\nMessage-ID: <{0}@example.com>\r\nSubject: {0}\r\n\r\nText\r\n"


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark that does the same as the first test, but longer."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("faults")


def test_kills_at_random_moments_lose_and_repeat_nothing(
    faults: ModuleType, tmp_path: Path
) -> None:
    outcome = faults.interrupt(tmp_path, kills=20, seed=0)
    assert outcome.kills.total() >= 20
    assert min(outcome.kills[killed] for killed in ("ingestion", "server")) > 4
    assert outcome.records > 1000
    assert (outcome.lost, outcome.duplicated) == (0, 0)
    assert outcome.different == []
    assert outcome.miscounted == []


def test_comparison_finds_what_is_lost_repeated_changed_and_miscounted(
    faults: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = faults.compare

    def tamper(logs: object, store: Path, outcome: object) -> None:
        database = faults.open_database(None, embedded_directory=store, name=faults.INTERRUPTED)
        lost, changed, repeated = database.events.find({"event.dataset": "linux.auth"}).limit(3)
        database.events.delete_one({"_id": lost["_id"]})
        database.events.update_one({"_id": changed["_id"]}, {"$set": {"message": "another"}})
        database.events.insert_one({**repeated, "_id": f"{repeated['_id']}-again"})
        database.checkpoints.update_one({"format": "sshd"}, {"$set": {"offset": 0}})
        compare(logs, store, outcome)

    monkeypatch.setattr(faults, "compare", tamper)
    outcome = faults.interrupt(tmp_path, kills=0, seed=0)
    assert (outcome.lost, outcome.duplicated, len(outcome.different)) == (1, 1, 3)
    assert [problem.rpartition("/")[2] for problem in outcome.miscounted] == [
        "old.log.gz: 400 lines behind 0 not read"
    ]
    assert not outcome.faultless


def test_rotation_between_events_and_their_checkpoint_repeats_nothing(
    ingestion: "Ingestion", logs: Path, text: Callable[..., str], lines: Callable[..., list[str]]
) -> None:
    log = logs / "auth.log"
    log.write_text(text(0, 20))
    portions = read(ingestion, {"path": str(log), "format": "sshd"})
    store = EventStoreDataset(**ingestion.where)
    store.save(next(portions))
    stop_before_the_checkpoint(ingestion, next(portions))
    log.rename(logs / "auth.log.1")
    log.write_text(text(20, 30))
    ingestion.run(logs / "auth.log*")
    assert ingestion.texts == lines(0, 30)


def test_messages_that_were_stored_but_not_counted_are_counted_by_the_next_run(
    ingestion: "Ingestion", logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "FILES", 4)
    for number in range(10, 20):
        (logs / f"{number}.eml").write_text(MESSAGE.format(number), newline="")
    source = {"path": str(logs), "format": "email"}
    store = EventStoreDataset(**ingestion.where)
    for ends_at in (4, 3):  # The second run ends earlier, after more messages have come.
        events = 0
        for portion in read(ingestion, source):
            events += len(portion.events)
            if events >= ends_at:
                stop_before_the_checkpoint(ingestion, portion)
                break
            store.save(portion)
        for number in range(ends_at):
            (logs / f"0{ends_at}{number}.eml").write_text(MESSAGE.format(f"{ends_at}-{number}"))
    ingestion.run(source)
    (checkpoint,) = ingestion.checkpoints
    assert checkpoint["counts"]["events"] == len(ingestion.events) == 17


def test_open_messages_are_stored_although_a_run_was_killed_before_its_end(
    ingestion: "Ingestion", logs: Path
) -> None:
    log = logs / "mail.log"
    log.write_text(f"{QUEUED}\n" * 3)
    source = {"path": str(log), "format": "postfix"}
    portions = list(read(ingestion, source))
    assert portions[-1].last
    for portion in portions[:-1]:
        EventStoreDataset(**ingestion.where).save(portion)
    assert len(ingestion.events) == 3
    for _ in range(2):
        ingestion.run(source)
        assert [event["event"]["dataset"] for event in ingestion.events[3:]] == ["postfix.message"]
    (checkpoint,) = ingestion.checkpoints
    assert checkpoint["counts"]["messages"] == 0  # until it is complete


def test_file_that_is_renamed_while_it_is_opened_is_read_as_what_it_was(logs: Path) -> None:
    log = logs / "auth.log"
    log.write_text("before\n" * 1000)
    with Stream(log) as stream:
        assert stream.read(10) == b"before\nbef"
        log.rename(logs / "auth.log.1")
        log.write_text("behind\n" * 1000)
        assert stream.read_at(7, 7) == b"before\n"
        assert stream.read(4) == b"ore\n"


def test_full_disk_is_an_error_until_there_is_space(
    ingestion: "Ingestion",
    tmp_path: Path,
    logs: Path,
    text: Callable[..., str],
    lines: Callable[..., list[str]],
) -> None:
    (logs / "auth.log").write_text(text(0, 3000))
    store = tmp_path / "small"
    ingestion = type(ingestion)(embedded.lease(store), store)
    server = json.loads((store / "server.json").read_text())["pid"]
    try:
        for size in (400_000, 800_000, 1_600_000):
            # No file may become larger: to the server that is a disk without space.
            resource.prlimit(server, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
            with pytest.raises(DatasetError, match="disk"):
                ingestion.run(logs / "auth.log", batch_records=100)
        before = len(ingestion.events)
        resource.prlimit(server, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        summary = ingestion.run(logs / "auth.log", batch_records=100)
        assert 0 < before < 3000
        assert before + summary.iloc[0].events >= 3000
        assert ingestion.texts == lines(0, 3000)
        assert ingestion.dead_letters == []
    finally:
        embedded.release(store)


def read(ingestion: "Ingestion", source: dict[str, str]) -> Iterator[Portion]:
    raw_logs = RawLogsDataset(sources=[source], **ingestion.where)
    return parse(raw_logs.load(), ParseOptions())


def stop_before_the_checkpoint(ingestion: "Ingestion", portion: Portion) -> None:
    """Leave what a run leaves that is killed between a portion's events and its checkpoint."""
    assert portion.events
    EventStoreDataset(**ingestion.where).save(replace(portion, checkpoint=None))

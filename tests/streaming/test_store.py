"""What is acknowledged is stored; what is refused is a dead letter; a server is waited for."""

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from network_security.sensors.framing import Record
from network_security.storage import StoreError, embedded, open_database
from network_security.storage.collections import INDEXES
from network_security.streaming import checkpoints
from network_security.streaming.batches import Batch
from network_security.streaming.following import Follower, Portion
from network_security.streaming.parsing import parse_batch
from network_security.streaming.store import EventStore

DATABASE = "store_tests"
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)


@pytest.fixture
def store(embedded_uri: str, tmp_path: Path) -> Iterator[EventStore]:
    database = open_database(embedded_uri, embedded_directory=tmp_path, name=DATABASE)
    yield EventStore(lambda: database, name="the test's server", batch_size=2)
    database.client.drop_database(DATABASE)


@pytest.fixture
def database(store: EventStore) -> Any:
    return store._open_database()


def line(number: int) -> str:
    return f"Jan 14 08:00:01 bastion sshd[{number}]: Connection closed by 203.0.113.5 port 4"


def batch_of(*texts: str, stream: str = "s1") -> Batch:
    checkpoint = checkpoints.Checkpoint(
        stream, "bastion", "/logs/auth.log", "sshd", offset=sum(map(len, texts))
    )
    records, start = [], 0
    for text in texts:
        records.append(Record(text, start, start + len(text) + 1))
        start += len(text) + 1
    return Batch(checkpoint, records, stream, NOW, "Europe/Paris")


def portion_of(*texts: str, follower: Follower | None = None) -> Portion:
    batch = batch_of(*texts)
    return (follower or Follower()).follow(batch, parse_batch(batch))


def test_everything_of_a_portion_is_stored(store: EventStore, database: Any) -> None:
    portion = portion_of(*map(line, range(5)), "\0")
    assert store.write(portion) is portion
    assert {event["_id"] for event in database.events.find()} == {
        event["_id"] for event in portion.events
    }
    assert database.dead_letters.count_documents({}) == 1
    (checkpoint,) = store.checkpoints("/logs")
    # Times are kept in milliseconds.
    assert replace(checkpoint, updated=None) == replace(portion.checkpoint, updated=None)
    assert store.checkpoints("/other") == []


def test_writing_again_changes_nothing(store: EventStore, database: Any) -> None:
    portion = portion_of(*map(line, range(5)))
    store.write(portion)
    store.write(portion)
    assert database.events.count_documents({}) == 5
    assert database.checkpoints.count_documents({}) == 1


def test_declared_indexes_are_there(store: EventStore, database: Any) -> None:
    store.write(portion_of(line(1)))
    for collection in ("events", "dead_letters", "checkpoints"):
        # Beside that of the _id; what their names become is the server's own affair.
        assert len(database[collection].index_information()) == 1 + len(INDEXES[collection])


def test_stored_knows_events_and_dead_letters(store: EventStore) -> None:
    portion = portion_of(line(1), "\0")
    store.write(portion)
    ids = [document["_id"] for document in portion.events + portion.dead_letters]
    assert store.stored([*ids, *(f"unknown{number}" for number in range(1200))]) == set(ids)


def test_event_that_the_server_refuses_is_a_dead_letter_and_the_others_are_stored(
    store: EventStore, database: Any
) -> None:
    database.events.create_index("labels.note", unique=True)
    portion = portion_of(*map(line, range(5)))
    for number, event in enumerate(portion.events):
        event["labels"] = {"note": 2**64 if number == 3 else min(number, 1)}
    stored = store.write(portion)
    assert [event["process"]["pid"] for event in stored.events] == [0, 1]
    assert database.events.count_documents({}) == 2
    same, large, _ = sorted(database.dead_letters.find(), key=lambda one: one["position"])
    assert (same["raw"], large["raw"]) == (line(2), line(3))
    assert same["reason"]["code"] == large["reason"]["code"] == "not_storable"
    assert "UNIQUE" in same["reason"]["message"].upper()
    assert "8-byte" in large["reason"]["message"]
    # As complete as a record that could not be parsed, so that it can be parsed again.
    assert (same["sensor"], same["timezone"], same["received"]) == ("sshd", "Europe/Paris", NOW)


def test_counts_say_what_was_refused(store: EventStore) -> None:
    follower = Follower()
    first = portion_of(*map(line, range(5)), "\0", follower=follower)
    first.events[0]["labels"] = {"note": 2**64}
    store.write(first)
    store.write(portion_of(*map(line, range(5, 9)), follower=follower))
    (checkpoint,) = store.checkpoints("/logs")
    counts = checkpoint.counts
    assert (counts.records, counts.events) == (10, 8)
    assert counts.dead_letters == {"empty": 1, "not_storable": 1}


def test_message_level_event_that_is_refused_is_kept_as_text(
    store: EventStore, database: Any
) -> None:
    message = {"_id": "s1-message-4F1A@0", "event": {"dataset": "postfix.message"}, "n": 2**63}
    stored = store.write(Portion(source="mail", events=[message], messages=1))
    assert (stored.events, stored.messages) == ([], 0)
    (letter,) = database.dead_letters.find()
    assert '"postfix.message"' in letter["raw"]
    assert letter["truncated"]


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "server"
    yield folder
    embedded.release(folder)


def test_server_that_is_away_for_a_while_is_waited_for(directory: Path) -> None:
    def open_() -> Any:
        return open_database(None, embedded_directory=directory)

    store = EventStore(open_, name="the embedded server", patience=30)
    store.write(portion_of(line(1)))
    # It is started again, which takes a second.
    os.kill(json.loads((directory / "server.json").read_text())["pid"], signal.SIGKILL)
    store.write(portion_of(line(1), line(2)))
    assert open_().events.count_documents({}) == 2


def test_server_that_stays_away_is_an_error_when_patience_ends() -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(
        "mongodb://127.0.0.1:1/", serverSelectionTimeoutMS=100
    )
    store = EventStore(lambda: client[DATABASE], name="the server", patience=0.5)
    started = time.monotonic()
    with pytest.raises(StoreError, match="cannot be reached"):
        store.write(portion_of(line(1)))
    assert 0.3 < time.monotonic() - started < 3


def test_server_that_acknowledges_nothing_is_an_error(embedded_uri: str) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(embedded_uri, w=0)
    with pytest.raises(StoreError, match="acknowledges no write"):
        EventStore(lambda: client[DATABASE], name="the server").write(portion_of(line(1)))
    client.drop_database(DATABASE)

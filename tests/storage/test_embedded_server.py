"""The embedded server's own part of answering: whole writes, nothing acknowledged in vain."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from neosqlite import Connection
from neosqlite.collection import jsonb_support
from neosqlite.collection.cursor import Cursor
from neosqlite.collection.query_helper._sql_query_builder import SqlQueryBuilderMixin
from nx_27017.handler import NeoSQLiteHandler

from network_security.storage.embedded_server import (
    Turns,
    checkpoints,
    find_by_index,
    keep_json_as_text,
    take_turns,
    write_in_transactions,
)


@pytest.fixture
def handler(tmp_path: Path):
    handler = NeoSQLiteHandler(data_dir=str(tmp_path))
    take_turns(handler)
    write_in_transactions(handler)
    yield handler
    handler.close_all()


def upsert(handler: NeoSQLiteHandler, documents: list[dict[str, Any]]) -> dict[str, Any]:
    updates = [{"q": {"_id": each["_id"]}, "u": each, "upsert": True} for each in documents]
    command = {"update": "events", "$db": "store", "ordered": False, "updates": updates}
    return handler.handle_command({"request_id": 1, "sections": [("body", command)]})[1]


def kept(handler: NeoSQLiteHandler) -> list[str]:
    return sorted(document["_id"] for document in handler.get_database("store")["events"].find())


def test_refused_document_does_not_undo_the_others(handler: NeoSQLiteHandler) -> None:
    handler.get_database("store")["events"].create_index([("name", 1)], unique=True)
    documents = [{"_id": id_, "name": name} for id_, name in ["ax", "bx", "cy"]]
    reply = upsert(handler, documents)
    assert [error["index"] for error in reply["writeErrors"]] == [1]
    assert kept(handler) == ["a", "c"]


def test_full_disk_acknowledges_nothing_and_loses_nothing(handler: NeoSQLiteHandler) -> None:
    upsert(handler, [{"_id": "before"}])
    database = handler.get_database("store").db
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages + 4}")
    batch = [{"_id": f"event{number}", "raw": "x" * 4000} for number in range(20)]
    with pytest.raises(RuntimeError, match="disk may be full"):
        upsert(handler, batch)
    assert "before" in kept(handler)

    database.execute(f"PRAGMA max_page_count = {pages + 100}")
    assert upsert(handler, batch)["n"] == 20
    assert len(kept(handler)) == 21


def test_commands_in_a_clients_own_transaction_stay_in_it(handler: NeoSQLiteHandler) -> None:
    upsert(handler, [{"_id": "before"}])
    database = handler.get_database("store").db
    database.execute("BEGIN")
    upsert(handler, [{"_id": "undone"}])
    database.execute("ROLLBACK")
    assert kept(handler) == ["before"]


def test_whoever_waits_longest_is_next() -> None:
    turns, order, threads = Turns(), [], []

    def come(name: str) -> None:
        with turns, turns:
            order.append(name)

    with turns:
        for name in "abc":
            thread = threading.Thread(target=come, args=(name,))
            thread.start()
            threads.append(thread)
            while len(turns._waiting) < len(threads):
                time.sleep(0.001)
        with turns:
            order.append("holder")
    # Comes when it is another's turn already.
    come("late")
    for thread in threads:
        thread.join(10)
    assert order == ["holder", "a", "b", "c", "late"]


def test_one_at_a_time() -> None:
    turns, inside, most = Turns(), [], []

    def work() -> None:
        for _ in range(200):
            with turns:
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(work) for _ in range(8)]:
            done.result(30)
    assert set(most) == {1}
    assert len(most) == 1600


class TestCheckpoints:
    """What is written moves from the write-ahead log to the database without a command's help."""

    @pytest.fixture
    def log(self, tmp_path: Path) -> Path:
        return tmp_path / "store.db-wal"

    def test_the_database_has_what_was_written_a_moment_ago(
        self, handler: NeoSQLiteHandler, tmp_path: Path
    ) -> None:
        def moved() -> bool:
            # Without the log.
            uri = f"{(tmp_path / 'store.db').as_uri()}?immutable=1"
            with closing(sqlite3.connect(uri, uri=True)) as database:
                tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
                return tables > 0 and database.execute("SELECT _id FROM events").fetchall() == [
                    ("a",)
                ]

        with checkpoints(handler, seconds=0.01):
            upsert(handler, [{"_id": "a"}])
            assert soon(moved)

    def test_the_log_is_begun_anew_though_somebody_always_writes(
        self, handler: NeoSQLiteHandler, log: Path
    ) -> None:
        written = 0
        begun = set()

        def write() -> bool:
            nonlocal written
            for _ in range(20):
                upsert(handler, [{"_id": f"{written}", "raw": "x" * 20_000}])
                written += 1
            # How often, as the log's header says.
            begun.add(log.read_bytes()[12:16])
            return len(begun) > 3

        with checkpoints(handler, seconds=0.01, pages=50):
            assert soon(write)
            assert len(kept(handler)) == written
        assert log.stat().st_size < written * 20_000

    def test_a_database_is_dropped_and_made_again_meanwhile(
        self, handler: NeoSQLiteHandler
    ) -> None:
        with checkpoints(handler, seconds=0.0001, pages=1):
            for number in range(50):
                upsert(handler, [{"_id": f"{number}{letter}"} for letter in "abc"])
                assert kept(handler) == [f"{number}{letter}" for letter in "abc"]
                drop = {"dropDatabase": 1, "$db": "store"}
                handler.handle_command({"request_id": 1, "sections": [("body", drop)]})

    def test_nothing_is_left_in_the_log_of_a_closed_database(
        self, handler: NeoSQLiteHandler, log: Path
    ) -> None:
        with checkpoints(handler):
            upsert(handler, [{"_id": "a"}])
            assert log.stat().st_size > 0
        handler.close_all()
        assert not log.exists()
        assert kept(handler) == ["a"]

    def test_no_command_moves_it(self, handler: NeoSQLiteHandler, log: Path) -> None:
        with checkpoints(handler, seconds=600):
            for number in range(300):
                upsert(handler, [{"_id": f"{number}", "raw": "x" * 20_000}])
            assert log.stat().st_size > 300 * 20_000


def soon(happens: Callable[[], bool], *, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


class TestFindingByIndex:
    """Whatever has an index is looked for in it."""

    @pytest.fixture
    def things(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
        # For this test only.
        for owner, name in (
            (SqlQueryBuilderMixin, "_build_field_clause"),
            (SqlQueryBuilderMixin, "_field_has_index"),
            (Cursor, "_contains_datetime_operations"),
            (jsonb_support, "supports_jsonb"),
            (jsonb_support, "supports_jsonb_each"),
        ):
            monkeypatch.setattr(owner, name, getattr(owner, name))
        keep_json_as_text()
        find_by_index()
        connection = Connection(":memory:")
        connection.things.create_index([("time", -1)])
        connection.things.create_index([("source.ip", 1)])
        connection.things.create_index([("state", 1), ("order", -1)])
        yield connection.things
        connection.close()

    @pytest.mark.parametrize(
        ("query", "index"),
        [
            ({"source.ip": "192.0.2.1"}, "idx_things_source_ip (<expr>=?)"),
            ({"source.ip": {"$in": ["192.0.2.1", "192.0.2.2"]}}, "idx_things_source_ip (<expr>=?)"),
            ({"state": "new"}, "idx_things_state_order (<expr>=?)"),
            ({"state": {"$in": ["new"]}, "order": "7"}, "idx_things_state_order (<expr>=? AND"),
            ({"state": "new", "order": {"$lt": "7"}}, "idx_things_state_order (<expr>=? AND"),
            ({"time": {"$gte": datetime(2026, 3, 1)}}, "idx_things_time (<expr>>? AND <expr><?)"),
            ({"time": {"$lt": datetime(2026, 3, 1)}}, "idx_things_time (<expr>>? AND <expr><?)"),
            (
                {"time": {"$gt": datetime(2026, 3, 1), "$lte": datetime(2026, 3, 2)}},
                "idx_things_time (<expr>>? AND <expr><?)",
            ),
        ],
    )
    def test_an_index_is_used(self, things, query: dict[str, Any], index: str) -> None:
        statements: list[str] = []
        things.db.set_trace_callback(statements.append)
        assert list(things.find(query)) == []
        things.db.set_trace_callback(None)
        (asked,) = (each for each in statements if each.startswith("SELECT id, _id"))
        (step, *_) = things.db.execute(f"EXPLAIN QUERY PLAN {asked}").fetchall()
        assert step[3].startswith(f"SEARCH things USING INDEX {index}")

    def test_lists_are_looked_into_where_there_is_no_index(self, things) -> None:
        things.insert_many([{"_id": "a", "tags": ["x", "y"]}, {"_id": "b", "tags": ["z"]}])
        for query in ({"tags": "y"}, {"tags": {"$in": ["y"]}}):
            assert [document["_id"] for document in things.find(query)] == ["a"]

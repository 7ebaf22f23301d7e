"""The embedded server's own part of answering: whole writes, nothing acknowledged in vain."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from nx_27017.handler import NeoSQLiteHandler

from network_security.storage.embedded_server import Turns, take_turns, write_in_transactions


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

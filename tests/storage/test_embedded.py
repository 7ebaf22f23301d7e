"""The embedded server: shared, stopped with its last user, and safe to kill."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError

from network_security.storage import StoreError, embedded
from network_security.storage.embedded_server import SERVER_LOCK, acquire, open_lock

LEASE = """
import sys
from pathlib import Path
from network_security.storage import embedded
print(embedded.lease(Path(sys.argv[1])), flush=True)
"""
UNTIL_STDIN_CLOSES = LEASE + "sys.stdin.read()"
# Prints a batch's number once it is acknowledged, and tries a batch again that is not.
WRITE = (
    LEASE
    + """
from itertools import count
from network_security.storage import StoreError
from network_security.storage.client import open_database
from network_security.storage.errors import store_errors
for batch in count():
    documents = [{"_id": f"{batch}-{i}", "batch": batch} for i in range(20)]
    while True:
        try:
            with store_errors("the embedded server"):
                database = open_database(None, embedded_directory=Path(sys.argv[1]))
                for document in documents:
                    database.events.replace_one({"_id": document["_id"]}, document, upsert=True)
            break
        except StoreError as error:
            print("failed:", error, flush=True)
    print(batch, flush=True)
"""
)


class Command:
    """A command that uses the server of a directory, in a process of its own."""

    def __init__(self, script: str, directory: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, directory],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        return self.process.stdout.readline().strip()

    def end(self) -> tuple[str, str]:
        return self.process.communicate(timeout=30)

    def kill(self) -> tuple[str, str]:
        self.process.kill()
        return self.end()


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    store = tmp_path / "store"
    yield store
    embedded.release(store)
    if store.is_dir():
        assert has_stopped(store)


def has_stopped(directory: Path) -> bool:
    """Wait until no server has the directory; False if there is one still after 15 s."""
    lock = open_lock(directory / SERVER_LOCK)
    try:
        return acquire(lock, fcntl.LOCK_SH, seconds=15)
    finally:
        os.close(lock)


def is_served(directory: Path) -> bool:
    lock = open_lock(directory / SERVER_LOCK)
    try:
        return not acquire(lock, fcntl.LOCK_SH, seconds=0)
    finally:
        os.close(lock)


def server_of(directory: Path) -> dict:
    return json.loads((directory / "server.json").read_text())


def test_two_commands_at_once_share_a_server_that_stops_with_the_last(directory: Path) -> None:
    first, second = Command(UNTIL_STDIN_CLOSES, directory), Command(UNTIL_STDIN_CLOSES, directory)
    uri = first.line()
    assert uri.startswith("mongodb://127.0.0.1:")
    assert second.line() == uri

    assert first.end() == ("", "")
    MongoClient(uri).admin.command("ping")
    assert is_served(directory)

    assert second.end() == ("", "")
    assert has_stopped(directory)
    assert not (directory / "server.json").exists()


def test_server_stops_after_its_only_command_is_killed(directory: Path) -> None:
    command = Command(UNTIL_STDIN_CLOSES, directory)
    command.line()
    command.kill()
    assert has_stopped(directory)


def test_killing_server_and_writer_loses_no_acknowledged_write(directory: Path) -> None:
    writer = Command(WRITE, directory)
    writer.line()
    while writer.line() != "3":
        pass
    os.kill(server_of(directory)["pid"], signal.SIGKILL)
    interrupted = 3
    while not (line := writer.line()).startswith("failed"):
        interrupted = int(line)
    assert "embedded server" in line
    # The command goes on, with a server started anew.
    while (line := writer.line()) != str(interrupted + 3):
        assert line.startswith("failed") or int(line) > interrupted
    output, _ = writer.kill()
    acknowledged = [int(line) for line in [str(interrupted + 3), *output.split()] if line.isdigit()]

    client = MongoClient(embedded.lease(directory))
    kept = {document["_id"] for document in client.network_security.events.find({}, {"_id": 1})}
    assert {f"{batch}-{i}" for batch in range(max(acknowledged) + 1) for i in range(20)} <= kept


def test_next_use_finds_the_same_address_after_the_server_is_killed(directory: Path) -> None:
    client = MongoClient(embedded.lease(directory))
    client.store.events.insert_one({"_id": "kept"})
    killed = server_of(directory)
    os.kill(killed["pid"], signal.SIGKILL)
    # Reading is tried again by the driver, so that not even an error is seen.
    assert client.store.events.find_one() == {"_id": "kept"}
    assert server_of(directory)["port"] == killed["port"]
    assert server_of(directory)["pid"] != killed["pid"]


def test_what_a_killed_server_left_is_not_taken_for_a_server(directory: Path) -> None:
    directory.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        left = {"pid": os.getpid(), "port": port, "name": "embedded-0"}
        (directory / "server.json").write_text(json.dumps(left))
        uri = embedded.lease(directory)
    assert f":{port}/" not in uri
    assert MongoClient(uri).admin.command("ping")["ok"] == 1


def test_lease_is_kept_until_it_is_released(directory: Path) -> None:
    uri = embedded.lease(directory)
    assert embedded.lease(directory) == uri
    embedded.release(directory)
    assert has_stopped(directory)
    assert MongoClient(embedded.lease(directory)).admin.command("ping")["ok"] == 1


def test_forked_process_does_not_keep_the_server(directory: Path) -> None:
    embedded.lease(directory)
    waits, ends = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ends)
        os.read(waits, 1)
        os._exit(0)
    try:
        embedded.release(directory)
        assert has_stopped(directory)
    finally:
        os.close(ends)
        os.close(waits)
        assert os.waitpid(child, 0)[1] == 0


def test_signals_for_the_command_do_not_reach_the_server(directory: Path) -> None:
    uri = embedded.lease(directory)
    server = server_of(directory)["pid"]
    assert os.getsid(server) == server
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(server, stop)
    assert MongoClient(uri).admin.command("ping")["ok"] == 1
    assert server_of(directory)["pid"] == server


def test_server_listens_on_one_loopback_address_only(directory: Path) -> None:
    embedded.lease(directory)
    port = server_of(directory)["port"]
    socket.create_connection(("127.0.0.1", port)).close()
    for elsewhere in ("127.0.0.2", "::1"):
        with pytest.raises(OSError, match=r"refused|Cannot assign"):
            socket.create_connection((elsewhere, port), timeout=2)


def test_client_of_another_directory_is_not_served(directory: Path) -> None:
    uri = embedded.lease(directory)
    name = server_of(directory)["name"]
    stranger = MongoClient(uri.replace(name, "embedded-other"), serverSelectionTimeoutMS=300)
    with pytest.raises(ServerSelectionTimeoutError, match="embedded-other"):
        stranger.store.events.insert_one({"_id": "lost"})


def test_files_are_readable_by_their_owner_only(directory: Path) -> None:
    MongoClient(embedded.lease(directory)).store.events.insert_one({"_id": "secret"})
    assert directory.stat().st_mode & 0o077 == 0
    assert [path.name for path in directory.iterdir() if path.stat().st_mode & 0o077] == []


def test_directory_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be used: Not a directory") as raised:
        embedded.lease(tmp_path / "file" / "store")
    assert raised.value.where == str(tmp_path / "file" / "store")
    assert "MONGODB_URI" in raised.value.remedy


def test_server_that_does_not_start_is_reported_with_its_log(directory: Path) -> None:
    directory.mkdir()
    (directory / "admin.db").write_text("no database at all " * 100)
    with pytest.raises(StoreError, match="did not start") as raised:
        embedded.lease(directory)
    assert "file is not a database" in raised.value.remedy


def test_server_that_cannot_be_started_again_is_reported_until_it_can(directory: Path) -> None:
    embedded.lease(directory)
    database = directory / "admin.db"
    intact = database.read_bytes()
    (watcher,) = [thread for thread in threading.enumerate() if thread.name == f"watch {directory}"]
    database.write_text("no database at all " * 500)
    os.kill(server_of(directory)["pid"], signal.SIGKILL)
    watcher.join(timeout=15)
    with pytest.raises(StoreError, match="did not start"):
        embedded.lease(directory)
    database.write_bytes(intact)
    assert MongoClient(embedded.lease(directory)).admin.command("ping")["ok"] == 1


@pytest.mark.parametrize(
    ("lock", "message"),
    [("start.lock", "being started by another command"), ("users.lock", "does not end")],
)
def test_lock_that_is_not_given_back_is_reported(
    directory: Path, monkeypatch: pytest.MonkeyPatch, lock: str, message: str
) -> None:
    monkeypatch.setattr(embedded, "_PATIENCE_SECONDS", 0.1)
    directory.mkdir()
    held = open_lock(directory / lock)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        with pytest.raises(StoreError, match=message):
            embedded.lease(directory)
    finally:
        os.close(held)

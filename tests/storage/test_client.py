"""Which server is meant, and what is said when it cannot be used."""

import os
import pickle
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import bson
import dns.resolver
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.errors import BulkWriteError, OperationFailure, ServerSelectionTimeoutError

from network_security.storage import StoreError, disconnect, open_database, server_uri
from network_security.storage import client as client_module
from network_security.storage.client import connect
from network_security.storage.errors import redacted, store_errors

NOWHERE = Path("/nonexistent")


OP_QUERY, OP_REPLY, OP_MSG = 2004, 1, 2013
HELLO = {"ok": 1, "isWritablePrimary": True, "minWireVersion": 0, "maxWireVersion": 21}
REFUSAL = {"ok": 0, "code": 18, "codeName": "AuthenticationFailed", "errmsg": "No such user."}


class RefusingServer(socketserver.BaseRequestHandler):
    """A server that speaks MongoDB's wire protocol, and whose users all have other passwords."""

    def handle(self) -> None:
        while header := self.request.recv(16, socket.MSG_WAITALL):
            length, request, _, opcode = struct.unpack("<iiii", header)
            body = self.request.recv(length - 16, socket.MSG_WAITALL)
            if opcode == OP_QUERY:
                reply = struct.pack("<iqii", 0, 0, 0, 1) + bson.encode(HELLO)
                answer = OP_REPLY
            else:
                greets = b"hello" in body or b"ismaster" in body
                document = HELLO if greets else REFUSAL
                reply = struct.pack("<IB", 0, 0) + bson.encode(document)
                answer = OP_MSG
            self.request.sendall(struct.pack("<iiii", 16 + len(reply), 0, request, answer) + reply)


@pytest.fixture
def refusing_port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), RefusingServer) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize(
    ("environment", "configured", "meant"),
    [
        (None, None, None),
        (None, "", None),
        ("", "", None),
        (None, "mongodb://file/", "mongodb://file/"),
        ("", "mongodb://file/", "mongodb://file/"),
        ("mongodb://environment/", "mongodb://file/", "mongodb://environment/"),
        (" mongodb://environment/\n", None, "mongodb://environment/"),
    ],
)
def test_environment_wins_over_the_file_and_empty_is_not_set(
    monkeypatch: pytest.MonkeyPatch,
    environment: str | None,
    configured: str | None,
    meant: str | None,
) -> None:
    if environment is not None:
        monkeypatch.setenv("MONGODB_URI", environment)
    assert server_uri(configured) == meant


def test_without_a_uri_the_embedded_server_is_used(embedded_directory: Path) -> None:
    database = open_database(None, embedded_directory=embedded_directory)
    assert database.name == "network_security"
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    database.noon.replace_one({"_id": "noon"}, {"_id": "noon", "time": noon}, upsert=True)
    read = database.noon.find_one()["time"]
    assert (read, read.tzinfo) == (noon, UTC)
    database.drop_collection("noon")


def test_database_is_the_one_asked_for_else_the_uris(embedded_uri: str) -> None:
    uri = embedded_uri.replace("/?", "/of_the_uri?")
    assert open_database(uri, embedded_directory=NOWHERE).name == "of_the_uri"
    assert open_database(uri, embedded_directory=NOWHERE, name="asked_for").name == "asked_for"


def test_a_process_has_one_client_for_a_uri(
    embedded_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of this test's own: others hold clients that it must not close.
    monkeypatch.setattr(client_module, "_clients", {})
    with ThreadPoolExecutor(4) as threads:
        clients = list(
            threads.map(lambda _: connect(embedded_uri, embedded_directory=NOWHERE), range(8))
        )
    assert len({id(client) for client in clients}) == 1
    disconnect()
    assert connect(embedded_uri, embedded_directory=NOWHERE) is not clients[0]
    disconnect()


def test_a_forked_process_opens_a_client_of_its_own(embedded_uri: str) -> None:
    client = connect(embedded_uri, embedded_directory=NOWHERE)
    child = os.fork()
    if child == 0:
        own = connect(embedded_uri, embedded_directory=NOWHERE)
        os._exit(0 if own is not client and own.admin.command("ping")["ok"] else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize(
    "uri",
    [
        "localhost:27017",
        "http://ana:s3cret@db.example.net/",
        "mongodb://",
        "mongodb://ana:s3cret",
        "mongodb://ana:s3cret@",
        "mongodb://ana:s3/cret@db.example.net/",
        "mongodb://ana:s3@s3cret@db.example.net/",
        "mongodb://ana:s3?cret@db.example.net/",
        "mongodb://ana:s3?s3cret&x@db.example.net/",
        "mongodb://ana:s3cret@db.example.net:port/",
        "mongodb://ana:s3cret@db.example.net/?tls=ture",
        "mongodb://ana:s3cret@db.example.net/?tsl=true",
    ],
)
def test_wrong_uri_is_reported_at_once_without_its_secrets(uri: str) -> None:
    with pytest.raises(StoreError, match="MongoDB URI") as raised:
        connect(uri, embedded_directory=NOWHERE)
    assert "mongodb+srv://" in raised.value.remedy
    assert "cret" not in f"{raised.value}{raised.value!r}"


def test_wrong_option_is_named() -> None:
    with pytest.raises(StoreError, match="option 'tsl' is wrong"):
        connect("mongodb://db.example.net/?tsl=true", embedded_directory=NOWHERE)


def test_servers_that_cannot_be_reached_are_reported_within_five_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent_names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent_names.bind(("127.0.0.1", 0))
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = silent_names.getsockname()[1]
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)

    def error_of(uri: str) -> str:
        started = time.monotonic()
        with pytest.raises(StoreError) as raised:
            connect(uri, embedded_directory=NOWHERE)
        assert time.monotonic() - started < 5
        return str(raised.value)

    with (
        silent_names,
        socket.create_server(("127.0.0.1", 0)) as silent,
        ThreadPoolExecutor() as threads,
    ):
        silent_port = silent.getsockname()[1]
        refused, timed_out, unknown = threads.map(
            error_of,
            [
                "mongodb://ana:s3cret@127.0.0.1:1/",
                f"mongodb://ana:s3cret@127.0.0.1:{silent_port}/",
                "mongodb+srv://ana:s3cret@cluster0.example.net/security",
            ],
        )
    assert "cannot be reached: 127.0.0.1:1: [Errno 111] Connection refused" in refused
    assert "(mongodb://ana:***@127.0.0.1:1/)" in refused
    assert f"cannot be reached: 127.0.0.1:{silent_port}: timed out" in timed_out
    assert "address cannot be found" in unknown
    assert "(mongodb+srv://ana:***@cluster0.example.net/security)" in unknown
    assert "s3cret" not in refused + timed_out + unknown


def test_refused_credentials_are_reported_without_the_password(refusing_port: int) -> None:
    with pytest.raises(StoreError, match="refused the credentials") as raised:
        connect(f"mongodb://ana:s3cret@127.0.0.1:{refusing_port}/", embedded_directory=NOWHERE)
    assert raised.value.where == f"mongodb://ana:***@127.0.0.1:{refusing_port}/"
    assert "authSource" in raised.value.remedy
    assert "s3cret" not in f"{raised.value}{raised.value!r}"


def test_an_embedded_server_that_does_not_answer_is_called_so() -> None:
    error = ServerSelectionTimeoutError(
        "client is configured to connect to a replica set named 'embedded-0123' but this node "
        "belongs to a set named 'None', Timeout: 30s"
    )
    with (
        pytest.raises(StoreError, match=r"embedded server does not answer \(there\).*server\.log"),
        store_errors("there"),
    ):
        raise error


def test_documents_that_are_refused_are_reported(embedded_directory: Path) -> None:
    things = open_database(None, embedded_directory=embedded_directory, name="refused").things
    with pytest.raises(StoreError, match=r"stored: .*cannot encode"), store_errors("there"):
        things.insert_one({"_id": "a", "what": {1, 2}})
    things.insert_one({"_id": "a"})
    with pytest.raises(StoreError, match="same unique key exists"), store_errors("there"):
        things.insert_one({"_id": "a"})
    things.database.client.drop_database("refused")


def test_want_of_permission_is_reported() -> None:
    refusal = OperationFailure("not allowed", 13, {"ok": 0, "errmsg": "not authorized on db"})
    with (
        pytest.raises(StoreError, match=r"no permission: not authorized .* readWrite"),
        store_errors("mongodb://db.example.net/"),
    ):
        raise refusal


def test_bulk_write_error_does_not_repeat_the_documents() -> None:
    details = {
        "writeErrors": [{"index": 0, "code": 11000, "errmsg": "E11000", "op": {"raw": "s3cret"}}],
        "nUpserted": 4,
    }
    with (
        pytest.raises(StoreError, match=r"1 of the documents .* 4 were.*E11000") as raised,
        store_errors("there"),
    ):
        raise BulkWriteError(details)
    assert "s3cret" not in str(raised.value)


def test_error_survives_the_way_between_processes() -> None:
    error = StoreError("It failed", "mongodb://db/", "Try again.")
    assert str(pickle.loads(pickle.dumps(error))) == "It failed (mongodb://db/). Try again."


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("mongodb://localhost:27017", "mongodb://localhost:27017"),
        ("mongodb://a:1,b:2,[::1]:3/db?w=majority", "mongodb://a:1,b:2,[::1]:3/db"),
        ("mongodb://ana:p@db/", "mongodb://ana:***@db/"),
        ("mongodb://token@db/", "mongodb://***:***@db/"),
        ("mongodb://db/?proxyPassword=p", "mongodb://db/"),
        ("mongodb://%2Frun%2Fdb.sock/x", "mongodb://%2Frun%2Fdb.sock/x"),
    ],
)
def test_redacted_uri_shows_user_hosts_and_database(uri: str, shown: str) -> None:
    assert redacted(uri) == shown


@given(
    password=st.text(min_size=1).map(lambda text: f"<{text}>"),
    tail=st.sampled_from(["", "/", "/db", "/db?tls=true", ":27017/db"]),
)
def test_password_is_never_shown(password: str, tail: str) -> None:
    assert password not in redacted(f"mongodb://ana:{password}@db.example.net{tail}")

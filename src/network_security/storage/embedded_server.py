"""The embedded server's process: MongoDB's wire protocol over SQLite, while anyone uses it.

`network_security.storage.embedded` starts this file as a script, with ``python -P``, so that it
loads nothing but the server. It listens on loopback, and stops by itself when its last user is
gone: every user holds a shared lock on `USERS_LOCK`, and the kernel gives this process the
exclusive one exactly when nobody is left, however they ended. It holds the exclusive lock on
`SERVER_LOCK` for its own life, so that no two processes ever open the databases of one directory.

The protocol has no authentication here: whoever may run programs on this machine can connect. The
files are readable by their owner only. Use a MongoDB server where that is not enough.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import logging
import os
import re
import signal
import sys
import threading
import time
from collections import defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nx_27017.handler import NeoSQLiteHandler

    _Handle = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]

USERS_LOCK = "users.lock"
SERVER_LOCK = "server.lock"
ADDRESS = "server.json"
LOG = "server.log"

_LOOPBACK = "127.0.0.1"
_LOG_BYTES = 1_000_000
POLL_SECONDS = 0.01
# Above the connections that one machine's commands open, so that a slow query never delays the
# driver's health check, which would make it drop healthy connections.
_THREADS = 64
_SWITCH_SECONDS = 0.0005
_CACHE_KIB = 65_536
_CHECKPOINT_SECONDS = 1.0
# 64 MB of SQLite's pages of 4 KiB.
_LOG_PAGES = 16_384
_BOUNDS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
# As MongoDB has it. SQLite reads no JSON that is nested deeper than 1,000 levels, and what reads it
# here has less room on its stack.
_LEVELS = 180


def open_lock(path: Path) -> int:
    """Open a lock file, made if it is missing, and return its descriptor."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def acquire(descriptor: int, operation: int, *, seconds: float) -> bool:
    """Take a lock of `fcntl.flock` if it can be had within the given time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_SECONDS)
        else:
            return True


def serve(directory: Path, preferred_port: int) -> None:
    """Serve the directory's databases until nobody uses them.

    Args:
        directory: The databases' directory.
        preferred_port: The port to listen on if it is free, else any; 0 for any. A server that
            takes the place of one that was killed is found by the clients of the other.
    """
    from nx_27017.handler import NeoSQLiteHandler  # noqa: PLC0415

    keep_json_as_text()
    _allow_index_on_any_field()
    _compare_text_as_text()
    find_by_index()
    _store_without_copies()
    handler = NeoSQLiteHandler(data_dir=str(directory))
    _cache_more(handler)
    take_turns(handler)
    name = f"embedded-{hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]}"
    _tell_name(handler, name)
    write_in_transactions(handler)
    try:
        with checkpoints(handler):
            asyncio.run(_listen(directory, preferred_port, handler, name))
    finally:
        handler.close_all()


async def _listen(
    directory: Path, preferred_port: int, handler: NeoSQLiteHandler, name: str
) -> None:
    from nx_27017.server import handle_client  # noqa: PLC0415

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await handle_client(reader, writer, handler)

    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(_THREADS))
    try:
        server = await asyncio.start_server(answer, _LOOPBACK, preferred_port)
    except OSError:
        server = await asyncio.start_server(answer, _LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]

    alone = asyncio.Event()
    threading.Thread(
        target=_wait_until_alone,
        args=(directory / USERS_LOCK, lambda: loop.call_soon_threadsafe(alone.set)),
        daemon=True,
    ).start()

    address = directory / ADDRESS
    _write_whole(address, json.dumps({"pid": os.getpid(), "port": port, "name": name}))
    await alone.wait()
    address.unlink(missing_ok=True)
    server.close()


def _wait_until_alone(users_lock: Path, tell: Callable[[], object]) -> None:
    # Never closed nor unlocked: newcomers wait until this process has ended.
    fcntl.flock(open_lock(users_lock), fcntl.LOCK_EX)
    tell()


def _write_whole(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(text)
    partial.replace(path)


def _tell_name(handler: NeoSQLiteHandler, name: str) -> None:
    """Have the server tell its name as a replica set's.

    The driver refuses a server with another name than its URI has, so that a client never writes
    into another directory's databases, should their server have been given a dead one's port.
    """
    answer = handler.handle_command

    def handle_command(message: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        request, reply = answer(message)
        if "isWritablePrimary" in reply:
            reply["setName"] = name
        return request, reply

    handler.handle_command = handle_command


def _cache_more(handler: NeoSQLiteHandler) -> None:
    """Have SQLite keep more of each database in memory than its 2 MB, which indexes outgrow."""
    open_database = handler._open_db_conn

    def open_with_cache(name: str) -> Any:
        connection = open_database(name)
        connection.db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        return connection

    handler._open_db_conn = open_with_cache


def take_turns(handler: NeoSQLiteHandler) -> None:
    """Have the commands on a database done in the order that they came in.

    The server's own lock goes to whoever is quickest, which is most often who has just had it: a
    short question would wait for as long as somebody writes one long command after the other.
    """
    turns: defaultdict[str, Turns] = defaultdict(Turns)
    handler._lock_for = turns.__getitem__


class Turns:
    """A lock that goes to who has waited longest; its holder may take it again."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._changing = threading.Lock()
        self._holder: int | None = None
        self._depth = 0
        self._waiting: deque[tuple[int, threading.Lock]] = deque()

    def __enter__(self) -> None:
        """Wait until it is this thread's turn."""
        me, turn = threading.get_ident(), threading.Lock()
        with self._changing:
            if self._holder in (None, me):
                self._holder = me
                self._depth += 1
                return
            turn.acquire()
            self._waiting.append((me, turn))
        turn.acquire()

    def __exit__(self, *_: object) -> None:
        """Hand on the turn, once it is left as often as it was taken."""
        with self._changing:
            self._depth -= 1
            if self._depth:
                return
            self._holder = None
            if self._waiting:
                self._holder, turn = self._waiting.popleft()
                self._depth = 1
                turn.release()


@contextmanager
def checkpoints(
    handler: NeoSQLiteHandler, *, seconds: float = _CHECKPOINT_SECONDS, pages: int = _LOG_PAGES
) -> Iterator[None]:
    """Have what is written moved from the write-ahead logs to the databases while nobody waits.

    SQLite itself does so after every 1,000 pages, in the commit that writes the last of them: the
    disk is waited for during a client's command, and by all who wait for their turn after it. What
    a killed server leaves in a log, the next one finds there.

    Args:
        handler: Whose databases are meant, of those that are opened from now on.
        seconds: How long to wait from one time to the next.
        pages: From which length on a log is begun anew, which takes a turn: as long as somebody
            writes, something is always left that was not moved yet.
    """
    from neosqlite._sqlite import sqlite3  # noqa: PLC0415 - what opens the databases

    moving, ended = threading.Lock(), threading.Event()
    open_database, drop_database = handler._open_db_conn, handler._drop_file_db

    def open_without_checkpoints(name: str) -> Any:
        connection = open_database(name)
        connection.db.execute("PRAGMA wal_autocheckpoint = 0")
        return connection

    def drop_when_closed(name: str) -> None:
        # The log of a dropped database is deleted by who closes it last, while it still exists.
        with moving:
            drop_database(name)

    def move(name: str) -> int:
        """Move all that is there so far, and return the log's pages."""
        if name not in handler._conns:
            return 0
        with closing(sqlite3.connect(handler._db_file(name))) as connection:
            _, length, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return int(length)

    def run() -> None:
        while not ended.wait(seconds):
            with handler._dict_lock:
                names = list(handler._conns)
            for name in names:
                try:
                    with moving:
                        length = move(name)
                    if length > pages:
                        with handler._lock_for(name):
                            move(name)
                except sqlite3.Error as error:
                    logging.warning("The log of %s grows: %s", name, error)

    handler._open_db_conn = open_without_checkpoints
    handler._drop_file_db = drop_when_closed
    thread = threading.Thread(target=run, name="checkpoints", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def write_in_transactions(handler: NeoSQLiteHandler) -> None:
    """Make each write command one transaction, as is three times faster than one a document.

    A document that is refused does not undo the others. Nothing is answered before the commit.
    """

    def in_transaction(handle: _Handle) -> _Handle:
        def handle_in_transaction(message: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            sections: list[tuple[str, dict[str, Any]]] = message["sections"]
            command = next((body for kind, body in sections if kind == "body"), {})
            if command.keys().isdisjoint(("insert", "update", "delete")):
                return handle(message)
            database = command.get("$db", "test")
            with handler._lock_for(database):
                connection = handler.get_database(database).db
                if connection.in_transaction:
                    return handle(message)
                connection.execute("BEGIN")
                try:
                    reply = handle(message)
                    if not connection.in_transaction:
                        # What the reply says was written is not: SQLite has undone it all.
                        raise RuntimeError("The write was undone; the disk may be full")
                    connection.execute("COMMIT")
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                return reply

        return handle_in_transaction

    handler.handle_insert = in_transaction(handler.handle_insert)
    handler.handle_command = in_transaction(handler.handle_command)


def keep_json_as_text() -> None:
    """Have one format with every SQLite; NeoSQLite takes JSONB where there is, from 3.45 on.

    A time is an object in JSON: as text it is sorted rightly, as JSONB it is not. And a database
    may be used on another machine.
    """
    from neosqlite.collection import jsonb_support  # noqa: PLC0415

    jsonb_support.supports_jsonb = lambda connection: False
    jsonb_support.supports_jsonb_each = lambda connection: False


def _allow_index_on_any_field() -> None:
    """Let SQLite name an index on a field such as ``@timestamp``, which NeoSQLite refuses."""
    from neosqlite.collection import index_manager  # noqa: PLC0415

    quote_identifier = index_manager.quote_identifier
    index_manager.quote_identifier = lambda name: quote_identifier(
        re.sub(r"[^0-9A-Za-z_]", "_", name)
    )


def _compare_text_as_text() -> None:
    """Let text be found by what it says; NeoSQLite takes what begins like a day for a time."""
    from neosqlite.collection import datetime_utils  # noqa: PLC0415

    is_datetime_value = datetime_utils.is_datetime_value
    datetime_utils.is_datetime_value = lambda value: (
        not isinstance(value, str) and is_datetime_value(value)
    )


def find_by_index() -> None:
    """Let every index on a field serve equality, ``$in`` with texts, and bounds of times.

    NeoSQLite looks into lists too, and so reads all there is: for ``$in`` always, and for equality
    unless an index's name ends with the field's. A field that has an index holds no lists here. It
    also has SQLite parse each document's time; an index has them in the order of their texts.
    """
    from neosqlite.collection.cursor import Cursor  # noqa: PLC0415
    from neosqlite.collection.json_path_utils import parse_json_path  # noqa: PLC0415
    from neosqlite.collection.query_helper._sql_query_builder import (  # noqa: PLC0415
        SqlQueryBuilderMixin,
    )

    def expression(self: Any, field: str) -> str:
        """What `create_index` makes of a field."""
        return f"json_extract(data, '{parse_json_path(field)}')"

    def has_index(self: Any, field: str) -> bool:
        found = self.collection.db.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND instr(sql, ?)",
            (self.collection.name, expression(self, field)),
        )
        return found.fetchone() is not None

    def bounds_times(self: Any, field: str, value: Any) -> bool:
        return (
            isinstance(value, dict)
            and len(value) > 0
            and all(
                operator in _BOUNDS and isinstance(time, datetime)
                for operator, time in value.items()
            )
            and has_index(self, field)
        )

    def build_clause(self: Any, field: str, value: Any) -> tuple[str, list[Any]] | None:
        indexed = expression(self, field)
        if bounds_times(self, field, value):
            bounds = [
                (_BOUNDS[operator], f'{{"$date":"{time.isoformat()}"}}')
                for operator, time in value.items()
            ]
            # Times only: what else there is comes before or after all of them.
            if value.keys().isdisjoint(("$gt", "$gte")):
                bounds.append((">=", '{"$date":"'))
            if value.keys().isdisjoint(("$lt", "$lte")):
                bounds.append(("<", '{"$date":#'))
            clauses = [f"{indexed} {comparison} ?" for comparison, _ in bounds]
            return " AND ".join(clauses), [text for _, text in bounds]
        texts = value.get("$in") if isinstance(value, dict) and len(value) == 1 else None
        if (
            isinstance(texts, list)
            and texts
            and all(isinstance(each, str) for each in texts)
            and field != "_id"
            and has_index(self, field)
        ):
            return f"{indexed} IN ({', '.join('?' * len(texts))})", texts
        clause: tuple[str, list[Any]] | None = build_field_clause(self, field, value)
        return clause

    def needs_parsed_times(self: Any, query: dict[str, Any]) -> bool:
        others = {
            field: value
            for field, value in query.items()
            if not bounds_times(self._query_helpers, field, value)
        }
        return bool(contains_datetime_operations(self, others))

    build_field_clause = SqlQueryBuilderMixin._build_field_clause
    contains_datetime_operations = Cursor._contains_datetime_operations
    SqlQueryBuilderMixin._field_has_index = has_index
    SqlQueryBuilderMixin._build_field_clause = build_clause
    Cursor._contains_datetime_operations = needs_parsed_times


def _store_without_copies() -> None:
    """Have a document stored as it came, which is twice as fast.

    The server copies each one three times and has SQLite read its JSON twice, for callers that go
    on using what they pass; what came off the wire is nobody else's.
    """
    from bson import ObjectId as BsonObjectId  # noqa: PLC0415
    from neosqlite.binary import Binary  # noqa: PLC0415
    from neosqlite.collection.json_helpers import NeoSQLiteJSONEncoder  # noqa: PLC0415
    from neosqlite.collection.query_helper import QueryHelper, crud_operations  # noqa: PLC0415
    from neosqlite.objectid import ObjectId  # noqa: PLC0415
    from neosqlite.sql_utils import quote_table_name  # noqa: PLC0415
    from nx_27017 import utils  # noqa: PLC0415

    def default(value: Any) -> Any:
        return plain.default(Binary(value) if isinstance(value, bytes) else value)

    # What SQLite would not take for JSON is refused here: NaN, infinity, what is nested too deeply.
    plain = NeoSQLiteJSONEncoder()
    encode = json.JSONEncoder(default=default, allow_nan=False).encode

    def to_json(document: dict[str, Any]) -> str:
        text = encode(document)
        if text.count("{") + text.count("[") > _LEVELS and _depth(document) > _LEVELS:
            raise ValueError(f"The document is nested deeper than {_LEVELS} levels")
        return text

    def insert(self: Any, document: dict[str, Any]) -> Any:
        id_ = document.get("_id")
        if id_ is None:
            id_ = document["_id"] = ObjectId()
        table = quote_table_name(self.collection.name)
        self.collection.db.execute(
            f"INSERT INTO {table}(data, _id) VALUES (?, ?)",  # noqa: S608 - it is quoted
            (to_json(document), str(id_)),
        )
        return id_

    def convert(value: Any) -> Any:
        """Replace the driver's object ids by the server's, in place where there are none."""
        kind = type(value)
        if kind is BsonObjectId:
            return ObjectId(value.binary)
        if kind is dict:
            for name, each in value.items():
                if type(each) in convertible:
                    value[name] = convert(each)
        elif kind is list and any(type(each) in convertible for each in value):
            return [convert(each) for each in value]
        return value

    convertible = (dict, list, BsonObjectId)
    QueryHelper._internal_insert = insert
    crud_operations.neosqlite_json_dumps = to_json
    utils.convert_bson_to_neo_objectids = convert


def _depth(document: dict[str, Any]) -> int:
    """How many levels a document has."""
    levels = 0
    level: list[dict[str, Any] | list[Any]] = [document]
    while level:
        levels += 1
        inner = (each.values() if isinstance(each, dict) else each for each in level)
        level = [each for one in inner for each in one if isinstance(each, dict | list)]
    return levels


def main(directory: Path, preferred_port: int) -> int:
    """Serve one directory; returns the exit status, 1 when another server has the directory."""
    os.umask(0o077)
    # A question of half a millisecond must not wait ten times as long for each of its steps while
    # another thread stores many documents.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # A signal sent to all of a terminal's or a service's processes must not end the server before
    # its users have written their last.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    log = RotatingFileHandler(directory / LOG, maxBytes=_LOG_BYTES, backupCount=1)
    logging.basicConfig(
        handlers=[log],
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    if not acquire(open_lock(directory / SERVER_LOCK), fcntl.LOCK_EX, seconds=5):
        logging.error("Another server has this directory")
        return 1
    serve(directory, preferred_port)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))

"""Connections to the store: a MongoDB server or Atlas when one is named, else the embedded server.

Everything else speaks the driver only, so that both are one path. `server_uri` says which server
is meant, `open_database` connects to it.
"""

from __future__ import annotations

import os
import threading
from datetime import UTC
from pathlib import Path
from typing import Any

import pymongo
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError
from pymongo.uri_parser import split_options

from network_security.storage import embedded
from network_security.storage.errors import StoreError, redacted, store_errors

URI_VARIABLE = "MONGODB_URI"
DATABASE = "network_security"

Document = dict[str, Any]

# A server that cannot be reached is reported within this time, name look-ups included: an Atlas
# URI takes two, each limited by connectTimeoutMS, and the rest is left for the first command.
_REPORT_SECONDS = 4.0
_DEFAULTS = {"serverSelectionTimeoutMS": 4000, "connectTimeoutMS": 2000}


def server_uri(configured: str | None = None) -> str | None:
    """Return the URI of the server that is meant, or None for the embedded one.

    The environment variable ``MONGODB_URI`` wins over the configured URI, so that one command can
    be pointed elsewhere without editing a file. An empty value counts as not set.

    Args:
        configured: The URI in the credentials, if there is any.
    """
    return os.environ.get(URI_VARIABLE, "").strip() or (configured or "").strip() or None


def server_name(uri: str | None, *, embedded_directory: Path) -> str:
    """Return what to call the server in messages: its URI without secrets, or the directory."""
    return redacted(uri) if uri else f"embedded server in {embedded_directory}"


def open_database(
    uri: str | None, *, embedded_directory: Path, name: str | None = None
) -> Database[Document]:
    """Connect, and return the database to work on.

    Args:
        uri: As for `connect`.
        embedded_directory: As for `connect`.
        name: The database's name; by default the one in the URI's path, else
            ``network_security``.

    Raises:
        StoreError: As for `connect`.
    """
    client = connect(uri, embedded_directory=embedded_directory)
    if name is not None:
        return client[name]
    return client.get_default_database(DATABASE)


def connect(uri: str | None, *, embedded_directory: Path) -> MongoClient[Document]:
    """Return a client that has reached its server; one for each URI and process, thread-safe.

    Times are read as UTC, with their zone. Options in the URI win over this module's.

    Args:
        uri: A ``mongodb://`` or ``mongodb+srv://`` URI; None or empty for the embedded server.
        embedded_directory: The directory of the embedded server, which is leased for the life of
            the process when no URI is given.

    Raises:
        StoreError: If the URI is wrong, the server refuses the credentials, or it cannot be
            reached; within 5 s, unless the URI asks for more patience.
    """
    where = server_name(uri, embedded_directory=embedded_directory)
    uri = uri or embedded.lease(embedded_directory)
    with _lock:
        client = _clients.get(uri)
    if client is not None:
        return client
    # Not under the lock: a server that cannot be reached must not delay the use of another.
    opened = _open(uri, where)
    with _lock:
        client = _clients.setdefault(uri, opened)
    if client is not opened:
        opened.close()
    return client


def disconnect() -> None:
    """Close every client of this process; the next `connect` opens a new one."""
    with _lock:
        clients = list(_clients.values())
        _clients.clear()
    for client in clients:
        client.close()


def _open(uri: str, where: str) -> MongoClient[Document]:
    options = _checked_options(uri, where)
    defaults: dict[str, Any] = {
        option: ms for option, ms in _DEFAULTS.items() if option.lower() not in options
    }
    try:
        client: MongoClient[Document] = MongoClient(
            uri,
            appname="network-security",
            tz_aware=True,
            tzinfo=UTC,
            connect=False,
            **defaults,
        )
    except (PyMongoError, ValueError, TypeError):
        # The driver's message may repeat parts of the URI, its password too.
        raise _wrong_uri("The MongoDB URI is wrong", where) from None
    try:
        with store_errors(where), pymongo.timeout(_REPORT_SECONDS):
            client.admin.command("ping")
    except StoreError:
        client.close()
        raise
    return client


def _checked_options(uri: str, where: str) -> set[str]:
    """Return the lower-case names of the URI's options.

    The driver warns of an option that it does not know or cannot read, and goes on without: with
    ``tls=ture`` it would send the password in clear. Here that is an error.
    """
    if not uri.startswith(("mongodb://", "mongodb+srv://")):
        raise _wrong_uri("The MongoDB URI does not begin with mongodb:// or mongodb+srv://", where)
    query = uri.partition("?")[2]
    if "@" in query:
        # Most likely a password that holds a question mark: its pieces must not be named.
        raise _wrong_uri("The MongoDB URI is wrong", where)
    names = set()
    for option in filter(None, query.split("&")):
        name = option.partition("=")[0]
        try:
            split_options(option, validate=True, warn=False)
        except (PyMongoError, ValueError, TypeError):
            raise _wrong_uri(f"The MongoDB URI's option {name!r} is wrong", where) from None
        names.add(name.lower())
    return names


def _wrong_uri(what: str, where: str) -> StoreError:
    return StoreError(
        what,
        where,
        "Write mongodb://user:password@host:port/database, or mongodb+srv://... as Atlas shows it, "
        "with characters such as @ : / in the password percent-encoded.",
    )


_lock = threading.Lock()
_clients: dict[str, MongoClient[Document]] = {}


def _forget_clients() -> None:
    # A client's connections must not be shared by two processes: a forked one opens its own.
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()
    _clients.clear()


os.register_at_fork(after_in_child=_forget_clients)

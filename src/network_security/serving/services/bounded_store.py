"""The store as requests use it: what it does not answer within seconds fails, and says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from network_security.storage import embedded
from network_security.storage.client import open_database, server_uri
from network_security.storage.location import StoreLocation

OPTION = "timeoutMS"
"""Of a connection: the time for each operation (MongoDB's Client Side Operations Timeout)."""


@dataclass(frozen=True)
class BoundedStore:
    """A store of which each operation takes some seconds at most.

    A server that hangs keeps its connections, and without a bound whoever asks it waits for as long
    as the driver takes to give the connection up.

    Attributes:
        location: which one.
        seconds: for each operation; a time-out in the configured URI wins.
    """

    location: StoreLocation
    seconds: float

    def open(self) -> Database[dict[str, Any]]:
        """Connect, and return the database.

        Raises:
            StoreError: the store cannot be used.
        """
        location = self.location
        uri = server_uri(location.configured_uri) or embedded.lease(location.embedded_directory)
        return open_database(
            bounded(uri, self.seconds),
            embedded_directory=location.embedded_directory,
            name=location.database,
        )


def bounded(uri: str, seconds: float) -> str:
    """A URI with a time for each operation, unless it has one.

    >>> bounded("mongodb://127.0.0.1:27017", 4)
    'mongodb://127.0.0.1:27017/?timeoutMS=4000'
    >>> bounded("mongodb://a.example/security?tls=true", 0.5)
    'mongodb://a.example/security?tls=true&timeoutMS=500'
    """
    place, _, options = uri.partition("?")
    if OPTION.lower() in (each.partition("=")[0].lower() for each in options.split("&")):
        return uri
    if "/" not in place.partition("://")[2]:
        place += "/"
    option = f"{OPTION}={round(1000 * seconds)}"
    return f"{place}?{options}&{option}" if options else f"{place}?{option}"

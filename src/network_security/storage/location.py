"""Which database of which server a dataset means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pymongo.database import Database

from network_security.storage.client import Document, open_database, server_name, server_uri


@dataclass(frozen=True)
class StoreLocation:
    """A database of the server that ``MONGODB_URI`` names, else the credentials, else the embedded.

    The environment is asked at each use, so that a dataset follows it.

    Attributes:
        configured_uri: The URI in the credentials, if there is one.
        embedded_directory: Where the embedded server keeps its data, if it is the one used.
        database: The database's name; None for the one in the URI's path, else
            ``network_security``.
    """

    configured_uri: str | None
    embedded_directory: Path
    database: str | None = None

    @classmethod
    def of(
        cls,
        credentials: Mapping[str, Any] | None,
        embedded_directory: str | Path,
        database: str | None,
    ) -> Self:
        """Return what a catalog entry's values mean.

        Args:
            credentials: ``{"uri": ...}``, or nothing.
            embedded_directory: As the attribute; relative to the working directory.
            database: As the attribute.
        """
        uri = (credentials or {}).get("uri")
        return cls(uri, Path(embedded_directory).absolute(), database)

    def server(self) -> str:
        """Return what to call the server in messages, without secrets."""
        return server_name(
            server_uri(self.configured_uri), embedded_directory=self.embedded_directory
        )

    def open(self) -> Database[Document]:
        """Connect, and return the database.

        Raises:
            StoreError: As for `open_database`.
        """
        return open_database(
            server_uri(self.configured_uri),
            embedded_directory=self.embedded_directory,
            name=self.database,
        )

"""Raw logs, dead letters and the event store as Kedro sees them.

They stand for streams: what `RawLogsDataset` loads is read while it is iterated over, and what is
saved into an `EventStoreDataset` is stored portion by portion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from kedro.io import AbstractDataset, DatasetError

from network_security.storage import StoreError
from network_security.storage.collections import DEAD_LETTERS
from network_security.storage.errors import store_errors
from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.storage.location import StoreLocation
from network_security.streaming.batches import Batch
from network_security.streaming.following import Portion
from network_security.streaming.inputs import Source, find_inputs, readable
from network_security.streaming.progress import progress
from network_security.streaming.read_options import ReadOptions, Skipped
from network_security.streaming.reading import Reader
from network_security.streaming.store import EventStore
from network_security.streaming.summary import Summary
from network_security.streaming.workers import Raw

Letters = list[dict[str, Any]]


class _InStore:
    """What the datasets of the store share: which server, and its errors as Kedro's."""

    def __init__(
        self,
        *,
        embedded_directory: str,
        database: str | None = None,
        credentials: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe the store; nothing is contacted yet.

        Args:
            embedded_directory: Where the embedded server keeps its data, if it is the one used.
            database: The database's name, as for `MongoCollectionDataset`.
            credentials: ``{"uri": ...}``, or nothing for the embedded server.
            metadata: Any arbitrary metadata. This is ignored by Kedro, but may be consumed by
                users or external plugins.
        """
        self._location = StoreLocation.of(credentials, embedded_directory, database)
        self.metadata = metadata

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            with store_errors(self._location.server()):
                yield
        except StoreError as error:
            raise DatasetError(str(error)) from error


class RawLogsDataset(_InStore, LoadOnlyDataset[Iterator[Raw]]):
    """New records of log files, messages or standard input, from where the last run stopped.

    Examples:
        In the catalog:

        ```yaml
        ingestion.raw_logs:
          type: network_security.streaming.datasets.RawLogsDataset
          sources:
            - path: /var/log/mail.log*
            - {path: /srv/logs/fw, format: panos, timezone: Europe/Paris}
          embedded_directory: data/mongodb
          credentials: mongodb
        ```
    """

    refusal = "raw logs are only read"

    def __init__(
        self,
        *,
        sources: Sequence[dict[str, Any]],
        options: dict[str, Any] | None = None,
        **store: Any,
    ) -> None:
        """Describe the sources; nothing is read yet.

        Args:
            sources: What to read, each as the fields of `Source`.
            options: How to read it, the fields of `ReadOptions`.
            **store: As for every dataset of the store: ``embedded_directory``, ``database``,
                ``credentials``, ``metadata``.

        Raises:
            DatasetError: If a source or an option is not one.
        """
        super().__init__(**store)
        try:
            self._sources = [Source(**source) for source in sources]
            self._options = ReadOptions(**(options or {}))
        except (TypeError, ValueError) as error:
            raise DatasetError(f"raw logs: {error}") from error

    def load(self) -> Iterator[Raw]:
        """Yield the records in batches, and what was skipped.

        Raises:
            DatasetError: If the store, which knows how far each stream was read, cannot be used.
        """
        inputs = []
        for source in self._sources:
            found = list(find_inputs(source))
            inputs += found
            if not found:
                yield Skipped(source.name or readable(Path(source.path)), "nothing is there")
        reader = Reader(
            EventStore(self._location.open, name=self._location.server()), self._options
        )
        with self._reporting(), progress(sum(item.size for item in inputs)) as shown:
            for item in inputs:
                for raw in reader.read(item):
                    yield raw
                    records = len(raw.records) if isinstance(raw, Batch) else 0
                    shown.advance(item.label, raw.size, records)

    def _describe(self) -> dict[str, Any]:
        return {
            "sources": [source.path for source in self._sources],
            "server": self._location.server(),
        }


class DeadLettersDataset(_InStore, LoadOnlyDataset[Iterator[Letters]]):
    """Dead letters in batches, to be parsed again."""

    refusal = "dead letters are stored through the event store"

    def __init__(
        self, *, query: dict[str, Any] | None = None, batch_size: int = 500, **store: Any
    ) -> None:
        """Describe which; nothing is read yet.

        Args:
            query: A MongoDB filter; by default all.
            batch_size: How many at once.
            **store: As for `RawLogsDataset`.
        """
        super().__init__(**store)
        self._query = query or {}
        self._batch_size = batch_size

    def load(self) -> Iterator[Letters]:
        """Yield the dead letters there are now.

        Raises:
            DatasetError: If the store cannot be used.
        """
        with self._reporting():
            letters = self._location.open()[DEAD_LETTERS]
            # All ids first: those that fail again are written to the collection while it is read.
            ids = iter([letter["_id"] for letter in letters.find(self._query, {"_id": 1})])
            while some := list(islice(ids, self._batch_size)):
                yield list(letters.find({"_id": {"$in": some}}))

    def _describe(self) -> dict[str, Any]:
        return {"query": self._query, "server": self._location.server()}


class EventStoreDataset(_InStore, AbstractDataset[Portion, pd.DataFrame]):
    """Takes portions of events; loads as the table of what the run stored, source by source."""

    def __init__(self, *, batch_size: int = 1000, patience: float = 60.0, **store: Any) -> None:
        """Describe the store; nothing is contacted yet.

        Args:
            batch_size: Most documents in one command.
            patience: Seconds to wait for a server that went away.
            **store: As for `RawLogsDataset`.
        """
        super().__init__(**store)
        self._store = EventStore(
            self._location.open,
            name=self._location.server(),
            batch_size=batch_size,
            patience=patience,
        )
        self._summary = Summary()

    def save(self, data: Portion) -> None:
        """Store a portion; returns once it is acknowledged.

        Raises:
            DatasetError: If the store cannot be used. The stream's checkpoint then stands where
                it stood, and the next run goes on from there.
        """
        with self._reporting():
            self._summary.add(self._store.write(data))

    def load(self) -> pd.DataFrame:
        """Return one row a source: what was read and stored since this dataset was made."""
        return self._summary.table()

    def _exists(self) -> bool:
        return True

    def _describe(self) -> dict[str, Any]:
        return {"server": self._location.server()}

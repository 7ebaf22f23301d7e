"""Documents of a collection in the order of a time that they hold, in constant memory.

A collection is read slice of time by slice of time, each about as many documents: an index finds a
slice, and what is sorted is one slice, never the collection. Nothing is asked of the server but a
range of whole seconds, which every store answers alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from kedro.io import DatasetError
from pymongo.collection import Collection

from network_security.storage.client import Document
from network_security.storage.collections import ensure_indexes
from network_security.storage.errors import StoreError, store_errors
from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.storage.location import StoreLocation

SECOND: Final = timedelta(seconds=1)
FIRST_WIDTH: Final = timedelta(minutes=10)
WIDEST: Final = timedelta(days=30)
FACTOR: Final = 4
"""A slice is at most so many times as wide as the last, and holds so many times what is wanted."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class TimeOrdered:
    """The documents of a collection that hold a time, to be read in its order.

    Attributes:
        open_collection: connects, and returns the collection.
        server: what to call the server in messages, without secrets.
        field: the top-level field with the time.
        at_once: about how many documents are in memory.
    """

    open_collection: Callable[[], Collection[Document]]
    server: str
    field: str
    at_once: int = 10_000

    def between(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[list[Document]]:
        """Yield the documents of a span of time in lists, each in the order of time and ``_id``.

        No list is before the one ahead of it, but those of one and the same second, should it hold
        more than are read at once.

        Args:
            since: the first second, with a zone; by default the earliest document's.
            until: the second behind the last, with a zone; by default the latest document's.

        Raises:
            DatasetError: the store cannot be used.
        """
        with _reporting(self.server):
            collection = self.open_collection()
            first, last = self._end(collection, 1), self._end(collection, -1)
            if first is None or last is None:
                return
            start = max(first, _whole(since or first))
            stop = min(last + SECOND, _whole(until or last + SECOND))
            yield from self._slices(collection, start, stop)

    def _slices(
        self, collection: Collection[Document], start: datetime, stop: datetime
    ) -> Iterator[list[Document]]:
        width, most = FIRST_WIDTH, FACTOR * self.at_once
        while start < stop:
            end = min(start + width, stop)
            documents = self._documents(collection, start, end)
            found = list(islice(documents, most))
            if len(found) == most and width > SECOND:
                width = max(SECOND, _seconds(width / FACTOR))
                continue
            count = len(found)
            while found:
                yield sorted(found, key=self._place)
                # There are more of a single second only.
                found = list(islice(documents, most))
            factor = min(FACTOR, max(1 / FACTOR, self.at_once / max(count, 1)))
            width = min(max(SECOND, _seconds(width * factor)), WIDEST)
            start = end

    def _documents(
        self, collection: Collection[Document], start: datetime, end: datetime
    ) -> Iterator[Document]:
        span = {self.field: {"$gte": start, "$lt": end}}
        return iter(collection.find(span, batch_size=min(self.at_once, 1000)))

    def _end(self, collection: Collection[Document], direction: int) -> datetime | None:
        """The second of the earliest document (1), or of the latest (-1)."""
        for query in ({}, {self.field: {"$gte": _EPOCH}}):
            # The second is slower by far, and asked where some documents hold no time.
            found = collection.find(query, {self.field: 1}).sort(self.field, direction).limit(1)
            time = next((document.get(self.field) for document in found), None)
            if isinstance(time, datetime):
                return _whole(time)
        return None

    def _place(self, document: Document) -> tuple[datetime, str]:
        return document[self.field], document["_id"]


class TimeOrderedDataset(LoadOnlyDataset[TimeOrdered]):
    """A collection in the order of time; loads as `TimeOrdered`, read while it is iterated over.

    Example of an entry:

    .. code-block:: yaml

        correlation.events:
          type: network_security.storage.in_time_order.TimeOrderedDataset
          collection: events
          field: "@timestamp"
          embedded_directory: data/mongodb
          credentials: mongodb
    """

    refusal = "a collection is only read in the order of time"

    def __init__(
        self,
        *,
        collection: str,
        field: str,
        embedded_directory: str,
        database: str | None = None,
        at_once: int = 10_000,
        credentials: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe the collection; nothing is contacted yet.

        Args:
            collection: its name.
            field: the top-level field with the time, which needs an index.
            embedded_directory: where the embedded server keeps its data, if it is the one used.
            database: the database's name, as for `MongoCollectionDataset`.
            at_once: about how many documents are in memory.
            credentials: ``{"uri": ...}``, or nothing for the embedded server.
            metadata: for Kedro's plugins.

        Raises:
            DatasetError: no document may be in memory.
        """
        if at_once < 1:
            raise DatasetError(f"collection {collection!r}: at_once is {at_once}, below 1")
        self._collection = collection
        self._field = field
        self._at_once = at_once
        self._location = StoreLocation.of(credentials, embedded_directory, database)
        self.metadata = metadata

    def load(self) -> TimeOrdered:
        """The collection; nothing is contacted before it is iterated over."""
        return TimeOrdered(self._open, self._location.server(), self._field, self._at_once)

    def _open(self) -> Collection[Document]:
        database = self._location.open()
        ensure_indexes(database, [self._collection])
        return database[self._collection]

    def _exists(self) -> bool:
        with _reporting(self._location.server()):
            return self._open().find_one({}, {"_id": 1}) is not None

    def _describe(self) -> dict[str, Any]:
        return {
            "collection": self._collection,
            "field": self._field,
            "database": self._location.database,
            "server": self._location.server(),
        }


@contextmanager
def _reporting(server: str) -> Iterator[None]:
    try:
        with store_errors(server):
            yield
    except StoreError as error:
        raise DatasetError(str(error)) from error


def _whole(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(microsecond=0)


def _seconds(width: timedelta) -> timedelta:
    return timedelta(seconds=width // SECOND)

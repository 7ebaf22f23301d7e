"""``MongoCollectionDataset`` loads a MongoDB collection as a frame, and saves a frame into one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from kedro.io import AbstractDataset, DatasetError
from kedro_datasets._typing import TablePreview
from pymongo import ReplaceOne
from pymongo.collection import Collection
from pymongo.cursor import Cursor

from network_security.storage.client import Document
from network_security.storage.collections import ensure_indexes
from network_security.storage.documents import portable, to_documents, to_frame
from network_security.storage.errors import StoreError, store_errors
from network_security.storage.location import StoreLocation


class MongoCollectionDataset(AbstractDataset[pd.DataFrame, pd.DataFrame]):
    """A collection as a data frame: one document a row, one top-level field a column.

    Nested documents and lists are the cells' values. Loading reads in batches. Saving replaces
    the document of the same ``_id`` or adds it, so that saving again changes nothing; documents
    that the frame does not name stay as they are.

    The server is the one in the environment variable ``MONGODB_URI``, else the one in the
    credentials, else the embedded server, which keeps its data in ``embedded_directory``. The
    connection is made on first use and shared by all datasets of the process.

    Examples:
        In the catalog:

        ```yaml
        phishing_training_set:
          type: network_security.storage.MongoCollectionDataset
          collection: training_sets
          query: {detector: phishing}
          projection: {_id: 0}
          sort: {row: 1}
          key: [detector, row]
          embedded_directory: data/store
          credentials: mongodb
        ```

        with ``conf/local/credentials.yml``, where an Atlas URI works as well:

        ```yaml
        mongodb:
          uri: mongodb://user:password@db.example.net/network_security
        ```

        In Python:

        >>> import pandas as pd
        >>> from network_security.storage import MongoCollectionDataset
        >>>
        >>> dataset = MongoCollectionDataset(
        ...     collection="verdicts",
        ...     key=["entity", "model"],
        ...     projection={"_id": 0},
        ...     embedded_directory=tmp_path,
        ... )
        >>> data = pd.DataFrame({"entity": ["example.com"], "model": ["3"], "probability": [0.98]})
        >>> dataset.save(data)
        >>> assert dataset.load().equals(data)
    """

    def __init__(
        self,
        *,
        collection: str,
        embedded_directory: str | Path,
        database: str | None = None,
        query: dict[str, Any] | None = None,
        projection: dict[str, Any] | Sequence[str] | None = None,
        sort: dict[str, int] | None = None,
        limit: int = 0,
        key: str | Sequence[str] = (),
        batch_size: int = 1000,
        credentials: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe the collection; nothing is contacted yet.

        Args:
            collection: The collection's name.
            embedded_directory: Where the embedded server keeps its data, if it is the one used.
            database: The database's name; by default the one in the URI's path, else
                ``network_security``.
            query: Which documents to load, a MongoDB filter; by default all.
            projection: Which top-level fields to load, as a list or as MongoDB writes it; by
                default all. ``_id`` is among them unless it is excluded (``_id: 0``).
            sort: In which order, field by field, 1 for ascending and -1 for descending; by default
                in the server's.
            limit: How many documents to load at most; by default all.
            key: The columns that identify a row when the frame has no ``_id`` column; ``_id`` is
                then made from their values.
            batch_size: How many documents to read or write at once.
            credentials: ``{"uri": ...}``, or nothing for the embedded server.
            metadata: Any arbitrary metadata. This is ignored by Kedro, but may be consumed by
                users or external plugins.

        Raises:
            DatasetError: If the projection names a field inside another, which servers answer
                differently, the batch size is below 1, or the limit below 0.
        """
        self._collection = collection
        self._location = StoreLocation.of(credentials, embedded_directory, database)
        self._query = deepcopy(query or {})
        self._projection = _as_mapping(projection)
        self._sort = dict(sort or {})
        self._limit = limit
        self._key = (key,) if isinstance(key, str) else tuple(key)
        self._batch_size = batch_size
        self.metadata = metadata
        nested = [field for field in self._projection or () if "." in field]
        if nested:
            raise DatasetError(f"projection names {nested}: name top-level fields only")
        if batch_size < 1 or limit < 0:
            raise DatasetError(f"batch_size is {batch_size}, limit {limit}: at least 1 and 0")

    def load(self) -> pd.DataFrame:
        """Return the documents, of shape (n_documents, n_fields); times are in UTC.

        Raises:
            DatasetError: If the server cannot be used; says why, where and what to do.
        """
        return to_frame(self.batches(), columns=self._projected())

    def batches(self) -> Iterator[pd.DataFrame]:
        """Yield the documents of `load` in frames of ``batch_size`` rows, the last with fewer.

        Raises:
            DatasetError: As `load`.
        """
        with self._reporting():
            documents = self._find()
            while batch := list(islice(documents, self._batch_size)):
                yield pd.DataFrame(batch)

    def save(self, data: pd.DataFrame) -> None:
        """Write every row, replacing documents of the same ``_id``; returns once acknowledged.

        Raises:
            DatasetError: If a row cannot be stored as it is (see
                `network_security.storage.documents`), before anything is written; or if the
                server cannot be used, refuses, or acknowledges nothing.
        """
        with self._reporting():
            documents = to_documents(data, key=self._key)
            collection = self._open()
            ensure_indexes(collection.database, [self._collection])
            for start in range(0, len(documents), self._batch_size):
                # Without its _id in the replacement, some servers would make one of their own.
                result = collection.bulk_write(
                    [
                        ReplaceOne({"_id": document["_id"]}, document, upsert=True)
                        for document in documents[start : start + self._batch_size]
                    ],
                    ordered=False,
                )
                if not result.acknowledged:
                    raise StoreError(
                        "The server acknowledges no write",
                        self._location.server(),
                        "Take w=0 out of the URI.",
                    )

    def preview(self, nrows: int = 5) -> TablePreview:
        """Return the first rows as Kedro-Viz shows them, in pandas' split orientation.

        Args:
            nrows: How many rows.
        """
        with self._reporting():
            documents = list(self._find().limit(nrows))
        frame = to_frame([pd.DataFrame(documents)], columns=self._projected())
        cells = [[_shown(cell) for cell in row] for row in frame.itertuples(index=False)]
        return TablePreview(
            {"index": list(range(len(cells))), "columns": list(frame.columns), "data": cells}
        )

    def _exists(self) -> bool:
        with self._reporting():
            return self._open().find_one(self._query, {"_id": 1}) is not None

    def _describe(self) -> dict[str, Any]:
        return {
            "collection": self._collection,
            "database": self._location.database,
            "server": self._location.server(),
            "query": self._query,
            "projection": self._projection,
            "sort": self._sort,
            "limit": self._limit,
            "key": self._key,
            "batch_size": self._batch_size,
        }

    def _open(self) -> Collection[Document]:
        return self._location.open()[self._collection]

    def _find(self) -> Cursor[Document]:
        cursor = self._open().find(self._query, self._projection, batch_size=self._batch_size)
        cursor = cursor.limit(self._limit)
        return cursor.sort(list(self._sort.items())) if self._sort else cursor

    def _projected(self) -> list[str]:
        """Return the fields that the projection includes, none if it only excludes some."""
        projection = self._projection or {}
        included = [field for field, wanted in projection.items() if wanted]
        return ["_id", *included] if included and "_id" not in projection else included

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        name = f"collection {self._collection!r}"
        try:
            with store_errors(self._location.server()):
                yield
        except StoreError as error:
            raise DatasetError(f"{name}: {error}") from error
        except ValueError as error:
            raise DatasetError(f"{name}: {error}. Correct the frame and save again.") from error


def _as_mapping(projection: Mapping[str, Any] | Sequence[str] | None) -> dict[str, Any] | None:
    if projection is None:
        return None
    return dict(projection if isinstance(projection, Mapping) else dict.fromkeys(projection, 1))


def _shown(cell: object) -> object:
    """Return a cell as JSON can hold it, nested documents as text."""
    value = portable(cell)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)

"""Deletes what is old, a few documents at a time, but not what alerts rest on.

No server deletes by itself: an index that expires documents is none that every store has. What is
old is found by the index of its time and deleted by its ``_id``, in commands so short that whoever
else uses the server hardly waits, and with as long a rest after each.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from kedro.io import DatasetError
from numpy.typing import NDArray
from pymongo.collection import Collection
from pymongo.database import Database

from network_security.storage.client import Document
from network_security.storage.collections import (
    DEAD_LETTERS,
    EVENTS,
    EVIDENCE,
    FINDINGS,
    VERDICTS,
    ensure_indexes,
)
from network_security.storage.errors import store_errors
from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.storage.location import StoreLocation

TIMES: Final = {
    # Verdicts before their evidence, without which an alert of one would say less.
    VERDICTS: "@timestamp",
    EVIDENCE: "first_seen",
    EVENTS: "@timestamp",
    DEAD_LETTERS: "first_failed",
}
"""What may be forgotten, and the field, with an index, that says how old it is."""

NAMED_BY: Final = {VERDICTS: "verdict", EVIDENCE: "sighting", EVENTS: "events"}
"""Where a finding, of which alerts are made, names documents of those collections."""

AT_ONCE: Final = 250
"""Documents deleted by one command, and found by most: some 10 ms on the embedded server."""

MOST_DAYS: Final = 36_500

_ID_BYTES: Final = 8
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass
class Forgotten:
    """What became of a collection's old documents so far.

    Attributes:
        collection: Its name.
        before: What is older than this is old.
        deleted: How many were deleted; of a trial, how many would be.
        kept: How many were not, because alerts rest on them.
    """

    collection: str
    before: datetime
    deleted: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Retention:
    """The store whose old documents go.

    Attributes:
        open_database: Connects.
        server: What to call the server in messages, without secrets.
        days: How many whole days are kept, besides today; None for all there are.
    """

    open_database: Callable[[], Database[Document]]
    server: str
    days: int | None = None

    def forget(
        self,
        before: datetime,
        collections: Sequence[str] = tuple(TIMES),
        *,
        alerted_too: bool = False,
        trial: bool = False,
        rest: Callable[[float], object] = time.sleep,
    ) -> Iterator[Forgotten]:
        """Delete documents while it is iterated over, the oldest first.

        Stopped in between, it has deleted what it said; the next time goes on.

        Args:
            before: The second at which what is kept begins, with a zone.
            collections: Some of `TIMES`.
            alerted_too: Whether to delete what alerts rest on as well.
            trial: Whether to delete nothing, and only to count.
            rest: Waits so many seconds, as long as the last command took.

        Yields:
            The count of a collection after each of its portions, at least once.

        Raises:
            StoreError: The store cannot be used.
        """
        before = before.astimezone(UTC).replace(microsecond=0)
        with store_errors(self.server):
            database = self.open_database()
            wanted = [name for name in TIMES if name in collections]
            ensure_indexes(database, [*wanted, FINDINGS])
            named = _Named()
            if not alerted_too:
                fields = [NAMED_BY[name] for name in wanted if name in NAMED_BY]
                named = _named(database[FINDINGS], fields, rest)
            for name in wanted:
                count = Forgotten(name, before)
                yield count
                old = _Old(database[name], TIMES[name], before)
                while True:
                    began = time.monotonic()
                    ids = [document["_id"] for document in old.next()]
                    if not ids:
                        break
                    going = [id_ for id_ in ids if id_ not in named]
                    for first in range(0, 0 if trial else len(going), AT_ONCE):
                        some = going[first : first + AT_ONCE]
                        database[name].delete_many({"_id": {"$in": some}})
                        old.gone(some)
                    count.deleted += len(going)
                    count.kept += len(ids) - len(going)
                    yield count
                    rest(time.monotonic() - began)


def beginning_of(days: int, now: datetime) -> datetime:
    """Return when the day began, in UTC, that is so many days before today.

    A row of evidence is made of a day's events: days are kept or forgotten whole.

    >>> beginning_of(30, datetime(2026, 3, 31, 17, 5, tzinfo=UTC))
    datetime.datetime(2026, 3, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days)


class RetentionDataset(LoadOnlyDataset[Retention]):
    """How long the store keeps what it was given; loads as `Retention`.

    Example of an entry:

    .. code-block:: yaml

        retention:
          type: network_security.storage.forgetting.RetentionDataset
          days: 30
          embedded_directory: data/mongodb
          credentials: mongodb
    """

    refusal = "how long the store keeps things is a setting, written in the catalog"

    def __init__(
        self,
        *,
        embedded_directory: str,
        days: int | str | None = None,
        database: str | None = None,
        credentials: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe the store; nothing is contacted yet.

        Args:
            embedded_directory: Where the embedded server keeps its data, if it is the one used.
            days: As of `Retention`, a number or its text; 0 or nothing for all there are.
            database: The database's name, as for `MongoCollectionDataset`.
            credentials: ``{"uri": ...}``, or nothing for the embedded server.
            metadata: For Kedro's plugins.

        Raises:
            DatasetError: It is no number of days.
        """
        text = str(days or 0)
        if not text.isdecimal() or int(text) > MOST_DAYS:
            raise DatasetError(f"days is {days!r}: write how many to keep, or 0 for all")
        self._days = int(text) or None
        self._location = StoreLocation.of(credentials, embedded_directory, database)
        self.metadata = metadata

    def load(self) -> Retention:
        """What is kept; nothing is contacted yet."""
        return Retention(self._location.open, self._location.server(), self._days)

    def _describe(self) -> dict[str, Any]:
        return {"days": self._days, "server": self._location.server()}


class _Old:
    """Documents of a collection that are older than a time, portion by portion.

    It goes from second to second, as stores compare whole ones alike. Those of a second that were
    seen and not deleted are read again and passed over: stores leave open which of the same time
    come first.
    """

    def __init__(self, collection: Collection[Document], field: str, before: datetime) -> None:
        self._collection = collection
        self._field = field
        self._span = {"$lt": before}
        self._second: datetime | None = None
        self._stayed: set[str] = set()

    def next(self, *fields: str) -> list[Document]:
        """The next documents, with these fields; none when all were seen."""
        shown = dict.fromkeys((self._field, *fields), 1)
        found = self._collection.find({self._field: self._span}, shown).sort(self._field, 1)
        # Twice as many, so that many of one second are not read again as many times.
        some = found.limit(AT_ONCE + 2 * len(self._stayed))
        documents = [each for each in some if each["_id"] not in self._stayed]
        if documents:
            second = documents[-1][self._field].replace(microsecond=0)
            if second != self._second:
                self._second, self._stayed = second, set()
                self._span["$gte"] = second
            self._stayed |= {one["_id"] for one in documents if one[self._field] >= second}
        return documents

    def gone(self, ids: Sequence[str]) -> None:
        """Take note that some of them were deleted."""
        self._stayed.difference_update(ids)


class _Named:
    """Ids, 8 bytes each whatever their length.

    Two ids that share a digest, one pair of a billion billion, keep each other.
    """

    def __init__(self, digests: NDArray[np.uint64] | None = None) -> None:
        self._digests = np.empty(0, np.uint64) if digests is None else digests

    def __contains__(self, id_: str) -> bool:
        digest = np.uint64(_digest(id_))
        place = int(np.searchsorted(self._digests, digest))
        return place < len(self._digests) and bool(self._digests[place] == digest)


def _named(
    findings: Collection[Document], fields: Sequence[str], rest: Callable[[float], object]
) -> _Named:
    """What findings name in some fields, each of which holds an id or a list of them."""
    digests = array("Q")
    seen = _Old(findings, "@timestamp", _NEVER)
    documents: list[Document] | None = None
    while fields and documents != []:
        began = time.monotonic()
        documents = seen.next(*fields)
        for value in (document.get(field) or () for document in documents for field in fields):
            digests.extend(map(_digest, (value,) if isinstance(value, str) else value))
        rest(time.monotonic() - began)
    return _Named(np.unique(np.frombuffer(digests, np.uint64)) if digests else None)


def _digest(id_: str) -> int:
    return int.from_bytes(blake2b(id_.encode(), digest_size=_ID_BYTES).digest(), "big")

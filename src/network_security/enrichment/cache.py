"""What was looked up lately, so that nobody is asked the same again.

An entry says until when it holds. That is compared when it is read, and `purge` deletes what is
over: the store has no index that would do so on every server.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from pymongo.database import Database

from network_security.storage import ensure_indexes
from network_security.storage.collections import ENRICHMENT_CACHE
from network_security.storage.errors import store_errors
from network_security.storage.location import StoreLocation

Entry = dict[str, Any]
"""A document with `_id`, `expires`, and whatever else."""

MOST_DELETED = 1_000
"""Entries that are deleted at once."""


class Cache(Protocol):
    """Keeps entries for a time; safe for threads."""

    def get(self, key: str, now: datetime) -> Entry | None:
        """Return the entry of a key, None when there is none that still holds."""
        ...

    def put(self, entry: Entry) -> None:
        """Keep an entry in place of an older one."""
        ...

    def purge(self, now: datetime) -> int:
        """Delete what no longer holds; return how many entries that were."""
        ...


class MongoCache:
    """Entries in the store's collection `enrichment_cache`, shared by all processes."""

    def __init__(self, store: StoreLocation) -> None:
        """Describe the store; nothing is contacted yet."""
        self._store = store
        self._lock = threading.Lock()
        self._indexed = False

    def get(self, key: str, now: datetime) -> Entry | None:
        """As `Cache.get`.

        Raises:
            StoreError: if the store cannot be reached or read.
        """
        database = self._database()
        with store_errors(self._store.server()):
            entry = database[ENRICHMENT_CACHE].find_one({"_id": key})
        return entry if entry is not None and entry["expires"] > now else None

    def put(self, entry: Entry) -> None:
        """As `Cache.put`.

        Raises:
            StoreError: if the store cannot be reached or written.
        """
        database = self._database()
        with store_errors(self._store.server()):
            database[ENRICHMENT_CACHE].replace_one({"_id": entry["_id"]}, entry, upsert=True)

    def purge(self, now: datetime) -> int:
        """As `Cache.purge`; what ended in the running second stays for the next time.

        Raises:
            StoreError: if the store cannot be reached or written.
        """
        entries = self._database()[ENRICHMENT_CACHE]
        ended = {"expires": {"$lt": now.replace(microsecond=0)}}
        deleted = 0
        with store_errors(self._store.server()):
            while ids := [
                each["_id"] for each in entries.find(ended, {"_id": 1}).limit(MOST_DELETED)
            ]:
                deleted += entries.delete_many({"_id": {"$in": ids}}).deleted_count
        return deleted

    def _database(self) -> Database[dict[str, Any]]:
        database = self._store.open()
        with self._lock:
            if not self._indexed:
                ensure_indexes(database, [ENRICHMENT_CACHE])
                self._indexed = True
        return database


class MemoryCache:
    """Entries of this process, the latest used of them."""

    def __init__(self, most_entries: int = 10_000, most_characters: int = 50_000_000) -> None:
        """Begin empty.

        Args:
            most_entries: entries that are kept.
            most_characters: characters of their texts that are kept, of which pages make up most.
        """
        self._most_entries = most_entries
        self._most_characters = most_characters
        self._characters = 0
        self._entries: OrderedDict[str, tuple[Entry, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, now: datetime) -> Entry | None:
        """As `Cache.get`."""
        with self._lock:
            if key not in self._entries:
                return None
            entry, _ = self._entries[key]
            if entry["expires"] <= now:
                return None
            self._entries.move_to_end(key)
            return entry

    def put(self, entry: Entry) -> None:
        """As `Cache.put`; those not used for the longest time make room."""
        characters = _characters(entry)
        with self._lock:
            self._drop(entry["_id"])
            self._entries[entry["_id"]] = entry, characters
            self._characters += characters
            while len(self._entries) > self._most_entries or (
                self._characters > self._most_characters
            ):
                self._drop(next(iter(self._entries)))

    def purge(self, now: datetime) -> int:
        """As `Cache.purge`."""
        with self._lock:
            ended = [key for key, (entry, _) in self._entries.items() if entry["expires"] <= now]
            for key in ended:
                self._drop(key)
        return len(ended)

    def _drop(self, key: str) -> None:
        _, characters = self._entries.pop(key, ({}, 0))
        self._characters -= characters


def _characters(value: object) -> int:
    """The length of all texts in a document."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(_characters, value.values()))
    return sum(map(_characters, value)) if isinstance(value, list | tuple) else 0


class Shared:
    """Makes what several threads want at the same time once for all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, _Running] = {}

    def once(self, key: str, make: Callable[[], Any], timeout: float) -> Any:
        """Return what `make` returns, or what it returned to the thread that came first.

        Args:
            key: what is wanted.
            make: makes it; does not raise.
            timeout: seconds to wait for another thread, after which this one makes its own.
        """
        with self._lock:
            running = self._running.get(key)
            if running is None:
                mine = self._running[key] = _Running()
        if running is not None:
            return running.made if running.done.wait(timeout) else make()
        try:
            mine.made = make()
            return mine.made
        finally:
            with self._lock:
                del self._running[key]
            mine.done.set()


class _Running:
    def __init__(self) -> None:
        self.done = threading.Event()
        self.made: Any = None

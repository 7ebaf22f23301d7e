"""What was looked up lately."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from network_security.enrichment.cache import MemoryCache, MongoCache, Shared
from network_security.storage import StoreError, open_database
from network_security.storage.collections import ENRICHMENT_CACHE
from network_security.storage.location import StoreLocation

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", "store"])
def cache(request: pytest.FixtureRequest):
    if request.param == "memory":
        yield MemoryCache()
        return
    directory: Path = request.getfixturevalue("embedded_directory")
    yield MongoCache(StoreLocation(None, directory, "lookups"))
    database = open_database(None, embedded_directory=directory, name="lookups")
    database.client.drop_database("lookups")


def entry(key: str, expires: datetime = NOON + HOUR, **fields: object) -> dict[str, object]:
    return {"_id": key, "lookup": "dns", "subject": key, "expires": expires, **fields}


class TestBoth:
    def test_entry_holds_until_it_expires(self, cache) -> None:
        cache.put(entry("a", observations={"dns": {"code": "NOERROR", "records": ["192.0.2.1"]}}))
        assert cache.get("a", NOON)["observations"]["dns"]["records"] == ["192.0.2.1"]
        assert cache.get("a", NOON + HOUR - timedelta(milliseconds=1)) is not None
        assert cache.get("a", NOON + HOUR) is None
        assert cache.get("b", NOON) is None

    def test_newer_entry_takes_the_place(self, cache) -> None:
        cache.put(entry("a", value=1))
        cache.put(entry("a", NOON + 2 * HOUR, value=2))
        assert cache.get("a", NOON + HOUR)["value"] == 2

    def test_purge_deletes_what_is_over(self, cache) -> None:
        for number in range(5):
            cache.put(entry(f"old{number}", NOON - HOUR))
        cache.put(entry("new"))
        assert cache.purge(NOON) == 5
        assert cache.purge(NOON) == 0
        assert cache.get("new", NOON) is not None
        assert cache.get("old1", NOON - 2 * HOUR) is None


class TestStore:
    def test_entries_are_plain_documents(self, embedded_directory) -> None:
        MongoCache(StoreLocation(None, embedded_directory, "lookups")).put(entry("a"))
        database = open_database(None, embedded_directory=embedded_directory, name="lookups")
        assert database[ENRICHMENT_CACHE].find_one({"_id": "a"}) == entry("a")
        database.client.drop_database("lookups")

    def test_store_that_is_away_is_told(self, tmp_path) -> None:
        store = StoreLocation("mongodb://127.0.0.1:1/", tmp_path)
        with pytest.raises(StoreError):
            MongoCache(store).get("a", NOON)


class TestMemory:
    def test_the_least_used_makes_room(self) -> None:
        cache = MemoryCache(most_entries=2)
        cache.put(entry("a"))
        cache.put(entry("b"))
        cache.get("a", NOON)
        cache.put(entry("c"))
        assert [cache.get(key, NOON) is not None for key in "abc"] == [True, False, True]

    def test_pages_do_not_fill_the_memory(self) -> None:
        cache = MemoryCache(most_characters=1_000)
        for key in "abcd":
            cache.put(entry(key, observations={"page": {"html": "x" * 400}}))
        assert [key for key in "abcd" if cache.get(key, NOON)] == ["c", "d"]


class TestShared:
    def test_threads_that_want_the_same_wait_for_the_first(self) -> None:
        shared, calls, results = Shared(), [], []

        def make() -> str:
            calls.append(1)
            time.sleep(0.1)
            return "made"

        threads = [
            threading.Thread(target=lambda: results.append(shared.once("a", make, 5)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(calls), results) == (1, ["made"] * 8)

    def test_later_wishes_are_made_anew(self) -> None:
        shared = Shared()
        assert [shared.once("a", lambda n=n: n, 1) for n in range(3)] == [0, 1, 2]

    def test_who_waited_long_enough_makes_its_own(self) -> None:
        shared, go_on = Shared(), threading.Event()
        first = threading.Thread(target=lambda: shared.once("a", go_on.wait, 5))
        first.start()
        while not shared._running:
            time.sleep(0.001)
        assert shared.once("a", lambda: "own", 0.05) == "own"
        go_on.set()
        first.join()

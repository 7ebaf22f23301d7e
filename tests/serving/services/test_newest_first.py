"""Pages of documents, the newest first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.collection import Collection

from network_security.serving.services.newest_first import (
    MOST_AT_ONCE,
    CursorError,
    newest_first,
)
from network_security.storage import open_database

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Documents = Collection[dict[str, Any]]


@pytest.fixture
def collection(embedded_uri: str, embedded_directory: Path) -> Iterator[Documents]:
    """An empty collection."""
    database = open_database(embedded_uri, embedded_directory=embedded_directory, name="pages")
    made = database[f"c{uuid4().hex}"]
    made.create_index([("@timestamp", -1)], name="timestamp")
    yield made
    made.drop()


def fill(collection: Documents, milliseconds: list[int]) -> list[str]:
    """Documents so many milliseconds before noon; their ids in the order of pages."""
    documents = [
        {"_id": f"d{n:06d}", "@timestamp": NOON - timedelta(milliseconds=ago), "even": n % 2 == 0}
        for n, ago in enumerate(milliseconds)
    ]
    collection.delete_many({})
    collection.insert_many(documents)
    documents.sort(key=lambda each: (each["@timestamp"], each["_id"]), reverse=True)
    return [str(each["_id"]) for each in documents]


def pages(collection: Documents, size: int, **wanted: Any) -> list[str]:
    """The ids of all pages behind each other."""
    found: list[str] = []
    after = None
    while True:
        page = newest_first(
            collection, wanted, until=NOON + timedelta(seconds=1), after=after, size=size
        )
        assert len(page.documents) <= size
        found += [str(each["_id"]) for each in page.documents]
        after = page.cursor
        if after is None:
            return found


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.integers(0, 10_000) | st.integers(0, 10**11), min_size=1, max_size=40),
    st.integers(1, 12),
)
def test_every_document_is_on_one_page(
    collection: Documents, milliseconds: list[int], size: int
) -> None:
    expected = fill(collection, milliseconds)
    assert pages(collection, size) == expected
    even = [id_ for id_ in expected if int(id_[1:]) % 2 == 0]
    assert pages(collection, size, even=True) == even


def test_a_second_with_more_than_is_read_at_once_is_read_whole(collection: Documents) -> None:
    expected = fill(collection, [n % 900 for n in range(MOST_AT_ONCE + 500)])
    assert pages(collection, 1000) == expected
    assert pages(collection, 25)[:100] == expected[:100]


def test_many_of_the_same_time_are_paged_by_their_id(collection: Documents) -> None:
    expected = fill(collection, [7] * 150)
    assert pages(collection, 10) == expected


def test_what_comes_in_between_repeats_nothing(collection: Documents) -> None:
    expected = fill(collection, [100 * n for n in range(30)])
    until = NOON + timedelta(hours=1)
    first = newest_first(collection, {}, until=until, size=10)
    collection.insert_one({"_id": "late", "@timestamp": NOON + timedelta(milliseconds=1)})
    second = newest_first(collection, {}, until=until, after=first.cursor, size=10)
    assert [each["_id"] for each in second.documents] == expected[10:20]


def test_bounds_are_kept(collection: Documents) -> None:
    fill(collection, [0, 1000, 2000, 3000])
    page = newest_first(
        collection, {}, since=NOON - timedelta(seconds=2), until=NOON, size=10
    )  # fmt: skip
    assert [each["_id"] for each in page.documents] == ["d000001", "d000002"]


@pytest.mark.parametrize("cursor", ["", "x", "1.", "-1.a", "1.$ne", "1" * 16 + ".a", "1.a b"])
def test_a_cursor_that_no_page_gave_is_refused(collection: Documents, cursor: str) -> None:
    with pytest.raises(CursorError, match="take it from a page"):
        newest_first(collection, {}, until=NOON, after=cursor, size=10)


def test_a_cursor_beyond_all_times_is_one(collection: Documents) -> None:
    expected = fill(collection, [0])
    page = newest_first(
        collection, {}, until=NOON + timedelta(days=1), after=f"{'9' * 15}.a", size=10
    )
    assert [each["_id"] for each in page.documents] == expected

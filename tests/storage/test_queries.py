"""What is asked of a collection is checked, and answered page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.collection import Collection

from network_security.storage import open_database
from network_security.storage.queries import (
    LONGEST_TEXT,
    QueryError,
    all_pages,
    beginning,
    check_cursor,
    check_text,
    read_page,
)


@pytest.fixture
def things(embedded_uri: str, tmp_path: Path) -> Iterator[Collection[dict[str, Any]]]:
    """Seven documents, the oldest first."""
    name = f"queries_{uuid4().hex[:12]}"
    database = open_database(embedded_uri, embedded_directory=tmp_path, name=name)
    database.things.insert_many(
        {"_id": str(n), "odd": n % 2 == 1, "order": f"{n:015d}-{'a' * 64}"} for n in range(7)
    )
    yield database.things
    database.client.drop_database(name)


@dataclass
class Numbers:
    numbers: list[int]
    cursor: str | None


def page(things: Collection[dict[str, Any]], after: str | None, size: int, **query: Any) -> Numbers:
    behind = {} if after is None else {"order": {"$lt": check_cursor(after)}}
    documents, cursor = read_page(things, query | behind, size=size)
    return Numbers([int(document["_id"]) for document in documents], cursor)


@pytest.mark.parametrize(
    ("size", "pages"), [(3, [[6, 5, 4], [3, 2, 1], [0]]), (7, [[6, 5, 4, 3, 2, 1, 0]])]
)
def test_pages_follow_each_other_from_the_newest_to_the_oldest(things, size, pages) -> None:
    read = [each.numbers for each in all_pages(lambda after: page(things, after, size))]

    assert read == pages


def test_a_page_is_of_what_is_asked_for(things) -> None:
    assert page(things, None, 2, odd=True).numbers == [5, 3]
    assert page(things, None, 2, odd=None) == Numbers([], None)


def test_a_page_is_read_when_it_is_asked_for(things) -> None:
    pages = all_pages(lambda after: page(things, after, 4))
    first = next(pages)
    things.delete_many({"_id": {"$in": ["2", "1"]}})

    assert (first.numbers, [each.numbers for each in pages]) == ([6, 5, 4, 3], [[0]])


@pytest.mark.parametrize("size", [-1, 0, 501])
def test_a_page_has_its_bounds(things, size: int) -> None:
    with pytest.raises(QueryError, match=f"size is {size}: 1 to 500"):
        page(things, None, size)


@given(st.text(max_size=90))
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(QueryError, match="take it from a page, unchanged"):
        check_cursor(cursor)


@pytest.mark.parametrize("text", [None, "", "ana", "x" * LONGEST_TEXT])
def test_a_text_may_be_asked_for(text: str | None) -> None:
    check_text("assignee", text)


@pytest.mark.parametrize("text", ["a\0b", "x" * (LONGEST_TEXT + 1), 7, {"$gt": ""}])
def test_what_is_no_text_is_refused(text: object) -> None:
    with pytest.raises(QueryError, match="assignee must be a text of at most 2000 characters"):
        check_text("assignee", text)


@given(st.text(min_size=1), st.text())
def test_texts_that_begin_so_lie_within_the_bounds(start: str, rest: str) -> None:
    bounds = beginning(start)

    assert bounds["$gte"] <= start + rest
    assert start + rest < bounds["$lt"] or rest.startswith("\U0010ffff")

"""What people and programs ask of a collection, checked, and answered page by page.

Documents that are paged have a text ``order``, unique and the greater the newer: 15 digits of a
time, a hyphen and 64 hexadecimal digits. A page ends with a cursor, its last document's order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol, TypeVar

from pymongo.collection import Collection

from network_security.storage.client import Document

MOST_ON_A_PAGE: Final = 500
LONGEST_TEXT: Final = 2000

_CURSOR = re.compile(r"\d{15}-[0-9a-f]{64}")
_BEHIND_ALL = "\U0010ffff"


class QueryError(ValueError):
    """A question that is none; says what to write."""


class Page(Protocol):
    """Some of many things."""

    @property
    def cursor(self) -> str | None:
        """What the next page comes after; None where there is none."""
        ...


PageT = TypeVar("PageT", bound=Page)


def check_text(name: str, value: object) -> None:
    """Refuse what is no text that a store could find; None is a text that was not given.

    Raises:
        QueryError: If it is none.
    """
    if value is None or (
        isinstance(value, str) and "\0" not in value and len(value) <= LONGEST_TEXT
    ):
        return
    raise QueryError(f"{name} must be a text of at most {LONGEST_TEXT} characters without NUL")


def check_cursor(cursor: str) -> str:
    """Return a page's cursor.

    Raises:
        QueryError: If it is none.
    """
    if not _CURSOR.fullmatch(cursor):
        raise QueryError("the cursor is none: take it from a page, unchanged")
    return cursor


def beginning(text: str) -> dict[str, str]:
    """Return the bounds of all texts that begin so.

    >>> found = beginning("https://a.example")
    >>> found["$gte"] <= "https://a.example/login" < found["$lt"]
    True
    """
    return {"$gte": text, "$lt": text + _BEHIND_ALL}


def read_page(
    collection: Collection[Document], query: Mapping[str, Any], *, size: int
) -> tuple[list[Document], str | None]:
    """Return a page's documents, the newest first, and its cursor.

    Args:
        collection: Of documents with an ``order``, which has an index.
        query: Which documents.
        size: How many at most, 1 to 500.

    Raises:
        QueryError: If the size is none.
        PyMongoError: If the server cannot be used.
    """
    if not 1 <= size <= MOST_ON_A_PAGE:
        raise QueryError(f"size is {size}: 1 to {MOST_ON_A_PAGE}")
    found = list(collection.find(query).sort("order", -1).limit(size + 1))
    return found[:size], found[size - 1]["order"] if len(found) > size else None


def all_pages(read: Callable[[str | None], PageT]) -> Iterator[PageT]:
    """Yield page after page, each read when it is asked for.

    Args:
        read: Returns the page behind a cursor; the first one for None.
    """
    after: str | None = None
    while True:
        page = read(after)
        yield page
        after = page.cursor
        if after is None:
            return

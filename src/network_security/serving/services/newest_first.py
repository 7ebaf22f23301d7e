"""Pages of a collection's documents, the newest first, whatever else they are asked for.

A collection is read backwards in slices of time, each about as large as a page needs: an index
finds a slice, and what is sorted is one slice, never the collection. Servers are asked for ranges
of whole seconds only, which all of them answer alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pymongo.collection import Collection

Document = dict[str, Any]

SECOND: Final = timedelta(seconds=1)
FIRST_WIDTH: Final = timedelta(minutes=10)
FACTOR: Final = 8
MOST_IN_A_SLICE: Final = 2000
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
CURSOR: Final = r"^[0-9]{1,15}\.[A-Za-z0-9:._@-]{1,300}$"
"""What a cursor looks like: milliseconds since 1970, and the id of the last document shown."""

_CURSOR: Final = re.compile(CURSOR)


class CursorError(ValueError):
    """A cursor that no page gave."""


@dataclass(frozen=True)
class Page:
    """Some documents.

    Attributes:
        documents: the newest first.
        cursor: what the next page comes after; None where there is none.
    """

    documents: tuple[Document, ...]
    cursor: str | None


def newest_first(
    collection: Collection[Document],
    query: Mapping[str, Any],
    *,
    field: str = "@timestamp",
    since: datetime = EARLIEST,
    until: datetime,
    after: str | None = None,
    size: int,
) -> Page:
    """The newest documents that fulfil a query.

    Args:
        collection: where they are.
        query: equalities; none about the time.
        field: the top-level field with the time, which has an index.
        since: the first second.
        until: the second behind the last.
        after: the cursor of the page before.
        size: how many at most.

    Raises:
        CursorError: the cursor is none.
    """
    last = None if after is None else _place_of(after)
    if last is not None:
        until = min(until, _second(_time(last[0])) + SECOND)
    found: list[Document] = []
    for document in _backwards(collection, dict(query), field, _second(since), _up(until)):
        if last is not None and _place(document, field) >= last:
            continue
        found.append(document)
        if len(found) > size:
            break
    shown = tuple(found[:size])
    cursor = _cursor(shown[-1], field) if len(found) > size else None
    return Page(shown, cursor)


def _backwards(
    collection: Collection[Document],
    query: Document,
    field: str,
    since: datetime,
    until: datetime,
) -> Iterator[Document]:
    width = FIRST_WIDTH
    while since < until:
        start = max(since, until - width) if until - since > width else since
        span = query | {field: {"$gte": start, "$lt": until}}
        found = list(collection.find(span).limit(MOST_IN_A_SLICE + 1))
        if len(found) > MOST_IN_A_SLICE:
            if until - start > SECOND:
                width = max(SECOND, _whole((until - start) / FACTOR))
                continue
            # More in a single second: there is no narrower slice.
            found = list(collection.find(span))
        yield from sorted(found, key=lambda document: _place(document, field), reverse=True)
        until = start
        width = min(width * FACTOR, timedelta(days=40_000))


def _place(document: Document, field: str) -> tuple[int, str]:
    return _milliseconds(document[field]), str(document["_id"])


def _cursor(document: Document, field: str) -> str:
    time, id_ = _place(document, field)
    return f"{time}.{id_}"


def _place_of(cursor: str) -> tuple[int, str]:
    if not _CURSOR.fullmatch(cursor):
        raise CursorError("the cursor is none: take it from a page, unchanged")
    time, _, id_ = cursor.partition(".")
    return int(time), id_


def _time(milliseconds: int) -> datetime:
    # A cursor may name any time; none is later than what a datetime holds.
    latest = _milliseconds(datetime.max.replace(tzinfo=UTC)) - 2000
    return EARLIEST + timedelta(milliseconds=min(milliseconds, latest))


def _milliseconds(time: datetime) -> int:
    return round((time - EARLIEST) / timedelta(milliseconds=1))


def _second(time: datetime) -> datetime:
    return time.replace(microsecond=0)


def _up(time: datetime) -> datetime:
    return time if time.microsecond == 0 else _second(time) + SECOND


def _whole(width: timedelta) -> timedelta:
    return timedelta(seconds=int(width.total_seconds()))

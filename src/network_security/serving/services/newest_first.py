"""Pages of a collection's documents, the newest first, whatever else they are asked for.

A collection is read backwards in spans of time, of each no more than a page needs, by the index of
the time. A span is as long as is answered at once: what is rare is looked for through many events,
and others use the server too. Servers are asked for ranges of whole seconds only, which all of them
answer alike.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from pymongo.collection import Collection

Document = dict[str, Any]

SECOND: Final = timedelta(seconds=1)
FIRST_SPAN: Final = timedelta(seconds=10)
LONGEST_SPAN: Final = timedelta(days=40_000)
FACTOR: Final = 8
"""A span is so many times as long as the one before, or that part of it."""
SOON, LATE = 0.05, 0.4
"""Seconds within which an answer has the next span longer, and after which shorter."""
MOST_AT_ONCE: Final = 2000
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
    documents = _backwards(collection, query, field, _second(since), _up(until), size + 1)
    for _, same in groupby(documents, lambda each: _milliseconds(each[field])):
        # Servers leave open which of the same time are first.
        ordered = sorted(same, key=lambda each: str(each["_id"]), reverse=True)
        found += [each for each in ordered if last is None or _place(each, field) < last]
        if len(found) > size:
            break
    shown = tuple(found[:size])
    cursor = _cursor(shown[-1], field) if len(found) > size else None
    return Page(shown, cursor)


def _backwards(
    collection: Collection[Document],
    query: Mapping[str, Any],
    field: str,
    since: datetime,
    until: datetime,
    first: int,
) -> Iterator[Document]:
    """Yield documents in the order of their time, the newest first."""
    length = FIRST_SPAN
    while since < until:
        start = until - length if until - since > length else since
        span = {**query, field: {"$gte": start, "$lt": until}}
        shown: set[str] = set()
        size = first
        while True:
            asked = time.monotonic()
            found = list(collection.find(span).sort(field, -1).skip(len(shown)).limit(size))
            took = time.monotonic() - asked
            # What came in between has moved others back.
            yield from (each for each in found if each["_id"] not in shown)
            shown.update(each["_id"] for each in found)
            if len(found) < size:
                break
            size = min(FACTOR * size, max(first, MOST_AT_ONCE))
        until = start
        if took < SOON:
            length = min(length * FACTOR, LONGEST_SPAN)
        elif took > LATE:
            length = max(_whole(length / FACTOR), SECOND)


def _place(document: Document, field: str) -> tuple[int, str]:
    return _milliseconds(document[field]), str(document["_id"])


def _cursor(document: Document, field: str) -> str:
    milliseconds, id_ = _place(document, field)
    return f"{milliseconds}.{id_}"


def _place_of(cursor: str) -> tuple[int, str]:
    if not _CURSOR.fullmatch(cursor):
        raise CursorError("the cursor is none: take it from a page, unchanged")
    milliseconds, _, id_ = cursor.partition(".")
    return int(milliseconds), id_


def _time(milliseconds: int) -> datetime:
    # A cursor may name any time; none is later than what a datetime holds.
    latest = _milliseconds(datetime.max.replace(tzinfo=UTC)) - 2000
    return EARLIEST + timedelta(milliseconds=min(milliseconds, latest))


def _milliseconds(at: datetime) -> int:
    return round((at - EARLIEST) / timedelta(milliseconds=1))


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _up(at: datetime) -> datetime:
    return at if at.microsecond == 0 else _second(at) + SECOND


def _whole(length: timedelta) -> timedelta:
    return timedelta(seconds=length // SECOND)

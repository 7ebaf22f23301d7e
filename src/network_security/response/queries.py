"""What may be asked of the blocklist: typed filters, never a query of the caller's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from network_security.alerts.queries import LONGEST_TEXT, QueryError
from network_security.enrichment.lists.indicators import Kind
from network_security.response.entries import STATES, BlockEntry, State
from network_security.response.indicators import KINDS

MOST_ON_A_PAGE: Final = 500

_CURSOR = re.compile(r"\d{15}-[0-9a-f]{64}")
_BEHIND_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class BlockFilter:
    """Which entries are meant: those that fulfil all that is given.

    Attributes:
        state: In this state.
        kind: Of this kind.
        alert: From this alert.
        author: By this person.
        value: The indicator begins so.

    Raises:
        QueryError: If a value is none of its kind.
    """

    state: State | None = None
    kind: Kind | None = None
    alert: str | None = None
    author: str | None = None
    value: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is of the wrong type: from outside, a value may be anything."""
        for name, known in (("state", STATES), ("kind", KINDS)):
            value = getattr(self, name)
            if value is not None and value not in known:
                raise QueryError(f"{name} is {value!r}: one of {', '.join(known)}")
        for name in ("alert", "author", "value"):
            value = getattr(self, name)
            if value is not None and (
                not isinstance(value, str) or "\0" in value or len(value) > LONGEST_TEXT
            ):
                raise QueryError(
                    f"{name} must be a text of at most {LONGEST_TEXT} characters without NUL"
                )

    def to_query(self, *, after: str | None = None) -> dict[str, Any]:
        """Return the filter as the store takes it.

        Args:
            after: A page's cursor: what comes behind it.

        Raises:
            QueryError: If the cursor is none.
        """
        names = ("state", "kind", "alert", "author")
        query: dict[str, Any] = {
            name: getattr(self, name) for name in names if getattr(self, name) is not None
        }
        if self.value:
            query["value"] = {"$gte": self.value, "$lt": self.value + _BEHIND_ALL}
        if after is not None:
            if not _CURSOR.fullmatch(after):
                raise QueryError("the cursor is none: take it from a page, unchanged")
            query["order"] = {"$lt": after}
        return query


@dataclass(frozen=True)
class BlockPage:
    """Some entries, those last changed first.

    Attributes:
        entries: At most as many as were asked for.
        cursor: What the next page comes after; None where there is none.
    """

    entries: tuple[BlockEntry, ...]
    cursor: str | None

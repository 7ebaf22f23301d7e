"""What may be asked of the blocklist: typed filters, never a query of the caller's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from network_security.enrichment.lists.indicators import Kind
from network_security.response.entries import STATES, BlockEntry, State
from network_security.response.indicators import KINDS
from network_security.storage.queries import QueryError, beginning, check_cursor, check_text


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
            check_text(name, getattr(self, name))

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
            query["value"] = beginning(self.value)
        if after is not None:
            query["order"] = {"$lt": check_cursor(after)}
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

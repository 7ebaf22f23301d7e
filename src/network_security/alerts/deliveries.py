"""Deliveries as people see them, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, Self, get_args

from network_security.storage.queries import QueryError, check_cursor, check_text

State = Literal["waiting", "sent", "failed"]
STATES: Final[tuple[State, ...]] = get_args(State)


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries are meant: those that fulfil all that is given.

    Attributes:
        state: In this state.
        sink: To this sink.
        alert: Of this alert.

    Raises:
        QueryError: If a value is none of its kind.
    """

    state: State | None = None
    sink: str | None = None
    alert: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is of the wrong type: from outside, a value may be anything."""
        if self.state is not None and self.state not in STATES:
            raise QueryError(f"state is {self.state!r}: one of {', '.join(STATES)}")
        for name in ("sink", "alert"):
            check_text(name, getattr(self, name))

    def to_query(self, *, after: str | None = None) -> dict[str, Any]:
        """Return the filter as the store takes it.

        Args:
            after: A page's cursor: what comes behind it.

        Raises:
            QueryError: If the cursor is none.
        """
        names = ("state", "sink", "alert")
        query = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        if after is None:
            return query
        return {**query, "order": {"$lt": check_cursor(after)}}


@dataclass(frozen=True)
class Delivery:
    """An announcement to a sink.

    Attributes:
        id: Of announcement and sink.
        key: The announcement's.
        sink: The sink's name.
        alert: Id of the alert.
        title: Its title.
        severity: Its severity.
        created: When it was to be announced.
        state: ``waiting``, ``sent`` or ``failed``.
        attempts: How often it was tried.
        due: When it is tried next.
        problem: Why it was not delivered when it was last tried; "" for no reason.
        sent: When it was delivered; None if it was not.
    """

    id: str
    key: str
    sink: str
    alert: str
    title: str
    severity: str
    created: datetime
    state: State
    attempts: int
    due: datetime
    problem: str
    sent: datetime | None

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the delivery that a document holds."""
        return cls(
            id=document["_id"],
            created=document["@timestamp"],
            due=datetime.fromtimestamp(document["due"] / 1000, UTC),
            **{name: document[name] for name in _AS_THEY_ARE},
        )


_AS_THEY_ARE = (
    "key", "sink", "alert", "title", "severity", "state", "attempts", "problem", "sent",
)  # fmt: skip


@dataclass(frozen=True)
class DeliveryPage:
    """Some deliveries, the newest first.

    Attributes:
        deliveries: At most as many as were asked for.
        cursor: What the next page comes after; None where there is none.
    """

    deliveries: tuple[Delivery, ...]
    cursor: str | None

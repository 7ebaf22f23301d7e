"""An entry of the blocklist or of the allow-list, and what was done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, Self, get_args

from network_security.alerts.alert import order_of
from network_security.enrichment.lists.indicators import Entry, Kind
from network_security.storage import document_id

State = Literal["recommended", "enforced", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)
MOST_CHANGES: Final = 50
"""Of an entry's history that it keeps itself; the audit has all."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an action may change of an entry.

    Attributes:
        state: ``recommended`` to people, ``enforced`` in the feeds, or ``withdrawn``.
        reason: Why it is to be blocked.
        alert: Id of the alert that it comes from; None for none.
        author: Who says so.
        expires: When it ends by itself.
    """

    state: State
    reason: str
    alert: str | None
    author: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One action on an entry.

    Attributes:
        id: By which it is undone.
        at: When.
        who: The person, or ``system``.
        action: ``added``, ``enforced``, ``withdrawn`` or ``undone``.
        note: What is to be said of it.
        before: How the entry stood; None where there was none.
    """

    id: str
    at: datetime
    who: str
    action: str
    note: str
    before: Standing | None


@dataclass(frozen=True)
class BlockEntry:
    """An indicator to block.

    Attributes:
        id: Of the indicator: there is one entry for each.
        kind: What the indicator is.
        value: It, in the form that all ways to write it have in common; a URL without its scheme.
        standing: How it stands.
        created: When it was first added.
        changed: When it was last changed.
        history: What was done, the first first; the latest 50.
        version: Counts the changes.
    """

    id: str
    kind: Kind
    value: str
    standing: Standing
    created: datetime
    changed: datetime
    history: tuple[Change, ...]
    version: int

    @property
    def indicator(self) -> Entry:
        """The indicator."""
        return Entry(self.kind, self.value)

    @property
    def state(self) -> State:
        """Whether it is recommended, enforced or withdrawn."""
        return self.standing.state

    @property
    def reason(self) -> str:
        """Why it is to be blocked."""
        return self.standing.reason

    @property
    def alert(self) -> str | None:
        """Id of the alert that it comes from; None for none."""
        return self.standing.alert

    @property
    def author(self) -> str:
        """Who says so."""
        return self.standing.author

    @property
    def expires(self) -> datetime:
        """When it ends by itself."""
        return self.standing.expires

    def expired(self, now: datetime) -> bool:
        """Whether it ended by itself."""
        return now >= self.expires

    def in_force(self, now: datetime) -> bool:
        """Whether it is to be blocked now."""
        return self.state == "enforced" and not self.expired(now)

    @property
    def order(self) -> str:
        """A text by which entries are sorted: the time last changed, then the id."""
        return f"{order_of(self.changed)}-{self.id}"

    def with_standing(
        self, standing: Standing, at: datetime, who: str, action: str, note: str
    ) -> Self:
        """Return the entry after an action."""
        version = self.version + 1
        change = Change(change_id(self.id, version), at, who, action, note, self.standing)
        history = (*self.history, change)[-MOST_CHANGES:]
        return replace(self, standing=standing, changed=at, history=history, version=version)

    def to_document(self) -> dict[str, Any]:
        """Return the entry as every store keeps it."""
        document = asdict(self)
        standing: dict[str, Any] = document.pop("standing")
        document["_id"] = document.pop("id")
        document["@timestamp"] = document.pop("created")
        document["history"] = list(document["history"])
        return {**document, **standing, "order": self.order}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the entry that a document holds."""
        return cls(
            id=document["_id"],
            kind=document["kind"],
            value=document["value"],
            standing=_standing(document),
            created=document["@timestamp"],
            changed=document["changed"],
            history=tuple(_change(change) for change in document["history"]),
            version=document["version"],
        )


def new_entry(indicator: Entry, standing: Standing, at: datetime, note: str) -> BlockEntry:
    """Return the entry of an indicator that had none."""
    id_ = document_id(*indicator)
    change = Change(change_id(id_, 1), at, standing.author, "added", note, None)
    return BlockEntry(id_, indicator.kind, indicator.value, standing, at, at, (change,), 1)


def change_id(entry: str, version: int) -> str:
    """Return the id of the action that made a version of an entry."""
    return f"{entry}-{version:09d}"


@dataclass(frozen=True, slots=True)
class AllowEntry:
    """An indicator that is never blocked, nor anything that would block it.

    Attributes:
        id: Of the indicator.
        kind: What the indicator is.
        value: It, as for `BlockEntry`.
        reason: Why.
        author: Who says so.
        created: When it was added.
        expires: When it ends by itself; None for never.
    """

    id: str
    kind: Kind
    value: str
    reason: str
    author: str
    created: datetime
    expires: datetime | None = None

    @property
    def indicator(self) -> Entry:
        """The indicator."""
        return Entry(self.kind, self.value)

    def in_force(self, now: datetime) -> bool:
        """Whether it has not ended."""
        return self.expires is None or now < self.expires

    def to_document(self) -> dict[str, Any]:
        """Return the entry as every store keeps it."""
        document = asdict(self)
        document["_id"] = document.pop("id")
        document["@timestamp"] = document.pop("created")
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the entry that a document holds."""
        names = ("kind", "value", "reason", "author", "expires")
        known = {name: document[name] for name in names}
        return cls(id=document["_id"], created=document["@timestamp"], **known)


def _standing(document: Mapping[str, Any]) -> Standing:
    return Standing(**{name: document[name] for name in Standing.__dataclass_fields__})


def _change(document: Mapping[str, Any]) -> Change:
    before = document["before"]
    return Change(**{**document, "before": _standing(before) if before else None})

"""A finding: a verdict at or above its operating point, with what its severity is made of.

What becomes known of a finding later is joined to it, and a join never takes anything away: it is
commutative, associative and idempotent. So it never matters in which order, in which batches and
how often findings come (the join of a semilattice; Shapiro et al., "Conflict-free Replicated Data
Types", 2011).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, Self

from network_security.alerts.canonical import canonical_json
from network_security.alerts.receipt import Receipt
from network_security.alerts.severity import (
    Severity,
    SeverityOptions,
    confidence,
    exposure,
    severity,
)

MOST_LISTED = 200
"""Recipients, clients, senders, threat lists and events that a finding names; likewise an alert."""

Kind = Literal["url", "message", "host"]


@dataclass(frozen=True, slots=True)
class Entity:
    """What a finding is about.

    Attributes:
        kind: What it is.
        text: The URL, the message's id, or the host's name or address.
        host: The host of a URL, or the host; "" for a message.
        domain: What somebody registered of the host, the host where that is nothing.
    """

    kind: Kind
    text: str
    host: str
    domain: str


@dataclass(frozen=True)
class Finding:
    """One verdict that alerts, on one sighting.

    Attributes:
        id: Of verdict and sighting.
        verdict: Id of the verdict.
        sighting: Id of the row of evidence, the verdict's where there is none. Several models may
            judge a row, and one verdict may hold of several that say the same.
        detector: Name of the detector.
        digest: SHA-256 of its model.
        entity: What was judged.
        first_seen, last_seen: When it occurred.
        tier, probability, threshold: As in the verdict.
        offered: Whether it was delivered, or asked for.
        reached: Whether somebody who asked for it was let through.
        attachment: Whether a message is judged for its attachment.
        messages: Ids of the messages that it came in.
        subjects: Of a message that was judged as a whole.
        senders, recipients, clients, users: Who took part: mail addresses, IP addresses, names.
        confirmed_by: The threat lists that have it, and ``mail system`` where one judged it bad.
        events: Ids of the raw events.
        contributions: Each known feature's share, the strongest first, as the verdict has them.
        receipt: What the verdict was made of.
    """

    id: str
    verdict: str
    sighting: str
    detector: str
    digest: str
    entity: Entity
    first_seen: datetime
    last_seen: datetime
    tier: str
    probability: float
    threshold: float
    receipt: Receipt
    offered: bool = False
    reached: bool = False
    attachment: bool = False
    messages: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    confirmed_by: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    contributions: tuple[Mapping[str, Any], ...] = ()

    def severity(self, options: SeverityOptions) -> Severity:
        """Return how severe it is; never less than before something was joined to it."""
        sure = confidence(
            self.probability, self.tier, confirmed=bool(self.confirmed_by), options=options
        )
        return severity(sure, exposure(offered=self.offered, reached=self.reached))

    def joined(self, other: Finding) -> Finding:
        """Return the finding with what another record of it knows.

        Raises:
            ValueError: If it is another finding.
        """
        if other.id != self.id:
            raise ValueError(f"{other.id} is not {self.id}: only records of one can be joined")
        # What a verdict fixes is equal in both, but that only one may be explained. Which is taken
        # must not depend on which comes first.
        first, second = sorted((self, other), key=Finding._order, reverse=True)
        known: dict[str, Any] = {
            "first_seen": min(first.first_seen, second.first_seen),
            "last_seen": max(first.last_seen, second.last_seen),
        }
        for name in _FLAGS:
            known[name] = getattr(first, name) or getattr(second, name)
        for name in LISTS:
            known[name] = union((getattr(first, name), getattr(second, name)))
        return replace(first, **known)

    def to_document(self) -> dict[str, Any]:
        """Return the finding as every store keeps it."""
        document: dict[str, Any] = {name: getattr(self, name) for name in _NAMES}
        document["entity"] = asdict(self.entity)
        document["_id"] = document.pop("id")
        document["@timestamp"] = document.pop("first_seen")
        document["receipt"] = self.receipt.to_document()
        document["contributions"] = list(self.contributions)
        return document | {name: list(getattr(self, name)) for name in LISTS}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the finding that a document holds; of another version, what it knew."""
        known = {name: document[name] for name in _NAMES if name in document}
        return cls(
            **known
            | {name: tuple(document.get(name, ())) for name in (*LISTS, "contributions")}
            | {
                "id": document["_id"],
                "first_seen": document["@timestamp"],
                "entity": Entity(**document["entity"]),
                "receipt": Receipt.from_document(document["receipt"]),
            }
        )

    def _order(self) -> tuple[bool, bytes]:
        varying = ("first_seen", "last_seen", *_FLAGS, *LISTS)
        plain = asdict(self)
        fixed = {name: plain[name] for name in plain if name not in varying}
        return bool(self.contributions), canonical_json(fixed)


_FLAGS = ("offered", "reached", "attachment")
LISTS = (
    "messages",
    "subjects",
    "senders",
    "recipients",
    "clients",
    "users",
    "confirmed_by",
    "events",
)
_NAMES = tuple(field.name for field in fields(Finding))


def union(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return what any of the lists has, in order, at most `MOST_LISTED`.

    The first ones of a union do not depend on how it was put together.
    """
    return tuple(sorted(set().union(*lists))[:MOST_LISTED])

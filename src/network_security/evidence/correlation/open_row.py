"""A row that still grows: the facts it took, and what it looks for."""

from bisect import bisect_left
from collections.abc import Hashable
from datetime import datetime
from typing import Any

from network_security.evidence.correlation.facts import (
    X509,
    Delivery,
    Dns,
    Fact,
    Link,
    Request,
    Tls,
)
from network_security.evidence.correlation.joins import Key
from network_security.evidence.correlation.row import Observations
from network_security.evidence.correlation.spans import Spans

MOST_USERS = 8
_VISITS = frozenset({"own", "request", "visit"})
_BY_REASON = frozenset({"address", "flow", "name", "next", "visit"})
"""Facts of one kind that are kept apart, by why they were taken."""


class Visitor:
    """A client as it is counted."""

    __slots__ = ("blocked", "exact", "first", "users")

    def __init__(self, at: datetime) -> None:
        self.first = at
        self.exact = False
        self.blocked = True
        self.users: set[str] = set()

    def count(self, at: datetime, user: str | None, *, exact: bool, blocked: bool) -> bool:
        """Count a connection; return whether more is known of the client now."""
        known = self.first, self.exact, self.blocked, len(self.users)
        self.first = min(self.first, at)
        self.exact |= exact
        self.blocked &= blocked
        if user and len(self.users) < MOST_USERS:
            self.users.add(user)
        return known != (self.first, self.exact, self.blocked, len(self.users))


class Kept:
    """The earliest facts of a kind; of those that tell the same, the earliest one.

    Args:
        most: Facts that are kept.
    """

    __slots__ = ("_most", "_values", "facts")

    def __init__(self, most: int) -> None:
        self.facts: list[Any] = []
        self._values: list[Hashable] = []
        self._most = most

    def keep(self, fact: Fact, value: Hashable) -> bool:
        """Keep a fact unless enough earlier ones are known; return whether it is new."""
        if value in self._values:
            known = self._values.index(value)
            if _place(self.facts[known]) <= _place(fact):
                return False
            self._remove(known)
        elif len(self.facts) >= self._most:
            if _place(self.facts[-1]) < _place(fact):
                return False
            self._remove(-1)
        place = bisect_left(self.facts, _place(fact), key=_place)
        self.facts.insert(place, fact)
        self._values.insert(place, value)
        return True

    def _remove(self, place: int) -> None:
        del self.facts[place], self._values[place]


class OpenRow:
    """A row under way.

    The result depends on the facts, not on the order in which they came: of each kind the earliest
    are kept, equal times by the event's id.

    Args:
        fact: The first fact of its own that came.
        period: Number of the period since 1970.
        part: How often the row was closed before for want of room.
        most_facts: Of each kind.
        most_clients: Likewise of recipients.

    Attributes:
        changed: Whether it took anything new since it was judged last.
        of_page: URL, observations with a page, and the features that they have.
    """

    __slots__ = (
        "_kept", "_most_clients", "_most_facts", "changed", "entity", "first_seen", "host",
        "last_seen", "looks_for", "of_page", "part", "period", "recipients", "visitors",
    )  # fmt: skip

    def __init__(
        self, fact: Request | Link, period: int, part: int, most_facts: int, most_clients: int
    ) -> None:
        self.entity = fact.entity
        self.host = fact.host
        self.period = period
        self.part = part
        self.looks_for: dict[Key, Spans] = {}
        self.first_seen = self.last_seen = fact.at
        self._kept: dict[str | type[Fact], Kept] = {}
        self.visitors: dict[str, Visitor] = {}
        self.recipients: dict[str, None] = {}
        self.of_page: tuple[str, Observations, dict[str, int | None]] | None = None
        self.changed = True
        self._most_facts = most_facts
        self._most_clients = most_clients

    @property
    def requests(self) -> list[Request]:
        """Requests for the URL."""
        return self._facts(Request)

    @property
    def hops(self) -> list[Request]:
        """Requests that redirections led to."""
        return self._facts("next")

    @property
    def visits(self) -> list[Fact]:
        """Connections to the host of a link."""
        return self._facts("visit")

    @property
    def links(self) -> list[Link]:
        """Messages that the URL stood in."""
        return self._facts(Link)

    @property
    def deliveries(self) -> list[Delivery]:
        """What mail systems did with these messages."""
        return self._facts(Delivery)

    @property
    def dns(self) -> list[Dns]:
        """Answers of the DNS for the host."""
        return self._facts(Dns)

    @property
    def certificates(self) -> list[X509]:
        """Records of certificates."""
        return self._facts(X509)

    def handshakes(self, nearness: str) -> list[Tls]:
        """TLS handshakes that were found by ``flow``, ``name`` or ``address``."""
        return self._facts(nearness)

    def _facts(self, kind: str | type[Fact]) -> list[Any]:
        return self._kept[kind].facts if kind in self._kept else []

    @property
    def page_characters(self) -> int:
        """Characters of HTML that its links hold."""
        return sum(link.html_share for link in self.links)

    def take(self, fact: Fact, reason: str) -> bool:
        """Take a fact; return whether it is one of those that are kept.

        Args:
            fact: The fact.
            reason: ``own``, or the first word of the key by which it was found.
        """
        if reason == "own" and not self.first_seen <= fact.at <= self.last_seen:
            self.first_seen = min(self.first_seen, fact.at)
            self.last_seen = max(self.last_seen, fact.at)
            self.changed = True
        if isinstance(fact, Request | Tls) and reason in _VISITS:
            self._visited(fact)
        if isinstance(fact, Link | Delivery):
            self._received(fact.recipients)
        kind = reason if reason in _BY_REASON else type(fact)
        facts = self._kept.get(kind)
        if facts is None:
            facts = self._kept[kind] = Kept(self._most_facts)
        kept = facts.keep(fact, _value(fact, reason))
        self.changed |= kept
        return kept

    def _visited(self, fact: Request | Tls) -> None:
        user = fact.user if isinstance(fact, Request) else None
        name = fact.client or (f"user {user}" if user else None)
        if name is None:
            return
        visitor = self.visitors.get(name)
        if visitor is None:
            if len(self.visitors) >= self._most_clients:
                return
            visitor = self.visitors[name] = Visitor(fact.at)
            self.changed = True
        exact = isinstance(fact, Request) and fact.entity == self.entity
        blocked = isinstance(fact, Request) and fact.blocked
        self.changed |= visitor.count(fact.at, user, exact=exact, blocked=blocked)

    def _received(self, recipients: tuple[str, ...]) -> None:
        for recipient in recipients:
            if len(self.recipients) >= self._most_clients:
                return
            self.changed |= recipient not in self.recipients
            self.recipients[recipient] = None


def _value(fact: Fact, reason: str) -> Hashable:
    """Return what a fact tells; hosts answer thousands of times alike."""
    match fact:
        case Request() if reason == "visit":
            return fact.client, fact.user, fact.blocked
        case Tls() if reason == "visit":
            return fact.client
        case Dns():
            return fact.host, fact.code, fact.records
        case Tls():
            return fact.host, fact.certificate, fact.digests, fact.validated, fact.matches
        case X509():
            return fact.digests, fact.certificate
    return _place(fact)


def _place(fact: Fact) -> tuple[float, str]:
    return fact.time, fact.id

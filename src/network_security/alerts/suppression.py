"""Rules that keep alerts out of the queue: never silently, never for ever.

A suppressed alert is stored as any other, with the rule that did it. A rule has a reason, an author
and an expiry. All of its conditions must hold, and of an alert of several entities, senders,
recipients or clients for each of them: what is suppressed for one must not hide the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from fnmatch import translate
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, Self

from network_security.alerts.alert import Alert
from network_security.alerts.severity import SEVERITIES, Severity, rank
from network_security.storage import document_id
from network_security.storage.times import milliseconds

LONGEST_LIFE = timedelta(days=366)
"""What a rule may be good for at most; then somebody has to think again."""
LONGEST_PATTERN = 300


class RuleError(ValueError):
    """A rule that cannot be; says which condition, and what to write."""


@dataclass(frozen=True, slots=True)
class SuppressionRule:
    """What to keep out of the queue.

    Attributes:
        reason: Why; not empty.
        author: Who says so; not empty.
        created: When.
        expires: Until when, at most 366 days later.
        detector: Only alerts of this detector.
        host: Only these hosts: a host's name, or a pattern with ``*`` and ``?``; case is ignored.
        domain: Only hosts of this domain, itself included.
        sender: Only messages of this sender: an address, or a pattern.
        recipient: Only for this recipient: likewise.
        source: Only clients with this address, or in this network in CIDR notation.
        severity: Only up to this severity.

    Raises:
        RuleError: If a value is none, no condition is given but a severity, or the times are not
            in order.
    """

    reason: str
    author: str
    created: datetime
    expires: datetime
    detector: str | None = None
    host: str | None = None
    domain: str | None = None
    sender: str | None = None
    recipient: str | None = None
    source: str | None = None
    severity: Severity | None = None

    def __post_init__(self) -> None:
        """Refuse a rule that nobody could answer for."""
        for name in ("created", "expires"):
            time = getattr(self, name)
            if time.tzinfo is None:
                raise RuleError(f"{name} is {time}: give the time its zone")
            # As it is stored, so that the id is the same ever after.
            object.__setattr__(self, name, milliseconds(time))
        for name in ("reason", "author"):
            if not getattr(self, name).strip():
                raise RuleError(f"{name} is empty: a rule needs one")
        if not self.created < self.expires <= self.created + LONGEST_LIFE:
            raise RuleError(
                f"expires is {self.expires}: must be after {self.created}, and within "
                f"{LONGEST_LIFE.days} days"
            )
        conditions = [name for name in _CONDITIONS if getattr(self, name) is not None]
        if not conditions:
            raise RuleError(f"the rule has no condition: give one of {', '.join(_CONDITIONS)}")
        for name in conditions:
            value = str(getattr(self, name))
            if not value.strip("*?. ") or len(value) > LONGEST_PATTERN:
                raise RuleError(
                    f"{name} is {value[:LONGEST_PATTERN]!r}: it needs a letter or digit, and at "
                    f"most {LONGEST_PATTERN} characters"
                )
        if self.severity is not None and self.severity not in SEVERITIES:
            raise RuleError(f"severity is {self.severity!r}: one of {', '.join(SEVERITIES)}")
        if self.source is not None:
            try:
                network = ip_network(self.source)
            except ValueError as error:
                raise RuleError(f"source: {error}; write 192.0.2.7 or 192.0.2.0/24") from None
            if network.prefixlen == 0:
                raise RuleError(f"source: {self.source} is every address; write a network")

    @property
    def id(self) -> str:
        """Made of all that it says: the same rule added twice is one."""
        return document_id(*(str(value) for value in asdict(self).values()))

    def in_force(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.created <= now < self.expires

    def matches(self, alert: Alert) -> bool:
        """Whether all conditions hold, whenever that is asked."""
        if self.severity is not None and rank(alert.severity) > rank(self.severity):
            return False
        if self.detector is not None and alert.detector != self.detector:
            return False
        return (
            _each(self.host, alert, "hosts", _like)
            and _each(self.domain, alert, "hosts", _within)
            and _each(self.sender, alert, "senders", _like)
            and _each(self.recipient, alert, "recipients", _like)
            and _each(self.source, alert, "clients", _inside)
        )

    def to_document(self) -> dict[str, Any]:
        """Return the rule as every store keeps it."""
        document = asdict(self)
        document["@timestamp"] = document.pop("created")
        return {"_id": self.id, **document}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the rule that a document holds."""
        fields = {name: value for name, value in document.items() if name in _FIELDS}
        return cls(created=document["@timestamp"], **fields)


@dataclass(frozen=True)
class Preview:
    """What a rule would have done.

    Attributes:
        alerts: How many there were.
        suppressed: Ids of those that it would have suppressed.
        by_severity: Their number by severity.
        true_positives: Ids of those among them that were closed as true positives: each is one
            that the rule would have hidden.
    """

    alerts: int
    suppressed: tuple[str, ...]
    by_severity: Mapping[str, int]
    true_positives: tuple[str, ...]


def preview(rule: SuppressionRule, alerts: Iterable[Alert]) -> Preview:
    """Return what a rule would have suppressed, had it been in force.

    Args:
        rule: The rule, its times ignored.
        alerts: The history to try it on.
    """
    number, suppressed = 0, []
    for alert in alerts:
        number += 1
        if rule.matches(alert):
            suppressed.append(alert)
    by_severity = {
        name: count
        for name in SEVERITIES
        if (count := sum(each.severity == name for each in suppressed))
    }
    real = [
        each.id
        for each in suppressed
        if each.triage.closing and each.triage.closing.verdict == "true_positive"
    ]
    return Preview(number, tuple(each.id for each in suppressed), by_severity, tuple(real))


def rule_for(alert: Alert, rules: Iterable[SuppressionRule], now: datetime) -> str | None:
    """Return the id of the rule in force that matches an alert; the first by id of several."""
    found = [rule.id for rule in rules if rule.in_force(now) and rule.matches(alert)]
    return min(found, default=None)


_FIELDS = tuple(SuppressionRule.__dataclass_fields__)
_CONDITIONS = ("detector", "host", "domain", "sender", "recipient", "source")


def _each(
    condition: str | None, alert: Alert, field: str, holds: Callable[[str, str], bool]
) -> bool:
    """Whether there is no such condition, or it holds for all of a list that is complete."""
    if condition is None:
        return True
    values: tuple[str, ...] = getattr(alert, field)
    if not values or field in alert.incomplete:
        return False
    return all(holds(condition, value) for value in values)


def _like(pattern: str, value: str) -> bool:
    return _compiled(pattern.lower()).match(value.lower()) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Brackets are no sets of characters here: they stand in IPv6 hosts. A run of * is one, lest
    # matching take a time that grows with its power.
    literal = re.sub(r"\*+", "*", pattern).replace("[", "[[]")
    return re.compile(translate(literal))


def _within(domain: str, host: str) -> bool:
    domain, host = domain.lower().strip("."), host.lower()
    return host == domain or host.endswith(f".{domain}")


def _inside(network: str, address: str) -> bool:
    try:
        return ip_address(address) in ip_network(network)
    except ValueError:
        return False

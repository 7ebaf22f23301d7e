"""An alert: what a group of findings says, and where its triage stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final, Self

from network_security.alerts.canonical import sha256
from network_security.alerts.finding import LISTS, MOST_LISTED, Entity
from network_security.alerts.severity import Severity
from network_security.alerts.summary import Summary
from network_security.alerts.techniques import PHISHING, TECHNIQUES, Technique
from network_security.alerts.triage import Closing, Entry, Triage
from network_security.storage.times import milliseconds

MOST_CONTRIBUTIONS: Final = 10
MOST_IN_TITLE: Final = 120
MOST_OF_SUBJECT: Final = 80
_DIGITS: Final = 15


@dataclass(frozen=True)
class Alert:
    """A finding for people, made of one or more verdicts.

    What stands before `triage` follows from the findings alone.

    Attributes:
        id: Of the group's key and beginning.
        group: What its findings have in common.
        detector: Which detector found it.
        title: What happened, in words.
        severity: The highest of its findings.
        techniques: Of MITRE ATT&CK, by number.
        entity: What its leading finding is about, the most severe and then the most probable one.
        tier, probability, threshold: Of that finding's verdict.
        models: SHA-256 of the models that found it.
        first_seen, last_seen: Of all findings.
        count: Sightings: a URL, host or message in a period, by however many models.
        offered, reached: Whether one was delivered or asked for; whether somebody got through.
        known, unknown: Names of the leading finding's features with evidence, and without.
        contributions: The strongest of its features, as the verdict has them.
        findings: Ids of the findings, each of which has a receipt; the latest ones.
        verdicts: Ids of their verdicts.
        entities: What was judged.
        hosts: The hosts of it.
        messages, subjects, senders, recipients, clients, users, confirmed_by, events: As of a
            finding.
        incomplete: The names of those lists that hold not all.
        triage: Where it stands.
        version: Counts its changes; what is to be changed must not have changed since it was read.
    """

    id: str
    group: str
    detector: str
    title: str
    severity: Severity
    techniques: tuple[str, ...]
    entity: Entity
    tier: str
    probability: float
    threshold: float
    models: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    count: int
    offered: bool
    reached: bool
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    contributions: tuple[Mapping[str, Any], ...]
    findings: tuple[str, ...]
    verdicts: tuple[str, ...]
    entities: tuple[str, ...]
    hosts: tuple[str, ...]
    messages: tuple[str, ...]
    subjects: tuple[str, ...]
    senders: tuple[str, ...]
    recipients: tuple[str, ...]
    clients: tuple[str, ...]
    users: tuple[str, ...]
    confirmed_by: tuple[str, ...]
    events: tuple[str, ...]
    incomplete: tuple[str, ...]
    triage: Triage
    version: int = 0

    @property
    def attack(self) -> tuple[Technique, ...]:
        """The techniques with their names."""
        return tuple(TECHNIQUES[id_] for id_ in self.techniques)

    @property
    def order(self) -> str:
        """A text by which alerts are sorted: the time last seen, then the id.

        Not an ISO 8601 time, which the embedded server compares as something else than text.
        """
        return f"{order_of(self.last_seen)}-{self.id}"

    @property
    def digest(self) -> str:
        """SHA-256 of all that it says but the version."""
        return sha256({**asdict(self), "version": None})

    def to_document(self) -> dict[str, Any]:
        """Return the alert as every store keeps it."""
        document: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        document |= {"entity": asdict(self.entity), "triage": asdict(self.triage)}
        document = {name: _plain(value) for name, value in document.items()}
        triage = document.pop("triage")
        document["_id"] = document.pop("id")
        document["@timestamp"] = document.pop("last_seen")
        document |= triage
        document["order"] = self.order
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the alert that a document holds; fields of other versions are ignored."""
        closing = document["closing"]
        triage = Triage(
            status=document["status"],
            assignee=document["assignee"],
            suppressed_by=document["suppressed_by"],
            closing=Closing(**closing) if closing else None,
            history=tuple(Entry(**entry) for entry in document["history"]),
        )
        known: dict[str, Any] = {
            name: tuple(document[name]) if isinstance(document[name], list) else document[name]
            for name in (each.name for each in fields(cls))
            if name in document
        }
        return cls(
            **dict.fromkeys(LISTS, ())
            | known
            | {
                "id": document["_id"],
                "last_seen": document["@timestamp"],
                "entity": Entity(**document["entity"]),
                "triage": triage,
            }
        )


def make_alert(summary: Summary, triage: Triage, *, version: int = 0) -> Alert:
    """Return the alert of a group.

    Args:
        summary: What its findings say.
        triage: Where the alert stands.
        version: Of the alert as it is stored.
    """
    lead = summary.lead
    features = lead.receipt.features or {}
    lists = summary.lists
    return Alert(
        id=summary.id,
        group=summary.key,
        detector=lead.detector,
        title=_title(summary, len(lists["recipients"])),
        severity=summary.severity,
        techniques=summary.techniques,
        entity=lead.entity,
        tier=lead.tier,
        probability=lead.probability,
        threshold=lead.threshold,
        first_seen=summary.first_seen,
        last_seen=summary.last_seen,
        count=summary.count,
        offered=summary.offered,
        reached=summary.reached,
        known=tuple(name for name, value in features.items() if value is not None),
        unknown=tuple(name for name, value in features.items() if value is None),
        contributions=lead.contributions[:MOST_CONTRIBUTIONS],
        findings=summary.findings,
        incomplete=summary.incomplete,
        triage=triage,
        version=version,
        **lists,
    )


def order_of(time: datetime) -> str:
    """Return the text by which a time is sorted: milliseconds since 1970, with leading zeros."""
    return f"{max(0, round(time.timestamp() * 1000)):0{_DIGITS}d}"


def _title(summary: Summary, recipients: int) -> str:
    lead = summary.lead
    if lead.entity.kind == "message":
        where = next(iter(lead.senders), "an unknown sender")
        subject = " ".join(next(iter(lead.subjects), "").split())
        what = f'message "{subject[:MOST_OF_SUBJECT]}" from' if subject else "message from"
    else:
        what = "host" if lead.entity.kind == "host" else "link to"
        where = lead.entity.host or lead.entity.text
    name = "Phishing" if lead.detector in PHISHING else lead.detector.replace("_", " ").title()
    return f"{name} {what} {where[:MOST_IN_TITLE]}: {_happened(summary, recipients)}"


def _happened(summary: Summary, recipients: int) -> str:
    if summary.reached:
        return f"opened by {_number(summary.visitors, 'client')}"
    if summary.offered:
        if recipients:
            return f"came to {_number(recipients, 'recipient')}, not opened"
        return "asked for and denied, or delivered"
    return "not known to have come to anybody"


def _number(number: int, what: str) -> str:
    known = f"at least {number or 1}" if number in (0, MOST_LISTED) else f"{number}"
    return f"{known} {what}{'s' if number > 1 else ''}"


def _plain(value: Any) -> Any:
    """Return lists for tuples, as the store gives them back, and times in milliseconds."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return milliseconds(value)
    return value

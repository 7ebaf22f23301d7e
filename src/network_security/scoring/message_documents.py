"""The verdict on a whole message as the store keeps it, by whomever it is judged.

What it says follows from the message alone, so that its file and its event give the same `_id`: a
message that is scored from a folder and comes by mail as well is one verdict, and one alert.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from network_security.detection.message.verdict import Reason
from network_security.evidence.messages.message import Message
from network_security.evidence.messages.reading import read_message
from network_security.scoring.judges import Judge
from network_security.scoring.verdict_store import ENTITY_KINDS, models_of, verdict_id
from network_security.sensors import MAX_CHARACTERS, ParseError, parse_event
from network_security.sensors.email import mailbox
from network_security.sensors.email.message_headers import whole_characters
from network_security.sensors.times import ASSUMED_RECEIPT
from network_security.storage.times import milliseconds

Document = dict[str, Any]

LONGEST_ID: Final = 998
"""Characters of a line of a message (RFC 5322 section 2.1.1): a longer Message-ID names nothing."""
LONGEST_SUBJECT: Final = 200
_HEADERS: Final = ("to", "cc", "bcc")
_MARK: Final = b"\xef\xbb\xbf"
_BLANK_LINE: Final = re.compile(r"(?>\r\n|\r|\n){2}")
_KIND: Final = ENTITY_KINDS["messages"]


@dataclass(frozen=True)
class Judgement:
    """What was found of a message.

    Attributes:
        evidence: The key of what was judged.
        tier, probability, threshold, decision: As in every verdict.
        worst_link, worst_link_log_odds: By which it is judged; None without links.
        features: What the model read of the message.
        reasons: Why; empty where nobody asked.
    """

    evidence: int
    tier: str
    probability: float
    threshold: float
    decision: bool
    worst_link: str | None
    worst_link_log_odds: float | None
    features: dict[str, float | None]
    reasons: Sequence[Reason]


def verdict_document(
    about: Judge, message: Message, event: Mapping[str, Any], judgement: Judgement
) -> Document:
    """Return a verdict's document, but for its origin.

    Args:
        about: The judge.
        message: What was judged.
        event: The event of the message, or that of its headers (`event_of`).
        judgement: What was found.

    Returns:
        ``_id``, ``@timestamp`` (None where the message states no time), ``entity``: the Message-ID,
        without one the SHA-256 of the message; and what else `alerts.sightings.finding_of` reads.
        What the model read, who took part, and why is told of verdicts that alert alone.
    """
    name = _name(event)
    entity = name or message.digest
    alerts = judgement.decision
    document = {
        "_id": verdict_id(about.detector, about.digest, entity, judgement.evidence, None),
        "@timestamp": _time(event),
        "entity": entity,
        "kind": _KIND,
        "worst_link": judgement.worst_link,
        "detector": about.detector,
        "tier": judgement.tier,
        "probability": judgement.probability,
        "threshold": judgement.threshold,
        "decision": alerts,
        "features": _numbers(judgement.features) if alerts else None,
        "model": dict(about.facts),
        "models": models_of(about.facts),
    }
    if alerts:
        document["message"] = _taking_part(event, name)
        document["attachment"] = _is_for_attachment(message, judgement.worst_link)
        document["contributions"] = [_contribution(reason) for reason in judgement.reasons]
    return document


def message_of(raw: bytes) -> Message:
    """Read a message whose digest is that of its text as an event keeps it.

    That is its bytes' own, but for a byte order mark, bytes that are not UTF-8, and what stands
    behind a million characters: these are read, and are not in the digest.
    """
    kept = _text(raw)[:MAX_CHARACTERS].encode()
    return replace(read_message(raw), digest=hashlib.sha256(kept).hexdigest())


def event_of(raw: bytes) -> Document:
    """Return the event of a message's headers; an empty one for what begins with none.

    It has no time where they state none, and no links and attachments, for which the whole message
    would have to be read.
    """
    text = _text(raw).lstrip("\ufeff\r\n\0")
    blank = _BLANK_LINE.search(text)
    try:
        event = parse_event(text[: blank.start()] if blank else text, format="email")
    except ParseError:
        return {}
    if ASSUMED_RECEIPT in event.get("tags", ()):
        del event["@timestamp"]
    return event


def _text(raw: bytes) -> str:
    """A message as an event has it: with replacement characters for bytes that are not UTF-8."""
    return whole_characters(raw.removeprefix(_MARK).decode("utf-8", "surrogateescape"))


def _time(event: Mapping[str, Any]) -> datetime | None:
    return milliseconds(event["@timestamp"]) if "@timestamp" in event else None


def _name(event: Mapping[str, Any]) -> str | None:
    """The Message-ID; two messages that claim the same one have other evidence."""
    name = mailbox.message_id(event.get("email", {}).get("message_id"))
    return name if name and len(name) <= LONGEST_ID else None


def _numbers(features: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: None if value is None else float(value) for name, value in features.items()}


def _taking_part(event: Mapping[str, Any], name: str | None) -> Document:
    """Who sent and got a message, in the fields of a row of evidence."""
    email = event.get("email", {})
    senders: Sequence[str | None] = _addresses(email, "from") or _addresses(email, "sender")
    recipients = [address.lower() for header in _HEADERS for address in _addresses(email, header)]
    told = {"message_id": name, "subject": str(email.get("subject") or "")[:LONGEST_SUBJECT]}
    return {
        "messages": [{**told, "address": sender} for sender in senders or [None]],
        "recipients": list(dict.fromkeys(recipients)),
        "sources": {"messages": [event["_id"]] if "_id" in event else []},
    }


def _addresses(email: Mapping[str, Any], header: str) -> list[str]:
    found = email.get(header, {}).get("address") or []
    return [found] if isinstance(found, str) else list(found)


def _is_for_attachment(message: Message, worst: str | None) -> bool:
    """Whether a message is judged for what it brings along, not for where its own links lead."""
    if worst is None:
        return any(not file.content_type.startswith("image/") for file in message.files)
    sources = {link.source for link in message.links if link.sent.text == worst}
    return "attachment" in sources and "body" not in sources


def _contribution(reason: Reason) -> Document:
    return {
        "feature": reason.term,
        "group": _KIND,
        "value": reason.value,
        "log_odds": reason.log_odds,
        "phrase": reason.phrase,
    }

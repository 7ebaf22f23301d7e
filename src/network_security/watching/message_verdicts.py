"""Verdicts on whole messages, as `kedro score --as messages` makes and stores them.

A message is judged by its text as its event has it: all of it up to a million characters, of a
longer one the first million, and with replacement characters for bytes that are no UTF-8. The
event is what the store keeps, so that whoever judges again, elsewhere or later, says the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from network_security.detection.message import MessageDetector
from network_security.evidence.messages.message import Message
from network_security.evidence.messages.reading import read_message
from network_security.scoring.judges import Judged
from network_security.scoring.message_judge import MessageJudge
from network_security.scoring.verdict_store import ENTITY_KINDS, models_of, verdict_id
from network_security.sensors.email import mailbox
from network_security.storage.documents import as_stored
from network_security.storage.times import milliseconds
from network_security.watching.verdicts import ORIGIN

log = logging.getLogger(__name__)

Document = dict[str, Any]

DATASET: Final = "email.message"
AT_ONCE: Final = 50
"""Messages that are judged together; a portion's links are judged in one go."""
LONGEST_ID: Final = 998
"""Characters of a line of a message (RFC 5322 section 2.1.1): a longer Message-ID names nothing."""
_HEADERS: Final = ("to", "cc", "bcc")


def is_whole_message(event: Mapping[str, Any]) -> bool:
    """Whether an event is a message with its text, not a mail system's record of one."""
    about = event.get("event", {})
    return about.get("dataset") == DATASET and type(about.get("original")) is str


@dataclass
class MessageCounts:
    """What became of messages.

    Attributes:
        judged: Those that were judged.
        failed: Those that could not be.
    """

    judged: int = 0
    failed: int = 0


class MessageVerdicts:
    """Judges the messages among events; one that cannot be judged is counted, and holds up none."""

    def __init__(self, current: Callable[[], MessageDetector], *, explain: bool = True) -> None:
        """Judge with a detector, which is asked for when the first message comes.

        Args:
            current: Returns it; another one from the moment that one is promoted.
            explain: Whether verdicts that alert get their reasons.
        """
        self.counts = MessageCounts()
        self._current = current
        self._explain = explain
        self._maker: MessageVerdictMaker | None = None
        self._told: set[str] = set()

    def of(self, events: Sequence[Document]) -> list[Document]:
        """Return the documents of verdicts on the messages among events. Never raises."""
        messages = [event for event in events if is_whole_message(event)]
        verdicts: list[Document] = []
        for first in range(0, len(messages), AT_ONCE):
            some = messages[first : first + AT_ONCE]
            try:
                made = self._made(some)
            except Exception:
                # Which one it is shows when each is judged alone.
                made = [verdict for event in some for verdict in self._alone(event)]
            verdicts += made
        self.counts.judged += len(verdicts)
        return verdicts

    def _made(self, events: Sequence[Document]) -> list[Document]:
        detector = self._current()
        if self._maker is None or self._maker.detector is not detector:
            self._maker = MessageVerdictMaker(detector, explain=self._explain)
        return self._maker.verdicts(events)

    def _alone(self, event: Document) -> list[Document]:
        try:
            return self._made([event])
        except Exception as error:
            # A message is what its sender makes it.
            self.counts.failed += 1
            kind = type(error).__name__
            if kind not in self._told:
                self._told.add(kind)
                log.exception(
                    "The message of event %s is not judged as a whole, its links are; others that "
                    "fail with %s are counted only",
                    event.get("_id"),
                    kind,
                )
            return []


class MessageVerdictMaker:
    """Makes verdicts with one detector."""

    def __init__(self, detector: MessageDetector, *, explain: bool = True) -> None:
        """Judge with a detector, and say why if `explain`."""
        self.detector = detector
        self._judge = MessageJudge(detector.manifest, detector.judge)
        self._explain = explain

    def verdicts(self, events: Sequence[Document]) -> list[Document]:
        """Return the documents of the verdicts on messages, in the order of their events."""
        messages = [read_message(event["event"]["original"].encode()) for event in events]
        judged = self._judge.judge_messages(messages)
        return [
            self._document(event, message, judged, place)
            for place, (event, message) in enumerate(zip(events, messages, strict=True))
        ]

    def _document(self, event: Document, message: Message, judged: Judged, place: int) -> Document:
        about, found = self._judge.about, judged.verdicts
        entity = _name(event) or message.digest
        worst = judged.columns["worst_link"][place]
        key, alerts = int(judged.evidence[place]), bool(found.decision[place])
        verdict = {
            "_id": verdict_id(about.detector, about.digest, entity, key, None),
            "@timestamp": milliseconds(event["@timestamp"]),
            "entity": entity,
            "kind": ENTITY_KINDS["messages"],
            "worst_link": worst,
            "detector": about.detector,
            "tier": str(found.tier[place]),
            "probability": float(found.probability[place]),
            "threshold": float(found.threshold[place]),
            "decision": alerts,
            "features": self._features(message) if alerts else None,
            "model": dict(about.facts),
            "models": models_of(about.facts),
            "origin": {"source": ORIGIN, "row": event["_id"]},
        }
        if alerts:
            verdict["message"] = _taking_part(event)
            verdict["attachment"] = _is_for_attachment(message, worst)
            verdict["contributions"] = self._reasons(message) if self._explain else []
        return as_stored(verdict)

    def _features(self, message: Message) -> dict[str, float | None]:
        (row,) = self._judge.detector.rows([message])
        return {name: None if value is None else float(value) for name, value in row.items()}

    def _reasons(self, message: Message) -> list[Document]:
        return [
            {
                "feature": each.term,
                "group": str(ENTITY_KINDS["messages"]),
                "value": each.value,
                "log_odds": each.log_odds,
                "phrase": each.phrase,
            }
            for each in self._judge.detector.examine(message).reasons
        ]


def _name(event: Document) -> str | None:
    """The Message-ID; two messages that claim the same one have other evidence."""
    name = mailbox.message_id(event.get("email", {}).get("message_id"))
    return name if name and len(name) <= LONGEST_ID else None


def _taking_part(event: Document) -> Document:
    """Who sent and got a message, in the fields of a row of evidence."""
    email = event.get("email", {})
    senders: Sequence[str | None] = _addresses(email, "from") or _addresses(email, "sender")
    recipients = [address.lower() for name in _HEADERS for address in _addresses(email, name)]
    name = _name(event)
    return {
        "messages": [{"message_id": name, "address": sender} for sender in senders or [None]],
        "recipients": list(dict.fromkeys(recipients)),
        "sources": {"messages": [event["_id"]]},
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

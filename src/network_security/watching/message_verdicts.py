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
from network_security.evidence.messages.reading import read_message
from network_security.scoring.message_judge import MessageJudge
from network_security.storage.documents import as_stored
from network_security.watching.verdicts import ORIGIN

log = logging.getLogger(__name__)

Document = dict[str, Any]

DATASET: Final = "email.message"
AT_ONCE: Final = 50
"""Messages that are judged together; a portion's links are judged in one go."""


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
        self._judge = MessageJudge(detector.manifest, detector.judge, explain=explain)

    def verdicts(self, events: Sequence[Document]) -> list[Document]:
        """Return the documents of the verdicts on messages, in the order of their events."""
        messages = [read_message(event["event"]["original"].encode()) for event in events]
        found = self._judge.documents(messages, events)
        return [
            as_stored(verdict | {"origin": {"source": ORIGIN, "row": event["_id"]}})
            for event, verdict in zip(events, found, strict=True)
        ]

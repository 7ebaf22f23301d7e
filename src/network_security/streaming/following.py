"""What a stream's events add up to: counts, and messages that are spread over several of them."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from network_security.sensors.joins import INCOMPLETE, JOINERS, Joiner
from network_security.streaming.batches import Batch
from network_security.streaming.checkpoints import Checkpoint, Counts
from network_security.streaming.parsing import Document, Parsed
from network_security.streaming.storable import storable

log = logging.getLogger(__name__)

_MESSAGE = "-message-"

_JOINED_AS = {"syslog": "postfix"}
"""The log of a host holds the lines of its mail server."""

SAMPLED = 16
"""Of so many events one has its fields counted."""

LONGEST_LATENCY = 16
"""4**16 seconds are 136 years."""


@dataclass(frozen=True)
class Portion:
    """What the store takes at once: all of it, and the checkpoint last.

    Attributes:
        source: What the source is called in tables.
        checkpoint: How far the stream was read; None when an input was not read.
        events: Events, message-level ones included.
        dead_letters: Records that could not be parsed.
        batch: The records that the events were made of; None of dead letters.
        settled: Dead letters that are events now, by their id.
        messages: How many of the events are message-level.
        records: Records read.
        size: Bytes on disk read.
        last: Whether it is the stream's last for now.
        waiting: Bytes of a last record whose end has not been written yet.
        problem: Why the source was not read, or not to its end.
    """

    source: str
    checkpoint: Checkpoint | None = None
    events: list[Document] = field(default_factory=list)
    dead_letters: list[Document] = field(default_factory=list)
    batch: Batch | None = None
    settled: dict[str, Document] = field(default_factory=dict)
    messages: int = 0
    records: int = 0
    size: int = 0
    last: bool = False
    waiting: int = 0
    problem: str | None = None


def is_message(id_: str) -> bool:
    """Whether it is the ``_id`` of a message-level event."""
    return _MESSAGE in id_


class Follower:
    """Follows streams from their checkpoints on."""

    def __init__(self) -> None:
        """Follow none yet."""
        self._counts: dict[str, Counts] = {}
        self._joiners: dict[str, Joiner] = {}
        self._moved: set[str] = set()

    def forget(self, stream: str) -> None:
        """Go by the next batch's checkpoint: another process has followed the stream meanwhile."""
        self._counts.pop(stream, None)
        self._joiners.pop(stream, None)
        self._moved.discard(stream)

    def follow(self, batch: Batch, parsed: Parsed) -> Portion:
        """Return what is to be stored of a batch; batches of a stream come in their order."""
        checkpoint = batch.checkpoint
        messages = list(self._messages(batch, parsed.events))
        counts = self._counts.get(checkpoint.stream, checkpoint.counts)
        # One that is open is counted once it is complete.
        complete = sum(INCOMPLETE not in message.get("tags", ()) for message in messages)
        counts = self._counts[checkpoint.stream] = add(counts, parsed, complete)
        joiner = self._joiners.get(checkpoint.stream)
        return Portion(
            source=checkpoint.source,
            checkpoint=replace(
                checkpoint,
                counts=counts,
                joined=joiner.state() if joiner else {},
                open_stored=batch.last,
                updated=datetime.now(UTC),
            ),
            events=parsed.events + messages,
            dead_letters=parsed.dead_letters,
            batch=batch,
            messages=len(messages),
            records=len(batch.records),
            size=batch.size,
            last=batch.last,
            waiting=batch.waiting,
            problem=batch.problem,
        )

    def _messages(self, batch: Batch, events: list[Document]) -> Iterator[Document]:
        """Messages that the events complete; at the end of the stream the open ones as well.

        An open one is stored as it stands, and again under the same id once it is complete.
        """
        checkpoint = batch.checkpoint
        kind = JOINERS.get(_JOINED_AS.get(checkpoint.format, checkpoint.format))
        if kind is None:
            return
        joiner = self._joiners.get(checkpoint.stream)
        if joiner is None:
            joiner = self._joiners[checkpoint.stream] = _restored(kind, checkpoint)
        found = [
            message for event in events for message in joiner.feed(event, event["log"]["offset"])
        ]
        if events:
            self._moved.add(checkpoint.stream)
        if batch.last and (checkpoint.stream in self._moved or not checkpoint.open_stored):
            found += joiner.open_messages()
        now = datetime.now(UTC)
        for message in found:
            message["_id"] = f"{checkpoint.stream}{_MESSAGE}{message['event']['id']}"
            message["event"]["ingested"] = now
            yield storable(message)


def _restored(kind: type[Joiner], checkpoint: Checkpoint) -> Joiner:
    if not checkpoint.joined:
        return kind()
    try:
        return kind.restore(checkpoint.joined)
    except ValueError as error:
        # Kept by another release. The messages that were open are stored, as far as they were.
        log.warning("%s: open messages are not continued: %s", checkpoint.source, error)
        return kind()


def add(counts: Counts, parsed: Parsed, messages: int) -> Counts:
    """Return counts with what became of a batch added."""
    reasons = dict(counts.dead_letters)
    for letter in parsed.dead_letters:
        code = letter["reason"]["code"]
        reasons[code] = reasons.get(code, 0) + 1
    latencies = counts.latencies + [0] * (LONGEST_LATENCY + 1 - len(counts.latencies))
    last_seen = counts.last_seen
    for event in parsed.events:
        moment = event["@timestamp"]
        if last_seen is None or moment > last_seen:
            last_seen = moment
        latencies[_latency(moment, event["event"]["ingested"])] += 1
    fields = unknown = 0
    for event in parsed.events[::SAMPLED]:
        fields += _leaves(event)
        unknown += _leaves(event.get(event["event"]["module"]))
    return replace(
        counts,
        records=counts.records + len(parsed.events) + len(parsed.dead_letters),
        events=counts.events + len(parsed.events),
        messages=counts.messages + messages,
        dead_letters=reasons,
        fields=counts.fields + fields,
        unknown_fields=counts.unknown_fields + unknown,
        latencies=latencies,
        last_seen=last_seen,
    )


def _latency(moment: datetime, ingested: datetime) -> int:
    seconds = (ingested - moment).total_seconds()
    return 0 if seconds < 1 else min(int(math.log(seconds, 4)) + 1, LONGEST_LATENCY)


def _leaves(value: Any) -> int:
    if type(value) is dict:
        return sum(map(_leaves, value.values()))
    return 0 if value is None else 1

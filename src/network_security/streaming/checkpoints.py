"""How far each stream was read, and how a file is recognised again.

A stream is known by what it begins with, not by its name alone: a file that was rotated away goes
on under its new name, and one that was truncated or replaced is a new stream. What a checkpoint
says is compared with the file in two places, its first bytes and the last ones before the offset,
so that reading never goes on in the middle of something else.

Every event's id is made from its stream, its position and its text. The stream's own id is fixed by
its first checkpoint, which is stored before its first event.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Self

import orjson

HEAD = 1024
"""So many first bytes tell streams apart; of a shorter stream, all that there were at first."""

TAIL = 1024
"""So many bytes before the offset must be those that were read."""

ReadAt = Callable[[int, int], bytes]
"""(offset, length) -> the stream's bytes there, fewer at its end."""


@dataclass(frozen=True)
class Counts:
    """What was read from a stream until its checkpoint.

    Attributes:
        records: Records of any kind, unreadable ones included.
        events: Events stored.
        messages: Message-level events stored, made of several of them.
        dead_letters: Records that could not be parsed, by reason.
        fields: Values counted in a sample of the events, and those of them that have no place in
            the common schema and stand under the sensor's own name.
        unknown_fields: The latter.
        latencies: Events by how long after their own time they arrived: the n-th counts those that
            took less than 4**n seconds and not less than 4**(n-1).
        last_seen: Time of the latest event.
    """

    records: int = 0
    events: int = 0
    messages: int = 0
    dead_letters: dict[str, int] = field(default_factory=dict)
    fields: int = 0
    unknown_fields: int = 0
    latencies: list[int] = field(default_factory=list)
    last_seen: datetime | None = None


@dataclass(frozen=True)
class Checkpoint:
    """How far a stream was read, and what is needed to go on.

    Attributes:
        stream: The stream's id.
        source: What the stream is called in tables.
        path: Where it was last read from.
        format: Format of its events.
        confidence: How sure the detection of the format was; 1 when it was named.
        head_length: How many of the first bytes were hashed.
        head_sha256: Their hash.
        offset: Position behind the last record read, in bytes, decompressed.
        tail_length: How many bytes before the offset were hashed.
        tail_sha256: Their hash.
        header: What the stream's framing needs to go on.
        joined: State of the messages that are spread over events and not complete yet.
        open_stored: Whether these were stored as they stand, which is done at the stream's end.
        counts: What was read so far.
        updated: When the checkpoint was made.
    """

    stream: str
    source: str
    path: str
    format: str
    confidence: float = 1.0
    head_length: int = 0
    head_sha256: str = ""
    offset: int = 0
    tail_length: int = 0
    tail_sha256: str = ""
    header: str = ""
    joined: dict[str, Any] = field(default_factory=dict)
    open_stored: bool = False
    counts: Counts = field(default_factory=Counts)
    updated: datetime | None = None

    def to_document(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "_id": self.stream,
            "folder": str(Path(self.path).parent),
            **vars(self),
            # Queue ids and reasons are no field names; as text they may hold anything.
            "joined": orjson.dumps(self.joined).decode(),
            "counts": dict(vars(self.counts)),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read back what `to_document` made."""
        values = {name: value for name, value in document.items() if name not in ("_id", "folder")}
        values["joined"] = orjson.loads(values["joined"])
        values["counts"] = Counts(**values["counts"])
        return cls(**values)


def recognise(
    path: str, read_at: ReadAt, known: Iterable[Checkpoint], holds: Callable[[Checkpoint], bool]
) -> Checkpoint | None:
    """Return the checkpoint of the stream that a file holds, None when it is a new one.

    Args:
        path: The file.
        read_at: Reads it.
        known: Checkpoints of streams in the same folder.
        holds: Whether the file that a checkpoint names still holds its stream: then a file of
            another name with the same content is a copy, and a stream of its own.
    """
    # Of several that match, the one that got furthest: another is of a time before a truncation.
    for checkpoint in sorted(known, key=lambda one: (one.path == path, one.offset), reverse=True):
        if not matches(checkpoint, read_at):
            continue
        if checkpoint.path == path:
            return checkpoint
        if not holds(checkpoint):
            return replace(checkpoint, path=path)
    return None


def matches(checkpoint: Checkpoint, read_at: ReadAt) -> bool:
    """Whether a file begins as the stream does, and holds what was read of it."""
    head = read_at(0, checkpoint.head_length)
    if hash_of(head) != checkpoint.head_sha256:
        return False
    tail = read_at(checkpoint.offset - checkpoint.tail_length, checkpoint.tail_length)
    return hash_of(tail) == checkpoint.tail_sha256


def begin(
    *, source: str, path: str, format: str, confidence: float, head: bytes, taken: Container[str]
) -> Checkpoint:
    """Return the first checkpoint of a new stream.

    Args:
        source: What it is called in tables.
        path: Where it is.
        format: Format of its events.
        confidence: How sure that is.
        head: Its first bytes, at most `HEAD` are used.
        taken: Ids of the streams known in this folder: a file that begins as a former one of the
            same name did is another stream all the same.
    """
    head_sha256 = hash_of(head[:HEAD])
    ids = (hash_of(f"{path}\0{head_sha256}\0{n}".encode())[:16] for n in count())
    return Checkpoint(
        stream=next(stream for stream in ids if stream not in taken),
        source=source,
        path=path,
        format=format,
        confidence=confidence,
        head_length=len(head[:HEAD]),
        head_sha256=head_sha256,
        tail_sha256=hash_of(b""),
    )


def with_head(checkpoint: Checkpoint, head: bytes) -> Checkpoint:
    """Return a checkpoint that knows more of its stream's first bytes, when there are more now."""
    if len(head[:HEAD]) <= checkpoint.head_length:
        return checkpoint
    return replace(checkpoint, head_length=len(head[:HEAD]), head_sha256=hash_of(head[:HEAD]))


def advance(checkpoint: Checkpoint, *, offset: int, header: str, recent: bytes) -> Checkpoint:
    """Return the checkpoint moved to a later offset.

    Args:
        checkpoint: Where the stream stood.
        offset: Where it stands now.
        header: What the framing needs to go on from there.
        recent: The bytes before the offset, the last `TAIL` of them are used.
    """
    tail = recent[-TAIL:]
    return replace(
        checkpoint,
        offset=offset,
        header=header,
        tail_length=len(tail),
        tail_sha256=hash_of(tail),
    )


def hash_of(content: bytes) -> str:
    """Return the hash by which bytes are compared."""
    return sha256(content).hexdigest()

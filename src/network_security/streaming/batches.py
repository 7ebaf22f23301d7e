"""Records of one stream in batches, each with the checkpoint that stands behind it.

Memory is bounded by one chunk of bytes and one record, whatever the stream's size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from network_security.sensors.framing import Framer, Record
from network_security.streaming.checkpoints import TAIL, Checkpoint, advance
from network_security.streaming.inputs import DAMAGED, Stream

CHUNK = 256 * 1024


class Origin(NamedTuple):
    """Where a record that came over a network is from.

    Attributes:
        received: When it came.
        sender: The sender's address.
    """

    received: datetime
    sender: str


@dataclass(frozen=True)
class Batch:
    """Some records of one stream, in their order.

    Attributes:
        checkpoint: Where the stream stands behind them; its counts are those of before.
        records: The records; none in a new stream's first batch, because its checkpoint must be
            kept before its first event is.
        scope: Tells equal records at equal positions of two streams apart.
        received: When they were received: now, or when their file was last written to. Times
            without a year are read against it.
        timezone: Zone of times that name none.
        limit: Most characters of a record that are parsed.
        last: Whether these are the stream's last records for now.
        size: Bytes on disk that were read for them.
        waiting: Bytes of a last record whose end has not been written yet.
        problem: Why the stream could not be read to its end.
        paths: The file of each record, where records are files of their own.
        origins: Where each record is from, where they came over a network.
    """

    checkpoint: Checkpoint
    records: list[Record]
    scope: str
    received: datetime
    timezone: str
    limit: int | None = None
    last: bool = False
    size: int = 0
    waiting: int = 0
    problem: str | None = None
    paths: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()

    def path(self, index: int) -> str:
        """The file of the record of an index."""
        return self.paths[index] if self.paths else self.checkpoint.path

    def received_at(self, index: int) -> datetime:
        """When the record of an index was received."""
        return self.origins[index].received if self.origins else self.received

    def sender(self, index: int) -> str | None:
        """Who sent the record of an index; None for what was not sent over a network."""
        return self.origins[index].sender if self.origins else None


def read_batches(
    stream: Stream, framer: Framer, start: Batch, *, head: bytes, ended: bool, most: int
) -> Iterator[Batch]:
    """Yield a stream's records from where a batch stands.

    Args:
        stream: The stream, positioned at the batch's checkpoint, `head` not counted.
        framer: Cuts it, set up for the same place.
        start: A batch without records: the checkpoint and what all batches share.
        head: What was read from the stream already.
        ended: Whether the stream's end is the last record's end.
        most: Most records in a batch.
    """
    checkpoint = start.checkpoint
    window = _Window(checkpoint.offset)
    before = 0
    problem = None

    def batch(records: list[Record]) -> Batch:
        nonlocal checkpoint, before
        if records:
            end, header = records[-1].end, records[-1].header
            checkpoint = advance(checkpoint, offset=end, header=header, recent=window.until(end))
        read = stream.position()
        size, before = read - before, read
        return replace(start, checkpoint=checkpoint, records=records, size=size)

    chunks = _chunks(stream, head)
    while True:
        try:
            chunk = next(chunks, b"")
        except DAMAGED as error:
            problem = f"damaged behind byte {window.end:,} of its content: {error}"
            break
        if not chunk:
            break
        window.add(chunk)
        records = framer.feed(chunk)
        for first in range(0, len(records), most):
            yield batch(records[first : first + most])
    rest = framer.finish() if ended and problem is None else []
    final = batch(rest)
    yield replace(final, last=True, waiting=framer.pending, problem=problem)


def _chunks(stream: Stream, head: bytes) -> Iterator[bytes]:
    if head:
        yield head
    while chunk := stream.read(CHUNK):
        yield chunk


class _Window:
    """The bytes in which the records that were just completed end, and those before them."""

    def __init__(self, offset: int) -> None:
        """Begin at an offset, of whose bytes before nothing is known."""
        self._start = offset
        self._bytes = b""

    @property
    def end(self) -> int:
        """Position behind the last byte."""
        return self._start + len(self._bytes)

    def add(self, chunk: bytes) -> None:
        """Go on by a chunk."""
        kept = self._bytes[-TAIL:]
        self._start = self.end - len(kept)
        self._bytes = kept + chunk

    def until(self, position: int) -> bytes:
        """The bytes before a position in the last chunk, at most `TAIL` of them."""
        end = position - self._start
        return self._bytes[max(0, end - TAIL) : end]

"""Messages in files of their own: a folder of ``.eml`` files, a Maildir.

A message is known by its content: a copy of it, or its file under another name, is the same event.
What is stored already is left out, so that a folder needs no mark of how far it was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from network_security.sensors.framing import Record, framer_class
from network_security.streaming import checkpoints
from network_security.streaming.batches import Batch
from network_security.streaming.identity import record_id
from network_security.streaming.inputs import DAMAGED, Input, Stream, readable, size_on_disk
from network_security.streaming.read_options import Memory, ReadOptions, Skipped, why_unread

FORMAT = "email"
SCOPE = "message"
FILES = 50
"""Most files in a batch: fewer than lines, because they are larger."""

BYTES = 16_000_000
"""A batch with so many bytes is full."""


def read_messages(item: Input, memory: Memory, options: ReadOptions) -> Iterator[Batch | Skipped]:
    """Yield the messages of a folder that are not stored yet."""
    path, format = readable(item.path), item.source.format or FORMAT
    folder = [one for one in memory.checkpoints(readable(item.path.parent)) if one.path == path]
    checkpoint = next(
        iter(folder),
        checkpoints.begin(
            source=item.label,
            path=path,
            format=format,
            confidence=1.0,
            head=path.encode(),
            taken=(),
        ),
    )
    # What a run announced and did not count, because it was killed, may be stored already.
    announced = set(checkpoint.header.split())
    start = Batch(
        replace(checkpoint, header=""),
        [],
        SCOPE,
        datetime.now(UTC),
        item.source.timezone,
        limit=options.limit(format),
    )
    # Those of the last batches may not be stored yet.
    met: set[str] = set()
    for files in _portions(item.messages):
        found = []
        for file in files:
            try:
                records = list(_records(file, format, options))
            except DAMAGED as error:
                yield Skipped(readable(file), why_unread(error))
                continue
            found += [(record_id(SCOPE, record), record, readable(file)) for record in records]
        stored = memory.stored([id_ for id_, _, _ in found]) - announced
        known = stored | met
        new = {id_: (record, file) for id_, record, file in found if id_ not in known}
        met.update(new)
        if new:
            yield _announcing(start, announced.union(new))
        announced.difference_update(new)
        yield replace(
            _announcing(start, announced),
            records=[record for record, _ in new.values()],
            paths=tuple(file for _, file in new.values()),
            size=sum(map(size_on_disk, files)),
        )
    yield replace(start, last=True)


def _announcing(batch: Batch, ids: set[str]) -> Batch:
    """Return a batch whose checkpoint names the messages that are not counted yet."""
    return replace(batch, checkpoint=replace(batch.checkpoint, header=" ".join(sorted(ids))))


def _portions(files: list[Path]) -> Iterator[list[Path]]:
    """Yield the files in portions that are small enough to be held at once."""
    portion: list[Path] = []
    size = 0
    for file in files:
        portion.append(file)
        size += size_on_disk(file)
        if len(portion) >= FILES or size >= BYTES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _records(file: Path, format: str, options: ReadOptions) -> Iterator[Record]:
    """A file's one message; those of a mailbox, if that is what it is."""
    with Stream(file) as stream:
        head = stream.read(options.limit(format))
        framer = framer_class(format, head)(limit=options.limit(format))
        while head:
            yield from framer.feed(head)
            head = stream.read(options.limit(format))
        yield from framer.finish()

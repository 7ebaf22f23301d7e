"""Which stream an input holds, and its records from where the last run stopped."""

from __future__ import annotations

import logging
import stat
from collections.abc import Container, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from network_security.sensors.detect import detect
from network_security.sensors.framing import framer_class
from network_security.storage import StoreError
from network_security.streaming import checkpoints
from network_security.streaming.batches import Batch, read_batches
from network_security.streaming.checkpoints import HEAD, Checkpoint, ReadAt
from network_security.streaming.inputs import DAMAGED, Input, Stream, readable
from network_security.streaming.messages import read_messages
from network_security.streaming.read_options import EMPTY, Memory, ReadOptions, Skipped, why_unread

log = logging.getLogger(__name__)

HEAD_TO_DETECT = 64 * 1024


class Reader:
    """Reads inputs one after another, each from where its checkpoint stands."""

    def __init__(self, memory: Memory, options: ReadOptions) -> None:
        """Keep what is known of earlier runs, and how to read."""
        self._memory = memory
        self._options = options
        self._folders: dict[str, dict[str, Checkpoint]] = {}

    def read(self, item: Input) -> Iterator[Batch | Skipped]:
        """Yield an input's new records; at least one batch, or why it was skipped."""
        try:
            match item.kind:
                case "stdin":
                    yield from self._read_stdin(item)
                case "messages":
                    yield from read_messages(item, self._memory, self._options)
                case "file":
                    yield from self._read_file(item)
        except DAMAGED as error:
            yield Skipped(item.label, why_unread(error))
        except StoreError:
            raise
        except Exception as error:
            # What one file holds must not keep the others from being read.
            log.exception("Reading %s failed", item.label)
            yield Skipped(item.label, f"reading it failed: {type(error).__name__}: {error}")

    def _read_stdin(self, item: Input) -> Iterator[Batch | Skipped]:
        stream = Stream(None)
        # A line at least, however it is written: it tells the format, and the stream.
        head = b""
        while b"\n" not in head and len(head) < HEAD_TO_DETECT:
            more = stream.read(HEAD_TO_DETECT - len(head))
            if not more:
                break
            head += more
        # Nothing of a pipe can be read again to compare it: its first line must do.
        begun = self._begin(item, head, known_by=head.partition(b"\n")[0], taken=())
        if isinstance(begun, Skipped):
            yield begun
            return
        start = self._start(item, begun, datetime.now(UTC))
        framer = framer_class(begun.format, head)(limit=start.limit)
        yield start
        most = self._options.batch_records
        yield from read_batches(stream, framer, start, head=head, ended=True, most=most)

    def _read_file(self, item: Input) -> Iterator[Batch | Skipped]:
        status = item.path.stat()
        if not stat.S_ISREG(status.st_mode):
            yield Skipped(item.label, "is not a file: write it to standard input, and read -")
            return
        with Stream(item.path) as stream:
            head = stream.read_at(0, HEAD_TO_DETECT)
            if not head and not stream.read(1):
                yield Skipped(item.label, EMPTY)
                return

            def read_at(offset: int, length: int) -> bytes:
                # The heads of all known streams are compared: the file is not opened for each.
                if offset + length <= len(head):
                    return head[offset : offset + length]
                return stream.read_at(offset, length)

            known = self._folder(readable(item.path.parent))
            found = self._recognise(item, read_at, known.values())
            if found is None:
                # Rotated logs may be moved into another folder.
                alike = self._memory.beginning_with(checkpoints.hash_of(head[:HEAD]))
                found = self._recognise(item, read_at, alike)
            if found is not None:
                found = checkpoints.with_head(found, head)
            begun = found or self._begin(
                item, head, known_by=head[:HEAD], taken=_Taken(known, self._memory)
            )
            if isinstance(begun, Skipped):
                yield begun
                return
            stream.seek(begun.offset)
            start = self._start(item, begun, datetime.fromtimestamp(status.st_mtime, UTC))
            if found is None:
                yield start
            framer = framer_class(begun.format, head)(
                offset=begun.offset, header=begun.header, limit=start.limit
            )
            ended = item.source.complete or stream.compressed
            most = self._options.batch_records
            for batch in read_batches(stream, framer, start, head=b"", ended=ended, most=most):
                known[begun.stream] = batch.checkpoint
                yield batch

    def _recognise(
        self, item: Input, read_at: ReadAt, known: Iterable[Checkpoint]
    ) -> Checkpoint | None:
        """The checkpoint of the stream that a file holds, unless it was read as another format."""
        named = item.source.format
        of_format = [one for one in known if named in (None, one.format)]
        return checkpoints.recognise(readable(item.path), read_at, of_format, _still_holds)

    def _start(self, item: Input, checkpoint: Checkpoint, received: datetime) -> Batch:
        """A batch without records: where a stream stands, and what all its batches share."""
        return Batch(
            checkpoint,
            [],
            scope=checkpoint.stream,
            received=received,
            timezone=item.source.timezone,
            limit=self._options.limit(checkpoint.format),
        )

    def _folder(self, folder: str) -> dict[str, Checkpoint]:
        if folder not in self._folders:
            found = self._memory.checkpoints(folder)
            self._folders[folder] = {checkpoint.stream: checkpoint for checkpoint in found}
        return self._folders[folder]

    def _begin(
        self, item: Input, head: bytes, *, known_by: bytes, taken: Container[str]
    ) -> Checkpoint | Skipped:
        name, confidence = item.source.format, 1.0
        if name is None:
            detection = detect(head)
            name, confidence = detection.format, detection.confidence
            if name is None or confidence < self._options.least_confidence:
                guess = f" ({name} is {confidence:.0%} likely)" if name else ""
                reason = f"its content does not tell its format{guess}: name it with --format"
                return Skipped(item.label, reason, item.size)
        return checkpoints.begin(
            source=item.label,
            path=readable(item.path),
            format=name,
            confidence=confidence,
            head=known_by,
            taken=taken,
        )


class _Taken:
    """The ids of streams: those that a folder had before this run's, and those of any other."""

    def __init__(self, known: Container[str], memory: Memory) -> None:
        self._known, self._memory = known, memory

    def __contains__(self, stream: object) -> bool:
        return stream in self._known or self._memory.is_stream(str(stream))


def _still_holds(checkpoint: Checkpoint) -> bool:
    """Whether the file of a checkpoint still holds the checkpoint's stream."""
    path = Path(checkpoint.path)
    if not path.is_file():
        return False
    with Stream(path) as stream:
        return checkpoints.matches(checkpoint, stream.read_at)

"""What is to be stored: records of the journal, of tailed files, and messages put into folders."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from network_security.sensors.framing import Record
from network_security.storage import StoreError
from network_security.streaming.batches import Batch, Origin
from network_security.streaming.checkpoints import Checkpoint, hash_of
from network_security.streaming.inputs import Input, Source, find_inputs, readable
from network_security.streaming.read_options import Memory, ReadOptions, Skipped
from network_security.streaming.reading import Reader
from network_security.watching.entries import SOUND, DamagedError
from network_security.watching.journal import Channel, Journal
from network_security.watching.settings import Following

log = logging.getLogger(__name__)

BATCH_BYTES: Final = 8_000_000
QUIET_SECONDS: Final = 5.0
"""After which messages that are not complete are stored as they stand."""
DONE: Final = ".done"


class SourceOfBatches(Protocol):
    """Something with records to be stored."""

    def batches(self) -> Iterator[Batch]:
        """Yield what is new; may yield nothing."""

    def stored(self, batch: Batch) -> None:
        """Take note that a batch, and all before it, is stored."""


@dataclass
class _Progress:
    """How far a channel was read, which is further than it is stored."""

    checkpoint: Checkpoint
    moved: float = 0.0
    open_told: bool = True


class JournalSource:
    """The channels of a journal.

    A channel is one stream for ever: its checkpoint is found by the channel's id, and what went
    before it was stored.
    """

    def __init__(
        self,
        journal: Journal,
        known: Callable[[str], Checkpoint | None],
        *,
        records: int,
        line_limit: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Put them together.

        Args:
            journal: Where records are.
            known: Finds the checkpoint of a stream.
            records: Most records in a batch.
            line_limit: Most characters of a record that are parsed.
            clock: Seconds.
        """
        self._journal = journal
        self._known = known
        self._records = records
        self._limit = line_limit
        self._clock = clock
        self._progress: dict[str, _Progress] = {}
        self._channels: dict[str, Channel] = {}

    def batches(self) -> Iterator[Batch]:
        """Yield at most one batch a channel, so that none keeps the others waiting."""
        for channel in self._journal.channels:
            progress = self._progress.get(channel.stream) or self._begin(channel)
            batch = self._next(channel, progress)
            if batch is not None:
                yield batch

    def stored(self, batch: Batch) -> None:
        """Have the channel's files deleted as far as they are stored."""
        channel = self._channels.get(batch.checkpoint.stream)
        if channel is not None:
            channel.acknowledge(batch.checkpoint.offset)

    def _begin(self, channel: Channel) -> _Progress:
        known = self._known(channel.stream)
        if known is None or known.offset < channel.stored:
            # Not stored, and not there any more: only what somebody deleted by hand.
            known = replace(known or _first(channel), offset=channel.stored)
        channel.acknowledge(known.offset)
        self._channels[channel.stream] = channel
        progress = self._progress[channel.stream] = _Progress(known, self._clock())
        return progress

    def _next(self, channel: Channel, progress: _Progress) -> Batch | None:
        offset = progress.checkpoint.offset
        try:
            found = channel.read(offset, records=self._records, size=BATCH_BYTES)
        except DamagedError as error:
            behind = channel.skip_damage(offset)
            log.error("%s: %s; %s bytes are left out", channel.path, error, f"{behind - offset:,}")
            progress.checkpoint = replace(progress.checkpoint, offset=behind)
            return None
        now = self._clock()
        if not found:
            if progress.open_told or now - progress.moved < QUIET_SECONDS:
                return None
            progress.open_told = True
            return self._batch(progress.checkpoint, [], (), last=True)
        records, start = [], offset
        for entry, end in found:
            text = entry.content.decode("utf-8", "surrogateescape")
            problem = None if entry.problem == SOUND else entry.problem
            records.append(Record(text, start, end, "", problem))
            start = end
        progress.checkpoint = replace(progress.checkpoint, offset=start)
        progress.moved, progress.open_told = now, False
        origins = tuple(Origin(entry.received, entry.sender) for entry, _ in found)
        return self._batch(progress.checkpoint, records, origins)

    def _batch(
        self,
        checkpoint: Checkpoint,
        records: list[Record],
        origins: tuple[Origin, ...],
        *,
        last: bool = False,
    ) -> Batch:
        limit = None if checkpoint.format == "email" else self._limit
        return Batch(
            checkpoint,
            records,
            scope=checkpoint.stream,
            received=origins[0].received if origins else datetime.now(UTC),
            timezone="UTC",
            limit=limit,
            last=last,
            size=sum(record.end - record.start for record in records),
            origins=origins,
        )


def _first(channel: Channel) -> Checkpoint:
    return Checkpoint(
        stream=channel.stream,
        source=channel.name.listener,
        path=readable(channel.path),
        format=channel.name.format,
        head_sha256=hash_of(channel.stream.encode()),
        tail_sha256=hash_of(b""),
    )


class TailSource:
    """Files that are followed, those of which this process has the lease."""

    def __init__(
        self,
        following: Following,
        memory: Memory,
        options: ReadOptions,
        owns: Callable[[str], bool],
        lost: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Put them together.

        Args:
            following: What is followed, and how often it is looked at.
            memory: What is known of earlier runs.
            options: How files are read.
            owns: Whether this process follows a source, by its path.
            lost: Is told of streams that it does not follow any more.
            clock: Seconds.
        """
        self._sources = following.tail
        self._every = following.look_seconds
        self._memory = memory
        self._options = options
        self._owns = owns
        self._lost = lost
        self._clock = clock
        self._looked = float("-inf")
        self._readers: dict[str, Reader] = {}
        self._streams: dict[str, set[str]] = {}
        self._seen: dict[Path, tuple[int, int, int]] = {}
        self._told: set[str] = set()

    def batches(self) -> Iterator[Batch]:
        """Yield what the files have more than when they were last looked at."""
        if self._clock() - self._looked < self._every:
            return
        self._looked = self._clock()
        for source in self._sources:
            if not self._owns(source.path):
                # Another goes on from the checkpoints: what is remembered here is old then.
                if self._readers.pop(source.path, None):
                    self._seen.clear()
                    for stream in self._streams.pop(source.path, set()):
                        self._lost(stream)
                continue
            reader = self._readers.get(source.path)
            if reader is None:
                reader = self._readers[source.path] = Reader(self._memory, self._options)
            for item in find_inputs(source):
                if self._changed(item):
                    yield from self._read(reader, item)

    def stored(self, batch: Batch) -> None:
        """Nothing is to be done: the checkpoint tells how far it is."""

    def _changed(self, item: Input) -> bool:
        if item.kind != "file":
            return True
        try:
            status = item.path.stat()
        except OSError:
            return False
        now = status.st_ino, status.st_size, status.st_mtime_ns
        before = self._seen.get(item.path)
        self._seen[item.path] = now
        return now != before

    def _read(self, reader: Reader, item: Input) -> Iterator[Batch]:
        try:
            for raw in reader.read(item):
                if isinstance(raw, Batch):
                    streams = self._streams.setdefault(item.source.path, set())
                    streams.add(raw.checkpoint.stream)
                    yield raw
                elif raw.source not in self._told:
                    self._told.add(raw.source)
                    log.warning("%s: %s", raw.source, raw.reason)
        except StoreError:
            self._seen.pop(item.path, None)
            raise


@dataclass
class _Pass:
    """Files of a folder that were read together."""

    files: list[Path]
    last: Batch | None = None
    problems: set[str] = field(default_factory=set)


class DropSource:
    """Folders into which messages are put; a message's file is put away once it is stored.

    A file is read when it has not changed for a while. Write it under a name that begins with a
    dot, and rename it, and it is never read half.
    """

    def __init__(
        self,
        following: Following,
        memory: Memory,
        options: ReadOptions,
        owns: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Put them together; arguments as of `TailSource`."""
        self._told: set[str] = set()
        self._following = following
        self._memory = memory
        self._options = options
        self._owns = owns
        self._clock = clock
        self._looked = float("-inf")
        self._passes: dict[Path, _Pass] = {}

    def batches(self) -> Iterator[Batch]:
        """Yield the messages that are there, unless those of the last look are not stored yet."""
        if self._clock() - self._looked < self._following.look_seconds:
            return
        self._looked = self._clock()
        for folder in self._following.drop:
            if folder in self._passes or not self._owns(str(folder)):
                continue
            files = self._settled(folder)
            if files:
                yield from self._read(folder, files)

    def stored(self, batch: Batch) -> None:
        """Put away the files of a folder all of which is stored."""
        for folder, current in list(self._passes.items()):
            if current.last is batch:
                del self._passes[folder]
                for file in current.files:
                    if readable(file) not in current.problems:
                        self._put_away(file)

    def _read(self, folder: Path, files: list[Path]) -> Iterator[Batch]:
        current = self._passes[folder] = _Pass(files)
        source = Source(str(folder), name=readable(folder))
        item = _Messages(source, folder, files)
        # Made anew: what it remembers of a folder is older than what is stored of it.
        try:
            for raw in Reader(self._memory, self._options).read(item):
                if isinstance(raw, Skipped):
                    current.problems.add(raw.source)
                    if raw.source not in self._told:
                        self._told.add(raw.source)
                        log.warning("%s: %s", raw.source, raw.reason)
                    continue
                if raw.last:
                    current.last = raw
                yield raw
        finally:
            if current.last is None:
                self._passes.pop(folder, None)

    def _settled(self, folder: Path) -> list[Path]:
        """Files that are messages and have not changed for a while."""
        latest = time.time() - self._following.settle_seconds
        found = []
        with suppress(OSError):
            for file in sorted(folder.iterdir()):
                if file.name.startswith(".") or not file.is_file():
                    continue
                if file.stat().st_mtime <= latest:
                    found.append(file)
        return found

    def _put_away(self, file: Path) -> None:
        try:
            if self._following.after_drop == "delete":
                file.unlink(missing_ok=True)
                return
            done = file.parent / DONE
            done.mkdir(exist_ok=True)
            file.replace(done / file.name)
        except OSError as error:
            log.warning("%s is stored and cannot be put away: %s", file, error.strerror)


class _Messages(Input):
    """Certain files of a folder as messages, whatever their names."""

    def __init__(self, source: Source, folder: Path, files: list[Path]) -> None:
        super().__init__(source, folder, "messages")
        object.__setattr__(self, "_files", files)

    @property
    def messages(self) -> list[Path]:
        files: list[Path] = self.__dict__["_files"]
        return files

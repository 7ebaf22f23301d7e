"""Files that hold what was received until it is stored, so that nothing is lost in between.

A journal is a folder of channels, one for each listener and format. A channel is one stream, cut
into files that are named by the offset at which they begin: offsets go on for ever, and a file is
deleted when all of it is stored. What a process that was killed had half written is cut off when
the channel is opened again.

One thread appends, one reads and acknowledges.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from network_security.watching.entries import DamagedError, Entry, pack, unpack, whole
from network_security.watching.settings import JournalOptions

SUFFIX: Final = ".journal"
STREAM: Final = "stream"
_DIGITS: Final = 20


class JournalFullError(Exception):
    """There is no room: what waits to be stored has reached its bound, or the disk is full."""


class ChannelName(NamedTuple):
    """What a channel holds.

    Attributes:
        listener: What received it, such as ``syslog-udp``.
        format: A name of `FORMATS`.
    """

    listener: str
    format: str

    @property
    def folder(self) -> str:
        """Name of its folder."""
        return f"{self.listener}.{self.format}"

    @classmethod
    def of_folder(cls, name: str) -> ChannelName:
        """What a folder's channel is."""
        listener, _, format = name.rpartition(".")
        return cls(listener, format)


class _Segment:
    """One file of a channel."""

    def __init__(self, folder: Path, start: int) -> None:
        self.path = folder / f"{start:0{_DIGITS}d}{SUFFIX}"
        self.start = start
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def delete(self) -> None:
        os.close(self.descriptor)
        self.path.unlink(missing_ok=True)


class Channel:
    """One stream of a journal.

    Attributes:
        name: What it holds.
        stream: Its id, which no other channel ever has.
        end: Offset behind the last whole entry.
        stored: Offset before which everything is stored.
    """

    def __init__(self, folder: Path, name: ChannelName, segment_bytes: int) -> None:
        """Open it; made if it is not there."""
        self.name = name
        self.path = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._segment_bytes = segment_bytes
        self._lock = threading.Lock()
        self.stream = _stream_id(folder)
        starts = sorted(int(path.stem) for path in folder.glob(f"*{SUFFIX}"))
        self._segments = [_Segment(folder, start) for start in starts or [0]]
        last = self._segments[-1]
        size = _whole_size(last.descriptor)
        os.ftruncate(last.descriptor, size)
        self.stored = self._segments[0].start
        self.end = self._written = last.start + size
        self._unsynced = False

    @property
    def waiting(self) -> int:
        """Bytes that are not stored yet."""
        return self.end - self.stored

    def write(self, data: bytes, *, sync: bool = False) -> None:
        """Write entries, which nobody reads before they are published.

        Args:
            data: The entries.
            sync: Whether they are on the disk when this returns.

        Raises:
            OSError: They could not be written; `withdraw` then.
        """
        segment = self._segments[-1]
        position = self._written - segment.start
        if position >= self._segment_bytes and self._written == self.end:
            segment = _Segment(self.path, self._written)
            with self._lock:
                self._segments.append(segment)
            position = 0
        view = memoryview(data)
        while view:
            # At a position: what an interrupted write left behind is written over.
            size = os.pwrite(segment.descriptor, view, position)
            view, position = view[size:], position + size
        if sync:
            os.fsync(segment.descriptor)
        self._unsynced |= not sync
        self._written += len(data)

    def publish(self) -> None:
        """Let what was written be read."""
        self.end = self._written

    def withdraw(self) -> None:
        """Take back what was written and not published."""
        self._written = self.end
        segment = self._segments[-1]
        with suppress(OSError):
            os.ftruncate(segment.descriptor, self.end - segment.start)

    def read(self, offset: int, *, records: int, size: int) -> list[tuple[Entry, int]]:
        """Return entries from an offset on, each with the offset behind it.

        Args:
            offset: Where an entry begins.
            records: Most entries.
            size: About how many bytes; one entry is returned in any case, if there is one.

        Raises:
            DamagedError: There is something else in the file.
        """
        end = self.end
        with self._lock:
            segment = next(
                (each for each in reversed(self._segments) if each.start <= offset), None
            )
            behind = [each.start for each in self._segments if each.start > offset]
        if segment is None or offset >= end:
            return []
        until = min([end, *behind])
        found: list[tuple[Entry, int]] = []
        wanted = size
        while not found:
            data = os.pread(segment.descriptor, min(wanted, until - offset), offset - segment.start)
            for entry, behind_it in unpack(data):
                found.append((entry, offset + behind_it))
                if len(found) == records:
                    break
            if not found and len(data) == until - offset:
                raise DamagedError(f"{segment.path} ends within a record")
            wanted *= 4
        return found

    def skip_damage(self, offset: int) -> int:
        """Return where the next file begins behind an offset; the end if there is none."""
        with self._lock:
            return min([self.end, *(each.start for each in self._segments if each.start > offset)])

    def acknowledge(self, offset: int) -> None:
        """Note that everything before an offset is stored; files that end before it are deleted."""
        with self._lock:
            self.stored = max(self.stored, min(offset, self.end))
            while len(self._segments) > 1 and self._segments[1].start <= self.stored:
                self._segments.pop(0).delete()

    def sync(self) -> None:
        """Have the system write through to the disk what was published.

        Raises:
            OSError: It could not.
        """
        if self._unsynced:
            self._unsynced = False
            os.fsync(self._segments[-1].descriptor)

    def close(self) -> None:
        """Close its files."""
        with self._lock:
            for segment in self._segments:
                os.close(segment.descriptor)
            self._segments = []


class Journal:
    """The channels of one worker.

    Attributes:
        grown: Is set when something was appended.
    """

    def __init__(
        self, folder: Path, options: JournalOptions, *, waiting_elsewhere: Callable[[], int] = int
    ) -> None:
        """Open the channels that there are.

        Args:
            folder: Of this worker's channels.
            options: How much is kept.
            waiting_elsewhere: Tells bytes that count towards the bound as well.

        Raises:
            OSError: The folder cannot be used.
        """
        self._folder = folder
        self._options = options
        self._elsewhere = waiting_elsewhere
        self.grown = threading.Event()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._channels: dict[ChannelName, Channel] = {}
        for path in sorted(folder.iterdir()):
            if path.is_dir() and (path / STREAM).is_file():
                self._open(ChannelName.of_folder(path.name))
        if any(channel.waiting for channel in self.channels):
            self.grown.set()

    @property
    def channels(self) -> list[Channel]:
        """All channels."""
        return list(self._channels.values())

    @property
    def waiting(self) -> int:
        """Bytes that are not stored yet."""
        return sum(channel.waiting for channel in self.channels)

    @property
    def has_room(self) -> bool:
        """Whether something may be appended."""
        return self.waiting + self._elsewhere() < self._options.most_bytes

    def append(self, entries: Mapping[ChannelName, Iterable[Entry]]) -> None:
        """Append entries to their channels, all or none of them.

        Raises:
            JournalFullError: There is no room; nothing was appended.
        """
        if not self.has_room:
            raise JournalFullError(f"{self._options.most_bytes:,} bytes wait to be stored")
        touched: list[Channel] = []
        try:
            for name, received in entries.items():
                channel = self._channels.get(name) or self._open(name)
                touched.append(channel)
                channel.write(pack(received), sync=self._options.sync == "always")
        except OSError as error:
            for channel in touched:
                channel.withdraw()
            raise JournalFullError(f"{self._folder}: {error.strerror or error}") from error
        for channel in touched:
            channel.publish()
        self.grown.set()

    def sync(self) -> None:
        """Have everything written through to the disk.

        Raises:
            OSError: It could not be.
        """
        for channel in self.channels:
            channel.sync()

    def close(self) -> None:
        """Close all files."""
        for channel in self.channels:
            channel.close()

    def _open(self, name: ChannelName) -> Channel:
        channel = Channel(self._folder / name.folder, name, self._options.segment_bytes)
        self._channels[name] = channel
        return channel


def _stream_id(folder: Path) -> str:
    """The id that a channel has had since it was made."""
    path = folder / STREAM
    with suppress(FileNotFoundError):
        known = path.read_text().strip()
        if known:
            return known
    made = secrets.token_hex(8)
    partial = path.with_suffix(".partial")
    partial.write_text(made)
    partial.replace(path)
    return made


def _whole_size(descriptor: int) -> int:
    """Size of the whole entries of a file, which may end within one."""
    size, position, chunk = os.fstat(descriptor).st_size, 0, 4_000_000
    while position < size:
        found = whole(os.pread(descriptor, chunk, position))
        if not found and position + chunk >= size:
            break
        position, chunk = position + found, chunk if found else chunk * 4
    return position

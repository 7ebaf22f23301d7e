"""What the paths of a source name: files, compressed files, folders of messages, standard input."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from glob import has_magic, iglob
from pathlib import Path
from typing import IO, Any, Literal, Self, cast

import zstandard

from network_security.sensors import FORMATS
from network_security.sensors.times import zone

STDIN = "-"
MESSAGE_SUFFIX = ".eml"
DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError)
"""What reading a damaged or cut-off compressed file raises."""

_GZIP, _ZSTD, _BZIP2, _XZ = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ\x00"
_LONGEST_MAGIC = 6
_SKIP = 1024 * 1024
# Four bytes of zstd can stand for 128 KB, and all that is given to it at once is unpacked.
_ZSTD_BYTES = 512

Kind = Literal["file", "messages", "stdin"]


@dataclass(frozen=True)
class Source:
    """Where raw events come from, as the settings or a command name it.

    Attributes:
        path: A file, a folder, a pattern such as ``/var/log/**/mail.log*``, or ``-`` for standard
            input.
        format: A name of `network_security.sensors.FORMATS`; told from the content when None.
        name: What the source is called in tables; the path of each file when None.
        timezone: Zone of times that name none.
        complete: Whether nothing is going to be appended any more: then a last line without its
            end is taken as well. Compressed files and standard input always are.
    """

    path: str
    format: str | None = None
    name: str | None = None
    timezone: str = "UTC"
    complete: bool = False

    def __post_init__(self) -> None:
        """Refuse what would make dead letters of all that is read.

        Raises:
            ValueError: If there is no such format or time zone.
        """
        if self.format is not None and self.format not in FORMATS:
            known = ", ".join(FORMATS)
            raise ValueError(f"{self.path}: no format {self.format!r}: one of {known}")
        zone(self.timezone)


@dataclass(frozen=True)
class Input:
    """One stream of bytes, or messages in files of their own, that a source names."""

    source: Source
    path: Path
    kind: Kind

    @property
    def label(self) -> str:
        """What it is called in tables."""
        return self.source.name or readable(self.path)

    @property
    def messages(self) -> list[Path]:
        """The files of a folder of messages, in the order of their names; a message's own file."""
        if self.path.is_file():
            return [self.path]
        return sorted(file for file in self.path.iterdir() if _is_message(file))

    @property
    def size(self) -> int:
        """Bytes on disk; 0 for standard input."""
        if self.kind == "stdin":
            return 0
        try:
            files = self.messages if self.kind == "messages" else [self.path]
        except OSError:
            return 0
        return sum(map(size_on_disk, files))


def find_inputs(source: Source) -> Iterator[Input]:
    """Yield what a source names, in the order of the paths; nothing when nothing is there.

    Folders are walked through; names that begin with a dot are left out. Files that end in
    ``.eml``, and those in ``cur`` and ``new`` of a Maildir, are messages: a folder of them is one
    input. What several names or links lead to is yielded once.
    """
    if source.path == STDIN:
        yield Input(source, Path("stdin"), "stdin")
        return
    written = Path(source.path).expanduser()
    found = [written]
    if has_magic(str(written)) and not written.exists():
        # Not Path.glob, which does not take absolute patterns.
        found = [Path(name) for name in sorted(iglob(str(written), recursive=True))]  # noqa: PTH207
    met: set[Path] = set()
    for path in found:
        # Not Path.absolute, which leaves "..": a file's path is part of what it is known by.
        yield from _at(source, Path(os.path.abspath(path)), met)  # noqa: PTH100


def readable(path: Path) -> str:
    """Return a path as text that can be stored; a name need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def size_on_disk(file: Path) -> int:
    """Return a file's bytes; 0 when it is gone."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _at(source: Source, path: Path, met: set[Path]) -> Iterator[Input]:
    """Yield what is at a path, unless it was met: links may lead round in circles."""
    real = Path(os.path.realpath(path))
    if real in met:
        return
    met.add(real)
    if path.is_dir():
        yield from _in_folder(source, path, met)
    elif path.suffix.lower() == MESSAGE_SUFFIX:
        # Else it is one of the messages of a folder that was yielded.
        if not path.is_file() or Path(os.path.realpath(path.parent)) not in met:
            yield Input(source, path, "messages")
    elif path.exists() or path.is_symlink():
        yield Input(source, path, "file")


def _in_folder(source: Source, folder: Path, met: set[Path]) -> Iterator[Input]:
    try:
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
        messages = {entry for entry in entries if _is_message(entry)}
    except OSError:
        # Reading it says why it cannot be read.
        yield Input(source, folder, "messages")
        return
    if messages:
        yield Input(source, folder, "messages")
    for entry in entries:
        if entry not in messages and not _is_unfinished_mail(entry):
            yield from _at(source, entry, met)


def _is_unfinished_mail(folder: Path) -> bool:
    """Whether it is the folder of a Maildir in which messages are written before they are there."""
    return folder.name == "tmp" and all((folder.parent / name).is_dir() for name in ("cur", "new"))


def _is_message(file: Path) -> bool:
    if file.name.startswith(".") or not file.is_file():
        return False
    maildir = file.parent.name in ("cur", "new") and (file.parent.parent / "tmp").is_dir()
    return maildir or file.suffix.lower() == MESSAGE_SUFFIX


class Stream:
    """The bytes of a file or of standard input, decompressed.

    Whether and how it is compressed follows from its first bytes, not from its name.

    Attributes:
        compressed: Whether it had to be decompressed: then nothing is going to be appended to it.
    """

    def __init__(self, path: Path | None) -> None:
        """Open a file, or standard input when there is no path.

        Raises:
            OSError: If it cannot be opened or read.
        """
        self._path = path
        self._raw = _standard_input() if path is None else path.open("rb")
        self._magic = self._raw.peek(_LONGEST_MAGIC)
        unpacked = _unpacked(self._raw, self._magic)
        self.compressed = unpacked is not None
        self._data = unpacked or self._raw
        self._read = 0

    def __enter__(self) -> Self:
        """Return the stream itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if self._path is not None:
            self._raw.close()

    def read(self, most: int) -> bytes:
        """Return the next bytes; of standard input what has come, b"" at the end."""
        chunk = cast("io.BufferedReader", self._data).read1(most)
        self._read += len(chunk)
        return chunk

    def seek(self, offset: int) -> None:
        """Go to a position; what is compressed is read up to it.

        Raises:
            OSError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError: If it is damaged.
        """
        self._go(self._data, offset)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return the bytes at a position, fewer at the end or before damage.

        The stream stays where it is.
        """
        found = b""
        position = self._raw.tell()
        # Not opened again: its path may be that of another file by now.
        self._raw.seek(0)
        data = cast("io.BufferedReader", _unpacked(self._raw, self._magic) or self._raw)
        with suppress(*DAMAGED):
            self._go(data, offset)
            while len(found) < length and (more := data.read1(length - len(found))):
                found += more
        self._raw.seek(position)
        return found

    def _go(self, data: IO[bytes], offset: int) -> None:
        """Go to a position of the content, from its start if that is compressed."""
        if not self.compressed:
            data.seek(offset)
            return
        while offset > 0 and (skipped := data.read(min(offset, _SKIP))):
            offset -= len(skipped)

    def position(self) -> int:
        """How many bytes of the file on disk, or of standard input, were read."""
        return self._read if self._path is None else self._raw.tell()


def _standard_input() -> io.BufferedReader:
    # Not sys.stdin: a thread that waits for it would keep the interpreter from ending in order.
    return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False))


class _ZstdFrames(io.RawIOBase):
    """Decompresses zstd, and says when a frame is cut off, which the library's reader does not."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._packed = b""
        self._data = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._data:
            packed = self._packed or self._raw.read(_ZSTD_BYTES)
            if not packed and self._frame is not None:
                raise EOFError("compressed file ended before the end of its last frame")
            if not packed:
                return 0
            self._frame = self._frame or zstandard.ZstdDecompressor().decompressobj()
            self._data = memoryview(self._frame.decompress(packed))
            self._packed = self._frame.unused_data
            if self._frame.eof:
                self._frame = None
        size = min(len(buffer), len(self._data))
        buffer[:size] = self._data[:size]
        self._data = self._data[size:]
        return size


def _unpacked(raw: IO[bytes], magic: bytes) -> IO[bytes] | None:
    if magic.startswith(_GZIP):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
    if magic.startswith(_ZSTD):
        return cast("IO[bytes]", io.BufferedReader(_ZstdFrames(raw)))
    if magic.startswith(_BZIP2):
        return cast("IO[bytes]", bz2.BZ2File(raw))
    if magic.startswith(_XZ):
        return cast("IO[bytes]", lzma.LZMAFile(raw))
    return None

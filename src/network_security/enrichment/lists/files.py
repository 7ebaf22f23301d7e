"""Opens the operator's files: text as it is, in gzip, or in a zip, within bounds.

A small file may unpack to a huge one, and a line may never end; what is read is counted as it
comes, so that neither costs more than the bounds below.
"""

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from network_security.enrichment.lists.errors import ListError, Skipped

MOST_BYTES: Final = 512 * 1024**2
"""Bytes that a list may have once it is unpacked."""
LONGEST_LINE: Final = 65_536
MOST_ENTRIES: Final = 10_000_000
"""Entries of one list; ten million take about a gigabyte."""
TOO_LONG_LINE: Final = f"a line of more than {LONGEST_LINE:,} characters"

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DAMAGED = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


class _Bounded(io.RawIOBase):
    """Reads a stream, and stops after the most bytes that a list may have."""

    def __init__(self, stream: IO[bytes], path: Path, most_bytes: int) -> None:
        self._stream = stream
        self._path = path
        self._most = self._left = most_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._stream.read(len(buffer))
        self._left -= len(piece)
        if self._left < 0:
            raise ListError(self._path, f"holds more than {self._most:,} bytes", "split it")
        buffer[: len(piece)] = piece
        return len(piece)


@contextmanager
def opened(path: Path, most_bytes: int = MOST_BYTES) -> Iterator[io.TextIOWrapper]:
    """Open a list as text, UTF-8 or UTF-16 with its mark; bytes that are neither become U+FFFD.

    Args:
        path: the file.
        most_bytes: bytes that it may have once it is unpacked.

    Raises:
        ListError: If it is missing, damaged, encrypted, binary or too large.
    """
    try:
        if path.exists() and not path.is_file():
            raise ListError(path, "is no file", "give a file")
        with path.open("rb") as packed, _unpacked(packed, path) as stream:
            text = io.BufferedReader(_Bounded(stream, path, most_bytes))
            head = text.peek(1024)[:1024]
            if not head:
                raise ListError(path, "is empty", "fetch it again")
            wide = head.startswith(_UTF16)
            if b"\0" in head and not wide:
                raise ListError(path, "is no text", "give a text file, or one in gzip or zip")
            encoding = "utf-16" if wide else "utf-8-sig"
            yield io.TextIOWrapper(text, encoding=encoding, errors="replace")
    except FileNotFoundError as error:
        raise ListError(path, "is missing", "put it there, or correct the path") from error
    except PermissionError as error:
        raise ListError(
            path, f"cannot be read ({error.strerror})", "give a file that may be read"
        ) from error
    except _DAMAGED as error:
        raise ListError(path, f"is damaged ({error})", "fetch it again") from error


@contextmanager
def _unpacked(packed: IO[bytes], path: Path) -> Iterator[IO[bytes]]:
    magic = packed.read(4)
    packed.seek(0)
    if magic.startswith(_GZIP):
        with gzip.open(packed) as stream:
            yield stream  # type: ignore[misc]
    elif magic == _ZIP:
        if path.stat().st_size > MOST_BYTES:  # Its directory alone could fill the memory.
            raise ListError(path, f"holds more than {MOST_BYTES:,} bytes", "unpack it")
        with zipfile.ZipFile(packed) as archive, _only_member(archive, path) as stream:
            yield stream
    else:
        yield packed


def _only_member(archive: zipfile.ZipFile, path: Path) -> IO[bytes]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        raise ListError(path, f"holds {len(members)} files, not one", "unpack it")
    try:
        return archive.open(members[0])
    except (RuntimeError, NotImplementedError) as error:
        raise ListError(path, f"cannot be unpacked ({error})", "unpack it") from error


def lines_of(text: io.TextIOBase, skipped: Skipped) -> Iterator[tuple[int, str]]:
    """Number the lines of a text, from 1 on, without their ends; blank ones are left out.

    Args:
        text: the text.
        skipped: is told of lines that are too long.
    """
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            skipped.add(TOO_LONG_LINE, f"line {number}", line)
            while line and not line.endswith("\n"):
                line = text.readline(LONGEST_LINE)
        elif not line.isspace():
            yield number, line.rstrip("\r\n")

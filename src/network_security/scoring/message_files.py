"""Messages as rows to score: a folder or a pattern of ``.eml`` files, and mailboxes (mbox)."""

from __future__ import annotations

import glob
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from network_security.scoring.rows import Rows, TableError
from network_security.sensors.framing.blocks import Mailbox
from network_security.streaming.identity import record_bytes
from network_security.streaming.progress import progress

MESSAGE, RAW = "message", "raw"
AT_ONCE_BYTES: Final = 4_000_000
CHUNK: Final = 1_000_000
"""Bytes of a mailbox that are read at a time."""
LARGEST: Final = 30_000_000
"""In bytes; the largest message that is read, as for logs (``reading.message_limit`` in conf)."""

_MBOX = b"From "
_FIELD = re.compile(rb"[!-9;-~]{1,76}:[ \t\r\n]")
_KNOWN = re.compile(
    rb"^(?:received|return-path|delivered-to|from|to|subject|date|message-id|mime-version):",
    re.IGNORECASE | re.MULTILINE,
)


def is_message(head: bytes) -> bool:
    """Whether a text begins as a message or a mailbox does (RFC 5322, RFC 4155)."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return text.startswith(_MBOX) or bool(_FIELD.match(text) and _KNOWN.search(text))


class MessageFiles:
    """Messages in files of their own, or many in one mailbox file.

    Rows are numbered from 1 on, file after file by name.
    """

    kind = "messages"
    id_column = MESSAGE
    time_column = None

    def __init__(self, pattern: str) -> None:
        """Find the files; messages are read by `rows`.

        Args:
            pattern: a file, a folder, all of whose files are taken, or a pattern.

        Raises:
            TableError: there is no file.
        """
        self.name = pattern
        path = Path(pattern)
        if path.is_dir():
            self._files = sorted(file for file in path.rglob("*") if file.is_file())
        else:
            found = [path] if path.is_file() else _matching(pattern)
            self._files = sorted(file for file in found if file.is_file())
        if not self._files:
            raise TableError(f"{pattern}: no message is there: name a file, folder or pattern")

    @cached_property
    def fingerprint(self) -> str:
        """Digest of all files, their names included."""
        digest = hashlib.sha256()
        for file in self._files:
            try:
                with file.open("rb") as stream:
                    content = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError as error:
                raise TableError(f"{file}: it cannot be read: {error}") from error
            digest.update(f"{file}\0{content}\0".encode(errors="surrogateescape"))
        return digest.hexdigest()

    @property
    def modified(self) -> datetime:
        """When the latest of the files was last written."""
        return datetime.fromtimestamp(max(file.stat().st_mtime for file in self._files), UTC)

    @property
    def empty(self) -> pd.DataFrame:
        """A frame without rows: what a message is called, and its bytes."""
        return _frame([], [])

    def rows(self, behind: int = 0) -> Iterator[Rows]:
        """Yield the messages behind a number, and show how far reading is."""
        names: list[str] = []
        raws: list[bytes] = []
        first, size = behind + 1, 0
        with progress(sum(file.stat().st_size for file in self._files)) as shown:
            for number, (name, raw) in enumerate(self._messages(), 1):
                if number <= behind:
                    continue
                names.append(name)
                raws.append(raw)
                size += len(raw)
                if size >= AT_ONCE_BYTES:
                    yield _rows(first, names, raws)
                    shown.advance(self.name, size, len(names))
                    first, size, names, raws = number + 1, 0, [], []
        if names:
            yield _rows(first, names, raws)

    def _messages(self) -> Iterator[tuple[str, bytes]]:
        for file in self._files:
            with file.open("rb") as stream:
                if stream.read(len(_MBOX)) != _MBOX:
                    stream.seek(0)
                    yield str(file), stream.read(LARGEST + 1)
                    continue
                stream.seek(0)
                for number, raw in enumerate(_of_mailbox(stream), 1):
                    yield f"{file}#{number}", raw


def _matching(pattern: str) -> Iterator[Path]:
    # pathlib's takes no absolute pattern.
    yield from map(Path, glob.iglob(pattern, recursive=True))  # noqa: PTH207


def _of_mailbox(stream: BinaryIO) -> Iterator[bytes]:
    """The messages of a mailbox, cut as those are that are followed: the same one is the same."""
    # A message above the limit is one byte too long, by which it is told.
    framer = Mailbox(limit=LARGEST + 1)
    while chunk := stream.read(CHUNK):
        yield from map(record_bytes, framer.feed(chunk))
    yield from map(record_bytes, framer.finish())


def _rows(first: int, names: list[str], raws: list[bytes]) -> Rows:
    fine = [place for place, raw in enumerate(raws) if len(raw) <= LARGEST]
    lost = {
        first + place: f"{names[place]} has more than {LARGEST:,} bytes"
        for place in range(len(raws))
        if len(raws[place]) > LARGEST
    }
    numbers = first + np.array(fine, np.int64)
    return Rows(numbers, _frame([names[n] for n in fine], [raws[n] for n in fine]), lost)


def _frame(names: list[str], raws: list[bytes]) -> pd.DataFrame:
    readable = [name.encode("utf-8", "backslashreplace").decode() for name in names]
    table = pa.table({MESSAGE: pa.array(readable, pa.string()), RAW: pa.array(raws, pa.binary())})
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame

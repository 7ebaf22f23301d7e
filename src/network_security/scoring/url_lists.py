"""Plain text files of URLs as rows to score: one a line, gzip or not."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from network_security.scoring.rows import Rows, TableError
from network_security.scoring.tables import GZIP, REST_LOST
from network_security.streaming.progress import progress

LINES_AT_ONCE: Final = 10_000
LONGEST_LINE: Final = 1_000_000
"""In bytes; a longer one is no URL."""

COMMENT: Final = b"#"


class UrlList:
    """A text file with a URL a line.

    Rows are numbered from 1 on; blank lines and those that begin with ``#`` are not counted.
    """

    kind = "urls"
    id_column = "url"
    time_column = None

    def __init__(self, path: Path) -> None:
        """Look at the file; rows are read by `rows`.

        Raises:
            TableError: the file is not there or cannot be read.
        """
        self._path = path
        try:
            self._status = path.stat()
            with path.open("rb") as file:
                self._zipped = file.read(2) == GZIP
                file.seek(0)
                self.fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise TableError(f"{path}: no list of URLs can be read: {error}") from error

    @property
    def name(self) -> str:
        """The file's path."""
        return str(self._path)

    @property
    def modified(self) -> datetime:
        """When the file was last written."""
        return datetime.fromtimestamp(self._status.st_mtime, UTC)

    @property
    def empty(self) -> pd.DataFrame:
        """A frame without rows, of one column."""
        return _frame([])

    def rows(self, behind: int = 0) -> Iterator[Rows]:
        """Yield the rows behind a number, and show how far reading is.

        Raises:
            TableError: the file was changed meanwhile.
        """
        last = 0
        urls: dict[int, str] = {}
        lost: dict[int, str] = {}
        with self._path.open("rb") as file, progress(self._status.st_size) as shown:
            lines = self._lines(gzip.GzipFile(fileobj=file) if self._zipped else file)
            before = 0
            for last, line in enumerate(lines, 1):
                if last > behind:
                    _file_line(line, last, urls, lost)
                if len(urls) + len(lost) >= LINES_AT_ONCE:
                    yield _rows(urls, lost)
                    shown.advance(self.name, file.tell() - before, len(urls))
                    urls, lost, before = {}, {}, file.tell()
        if urls or lost:
            yield _rows(urls, lost)
        now = self._path.stat()
        if (now.st_size, now.st_mtime_ns) != (self._status.st_size, self._status.st_mtime_ns):
            raise TableError(f"{self._path} was changed while it was read: score it again")

    def _lines(self, file: BinaryIO | gzip.GzipFile) -> Iterator[bytes | str]:
        """Lines that count, without their ends; a text for what is no line."""
        try:
            while line := file.readline(LONGEST_LINE):
                if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                        pass
                    yield f"a line of more than {LONGEST_LINE:,} bytes"
                    continue
                text = line.strip().removeprefix(b"\xef\xbb\xbf")
                if text and not text.startswith(COMMENT):
                    yield text
        except (OSError, EOFError) as error:
            yield f"{REST_LOST}: {error}"


def _file_line(line: bytes | str, number: int, urls: dict[int, str], lost: dict[int, str]) -> None:
    if isinstance(line, str):
        lost[number] = line
    else:
        urls[number] = line.decode("utf-8", "backslashreplace")


def _rows(urls: dict[int, str], lost: dict[int, str]) -> Rows:
    return Rows(np.array(list(urls), np.int64), _frame(list(urls.values())), lost)


def _frame(urls: list[str]) -> pd.DataFrame:
    table = pa.table({"url": pa.array(urls, pa.string())})
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame

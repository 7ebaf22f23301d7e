"""What a path holds to be scored, told from the content unless it is said."""

from __future__ import annotations

import csv
import glob
import gzip
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet

from network_security.evidence.phishing import FEATURES
from network_security.scoring.judges import URL_COLUMN
from network_security.scoring.message_files import MessageFiles, is_message
from network_security.scoring.rows import RowSource, TableError
from network_security.scoring.tables import GZIP, PARQUET, TableFile
from network_security.scoring.url_lists import UrlList

HEAD: Final = 65_536
"""So many first bytes tell what a file is."""


def open_source(path: str, *, kind: str | None = None, delimiter: str = ",") -> RowSource:
    """What a path holds.

    Messages are a folder, a pattern of several files, or a file that begins as a message does.
    A table with a column ``url`` is judged by URLs and features, one without by features alone;
    text without a heading is a list of URLs.

    Args:
        path: a file, a folder or a pattern.
        kind: ``features``, ``urls`` or ``messages``; by default told from the content.
        delimiter: what separates the cells of CSV.

    Raises:
        TableError: nothing is there, or it cannot be read.
    """
    file = Path(path)
    if kind == "messages" or (kind is None and (file.is_dir() or _is_pattern(path))):
        return MessageFiles(path)
    try:
        with file.open("rb") as stream:
            magic = stream.read(len(PARQUET))
            stream.seek(0)
            zipped = gzip.GzipFile(fileobj=stream) if magic.startswith(GZIP) else stream
            head = b"" if magic == PARQUET else zipped.read(HEAD)
        columns = _columns(file, magic, head, delimiter)
    except (OSError, EOFError, pa.ArrowException) as error:
        raise TableError(f"{path}: it cannot be read: {error}") from error
    if kind is None and not columns and is_message(head):
        return MessageFiles(path)
    has_urls = any(name.strip().lower() == URL_COLUMN for name in columns)
    if kind == "features" or (kind is None and columns and not has_urls):
        return TableFile(file, delimiter=delimiter)
    if columns and has_urls:
        name = next(name for name in columns if name.strip().lower() == URL_COLUMN)
        return TableFile(file, delimiter=delimiter, kind="urls", id_column=name)
    return UrlList(file)


def _is_pattern(path: str) -> bool:
    return glob.has_magic(path) and not Path(path).exists()


def _columns(path: Path, magic: bytes, head: bytes, delimiter: str) -> list[str]:
    """The names in the heading of a table; none for a text that has no heading."""
    if magic == PARQUET:
        return list(pa.parquet.read_schema(path).names)
    first = head.decode("utf-8-sig", "replace").partition("\n")[0].rstrip("\r")
    cells = next(csv.reader([first], delimiter=delimiter), []) if first else []
    known = {URL_COLUMN, *(name.lower() for name in FEATURES)}
    # A line of several cells is a heading, though of none of ours: said so when it is scored.
    several = len(cells) > 1 and "://" not in first and not is_message(head)
    return cells if several or any(cell.strip().lower() in known for cell in cells) else []

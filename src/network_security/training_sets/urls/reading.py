"""Reads one list of URLs, CSV or one URL a line, plain or gzip-compressed."""

import csv
import gzip
import zlib
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from network_security.training_sets.urls.published import LABELS, UrlList

MAX_BYTES: Final = 512 * 1024**2
"""Most bytes that a list may hold once it is decompressed."""

_GZIP_MAGIC: Final = b"\x1f\x8b"
_CSV: Final = (".csv", ".csv.gz")


class UrlListError(ValueError):
    """A list that cannot be read as one.

    Attributes:
        path: the file.
        line: the line in it, from 1; None when the fault is not on one line.
    """

    def __init__(self, path: Path, problem: str, *, line: int | None = None) -> None:
        where = f", line {line}" if line is not None else ""
        super().__init__(f"{path}{where}: {problem}")
        self.path = path
        self.line = line


class _Columns(NamedTuple):
    """Where a CSV file's columns stand; None for one it lacks."""

    url: int
    label: int | None
    date: int | None
    source: int | None


class _Line(NamedTuple):
    """One URL as a file has it, with the line that it stands on."""

    line: int
    url: str
    label: int
    date: str
    source: str


def read_url_list(path: Path, described: UrlList) -> pd.DataFrame:
    """The URLs of a file as they stand there.

    Args:
        path: the file.
        described: how to read it.

    Returns:
        Columns ``url`` and ``source`` (text), ``label`` (int8, 1 for phishing) and ``date`` (UTC,
        missing where the list has none).

    Raises:
        UrlListError: the file is no such list, or a line of it is not; says where.
        OSError: the file cannot be read.
    """
    text = _text(path)
    lines = _csv(path, text, described) if path.name.endswith(_CSV) else _plain(text, described)
    if not lines:
        raise UrlListError(path, "holds no URL")
    table = pd.DataFrame(lines, columns=list(_Line._fields))
    dates = pd.to_datetime(table["date"], utc=True, errors="coerce", format="mixed")
    if (bad := dates.isna() & (table["date"] != "")).any():
        first = table[bad].iloc[0]
        raise UrlListError(path, f"{first['date']!r} is no date", line=int(first["line"]))
    return pd.DataFrame(
        {
            "url": table["url"],
            "label": table["label"].astype("int8"),
            "source": table["source"].where(table["source"] != "", described.source),
            "date": dates,
        }
    )


def _text(path: Path) -> str:
    packed = path.read_bytes()
    try:
        if packed.startswith(_GZIP_MAGIC):
            with gzip.open(path) as stream:
                packed = stream.read(MAX_BYTES + 1)
        if len(packed) > MAX_BYTES:
            raise UrlListError(path, f"holds more than {MAX_BYTES:,} bytes; split it")
        return packed.decode("utf-8-sig")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UrlListError(path, f"damaged gzip file ({error}); fetch it again") from error
    except UnicodeDecodeError as error:
        raise UrlListError(path, f"not UTF-8 text (byte {error.start})") from error


def _plain(text: str, described: UrlList) -> list[_Line]:
    if described.label is None:
        raise ValueError(f"{described.file} has one URL a line and needs a label for all of them")
    return [
        _Line(number, line.strip(), described.label, "", "")
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]


def _csv(path: Path, text: str, described: UrlList) -> list[_Line]:
    reader = csv.reader(text.splitlines(keepends=True))
    lines = []
    try:
        columns = _columns(path, next(reader, []), described)
        for cells in reader:
            if not cells:
                continue
            if len(cells) <= max(column for column in columns if column is not None):
                raise UrlListError(path, "fewer cells than the header has", line=reader.line_num)
            if not (url := cells[columns.url].strip()):
                continue
            label = described.label
            if columns.label is not None:
                label = LABELS.get(cells[columns.label].strip().lower())
            if label is None:
                raise UrlListError(
                    path,
                    f"the label {cells[columns.label or 0]!r} is none of {', '.join(LABELS)}",
                    line=reader.line_num,
                )
            date, source = (
                cells[column].strip() if column is not None else ""
                for column in (columns.date, columns.source)
            )
            lines.append(_Line(reader.line_num, url, label, date, source))
    except csv.Error as error:
        raise UrlListError(path, f"not CSV ({error})", line=reader.line_num) from error
    return lines


def _columns(path: Path, header: list[str], described: UrlList) -> _Columns:
    names = [name.strip().lower() for name in header]
    wanted = [described.url_column]
    if described.label is None:
        wanted.append(described.label_column)
    if missing := [name for name in wanted if name.lower() not in names]:
        raise UrlListError(
            path,
            f"the header has no column {' or '.join(map(repr, missing))}; it has "
            f"{', '.join(map(repr, header)) or 'nothing'}",
            line=1,
        )
    optional = (described.date_column.lower(), described.source_column.lower())
    return _Columns(
        names.index(described.url_column.lower()),
        names.index(described.label_column.lower()) if described.label is None else None,
        *(names.index(name) if name in names else None for name in optional),
    )

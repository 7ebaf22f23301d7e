"""Reads the phishing table from CSV and ARFF files, plain, gzip-compressed or inside a zip archive.

The UCI archive distributes the set as ARFF with nominal attributes, other sites as CSV. What a file
is shows in its content, so that a wrong extension does no harm. scipy's ARFF reader copes with the
set, but says neither the line nor the column of a wrong cell.
"""

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
import pandas as pd

from network_security.training_sets.training_set import COLUMNS

MAX_BYTES: Final = 64 * 1024**2
"""Most bytes that a file may hold once it is decompressed; the published table takes 0.8 MB."""

_CODES: Final = {"-1": -1, "0": 0, "1": 1}
_INDEX_HEADERS: Final = frozenset({"", "id", "index", "unnamed: 0"})
_ATTRIBUTE: Final = re.compile(
    r"""\s*@attribute\s+(?:(["'])(?P<quoted>.+?)\1|(?P<bare>\S+))""", re.I
)
_GZIP_MAGIC: Final = b"\x1f\x8b"
_ZIP_MAGIC: Final = b"PK\x03\x04"


class TableFormatError(ValueError):
    """A file is not the phishing table.

    Attributes:
        path: The file.
        line: The line in it, from 1; None when the fault is not on one line.
        column: The column's name; None when the fault is not in one column.
    """

    def __init__(
        self, path: Path, problem: str, *, line: int | None = None, column: str | None = None
    ) -> None:
        where = "".join(
            (
                f", line {line}" if line is not None else "",
                f", column {column}" if column is not None else "",
            )
        )
        super().__init__(f"{path}{where}: {problem}")
        self.path = path
        self.line = line
        self.column = column


def read_table(path: Path) -> pd.DataFrame:
    """The table that a CSV or ARFF file holds, shape (n_rows, 31), int8, columns `COLUMNS`.

    A byte order mark, quoted cells, either line ending, another order of the columns and a leading
    index column are accepted. Names must be spelled as the data set spells them.

    Args:
        path: A `.csv` or `.arff` file, the same compressed with gzip, or a zip archive with one.

    Raises:
        TableFormatError: If the file is not such a table; says where and what was expected.
        OSError: If the file cannot be read.
    """
    try:
        text = _decompress(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableFormatError(path, f"not UTF-8 text (byte {error.start})") from error
    if "\0" in text:
        raise TableFormatError(path, "not a text file: it holds NUL characters")
    names, rows = _arff(path, text) if _is_arff(text) else _csv(path, text)
    return _decode(path, names, rows)


def _decompress(path: Path) -> bytes:
    content = path.read_bytes()
    try:
        if content.startswith(_GZIP_MAGIC):
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
                content = stream.read(MAX_BYTES + 1)
        elif content.startswith(_ZIP_MAGIC):
            with (
                zipfile.ZipFile(io.BytesIO(content)) as archive,
                archive.open(_table_member(path, archive)) as stream,
            ):
                content = stream.read(MAX_BYTES + 1)
    except (EOFError, OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise TableFormatError(path, f"broken compressed file ({error})") from error
    if len(content) > MAX_BYTES:
        raise TableFormatError(path, f"more than {MAX_BYTES // 1024**2} MiB of text")
    return content


def _table_member(path: Path, archive: zipfile.ZipFile) -> str:
    """The one table in an archive; the UCI archive has a draft whose name starts with a dot."""
    members = [
        name
        for name in archive.namelist()
        if not PurePosixPath(name).name.startswith(".")
        and PurePosixPath(name).suffix.lower() in {".arff", ".csv"}
    ]
    if len(members) != 1:
        found = ", ".join(members) or "none"
        raise TableFormatError(
            path, f"expected one .arff or .csv file in the archive, found {found}"
        )
    return members[0]


def _is_arff(text: str) -> bool:
    lines = (line.strip() for line in io.StringIO(text))
    first = next((line for line in lines if line and not line.startswith("%")), "")
    return first.lower().startswith(("@relation", "@attribute"))


def _csv(path: Path, text: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    cells = _cells(path, text, quotechar='"')
    _, names = next(cells, (1, []))
    return names, cells


def _arff(path: Path, text: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The attribute names and the data lines of an ARFF file.

    Format: "Attribute-Relation File Format", Weka manual, University of Waikato.
    """
    names = []
    stream = io.StringIO(text)
    for number, line in enumerate(stream, start=1):
        if attribute := _ATTRIBUTE.match(line):
            names.append(attribute["quoted"] or attribute["bare"])
        elif line.strip().lower() == "@data":
            data = stream.read()
            return names, _cells(path, data, quotechar="'", comment="%", lines_before=number)
    raise TableFormatError(path, "an ARFF file without an @data line")


def _cells(
    path: Path, text: str, *, quotechar: str, comment: str | None = None, lines_before: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each line that is neither empty nor a comment."""
    reader = csv.reader(io.StringIO(text, newline=""), quotechar=quotechar, skipinitialspace=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not (comment and cells[0].startswith(comment)):
                yield lines_before + reader.line_num, cells
    except csv.Error as error:
        raise TableFormatError(path, str(error), line=lines_before + reader.line_num) from error


def _decode(
    path: Path, names: Sequence[str], rows: Iterator[tuple[int, list[str]]]
) -> pd.DataFrame:
    positions = _positions(path, names)
    codes = bytearray()
    for line, cells in rows:
        if len(cells) != len(names):
            raise TableFormatError(path, f"{len(cells)} cells, expected {len(names)}", line=line)
        for column, position in positions.items():
            code = _CODES.get(cells[position])
            if code is None:
                problem = f"{cells[position][:40]!r}, expected -1, 0 or 1"
                raise TableFormatError(path, problem, line=line, column=column)
            codes.append(code & 0xFF)
    table = np.frombuffer(codes, dtype=np.int8).reshape(-1, len(COLUMNS))
    if not len(table):
        raise TableFormatError(path, "no rows")
    return pd.DataFrame(table.copy(), columns=list(COLUMNS))


def _positions(path: Path, names: Sequence[str]) -> dict[str, int]:
    """Where each of `COLUMNS` stands among the names of a file."""
    data_names = names[1:] if names and names[0].lower() in _INDEX_HEADERS else names
    missing = [name for name in COLUMNS if name not in data_names]
    unknown = [name for name in data_names if name not in COLUMNS]
    problems = []
    if names and all(name in _CODES for name in names):
        problems.append("the first line holds values, not names")
    else:
        if missing:
            problems.append(f"missing {', '.join(missing)}")
        if unknown:
            problems.append(f"unknown {', '.join(name[:40] for name in unknown[:31])}")
        if not problems and len(data_names) != len(COLUMNS):
            problems.append("a column stands there twice")
    if problems:
        expected = "expected the data set's own 31 names, spelled and capitalised as it does"
        raise TableFormatError(path, f"wrong columns: {'; '.join(problems)}; {expected}")
    return {name: names.index(name) for name in COLUMNS}

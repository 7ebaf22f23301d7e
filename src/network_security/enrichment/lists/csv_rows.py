"""Rows of a CSV file by the names of its columns; a bad row costs no other one."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from network_security.enrichment.lists.errors import ListError, Skipped
from network_security.enrichment.lists.files import lines_of

COMMENT = "#"
BAD_ROW = "no row of CSV"
FEW_CELLS = "fewer cells than the header has"


def csv_rows(
    text: io.TextIOBase,
    path: Path,
    wanted: Sequence[str | None],
    skipped: Skipped,
    *,
    header: Sequence[str] = (),
    delimiter: str = ",",
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's line and its cells of the wanted columns, without blanks around.

    A row is one line. Lines that begin with # are comments; the header may be the last of those
    before the first row, as some lists have it.

    Args:
        text: the file's text.
        path: the file, for errors.
        wanted: names of columns, upper and lower case alike; None for one that need not be there,
            whose cells are "".
        skipped: is told of rows that are none.
        header: names of all columns, for a file without a header.
        delimiter: what stands between cells.

    Raises:
        ListError: If the header lacks a wanted column.
    """
    places = _places(header, wanted)
    if header and places is None:
        raise _missing(path, header, wanted, None)
    comment: list[str] = []
    for line, written in lines_of(text, skipped):
        if written.startswith(COMMENT):
            comment = _cells(written.lstrip("# \t"), delimiter) or []
            continue
        cells = _cells(written, delimiter)
        if places is None:
            places = _places(comment, wanted)
            if places is None:
                places = _places(cells or [], wanted)
                if places is None:
                    raise _missing(path, cells or [], wanted, line)
                continue
        if cells is None:
            skipped.add(BAD_ROW, f"line {line}", written)
        elif len(cells) <= max(place for place in places if place is not None):
            skipped.add(FEW_CELLS, f"line {line}", written)
        else:
            yield line, ["" if place is None else cells[place].strip() for place in places]


def _cells(written: str, delimiter: str) -> list[str] | None:
    """The cells of a row; None for one whose quotes do not fit."""
    if '"' not in written:
        return written.split(delimiter)
    try:
        return next(csv.reader([written], delimiter=delimiter, strict=True, skipinitialspace=True))
    except csv.Error:
        return None


def _places(header: Sequence[str], wanted: Sequence[str | None]) -> list[int | None] | None:
    """Where the wanted columns stand; None when one is missing."""
    names = [name.strip().lower() for name in header]
    if any(name is not None and name.lower() not in names for name in wanted):
        return None
    return [None if name is None else names.index(name.lower()) for name in wanted]


def _missing(
    path: Path, header: Sequence[str], wanted: Sequence[str | None], line: int | None
) -> ListError:
    names = {name.strip().lower() for name in header}
    missing = [name for name in wanted if name is not None and name.lower() not in names]
    shown = ", ".join(repr(name.strip()[:40]) for name in header[:20]) or "nothing"
    return ListError(
        path,
        f"the header has no column {' or '.join(map(repr, missing))}; it has {shown}",
        "correct the names of the columns in the configuration",
        line,
    )

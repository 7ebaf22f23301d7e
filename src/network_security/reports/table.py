"""A table before it is written as HTML or Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table of texts; the first column names its rows.

    Attributes:
        columns: headings.
        rows: cells, as many a row as there are headings.
        words: positions of columns, besides the first, that hold words and no numbers.
        stands_out: position of a row to point out, or None.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: Sequence[int] = ()
    stands_out: int | None = None

"""Rows to score, wherever they come from, and how a stream of them is cut into equal portions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self

import numpy as np
import pandas as pd
from kedro.io import DatasetError
from numpy.typing import NDArray


class TableError(DatasetError):
    """Rows that cannot be scored at all; says of which source, why, and what to do."""


@dataclass(frozen=True)
class Rows:
    """Consecutive rows of one source.

    Attributes:
        numbers: each row's place in its source, from 1 on, of shape (n_rows,).
        frame: the rows, of shape (n_rows, n_columns): features by name, and any other columns.
        unreadable: rows of the same stretch that have no columns, by number, and why.
    """

    numbers: NDArray[np.int64]
    frame: pd.DataFrame
    unreadable: Mapping[int, str] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The last row's number; 0 when there is none."""
        return max([0, *map(int, self.numbers[-1:]), *self.unreadable])

    def split(self, last: int) -> tuple[Self, Self]:
        """The rows until this number, and those after it."""
        count = int(np.searchsorted(self.numbers, last, side="right"))
        until = {number: why for number, why in self.unreadable.items() if number <= last}
        after = {number: why for number, why in self.unreadable.items() if number > last}
        return (
            type(self)(self.numbers[:count], self.frame.iloc[:count], until),
            type(self)(self.numbers[count:], self.frame.iloc[count:], after),
        )


class RowSource(Protocol):
    """What can be scored: a table file, or what an extractor makes of URLs, messages or events.

    Attributes:
        name: what the source is called in messages and verdicts.
        kind: what its rows are: features, urls, messages or evidence.
        id_column: the column that says what a row is about, unless another is named.
        time_column: the column that says when what it tells of was last seen; None for `modified`.
        fingerprint: equal only for a source that gives the same rows in the same order.
        modified: when its content was last changed, with a zone.
        empty: a frame without rows that has every column, in the types that all rows have.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - described above

    @property
    def kind(self) -> str: ...  # noqa: D102

    @property
    def id_column(self) -> str | None: ...  # noqa: D102

    @property
    def time_column(self) -> str | None: ...  # noqa: D102

    @property
    def fingerprint(self) -> str: ...  # noqa: D102

    @property
    def modified(self) -> datetime: ...  # noqa: D102

    @property
    def empty(self) -> pd.DataFrame: ...  # noqa: D102

    def rows(self, behind: int = 0) -> Iterator[Rows]:
        """Yield the rows behind a number, in their order, in pieces of any size."""
        ...


def cut(rows: Iterable[Rows], size: int, *, behind: int = 0) -> Iterator[Rows]:
    """Yield the rows in portions of equal size, the last with fewer.

    Where a portion begins depends on row numbers alone, so that a source that is read again from
    the beginning of a portion gives the same ones.

    Args:
        rows: rows with numbers that follow each other.
        size: rows of a portion, unreadable ones included.
        behind: the number behind which the rows begin.
    """
    waiting: list[Rows] = []
    end = behind + size
    for piece in rows:
        rest = piece
        while rest.last > end:
            head, rest = rest.split(end)
            yield _joined([*waiting, head])
            waiting = []
            end += size
        waiting.append(rest)
    if any(piece.last for piece in waiting):
        yield _joined(waiting)


def _joined(pieces: list[Rows]) -> Rows:
    return Rows(
        numbers=np.concatenate([piece.numbers for piece in pieces]),
        frame=pd.concat([piece.frame for piece in pieces], ignore_index=True),
        unreadable={number: why for piece in pieces for number, why in piece.unreadable.items()},
    )

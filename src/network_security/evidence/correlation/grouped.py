"""Rows by what they have in common, in few bytes, for most have it alone."""

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from network_security.evidence.correlation.resting import HeldRow

By = TypeVar("By", bound=Hashable)


class Grouped(Generic[By]):
    """Rows by keys, of each those first that were added longest ago."""

    def __init__(self) -> None:
        self._one: dict[By, HeldRow] = {}
        self._several: dict[By, dict[HeldRow, None]] = {}

    def __len__(self) -> int:
        """The number of keys."""
        return len(self._one) + len(self._several)

    def add(self, key: By, row: HeldRow) -> None:
        """Add a row; one that was added before becomes the last."""
        rows = self._several.get(key)
        if rows is not None:
            rows.pop(row, None)
            rows[row] = None
            return
        other = self._one.setdefault(key, row)
        if other is not row:
            del self._one[key]
            self._several[key] = {other: None, row: None}

    def of(self, key: By) -> Sequence[HeldRow]:
        """Return the rows of a key."""
        row = self._one.get(key)
        return (row,) if row is not None else tuple(self._several.get(key, ()))

    def remove(self, key: By, row: HeldRow) -> None:
        """Remove a row that was added."""
        rows = self._several.get(key)
        if rows is None:
            del self._one[key]
            return
        del rows[row]
        if not rows:
            del self._several[key]

    def let_go(self, before: float) -> None:
        """Remove the rows that look for nothing at or after a time."""
        self._one = {key: row for key, row in self._one.items() if row.looks_until >= before}
        for key, rows in list(self._several.items()):
            kept = {row: None for row in rows if row.looks_until >= before}
            if kept:
                self._several[key] = kept
            else:
                del self._several[key]

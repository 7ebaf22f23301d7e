"""Which rows look for what: by key, in few bytes, for most keys are one row's."""

from collections.abc import Iterable

from network_security.evidence.correlation.joins import Key
from network_security.evidence.correlation.open_row import OpenRow
from network_security.evidence.correlation.parts import RowKey


class Looking:
    """Open rows by the keys that they look for."""

    def __init__(self) -> None:
        self._one: dict[Key, OpenRow] = {}
        self._several: dict[Key, dict[RowKey, OpenRow]] = {}

    def __len__(self) -> int:
        """The number of keys."""
        return len(self._one) + len(self._several)

    def add(self, key: Key, row: OpenRow) -> None:
        """Have a row look for a key; again changes nothing."""
        if key in self._several:
            self._several[key][row.key] = row
            return
        other = self._one.setdefault(key, row)
        if other is not row:
            del self._one[key]
            self._several[key] = {other.key: other, row.key: row}

    def of(self, key: Key) -> Iterable[OpenRow]:
        """Return the rows that look for a key, in the order in which they began to."""
        if key in self._one:
            return (self._one[key],)
        return tuple(self._several.get(key, {}).values())

    def remove(self, row: OpenRow) -> None:
        """Let a row look for nothing any more."""
        for key in row.looks_for:
            rows = self._several.get(key)
            if rows is None:
                del self._one[key]
                continue
            del rows[row.key]
            if not rows:
                del self._several[key]

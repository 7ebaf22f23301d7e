"""Which rows look for what, in few bytes, for rows have many looks."""

from network_security.evidence.correlation.grouped import Grouped
from network_security.evidence.correlation.joins import Key
from network_security.evidence.correlation.resting import HeldRow

_FEW = 1024
"""Keys below which nothing is looked through for what may be let go."""


class Looking:
    """Rows by the hashes of the keys that they may look for; what they do look for they know.

    A row is found until its last look has ended, and some of its keys no fact can have any more.
    """

    def __init__(self) -> None:
        self._rows: Grouped[int] = Grouped()
        self._enough = _FEW

    def __len__(self) -> int:
        """The number of keys."""
        return len(self._rows)

    def add(self, key: Key, row: HeldRow, earliest: float) -> None:
        """Have a row look for a key; again changes nothing.

        Args:
            key: What it looks for.
            row: The row.
            earliest: The earliest time of facts that may still come, in seconds since 1970.
        """
        self._rows.add(hash(key), row)
        if len(self._rows) > self._enough:
            self._rows.let_go(earliest)
            # Looked through once they are a quarter more, it costs the same for each key.
            self._enough = len(self._rows) * 5 // 4 + _FEW

    def of(self, key: Key, time: float) -> list[HeldRow]:
        """Return the rows that may look for a key at a time."""
        return [row for row in self._rows.of(hash(key)) if row.looks_until >= time]

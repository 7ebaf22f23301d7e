"""Rows that nothing happened to for a while: at rest they are bytes, a fraction of their size."""

from network_security.evidence.correlation.open_row import OpenRow
from network_security.evidence.correlation.packing import Packing
from network_security.evidence.correlation.parts import RowKey

MOST_LATELY = 2_000
"""Rows that are used between two turns; one that is awake takes ten times as much as at rest."""


class HeldRow:
    """A row, awake or at rest.

    Args:
        key: What it is found by.
        row: The row, awake.

    Attributes:
        key: What it is found by.
        host: Its host.
        looks_until: When the last of its looks ends, in seconds since 1970.
        row: The row, as bytes while it rests.
    """

    __slots__ = ("host", "key", "looks_until", "row")

    def __init__(self, key: RowKey, row: OpenRow) -> None:
        self.key = key
        self.host = row.host
        self.looks_until = float("-inf")
        self.row: OpenRow | bytes = row


class Resting:
    """Puts rows to rest, and wakes them."""

    def __init__(self) -> None:
        # Used since the last turn, and between the two turns before it.
        self._lately: dict[HeldRow, None] = {}
        self._before: dict[HeldRow, None] = {}
        self._packing: Packing[OpenRow] = Packing()

    @property
    def crowded(self) -> bool:
        """Whether so many rows were used since the last turn that another one is due."""
        return len(self._lately) >= MOST_LATELY

    def wake(self, held: HeldRow) -> OpenRow:
        """Return a row to use: it does not rest until it was not used between two turns."""
        self._lately[held] = None
        held.row = row = self._awake(held.row)
        return row

    def release(self, held: HeldRow) -> OpenRow:
        """Return a row that is not used any more after this."""
        self._lately.pop(held, None)
        self._before.pop(held, None)
        row = self._awake(held.row)
        held.row, held.looks_until = b"", float("-inf")
        return row

    def turn(self, earliest: float) -> None:
        """Put rows to rest that were not used since the last turn.

        Args:
            earliest: The earliest time of facts that may still come, in seconds since 1970: a row
                whose last look ended before it looks for nothing any more.
        """
        idle = []
        for held in self._before:
            row = held.row
            if isinstance(row, bytes):
                continue
            looks = held.looks_until >= earliest
            if not looks:
                row.looks_for.clear()
            if held in self._lately:
                continue
            if not row.page_characters:
                idle.append((held, row))
            elif looks:
                # Its page is shared with the message's other rows, and would be copied.
                self._lately[held] = None
        if idle and not self._packing.ready:
            self._packing.learn(row for _, row in idle)
        for held, row in idle:
            held.row = self._packing.pack(row)
        self._before, self._lately = self._lately, {}

    def _awake(self, row: OpenRow | bytes) -> OpenRow:
        if isinstance(row, OpenRow):
            return row
        return self._packing.unpack(row)

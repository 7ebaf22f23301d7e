"""Numbers of rows of one URL and period, when the first ones were closed to make room."""

from collections import OrderedDict

RowKey = tuple[str, int]
"""A URL, and the number of its period since 1970."""


class Parts:
    """Which part a row is: 0, unless a row of the same key was closed before its time.

    No two rows of a key have the same number. Of most keys only the latest closed are remembered;
    what was forgotten counts for all others of the period.

    Args:
        most: Keys that are remembered.

    >>> parts = Parts(most=1)
    >>> parts.closed(("a", 0), 0)
    >>> parts.of(("a", 0)), parts.of(("b", 0))
    (1, 0)
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._next: OrderedDict[RowKey, int] = OrderedDict()
        self._next_of_others: dict[int, int] = {}

    def of(self, key: RowKey) -> int:
        """Return the number of a row that is opened."""
        return self._next.get(key, self._next_of_others.get(key[1], 0))

    def closed(self, key: RowKey, part: int) -> None:
        """Remember that a row was closed before its time."""
        self._next[key] = part + 1
        self._next.move_to_end(key)
        if len(self._next) > self._most:
            (_, period), number = self._next.popitem(last=False)
            known = self._next_of_others.get(period, 0)
            self._next_of_others[period] = max(known, number)

    def forget(self, before: float) -> None:
        """Forget the periods before one: none of their rows is opened again."""
        for period in [period for period in self._next_of_others if period < before]:
            del self._next_of_others[period]

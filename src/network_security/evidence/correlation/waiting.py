"""Facts that wait for rows that may look for them, by the keys under which they are looked for."""

from collections import OrderedDict
from collections.abc import Iterator

from network_security.evidence.correlation.facts import Fact
from network_security.evidence.correlation.joins import Key, Windows, keys
from network_security.evidence.correlation.spans import Span

_FEW = 1024
"""Entries below which nothing is looked through for what may be let go."""


class Waiting:
    """Facts by their keys, held as long as the windows say and the limits allow.

    Args:
        windows: How long a fact is held.
        most_of_key: Facts of one key; the latest that came are kept.
        most: Facts in all, counted once for each key; those of the keys longest without a fact go
            first.
    """

    def __init__(self, windows: Windows, most_of_key: int, most: int) -> None:
        self._windows = windows
        self._most_of_key = most_of_key
        self._most = most
        self._facts: OrderedDict[Key, list[Fact]] = OrderedDict()
        self._count = 0
        self._enough = _FEW

    def __len__(self) -> int:
        """How many facts are held, counted once for each key."""
        return self._count

    def hold(self, fact: Fact, now: float) -> None:
        """Hold a fact.

        Args:
            fact: The fact.
            now: The latest time of events, in seconds since 1970.
        """
        for key in keys(fact):
            held = self._facts.setdefault(key, [])
            held.append(fact)
            self._count += 1
            if len(held) > self._most_of_key:
                del held[0]
                self._count -= 1
            self._facts.move_to_end(key)
        if self._count > self._enough:
            self._let_go(now)
        while self._count > self._most:
            self._count -= len(self._facts.popitem(last=False)[1])

    def find(self, key: Key, span: Span) -> Iterator[Fact]:
        """Yield the facts of a key in a span of time."""
        for fact in self._facts.get(key, ()):
            if span[0] <= fact.time <= span[1]:
                yield fact

    def clear(self) -> None:
        """Let go of all."""
        self._facts.clear()
        self._count = 0

    def _let_go(self, now: float) -> None:
        """Let go of facts that no row can look for any more."""
        for key, held in list(self._facts.items()):
            kept = [fact for fact in held if fact.time + self._windows.holding(fact) >= now]
            self._count -= len(held) - len(kept)
            if kept:
                self._facts[key] = kept
            else:
                del self._facts[key]
        # Looked through once they are twice as many, it costs the same for each fact.
        self._enough = 2 * self._count + _FEW

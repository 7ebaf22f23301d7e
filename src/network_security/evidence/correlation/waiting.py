"""Facts that wait for rows that may look for them, by the keys under which they are looked for."""

from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from network_security.evidence.correlation.facts import Fact
from network_security.evidence.correlation.joins import Key, Windows, keys
from network_security.evidence.correlation.packed_facts import PACKED, packing_of_facts
from network_security.evidence.correlation.spans import Span

_FEW = 1024
"""Entries below which nothing is looked through for what may be let go."""
_FIRST = 50
"""Facts by which the others are packed."""
_UNPACKED = 1024
"""Facts that are kept unpacked beside: those of a busy host are found again and again."""


class _Held(NamedTuple):
    """A fact, which is packed unless it is one of the first, or a link.

    Attributes:
        time: When it happened, in seconds since 1970.
        until: Until when it is held.
        fact: It.
    """

    time: float
    until: float
    fact: Fact | bytes


class Waiting:
    """Facts by their keys, held as long as the windows say and the limits allow.

    They are found by the hashes of the keys, which are smaller.

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
        self._facts: OrderedDict[int, tuple[_Held, ...]] = OrderedDict()
        self._count = 0
        self._enough = _FEW
        self._first: list[Fact] = []
        self._packing = packing_of_facts()
        self._unpack = lru_cache(_UNPACKED)(self._packing.unpack)

    def __len__(self) -> int:
        """How many facts are held, counted once for each key."""
        return self._count

    def hold(self, fact: Fact, now: float) -> None:
        """Hold a fact.

        Args:
            fact: The fact.
            now: The latest time of events, in seconds since 1970.
        """
        held = _Held(fact.time, fact.time + self._windows.holding(fact), self._packed(fact))
        for key in map(hash, keys(fact)):
            of_key = self._facts.get(key, ())
            self._facts[key] = (*of_key, held)[-self._most_of_key :]
            self._facts.move_to_end(key)
            self._count += len(of_key) < self._most_of_key
        if self._count > self._enough:
            self._let_go(now)
        while self._count > self._most:
            self._count -= len(self._facts.popitem(last=False)[1])

    def find(self, key: Key, span: Span) -> Iterator[Fact]:
        """Yield the facts of a key in a span of time."""
        for held in self._facts.get(hash(key), ()):
            if span[0] <= held.time <= span[1]:
                fact = self._unpack(held.fact) if isinstance(held.fact, bytes) else held.fact
                if key in keys(fact):
                    yield fact

    def clear(self) -> None:
        """Let go of all."""
        self._facts.clear()
        self._unpack.cache_clear()
        self._count = 0

    def _packed(self, fact: Fact) -> Fact | bytes:
        if not isinstance(fact, PACKED):
            return fact
        if self._packing.ready:
            return self._packing.pack(fact)
        self._first.append(fact)
        if len(self._first) == _FIRST:
            self._packing.learn(self._first)
            self._first.clear()
        return fact

    def _let_go(self, now: float) -> None:
        """Let go of facts that no row can look for any more."""
        for key, of_key in list(self._facts.items()):
            kept = tuple(held for held in of_key if held.until >= now)
            self._count -= len(of_key) - len(kept)
            if kept:
                self._facts[key] = kept
            else:
                del self._facts[key]
        # Looked through once they are twice as many, it costs the same for each fact.
        self._enough = 2 * self._count + _FEW

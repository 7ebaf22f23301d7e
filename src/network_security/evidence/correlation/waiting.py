"""Facts that wait for rows that may look for them, by the keys under which they are looked for."""

from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache

from network_security.evidence.correlation.facts import Fact
from network_security.evidence.correlation.joins import Key, Windows, keys
from network_security.evidence.correlation.packed_facts import (
    PACKED,
    FactPacking,
    Held,
    kind_of,
    time_of,
)
from network_security.evidence.correlation.spans import Span

_FEW = 1024
"""Entries below which nothing is looked through for what may be let go."""
_FIRST = 50
"""Facts by which the others are packed."""
_UNPACKED = 1024
"""Facts that are kept unpacked beside: those of a busy host are found again and again."""


class Waiting:
    """Facts by their keys, held as long as the windows say and the limits allow.

    There are many, and so they are held in few bytes: most are packed, most are the only one of
    their key, and they are found by the keys' hashes.

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
        # Keys longest without a fact first.
        self._facts: OrderedDict[int, Held | tuple[Held, ...]] = OrderedDict()
        self._count = 0
        self._enough = _FEW
        self._first: list[Fact] = []
        self._packing = FactPacking()
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
        held = self._packed(fact)
        for key in map(hash, keys(fact)):
            before = _several(self._facts.pop(key, ()))
            of_key = (*before, held)[-self._most_of_key :]
            self._facts[key] = of_key if len(of_key) > 1 else held
            self._count += len(of_key) - len(before)
        if self._count > self._enough:
            self._let_go(now)
        while self._count > self._most:
            self._count -= len(_several(self._facts.popitem(last=False)[1]))

    def find(self, key: Key, span: Span) -> Iterator[Fact]:
        """Yield the facts of a key in a span of time."""
        for held in _several(self._facts.get(hash(key), ())):
            if span[0] <= time_of(held) <= span[1]:
                fact = self._unpack(held) if isinstance(held, bytes) else held
                if key in keys(fact):
                    yield fact

    def clear(self) -> None:
        """Let go of all."""
        self._facts.clear()
        self._unpack.cache_clear()
        self._count = 0

    def _packed(self, fact: Fact) -> Held:
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
        for key, facts in list(self._facts.items()):
            of_key = _several(facts)
            kept = tuple(held for held in of_key if self._until(held) >= now)
            self._count -= len(of_key) - len(kept)
            if not kept:
                del self._facts[key]
            elif len(kept) < len(of_key):
                self._facts[key] = kept if len(kept) > 1 else kept[0]
        # Looked through once they are twice as many, it costs the same for each fact.
        self._enough = 2 * self._count + _FEW

    def _until(self, held: Held) -> float:
        return time_of(held) + self._windows.holding(kind_of(held))


def _several(facts: Held | tuple[Held, ...]) -> tuple[Held, ...]:
    return facts if isinstance(facts, tuple) else (facts,)

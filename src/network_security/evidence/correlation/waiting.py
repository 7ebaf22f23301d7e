"""Facts that wait for rows that may look for them, by the keys under which they are looked for."""

from collections import OrderedDict, deque
from collections.abc import Iterator

from network_security.evidence.correlation.facts import Fact
from network_security.evidence.correlation.joins import Key, Windows, keys

_FEW = 1024
"""Keys below which nothing is looked through for what may be let go."""


class Waiting:
    """Facts by their keys, held as long as the windows say and the limits allow.

    Args:
        windows: How long a fact is held.
        most_facts: Of one key; the latest that came are kept.
        most_keys: Those longest without a fact go first; at times twice as many are held.
    """

    def __init__(self, windows: Windows, most_facts: int, most_keys: int) -> None:
        self._windows = windows
        self._most_facts = most_facts
        self._most_keys = most_keys
        self._facts: OrderedDict[Key, deque[Fact]] = OrderedDict()
        self._enough = _FEW

    def __len__(self) -> int:
        """The number of keys."""
        return len(self._facts)

    def hold(self, fact: Fact, now: float) -> None:
        """Hold a fact.

        Args:
            fact: The fact.
            now: The latest time of events, in seconds since 1970.
        """
        for key in keys(fact):
            held = self._facts.get(key)
            if held is None:
                held = self._facts[key] = deque(maxlen=self._most_facts)
            held.append(fact)
            self._facts.move_to_end(key)
        if len(self._facts) > self._enough:
            self._let_go(now)

    def find(self, key: Key, start: float, end: float) -> Iterator[Fact]:
        """Yield the facts of a key in a span of time."""
        for fact in self._facts.get(key, ()):
            if start <= fact.time <= end:
                yield fact

    def clear(self) -> None:
        """Let go of all."""
        self._facts.clear()

    def _let_go(self, now: float) -> None:
        """Let go of facts that no row can look for any more, then of the oldest keys."""
        for key, held in list(self._facts.items()):
            kept = [fact for fact in held if fact.time + self._windows.holding(fact) >= now]
            if not kept:
                del self._facts[key]
            elif len(kept) < len(held):
                self._facts[key] = deque(kept, maxlen=self._most_facts)
        while len(self._facts) > self._most_keys:
            self._facts.popitem(last=False)
        # Looked through once they are twice as many, it costs the same for each fact.
        self._enough = min(2 * len(self._facts) + _FEW, 2 * self._most_keys)

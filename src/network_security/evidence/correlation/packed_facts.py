"""Facts as bytes, whose kind and time can be told without unpacking them."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from operator import attrgetter
from struct import Struct
from typing import Any

from network_security.evidence.correlation.facts import X509, Delivery, Dns, Fact, Request, Tls
from network_security.evidence.correlation.packing import Packing

Held = Fact | bytes
"""A fact, packed or not."""

PACKED = (Request, Delivery, Dns, Tls, X509)
"""Not links: those of a message share its page, which would be copied."""

_NUMBERS = {kind: number for number, kind in enumerate(PACKED)}
_VALUES = [attrgetter(*(each.name for each in fields(kind)[2:])) for kind in PACKED]
_HEAD = Struct("<Bd")


class FactPacking:
    """Packs facts of the kinds in `PACKED`."""

    def __init__(self) -> None:
        self._values: Packing[tuple[Any, ...]] = Packing()

    @property
    def ready(self) -> bool:
        """Whether it knows what facts have in common."""
        return self._values.ready

    def learn(self, facts: Iterable[Fact]) -> None:
        """Learn from some what they have in common."""
        self._values.learn(_VALUES[_number(fact)](fact) for fact in facts)

    def pack(self, fact: Fact) -> bytes:
        """Return a fact as bytes."""
        number = _number(fact)
        return _HEAD.pack(number, fact.time) + self._values.pack(_VALUES[number](fact))

    def unpack(self, packed: bytes) -> Fact:
        """Return a fact as it was."""
        number, time = _HEAD.unpack_from(packed)
        values = self._values.unpack(packed[_HEAD.size :])
        return PACKED[number](datetime.fromtimestamp(time, UTC), time, *values)


def kind_of(held: Held) -> type[Fact]:
    """Return a fact's kind."""
    return PACKED[held[0]] if isinstance(held, bytes) else type(held)


def time_of(held: Held) -> float:
    """Return when a fact happened, in seconds since 1970."""
    if isinstance(held, bytes):
        time: float = _HEAD.unpack_from(held)[1]
        return time
    return held.time


def _number(fact: Fact) -> int:
    return _NUMBERS[type(fact)]

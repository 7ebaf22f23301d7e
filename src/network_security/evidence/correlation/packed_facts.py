"""Facts as bytes, whose kind and time can be told without unpacking them."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
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
_HEAD = Struct("<Bq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_TICKS = 10**6


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
        head = _HEAD.pack(number, (fact.at - _EPOCH) // _TICK)
        return head + self._values.pack(_VALUES[number](fact))

    def unpack(self, packed: bytes) -> Fact:
        """Return a fact as it was."""
        number, ticks = _HEAD.unpack_from(packed)
        values = self._values.unpack(packed[_HEAD.size :])
        return PACKED[number](_EPOCH + ticks * _TICK, ticks / _TICKS, *values)


def kind_of(held: Held) -> type[Fact]:
    """Return a fact's kind."""
    return PACKED[held[0]] if isinstance(held, bytes) else type(held)


def time_of(held: Held) -> float:
    """Return when a fact happened, in seconds since 1970."""
    if isinstance(held, bytes):
        ticks: int = _HEAD.unpack_from(held)[1]
        return ticks / _TICKS
    return held.time


def _number(fact: Fact) -> int:
    return _NUMBERS[type(fact)]

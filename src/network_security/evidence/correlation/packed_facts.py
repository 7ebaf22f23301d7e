"""Facts as bytes."""

import pickle
from dataclasses import fields
from datetime import UTC, datetime
from operator import attrgetter

from network_security.evidence.correlation.facts import X509, Delivery, Dns, Fact, Request, Tls
from network_security.evidence.correlation.packing import Packing

PACKED = (Request, Delivery, Dns, Tls, X509)
"""Not links: those of a message share its page, which would be copied."""

_KINDS = {kind: number for number, kind in enumerate(PACKED)}
_VALUES = [attrgetter(*(each.name for each in fields(kind)[1:])) for kind in PACKED]


def packing_of_facts() -> Packing[Fact]:
    """Return what packs facts of the kinds in `PACKED`."""
    return Packing(_dumps, _loads)


def _dumps(fact: Fact) -> bytes:
    # Without its time as a date, which takes as long as all the rest, and follows from the other.
    kind = _KINDS[type(fact)]
    return pickle.dumps((kind, _VALUES[kind](fact)), pickle.HIGHEST_PROTOCOL)


def _loads(raw: bytes) -> Fact:
    kind, (time, *values) = pickle.loads(raw)  # noqa: S301 - our own bytes
    return PACKED[kind](datetime.fromtimestamp(time, UTC), time, *values)

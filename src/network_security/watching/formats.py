"""Which format a record has that came over a network, where one socket serves many devices."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

import orjson

from network_security.sensors.detect import detect
from network_security.sensors.signatures import SEEN, SIGNATURES, Kind

UNKNOWN: Final = "syslog"
"""What nothing is known of is read as: its parser takes any line."""

MOST_SENDERS: Final = 10_000
MOST_FORMATS: Final = 16
"""Formats that are remembered of a sender: a relay sends those of many devices."""


class SenderFormats:
    """Tells the format of each sender's records, and remembers what a sender sent last.

    Looking at a record closely takes as long as parsing several. It is done when a sender sends
    something new; what bears the mark of a product that the sender is known to send needs no more
    than a look at the mark.
    """

    def __init__(self, named: Mapping[str, str], *, least_confidence: float = 0.5) -> None:
        """Begin knowing nothing but what is named.

        Args:
            named: Format by the sender's address.
            least_confidence: How sure a format must be.
        """
        self._named = dict(named)
        self._least = least_confidence
        self._known: OrderedDict[str, list[str]] = OrderedDict()

    def of(self, sender: str, content: bytes) -> str:
        """Return the format of a record; `UNKNOWN` when it bears no format's mark."""
        named = self._named.get(sender)
        if named is not None:
            return named
        known = self._known.get(sender)
        if known is None:
            known = self._known[sender] = []
            if len(self._known) > MOST_SENDERS:
                self._known.popitem(last=False)
        head = content[:SEEN].decode("utf-8", "replace")
        members = _members(content)
        for kind in (Kind.MARK, Kind.TYPICAL):
            for place, name in enumerate(known):
                if _bears(kind, head, members, name):
                    known.insert(0, known.pop(place))
                    return name
        found = detect(content)
        if found.format is None or found.confidence < self._least:
            # A line without a mark, from one who has sent others, is most likely like them.
            return known[0] if known else UNKNOWN
        if found.format not in known:
            known.insert(0, found.format)
            del known[MOST_FORMATS:]
        return found.format


def _bears(kind: Kind, head: str, members: Mapping[str, Any] | None, name: str) -> bool:
    return any(
        signature.kind is kind and signature.matches(head, members)
        for signature in SIGNATURES[name]
    )


def _members(content: bytes) -> Mapping[str, Any] | None:
    if content.lstrip()[:1] != b"{":
        return None
    try:
        decoded = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return decoded if type(decoded) is dict else None

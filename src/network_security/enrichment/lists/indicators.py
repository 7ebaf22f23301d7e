"""An indicator of a threat, and its match with a URL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

Kind = Literal["url", "domain", "host", "ip", "network"]


class Entry(NamedTuple):
    """What a URL is compared with.

    Attributes:
        kind: `domain` for a name and all names under it, `host` for a name alone.
        value: In the form that all ways to write it have in common: a name in lower case and
            punycode, an address as RFC 5952 writes it, a URL without its scheme.
    """

    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class ThreatIndicator:
    """An entry of a threat list.

    Attributes:
        entry: What it is.
        list_name: The list that holds it.
        category: Kind of threat, in the list's words; "" for unknown.
        confidence: 0 to 100, None for unknown.
        valid_from: From when on it holds; None for always.
        valid_until: Until when it holds, that moment excluded; None for ever.
        reference: Its place in the list: a line, or an identifier.
        also: What must match besides, for indicators that name several things at once.
    """

    entry: Entry
    list_name: str
    category: str = ""
    confidence: int | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    reference: str = ""
    also: tuple[Entry, ...] = ()

    @property
    def kind(self) -> Kind:
        """What the value is."""
        return self.entry.kind

    @property
    def value(self) -> str:
        """The value that URLs are compared with."""
        return self.entry.value


@dataclass(frozen=True, slots=True)
class ThreatMatch:
    """A URL's match with an indicator.

    Attributes:
        indicator: The indicator.
        why: What of the URL it matches, a clause.
    """

    indicator: ThreatIndicator
    why: str

    @property
    def list_name(self) -> str:
        """The list that holds the indicator."""
        return self.indicator.list_name

    def __str__(self) -> str:
        one = self.indicator
        facts = [one.category] if one.category else []
        if one.confidence is not None:
            facts.append(f"confidence {one.confidence}")
        if one.valid_until is not None:
            facts.append(f"until {one.valid_until:%Y-%m-%d %H:%M} UTC")
        if one.reference:
            facts.append(one.reference)
        return f"{one.list_name}: {self.why}" + (f" ({', '.join(facts)})" if facts else "")

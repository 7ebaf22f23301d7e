"""IBM Log Event Extended Format 1.0 and 2.0, with the delimiters that devices really use.

Source: IBM QRadar, "Log Event Extended Format (LEEF)", version 2.
"""

import re
from dataclasses import dataclass, field

from network_security.sensors import key_value
from network_security.sensors.errors import ParseError

_HEADER_PARTS = 5
_HEX = re.compile(r"(?:0x|x|\\x|%)([0-9A-Fa-f]{2})$")


@dataclass(slots=True)
class Leef:
    """A decoded LEEF event; `prefix` is what stood before it, often a syslog header."""

    prefix: str
    vendor: str
    product: str
    version: str
    event_id: str
    attributes: dict[str, str] = field(default_factory=dict)


def decode(text: str) -> Leef:
    """Return the LEEF event in a line.

    LEEF 2.0 names its delimiter after the event id, as a character or as ``0x5E``; LEEF 1.0 uses
    tabs. Where neither delimiter occurs, a caret is tried, and then a value ends where the next
    ``key=`` begins.

    Raises:
        ParseError: With code ``syntax`` if there is no LEEF header, or one with fewer than five
            parts; ``unsupported`` for more than 32,768 attributes.
    """
    start = text.find("LEEF:")
    parts = text[start:].split("|", _HEADER_PARTS) if start >= 0 else []
    if len(parts) < _HEADER_PARTS:
        raise ParseError(
            "syntax", "no LEEF header with five parts", raw=text, position=max(start, 0)
        )
    rest = parts[_HEADER_PARTS] if len(parts) > _HEADER_PARTS else ""
    delimiter = "\t"
    if parts[0].endswith(":2.0"):
        # The delimiter's own part may be missing, and then attributes follow at once.
        stated, bar, after = rest.partition("|")
        if bar and "=" not in stated.removesuffix("="):
            delimiter, rest = _delimiter(stated.strip(" ")), after
    _, vendor, product, version, event_id = (part.strip() for part in parts[:_HEADER_PARTS])
    return Leef(text[:start], vendor, product, version, event_id, _attributes(rest, delimiter))


def _delimiter(stated: str) -> str:
    hexadecimal = _HEX.match(stated)
    if hexadecimal:
        return chr(int(hexadecimal[1], 16))
    return {"\\t": "\t", "": "\t"}.get(stated, stated)


def _attributes(text: str, delimiter: str) -> dict[str, str]:
    for candidate in (delimiter, "\t", "^"):
        if candidate in text:
            key_value.bound(text, candidate)
            pairs = [part.partition("=") for part in text.split(candidate)]
            return {key.strip(): value.strip() for key, equals, value in pairs if equals}
    return key_value.spaced(text)

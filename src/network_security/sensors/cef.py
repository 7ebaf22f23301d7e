"""ArcSight Common Event Format, as written by devices rather than as specified.

Source: Micro Focus, "ArcSight Common Event Format (CEF) Implementation Standard", version 25.
"""

import re
from dataclasses import dataclass, field

from network_security.sensors import key_value
from network_security.sensors.errors import ParseError

_HEADER = re.compile(r"((?:[^|\\]|\\.)*)\|", re.DOTALL)
_PARTS = 7


@dataclass(slots=True)
class Cef:
    """A decoded CEF event; `prefix` is what stood before it, often a syslog header."""

    prefix: str
    vendor: str
    product: str
    version: str
    signature: str
    name: str
    severity: str
    extension: dict[str, str] = field(default_factory=dict)

    def labelled(self) -> dict[str, str]:
        """Return custom fields by label: ``cs1Label=Rule cs1=7`` gives ``{'Rule': '7'}``."""
        values = self.extension
        return {
            label: values[key[:-5]]
            for key, label in values.items()
            if key.endswith("Label") and key[:-5] in values
        }


def decode(text: str) -> Cef:
    """Return the CEF event in a line.

    Unquoted blanks and equals signs in values are taken as they come: a value ends where the next
    ``key=`` begins.

    Raises:
        ParseError: With code ``syntax`` if there is no CEF header, or one with fewer than seven
        parts.
    """
    start = text.find("CEF:")
    if start < 0:
        raise ParseError("syntax", "no CEF header", raw=text, position=0)
    parts: list[str] = []
    end = start
    while len(parts) < _PARTS:
        match = _HEADER.match(text, end)
        if match is None:
            # The last part may end the line: an event without extension.
            parts.append(text[end:])
            end = len(text)
            break
        parts.append(match[1])
        end = match.end()
    if len(parts) < _PARTS:
        raise ParseError("syntax", "a CEF header has seven parts", raw=text, position=start)
    _, vendor, product, version, signature, name, severity = (
        part.replace("\\|", "|").replace("\\\\", "\\").strip() if "\\" in part else part.strip()
        for part in parts
    )
    extension = key_value.spaced(text[end:])
    return Cef(text[:start], vendor, product, version, signature, name, severity, extension)

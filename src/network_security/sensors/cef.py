"""ArcSight Common Event Format, as written by devices rather than as specified.

Source: Micro Focus, "ArcSight Common Event Format (CEF) Implementation Standard", version 25.
"""

import re
from dataclasses import dataclass, field

from network_security.sensors import key_value
from network_security.sensors.errors import ParseError

_PART = r"([^|\\]*+(?:\\.[^|\\]*+)*+)\|"
_FIRST_SIX = re.compile(_PART * 6, re.DOTALL)
_SEVENTH = re.compile(_PART, re.DOTALL)


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
            parts; ``unsupported`` for more than 32,768 keys in its extension.
    """
    start = text.find("CEF:")
    if start < 0:
        raise ParseError("syntax", "no CEF header", raw=text, position=0)
    header = _FIRST_SIX.match(text, start)
    if header is None:
        raise ParseError("syntax", "a CEF header has seven parts", raw=text, position=start)
    # The last part may end the line: an event without extension.
    last = _SEVENTH.match(text, header.end())
    end = last.end() if last else len(text)
    severity = last[1] if last else text[header.end() :]
    _, vendor, product, version, signature, name, severity = (
        part.replace("\\|", "|").replace("\\\\", "\\").strip() if "\\" in part else part.strip()
        for part in (*header.groups(), severity)
    )
    extension = key_value.spaced(text[end:])
    return Cef(text[:start], vendor, product, version, signature, name, severity, extension)

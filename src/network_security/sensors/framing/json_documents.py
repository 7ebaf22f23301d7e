r"""JSON that spans lines: documents one after another, arrays, and exports that wrap an array.

A record is an object that stands by itself, in an array, or in the list that an export is about:
``{"value": [{...}, {...}], "@odata.nextLink": ...}``; what is around the list is skipped. Text is
not judged, only brackets and strings are followed. Broken JSON must not take the rest of the stream
with it: a string ends with its line, and a record ends before an object at the start of a line that
no colon, comma or bracket announces. What is no JSON at all is a record a line, for the parser to
refuse.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto

from network_security.sensors.framing.base import Cut, Framer

LISTS = (
    b"value", b"Records", b"records", b"data", b"messagesDelivered", b"messagesBlocked",
    b"clicksPermitted", b"clicksBlocked",
)  # fmt: skip
"""Members that make an object an export: OData and Microsoft Graph (`value`), CloudTrail, Azure
event hubs, Mimecast, and the four of Proofpoint's SIEM API."""

_BETWEEN = re.compile(rb"[\s,\[\]}\x1e\x00]*+")
_MEMBER = re.compile(rb'"[^"\\\n]{1,200}+"\s{0,20}+:')
_LONGEST_MEMBER = 224
# What neither begins nor ends anything: text, whole strings, and line ends not before an object.
_PLAIN = re.compile(rb'(?:[^"{}\[\]\n]++|"(?:[^"\\\n]++|\\[^\n])*+"|\n(?=[^{]))*+')
_STRING = re.compile(rb'(?:[^"\\\n]++|\\[^\n])*+')
_LIST_NAME = re.compile(rb'"(?:' + b"|".join(LISTS) + rb')"\s{0,20}:\s{0,20}\Z')
_FIRST_ELEMENT = re.compile(rb"\[\s{0,60}+([^\s])")
_FARTHEST_ELEMENT = 62
_WINDOW = 64


class _State(Enum):
    BETWEEN = auto()
    INSIDE = auto()
    STRING = auto()
    JUNK = auto()


class JsonDocuments(Framer):
    """One record an object, however it is laid out."""

    def __init__(self, *, offset: int = 0, header: str = "", limit: int | None = None) -> None:
        super().__init__(offset=offset, header=header, limit=limit)
        self._state = _State.BETWEEN
        self._depth = 0

    def _cuts(self, final: bool) -> Iterator[Cut]:
        steps = {
            _State.BETWEEN: self._between,
            _State.INSIDE: self._inside,
            _State.STRING: self._string,
            _State.JUNK: self._junk,
        }
        moved = True
        while moved and self._scanned < len(self._buffer):
            begin = self._begin
            end, moved = steps[self._state](self._scanned, final)
            if begin is not None and end is not None:
                yield self._line(begin, end)
        if final:
            if self._begin is not None:
                yield self._line(self._begin, len(self._buffer))
            self._begin = None
            self._scanned = len(self._buffer)

    # Each step scans from a place on and returns where a record ends, if one does, and whether
    # there is more to do before the next bytes come.

    def _between(self, at: int, final: bool) -> tuple[int | None, bool]:
        self._scanned = at = _end(_BETWEEN, self._buffer, at)
        if at == len(self._buffer):
            return None, False
        opening = self._buffer[at]
        if opening == ord('"'):
            if _MEMBER.match(self._buffer, at):
                # The rest of an export around a list.
                self._state, self._depth = _State.INSIDE, 1
                return None, True
            if at + _LONGEST_MEMBER > len(self._buffer) and not final:
                return None, False
        self._begin = at
        self._state, self._depth = (_State.INSIDE, 1) if opening == ord("{") else (_State.JUNK, 0)
        self._scanned = at + 1
        return None, True

    def _inside(self, at: int, final: bool) -> tuple[int | None, bool]:
        self._scanned = at = _end(_PLAIN, self._buffer, at)
        if at == len(self._buffer):
            return None, False
        match chr(self._buffer[at]):
            case '"':
                self._state = _State.STRING
            case "\n":
                if at + 1 == len(self._buffer) and not final:
                    return None, False
                if self._breaks_off(at):
                    return self._close(at + 1)
            case "[":
                return self._bracket(at, final)
            case "{":
                self._depth += 1
            case _:
                self._depth -= 1
                if self._depth == 0:
                    return self._close(at + 1)
        self._scanned = at + 1
        return None, True

    def _breaks_off(self, at: int) -> bool:
        """Return whether the object on the next line cannot be part of the record."""
        before = self._buffer[max(at - _WINDOW, 0) : at].rstrip()[-1:]
        return self._buffer[at + 1 : at + 2] == b"{" and before not in b":,[{"

    def _bracket(self, at: int, final: bool) -> tuple[int | None, bool]:
        opens = self._opens_list(at, final)
        if opens is None:
            return None, False
        if opens:
            # What was a record until here is the export; its elements are the records.
            self._close(at + 1)
        else:
            self._depth += 1
            self._scanned = at + 1
        return None, True

    def _opens_list(self, at: int, final: bool) -> bool | None:
        """Return whether a bracket opens an export's list, None if that cannot be seen yet."""
        if self._depth != 1 or (self._begin is not None and at - self._begin > self._limit):
            return False
        if not _LIST_NAME.search(self._buffer[max(at - _WINDOW, 0) : at]):
            return False
        element = _FIRST_ELEMENT.match(self._buffer, at)
        if element is None and at + _FARTHEST_ELEMENT > len(self._buffer) and not final:
            return None
        return element is not None and element[1] in b"{]"

    def _string(self, at: int, final: bool) -> tuple[int | None, bool]:
        self._scanned = at = _end(_STRING, self._buffer, at)
        if self._buffer[at : at + 1] == b"\\":
            if at + 1 == len(self._buffer) and not final:
                return None, False
            at += 1
        if at >= len(self._buffer):
            return None, False
        self._state = _State.INSIDE
        self._scanned = at + (self._buffer[at] == ord('"'))
        return None, True

    def _junk(self, at: int, _final: bool) -> tuple[int | None, bool]:
        end = self._buffer.find(b"\n", at) + 1
        if end:
            return self._close(end)
        self._scanned = len(self._buffer)
        return None, False

    def _close(self, end: int) -> tuple[int, bool]:
        self._begin = None
        self._state, self._depth = _State.BETWEEN, 0
        self._scanned = end
        return end, True


def _end(pattern: re.Pattern[bytes], data: bytearray, at: int) -> int:
    """Return where a pattern that matches anywhere, if only nothing, stops to match."""
    found = pattern.match(data, at)
    return found.end() if found else at

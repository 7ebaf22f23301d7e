"""Comma-separated values (RFC 4180): a quoted field may span lines, a first row name columns."""

import re
from collections.abc import Iterator

from network_security.sensors.framing.base import Cut, Framer, Record, as_header

# A quote opens a field at the field's start only; elsewhere it is a character like others.
_MARK = re.compile(rb'(?<![^,;\t\n])"|\n')
_QUOTED = re.compile(rb'(?:[^"]++|"")*+')


class Rows(Framer):
    """One record a row; blank rows are none."""

    def __init__(self, *, offset: int = 0, header: str = "", limit: int | None = None) -> None:
        super().__init__(offset=offset, header=header, limit=limit)
        self._quoted = False

    def _cuts(self, final: bool) -> Iterator[Cut]:
        buffer = self._buffer
        while self._scanned < len(buffer):
            if self._begin is None:
                self._begin = self._scanned
            if self._quoted:
                closing = _QUOTED.match(buffer, self._scanned)
                self._scanned = closing.end() if closing else self._scanned
                if self._scanned + 1 >= len(buffer) and not final:
                    break  # The next quote may follow, which makes the two one character.
                self._quoted = False
                self._scanned = min(self._scanned + 1, len(buffer))
                continue
            mark = _MARK.search(buffer, self._scanned)
            self._scanned = mark.end() if mark else len(buffer)
            if mark and mark[0] == b'"':
                self._quoted = True
            elif mark:
                cut = self._line(self._begin, self._scanned)
                self._begin = None
                if cut[1] > cut[0]:
                    yield cut
        if final and self._begin is not None:
            yield self._line(self._begin, len(buffer))
            self._begin = None


class Table(Rows):
    """Rows whose first names the columns: it is the header of the others."""

    def _complete(self, final: bool) -> list[Record]:
        rows = super()._complete(final)
        if self.header or not rows:
            return rows
        if rows[0].text.startswith("#TYPE "):
            # PowerShell's Export-Csv names the type of its objects first.
            del rows[0]
        if rows:
            self.header = as_header(rows.pop(0).text)
        return [row._replace(header=self.header) for row in rows]

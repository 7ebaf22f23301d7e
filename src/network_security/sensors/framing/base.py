"""What all framings share: offsets, encodings, and records that are too long.

A framing derives from `Framer` and says in `_cuts` where records begin and end. Everything is
held in one buffer that begins with the unfinished record, so that memory is bounded by the limit of
a record and the size of a chunk, and each byte is scanned once.
"""

import codecs
from collections.abc import Iterator
from functools import partial
from typing import ClassVar, NamedTuple

RECORD_LIMIT = 1_000_000
"""Most bytes of a record, as `parse_event` takes a million characters."""

MESSAGE_LIMIT = 30_000_000
"""Most bytes of a mail message: what mail servers take, attachments included."""

TOO_LONG = "too_long"

# Bytes that a record's end may have: one longer than the limit by this is certainly too long.
_SLACK = 16
# What a framing may look back at from where it scans.
_LOOKBACK = 128

_BYTE_ORDER_MARK = codecs.BOM_UTF8


class Record(NamedTuple):
    """One record of a stream.

    Attributes:
        text: What `parse_event` takes as raw, without its line end. Bytes that are not UTF-8 stand
            in it as PEP 383 has it (``surrogateescape``).
        start: Offset in bytes at which it begins in the decompressed stream.
        end: Offset behind it, its line end included.
        header: What `parse_event` takes as header.
        problem: ``too_long`` when `text` is only the first bytes of a record above the limit.
    """

    text: str
    start: int
    end: int
    header: str = ""
    problem: str | None = None


make_record = partial(tuple.__new__, Record)
"""`Record` of a tuple of all five values, which is what hundreds of thousands a second need."""

Cut = tuple[int, int, int]
"""A record in the buffer: where it begins, where its text stops, and where its end ends."""


class Framer:
    """Cuts one stream into records; the result does not depend on how the stream is chunked.

    A framer made with the `end` and `header` of any record goes on behind that record.

    Attributes:
        header: What later records need from earlier ones.
        encoding: Of the stream; `framer_class` finds it.
        default_limit: Most bytes of a record unless told otherwise; of a stream in UTF-16 they are
            counted after it is converted to UTF-8.
    """

    encoding: ClassVar[str] = "utf-8"
    default_limit: ClassVar[int] = RECORD_LIMIT

    def __init__(self, *, offset: int = 0, header: str = "", limit: int | None = None) -> None:
        self.header = header
        self._limit = self.default_limit if limit is None else limit
        self._fed = offset
        self._buffer = bytearray()
        self._buffer_offset = offset
        self._settled = offset  # offset before which everything is a record or belongs to none
        self._begin: int | None = None  # where in the buffer the unfinished record begins
        self._scanned = 0
        self._long: tuple[int, bytes] | None = None  # offset and first bytes of one too long
        self._mark = (0, offset)
        self._utf16 = None
        if self.encoding != "utf-8":
            self._utf16 = codecs.getincrementaldecoder(self.encoding)("surrogatepass")

    @property
    def pending(self) -> int:
        """Bytes of the unfinished record that waits for its end."""
        return self._fed - self._settled

    def feed(self, chunk: bytes) -> list[Record]:
        """Return the records that the next bytes of the stream complete."""
        self._fed += len(chunk)
        return self._add(self._to_utf8(chunk, final=False), final=False)

    def finish(self) -> list[Record]:
        """Return what is left as a last record: the stream has ended for good."""
        records = self._add(self._to_utf8(b"", final=True), final=True)
        self._settled = self._fed
        return records

    def _cuts(self, final: bool) -> Iterator[Cut]:
        """Yield the records that the buffer completes, from `_scanned` on.

        Moves `_scanned` on to where the next scan goes on, and has `_begin` at the begin of the
        record that is open there, None if none is. `_begin` is negative when the record is so long
        that its first bytes have left the buffer. With `final` all of the buffer is to be scanned.
        """
        raise NotImplementedError

    def _line(self, begin: int, end: int) -> Cut:
        """Return the cut of a record that ends with a line: LF or CRLF are not part of its text."""
        stop = end
        for mark in b"\n\r":
            if stop > max(begin, 0) and self._buffer[stop - 1] == mark:
                stop -= 1
        return begin, stop, end

    def _text(self, content: bytes) -> str:
        """Return a record's bytes as text."""
        return content.decode("utf-8", "surrogateescape")

    def _add(self, data: bytes, *, final: bool) -> list[Record]:
        self._buffer += data
        if self._buffer_offset == 0 and self._scanned == 0:
            if not final and len(self._buffer) < len(_BYTE_ORDER_MARK):
                return []
            if self._buffer.startswith(_BYTE_ORDER_MARK):
                self._drop(len(_BYTE_ORDER_MARK))
                self._scanned = 0
        records = self._complete(final)
        self._trim()
        return records

    def _complete(self, final: bool) -> list[Record]:
        """Return the records that the buffer completes; moves `_scanned` and `_begin`."""
        return [self._record(*cut) for cut in self._cuts(final)]

    def _record(self, begin: int, stop: int, end: int) -> Record:
        if self._long:
            start, content = self._long
            self._long = None
        else:
            start = self._offset(begin)
            content = bytes(self._buffer[begin : min(stop, begin + self._limit)])
        problem = TOO_LONG if stop - begin > self._limit else None
        ended = min(self._offset(end), self._fed)
        return Record(self._text(content), start, ended, self.header, problem)

    def _trim(self) -> None:
        """Drop what no later record needs; of a record too long keep its first bytes alone."""
        if self._begin is None:
            self._settled = self._offset(self._scanned)
            self._drop(max(self._scanned - _LOOKBACK, 0))
            return
        if self._long is None:
            self._settled = start = self._offset(self._begin)
            if self._scanned - self._begin > self._limit + _SLACK:
                first = bytes(self._buffer[self._begin : self._begin + self._limit])
                self._long = (start, first)
        keep = self._begin if self._long is None else self._scanned - _LOOKBACK
        self._drop(max(keep, 0))

    def _drop(self, size: int) -> None:
        if self._utf16 is not None:
            # Whole characters, for their sizes in UTF-16 are counted.
            while 0 < size < len(self._buffer) and self._buffer[size] & 0xC0 == 0x80:  # noqa: PLR2004
                size -= 1
        if size == 0:
            return
        self._buffer_offset = self._offset(size)
        self._mark = (0, self._buffer_offset)
        del self._buffer[:size]
        self._scanned -= size
        if self._begin is not None:
            self._begin -= size

    def _offset(self, index: int) -> int:
        """Return the stream's offset of a place in the buffer."""
        if self._utf16 is None:
            return self._buffer_offset + index
        # Measured from the place asked for last, which is never far.
        known, offset = self._mark
        offset += utf16_size(self._buffer[known:index]) - utf16_size(self._buffer[index:known])
        self._mark = (index, offset)
        return offset

    def _to_utf8(self, chunk: bytes, *, final: bool) -> bytes:
        if self._utf16 is None:
            return chunk
        if final and self._utf16.getstate()[0]:
            # Half a character at the end cannot be decoded, and is not to vanish either.
            self._utf16.reset()
            return "\ufffd".encode()
        return self._utf16.decode(chunk).encode("utf-8", "surrogatepass")


def as_header(text: str) -> str:
    """Return a record's text as a header, which is kept where only valid Unicode can be."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def utf16_size(utf8: bytes | bytearray) -> int:
    """Return how many bytes a text in UTF-8 has in UTF-16."""
    return len(utf8.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass"))

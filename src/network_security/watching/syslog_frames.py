r"""Cuts what comes over a syslog connection into records (RFC 6587, section 3.4).

A connection's first bytes tell which of the two framings it uses, for all of its life: octet
counting puts a record's length before it, and is the only one over TLS (RFC 5425, section 4.3,
though many senders use the other there too); non-transparent framing ends each with a line feed
or a NUL. A number and a blank count: what devices send begins with no such thing.

>>> [frame.content for frame in SyslogFrames(limit=100).feed(b"8 <13>a\nb6 <13>no5 <13")]
[b'<13>a\nb', b'<13>no']
>>> [frame.content for frame in SyslogFrames(limit=100).feed(b"<13>one\n<13>two\r\n<13>th")]
[b'<13>one', b'<13>two']
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from network_security.sensors.framing import TOO_LONG
from network_security.watching.entries import SOUND

CUT_OFF: Final = "cut_off"
"""The connection ended within the record."""
NO_LENGTH: Final = "no_length"
"""What stands where a record's length should."""

_MOST_DIGITS: Final = 9
_LENGTH = re.compile(rb"([1-9]\d{0,8}) ")
_MAYBE_COUNTED = re.compile(rb"[1-9]\d{0,8}\Z")
_END = re.compile(rb"[\n\0]")


class Frame(NamedTuple):
    """A record.

    Attributes:
        content: Its bytes, without length or end.
        problem: What is wrong with it, ``-`` for nothing.
    """

    content: bytes
    problem: str = SOUND


class FramingError(ValueError):
    """There is no length where one should be: nothing behind it can be told apart.

    Attributes:
        frames: What was complete before, and what stands there in place of a length.
    """

    def __init__(self, message: str, frames: list[Frame]) -> None:
        super().__init__(message)
        self.frames = frames


class SyslogFrames:
    """The framing of one connection; memory is bounded by the limit of a record and a chunk.

    Attributes:
        counted: Whether it counts octets; None while nothing tells.
    """

    def __init__(self, limit: int) -> None:
        """Begin.

        Args:
            limit: Most bytes of a record; of a longer one so many are returned, as too long.
        """
        self.counted: bool | None = None
        self._limit = limit
        self._buffer = bytearray()
        self._scanned = 0
        self._skip = 0  # bytes of a counted record, or -1 up to the next end, that are too many

    def feed(self, data: bytes) -> list[Frame]:
        """Return the records that the next bytes complete.

        Raises:
            FramingError: Octets are counted, and here they are not.
        """
        self._buffer += data
        if self.counted is None:
            head = bytes(self._buffer[: _MOST_DIGITS + 2])
            if _LENGTH.match(head):
                self.counted = True
            elif head and not _MAYBE_COUNTED.match(head):
                self.counted = False
            else:
                return []
        return self._counted() if self.counted else self._ended()

    def finish(self) -> list[Frame]:
        """Return what is left when the connection has ended."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        if self._skip or not rest.strip(b"\r\n\0 "):
            return []
        if not self.counted:
            # RFC 6587 has an end behind each; senders leave the last one out.
            return [Frame(rest.rstrip(b"\r"))]
        found = _LENGTH.match(rest)
        return [Frame(rest[found.end() :] if found else rest, CUT_OFF)]

    def _counted(self) -> list[Frame]:
        frames: list[Frame] = []
        buffer = self._buffer
        position = 0
        while True:
            if self._skip:
                skipped = min(self._skip, len(buffer) - position)
                position, self._skip = position + skipped, self._skip - skipped
                if self._skip:
                    break
            # Some senders end counted records as well.
            while position < len(buffer) and buffer[position] in b"\r\n\0":
                position += 1
            found = _LENGTH.match(buffer, position)
            if found is None:
                rest = bytes(buffer[position:])
                if len(rest) > _MOST_DIGITS or (not rest.isdigit() and rest):
                    frames.append(Frame(rest[: self._limit], NO_LENGTH))
                    raise FramingError(f"{rest[:40]!r} is no length of a record", frames)
                break
            begin, size = found.end(), int(found[1])
            kept = min(size, self._limit)
            if len(buffer) < begin + kept:
                break
            content = bytes(buffer[begin : begin + kept])
            frames.append(Frame(content, SOUND if size == kept else TOO_LONG))
            position, self._skip = begin + kept, size - kept
        del buffer[:position]
        return frames

    def _ended(self) -> list[Frame]:
        frames: list[Frame] = []
        buffer = self._buffer
        position = 0
        while found := _END.search(buffer, max(position, self._scanned)):
            if self._skip:
                self._skip = 0
            else:
                content = bytes(buffer[position : found.start()]).rstrip(b"\r")
                if content:
                    problem = TOO_LONG if len(content) > self._limit else SOUND
                    frames.append(Frame(content[: self._limit], problem))
            position = self._scanned = found.end()
        del buffer[:position]
        self._scanned = len(buffer)
        if self._skip:
            buffer.clear()
            self._scanned = 0
        elif len(buffer) > self._limit:
            frames.append(Frame(bytes(buffer[: self._limit]), TOO_LONG))
            self._skip, self._scanned = -1, 0
            buffer.clear()
        return frames

r"""How a journal's files hold what was received: each record behind a line that tells of it.

The line is the time of receipt in milliseconds since 1970, the sender's address, how many bytes
follow, and what is wrong with the record, ``-`` for nothing. Lengths, not marks, tell records
apart, for these may hold any bytes.

>>> pack([Entry(1772438400000, "192.0.2.1", b"<13>hello")])
b'1772438400000 192.0.2.1 9 -\n<13>hello\n'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

LONGEST_LINE: Final = 200
SOUND: Final = "-"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PARTS: Final = 4


class Entry(NamedTuple):
    """A record as it was received.

    Attributes:
        milliseconds: When, since 1970.
        sender: The sender's address.
        content: Its bytes, without what separates records on the wire.
        problem: What is wrong with it, such as ``too_long`` when these are its first bytes only.
    """

    milliseconds: int
    sender: str
    content: bytes
    problem: str = SOUND

    @property
    def received(self) -> datetime:
        """When."""
        return _EPOCH + timedelta(milliseconds=self.milliseconds)


class DamagedError(ValueError):
    """Bytes that are no entry: something else wrote into the file, or the disk is damaged."""


def pack(entries: Iterable[Entry]) -> bytes:
    """Return entries as a file holds them."""
    return b"".join(
        b"%d %s %d %s\n%s\n"
        % (
            each.milliseconds,
            each.sender.encode("ascii", "replace").replace(b" ", b"_")[:100],
            len(each.content),
            each.problem.encode("ascii"),
            each.content,
        )
        for each in entries
    )


def unpack(data: bytes) -> Iterator[tuple[Entry, int]]:
    """Yield the whole entries at the beginning of some bytes, each with where it ends.

    Raises:
        DamagedError: What stands at the end of the last one yielded is no entry.
    """
    position = 0
    while True:
        line_end = data.find(b"\n", position, position + LONGEST_LINE)
        if line_end < 0:
            if len(data) - position >= LONGEST_LINE:
                raise DamagedError("there is no line that tells of a record")
            return
        parts = data[position:line_end].split(b" ")
        if len(parts) != _PARTS or not (parts[0].isdigit() and parts[2].isdigit()):
            raise DamagedError(f"{data[position:line_end]!r} tells of no record")
        begin = line_end + 1
        end = begin + int(parts[2])
        if end >= len(data):
            return
        if data[end] != ord("\n"):
            raise DamagedError("a record does not end where it should")
        position = end + 1
        sender, problem = parts[1].decode("ascii", "replace"), parts[3].decode("ascii", "replace")
        yield Entry(int(parts[0]), sender, data[begin:end], problem), position


def whole(data: bytes) -> int:
    """Return the length of the whole entries at the beginning of some bytes."""
    end = 0
    try:
        for _, end in unpack(data):  # noqa: B007
            pass
    except DamagedError:
        return end
    return end

"""From what a listener received to the journal, and what was counted on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from network_security.watching.entries import Entry
from network_security.watching.formats import SenderFormats
from network_security.watching.journal import ChannelName, Journal
from network_security.watching.syslog_frames import Frame

_BLANK = b" \t\r\n\0"


@dataclass
class ListenerCounts:
    """What a listener did since it was opened.

    Attributes:
        name: What it is called, such as ``syslog-udp 127.0.0.1:5514``.
        records: Taken into the journal.
        size: Their bytes.
        dropped: Datagrams that there was no room for, of which nothing is left.
        connections: Open now.
        refused: Connections and posts that were turned away.
        paused: Connections that are not read at the moment, for want of room.
        problem: Why it does not listen; None when it does.
    """

    name: str
    records: int = 0
    size: int = 0
    dropped: int = 0
    connections: int = 0
    refused: int = 0
    paused: int = 0
    problem: str | None = None


@dataclass
class Connections:
    """How many connections there may be, over all listeners."""

    most: int
    open: int = 0

    @property
    def is_full(self) -> bool:
        """Whether there may be no more."""
        return self.open >= self.most


class Intake:
    """Takes records into the journal, each with when it came and from whom."""

    def __init__(
        self,
        journal: Journal,
        formats: SenderFormats,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Put them together.

        Args:
            journal: Where records go.
            formats: Tells what each sender speaks.
            clock: Seconds since 1970.
        """
        self._journal = journal
        self._formats = formats
        self._clock = clock

    @property
    def has_room(self) -> bool:
        """Whether something can be taken."""
        return self._journal.has_room

    def take(
        self,
        listener: str,
        frames: Iterable[tuple[str, Frame]],
        counts: ListenerCounts,
        *,
        format: str | None = None,
    ) -> int:
        """Append records to the journal, all or none of them; returns how many. Blank ones are not.

        Args:
            listener: What kind of listener received them.
            frames: The sender's address and the record.
            counts: Where they are counted.
            format: Their format, where it is known.

        Raises:
            JournalFullError: There is no room.
        """
        now = int(self._clock() * 1000)
        entries: dict[ChannelName, list[Entry]] = {}
        records = size = 0
        for sender, frame in frames:
            if not frame.content.strip(_BLANK):
                continue
            name = format or self._formats.of(sender, frame.content)
            entry = Entry(now, sender, frame.content, frame.problem)
            entries.setdefault(ChannelName(listener, name), []).append(entry)
            records += 1
            size += len(frame.content)
        if entries:
            self._journal.append(entries)
        counts.records += records
        counts.size += size
        return records

"""Events as if they happened now: each is handed on when its time has come."""

import sys
import time
from collections.abc import Callable, Iterable
from typing import Protocol, TextIO

from network_security.simulator.event import Event

SHORTEST_PAUSE = 0.02
"""Seconds; what is due within it is handed on together."""


class Sink(Protocol):
    """Takes events: a folder of logs, or a stream."""

    def write(self, event: Event) -> None:
        """Write an event."""

    def flush(self) -> None:
        """Hand over to the system what has been written."""


def follow(
    events: Iterable[Event],
    sink: Sink,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """Write events when they are due.

    Args:
        events: In order of time.
        sink: Is flushed whenever nothing is due, and at the end.
        clock: Tells the time, seconds since 1970.
        sleep: Waits for so many seconds.
    """
    try:
        for event in events:
            ahead = event.time - clock()
            if ahead > SHORTEST_PAUSE:
                sink.flush()
                sleep(ahead)
            sink.write(event)
    finally:
        sink.flush()


class Stream:
    """Writes raw events to one text stream, one a line.

    Where the log changes to one that needs it, its `header` comes before the line.

    Args:
        out: Standard output unless given.
    """

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._header = ""

    def write(self, event: Event) -> None:
        """Write an event."""
        if event.header and event.header != self._header:
            self._out.write(event.header + "\n")
            self._header = event.header
        self._out.write(event.raw + "\n")

    def flush(self) -> None:
        """Hand over to the system what has been written."""
        self._out.flush()

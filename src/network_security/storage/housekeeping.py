"""Forgets, day by day, what a store has kept for long enough."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from network_security.storage.errors import StoreError
from network_security.storage.forgetting import Forgotten, Retention, beginning_of
from network_security.storage.times import utc_now

log = logging.getLogger(__name__)

FIRST_SECONDS: Final = 60.0
HOUR: Final = 3600.0
STOP_SECONDS: Final = 5.0


class Housekeeping:
    """A thread beside other work, which deletes what is older than a store is to keep.

    Once a day, as days are forgotten whole; what could not be done is tried again in an hour.
    Several may do so at once: each deletes what the others have not. Where all is kept, there is no
    thread.
    """

    def __init__(
        self,
        retention: Retention,
        *,
        first_seconds: float = FIRST_SECONDS,
        seconds: float = HOUR,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Say what to keep; nothing is contacted yet.

        Args:
            retention: The store, and for how many days it keeps what it was given.
            first_seconds: How long to wait at first.
            seconds: How long to wait from one time to the next.
            clock: Tells the time.
        """
        self._retention = retention
        self._first_seconds = first_seconds
        self._seconds = seconds
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def __enter__(self) -> Self:
        """Start it."""
        if self._retention.days is not None:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it after the command that it is at; what is left goes the next time."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        days, pause = self._retention.days or 0, self._first_seconds
        done: datetime | None = None
        while not self._stopping.wait(pause):
            pause = self._seconds
            before = beginning_of(days, self._clock())
            if before == done:
                continue
            try:
                self._forget(before)
                done = before
            except StoreError as error:
                log.warning("What is old could not be deleted, which is tried again: %s", error)

    def _forget(self, before: datetime) -> None:
        counts: dict[str, Forgotten] = {}
        for count in self._retention.forget(before, rest=self._stopping.wait):
            counts[count.collection] = count
            if self._stopping.is_set():
                break
        for count in counts.values():
            if count.deleted:
                log.info("%s of %s from before %s deleted", f"{count.deleted:,}",
                         count.collection, f"{before:%Y-%m-%d}")  # fmt: skip

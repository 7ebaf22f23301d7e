"""Stores what was received: the loop between the journal and the store."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from network_security.storage import StoreError
from network_security.streaming.ahead import ahead
from network_security.streaming.batches import Batch
from network_security.streaming.following import Follower, Portion
from network_security.streaming.parsing import parse_batch
from network_security.streaming.store import EventStore
from network_security.watching.arrivals import Announcer
from network_security.watching.sources import SourceOfBatches

log = logging.getLogger(__name__)

MOST_RECORDS: Final = 5_000
"""Most that is stored in one go."""
FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0


@dataclass
class IngestCounts:
    """What was stored since the start.

    Attributes:
        records: Records of any kind.
        events: Events, message-level ones included.
        dead_letters: Records that could not be parsed.
        problem: Why nothing is stored at the moment; None when it is.
    """

    records: int = 0
    events: int = 0
    dead_letters: int = 0
    problem: str | None = None


class Ingestor:
    """Reads sources in turn, and stores what is new in them, in this order.

    A thread reads and parses the next while the last is being stored. A store that goes away is
    waited for as long as it takes; meanwhile the journal grows.
    """

    def __init__(
        self,
        sources: Sequence[SourceOfBatches],
        store: EventStore,
        announcer: Announcer,
        *,
        grown: threading.Event,
        batch_seconds: float,
        follower: Follower | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        """Put them together.

        Args:
            sources: What is read.
            store: Where it goes.
            announcer: Tells of it; the store writes what it makes.
            grown: Is set when there is something new.
            batch_seconds: How long what comes is gathered.
            follower: What is known of the streams.
            sleep: Waits for so many seconds, by default until `stop`.
        """
        self.counts = IngestCounts()
        self._sources = sources
        self._store = store
        self._announcer = announcer
        self._grown = grown
        self._seconds = batch_seconds
        self._follower = follower or Follower()
        self._draining = threading.Event()
        self._stopping = threading.Event()
        self._sleep = sleep or self._stopping.wait

    def drain(self) -> None:
        """Have `run` return when nothing is left to be stored."""
        self._draining.set()
        self._grown.set()

    def stop(self) -> None:
        """Have `run` return at once; what was not stored stays in the journal."""
        self._stopping.set()
        self.drain()

    def run(self) -> None:
        """Store what comes until `drain` or `stop`."""
        for read in ahead(self._passes(), 1):
            if not self._stored(read):
                return

    def _passes(self) -> Iterator[list[tuple[SourceOfBatches, Portion]]]:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began, draining = time.monotonic(), self._draining.is_set()
            self._grown.clear()
            more = False
            try:
                for read in self._read_once():
                    more = True
                    yield read
                pause = FIRST_PAUSE
            except StoreError as error:
                self._wait(error, pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            if not more and draining:
                return
            left = self._seconds - (time.monotonic() - began)
            if left > 0:
                self._sleep(left)
            if not more:
                # What is tailed tells nobody that it grew.
                self._grown.wait(self._seconds)

    def _read_once(self) -> Iterator[list[tuple[SourceOfBatches, Portion]]]:
        """Go through the sources once."""
        read: list[tuple[SourceOfBatches, Portion]] = []
        records = 0
        for source in self._sources:
            for batch in source.batches():
                read.append((source, self._follower.follow(batch, parse_batch(batch))))
                records += len(batch.records)
                if records >= MOST_RECORDS:
                    yield read
                    read, records = [], 0
        if read:
            yield read

    def _stored(self, read: list[tuple[SourceOfBatches, Portion]]) -> bool:
        """Store portions, however long it takes; False when it was given up."""
        pause = FIRST_PAUSE
        while True:
            try:
                portions = self._store.write_together([portion for _, portion in read])
                break
            except StoreError as error:
                self._wait(error, pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            if self._stopping.is_set():
                return False
        self.counts.problem = None
        self._announcer.acknowledged()
        for (source, _), portion in zip(read, portions, strict=True):
            self._count(portion)
            batch: Batch | None = portion.batch
            if batch is not None:
                source.stored(batch)
        return True

    def _wait(self, error: StoreError, pause: float) -> None:
        if self.counts.problem is None:
            log.warning("Nothing is stored at the moment, which is tried again: %s", error)
        self.counts.problem = str(error)
        self._sleep(pause)

    def _count(self, portion: Portion) -> None:
        self.counts.records += portion.records
        self.counts.events += len(portion.events)
        self.counts.dead_letters += len(portion.dead_letters)

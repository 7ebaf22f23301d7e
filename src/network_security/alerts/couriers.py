"""Couriers carry deliveries from the outbox to the sinks, one thread a sink.

A courier takes a delivery by moving its ``due`` ahead, which is its lease. Whoever dies between
sending and marking leaves it to be sent again after that: at least once, with the same key. What
fails is tried again after a time that doubles, with jitter, or the longer one that the receiver
asks for; after the last attempt it counts as failed.

Beside them runs what announces alerts that were recorded by a process which then ended.

Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final, Self

from pymongo.collection import Collection

from network_security.alerts.alert import Alert
from network_security.alerts.outbox import Outbox
from network_security.alerts.sinks.announcement import Announcement
from network_security.alerts.sinks.sink import DeliveryError, Sink
from network_security.storage import StoreError
from network_security.storage.collections import DELIVERIES
from network_security.storage.times import milliseconds
from network_security.storage.writing import put

logger = logging.getLogger(__name__)

Document = dict[str, Any]

FIRST_WAIT: Final = 5.0
LONGEST_WAIT: Final = 3600.0
LEASE_TIMEOUTS: Final = 10
"""How many times the time of an attempt its lease is: some receivers are told in several steps."""
LEAST_LEASE: Final = 60.0
AT_ONCE: Final = 20
POLL_SECONDS: Final = 0.5
STORE_SECONDS: Final = 5.0
CATCH_UP_SECONDS: Final = 60.0
CATCH_UP_OVERLAP: Final = timedelta(minutes=10)
"""Evidence may be so much older than the time at which its alert is recorded."""
LONGEST_PROBLEM: Final = 500


class Courier:
    """Delivers to one sink."""

    def __init__(self, outbox: Outbox, sink: Sink, jitter: random.Random | None = None) -> None:
        """Keep what to deliver; nothing is contacted yet.

        Args:
            outbox: Where the deliveries are.
            sink: Where they go.
            jitter: Spreads what failed together; a random one by default.
        """
        self._outbox = outbox
        self._sink = sink
        # It spreads load, and keeps no secret.
        self._jitter = jitter or random.Random()  # noqa: S311

    def deliver_due(self) -> int:
        """Try what is due, once each; returns how many were tried.

        Raises:
            StoreError: If the store cannot be used.
        """
        tried = 0
        with self._deliveries() as deliveries:
            due = {
                "sink": self._sink.options.name,
                "state": "waiting",
                "due": {"$lte": self._milliseconds()},
            }
            found = list(deliveries.find(due).sort("due", 1).limit(AT_ONCE))
        for document in found:
            if self._take(document):
                self._deliver(document)
                tried += 1
        return tried

    def run(self, stop: threading.Event) -> None:
        """Deliver until told to stop; a store that is away is waited for."""
        while not stop.is_set():
            try:
                wait = 0.0 if self.deliver_due() else POLL_SECONDS
            except StoreError as error:
                logger.warning("sink %s waits for the store: %s", self._sink.options.name, error)
                wait = STORE_SECONDS
            stop.wait(wait)

    def _take(self, document: Document) -> bool:
        """Lease a delivery; False if another courier was faster, or it was given up."""
        options = self._sink.options
        if document["attempts"] >= options.attempts:
            # Each of these attempts ended with its process.
            problem = document["problem"] or "nothing is known of the attempts: they were cut off"
            self._change(document, {"state": "failed", "problem": problem})
            return False
        lease = max(LEAST_LEASE, LEASE_TIMEOUTS * options.timeout_seconds)
        taken = {
            "attempts": document["attempts"] + 1,
            "due": self._milliseconds() + round(lease * 1000),
        }
        if not self._change(document, taken):
            return False
        document |= taken
        return True

    def _deliver(self, document: Document) -> None:
        announcement = Announcement(
            Alert.from_document(document["content"]), document["@timestamp"], document["key"]
        )
        try:
            self._sink.deliver(announcement)
        except DeliveryError as error:
            self._failed(document, error)
        except Exception as error:  # A fault in a sink must not end its thread.
            logger.exception("sink %s: fault in the program", self._sink.options.name)
            self._failed(document, DeliveryError(f"fault in the program: {type(error).__name__}"))
        else:
            sent = {
                "state": "sent",
                "sent": milliseconds(self._outbox.clock()),
                "problem": "",
                "content": None,
            }
            with self._deliveries() as deliveries:
                # As a whole: not every server keeps a time that an update sets.
                put(deliveries, {**document, **sent})

    def _failed(self, document: Document, error: DeliveryError) -> None:
        problem = str(error)[:LONGEST_PROBLEM]
        name, attempts = self._sink.options.name, document["attempts"]
        if error.permanent or attempts >= self._sink.options.attempts:
            logger.error("sink %s: given up after %d attempts: %s", name, attempts, problem)
            self._change(document, {"state": "failed", "problem": problem})
            return
        wait = max(self._wait(attempts), error.retry_after or 0.0)
        logger.warning("sink %s: again in %.0f s: %s", name, wait, problem)
        due = self._milliseconds() + round(wait * 1000)
        self._change(document, {"due": due, "problem": problem})

    def _wait(self, attempts: int) -> float:
        """Seconds until the next attempt: half of the doubled time, and up to as much again."""
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (attempts - 1))
        return longest * (1 + self._jitter.random()) / 2

    def _change(self, document: Document, values: Document) -> bool:
        """Change a delivery, unless somebody else did since it was read."""
        as_read = {
            "_id": document["_id"],
            "state": "waiting",
            "attempts": document["attempts"],
            "due": document["due"],
        }
        with self._deliveries() as deliveries:
            return deliveries.update_one(as_read, {"$set": values}).matched_count == 1

    def _milliseconds(self) -> int:
        return round(self._outbox.clock().timestamp() * 1000)

    @contextmanager
    def _deliveries(self) -> Iterator[Collection[Document]]:
        with self._outbox.opened() as database:
            yield database[DELIVERIES]


class Couriers:
    """A courier for each sink; a slow one holds up no other.

    Several processes may have couriers. ``with Couriers(outbox):`` starts and stops them.
    """

    def __init__(self, outbox: Outbox, *, catch_up: timedelta = timedelta(hours=24)) -> None:
        """Keep what to deliver; nothing is contacted yet.

        Args:
            outbox: Where the deliveries are, and the sinks that they go to.
            catch_up: How far back alerts are looked at, when it starts, that no process announced.
        """
        self._outbox = outbox
        self._catch_up = catch_up
        self._couriers = {sink.options.name: Courier(outbox, sink) for sink in outbox.sinks}
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to deliver, in threads that end with the process at the latest."""
        for name, courier in self._couriers.items():
            thread = threading.Thread(
                target=courier.run, args=[self._stop], name=f"sink {name}", daemon=True
            )
            self._threads.append(thread)
        if self._couriers:
            self._threads.append(
                threading.Thread(target=self._keep_up, name="announcing", daemon=True)
            )
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 15.0) -> bool:
        """Finish what is being tried; returns whether all did within so many seconds each.

        What did not is sent again by whoever comes next.
        """
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout)
        return not any(thread.is_alive() for thread in self._threads)

    def deliver_due(self) -> int:
        """Try what is due, sink by sink, without threads; returns how many were tried."""
        return sum(courier.deliver_due() for courier in self._couriers.values())

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _keep_up(self) -> None:
        since = self._outbox.clock() - self._catch_up
        while not self._stop.is_set():
            began = self._outbox.clock()
            try:
                self._outbox.catch_up(since)
                since = began - CATCH_UP_OVERLAP
            except StoreError as error:
                logger.warning("announcing waits for the store: %s", error)
            self._stop.wait(CATCH_UP_SECONDS)

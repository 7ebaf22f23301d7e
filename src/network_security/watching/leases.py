"""Who does what only one process may do at a time.

A lease is a document that its holder renews before it runs out; once it has run out, any process
may take it. It is replaced only as it was read, its version says so, and of several that try at
once one succeeds. Clocks of machines that share leases should agree within some seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from network_security.storage import StoreError
from network_security.storage.collections import LEASES
from network_security.storage.times import utc_now

Document = dict[str, Any]


class Lease:
    """One lease, as one process sees it; threads may use it at once.

    Attributes:
        elsewhere: Whether another process had it when it was last asked for.
    """

    def __init__(
        self,
        open_database: Callable[[], Database[Document]],
        name: str,
        holder: str,
        seconds: float,
        *,
        clock: Callable[[], datetime] = utc_now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Describe it; nothing is contacted yet.

        Args:
            open_database: Connects.
            name: What it is a lease of.
            holder: Who asks.
            seconds: How long it holds.
            clock: Tells the time.
            ticks: Seconds that go on evenly.
        """
        self._open_database = open_database
        self._name = name
        self._holder = holder
        self._seconds = seconds
        self._clock = clock
        self._ticks = ticks
        self.elsewhere = False
        self._lock = threading.Lock()
        self._held_until = float("-inf")

    @property
    def held(self) -> bool:
        """Whether this process has it for sure."""
        return self._ticks() < self._held_until

    def acquire(self) -> bool:
        """Take or renew it; whether this process has it now. False when the store is away.

        It is renewed when a third of its time has passed; before that nothing is contacted.
        """
        with self._lock:
            left = self._held_until - self._ticks()
            if left > self._seconds * 2 / 3:
                return True
            began = self._ticks()
            try:
                if self._take():
                    # Counted from before the server was asked, so as never to believe too long.
                    self._held_until = began + self._seconds
                    return True
                self._held_until = float("-inf")
            except (PyMongoError, StoreError):
                return left > 0
            return False

    def release(self) -> None:
        """Give it back, so that another may take it at once."""
        with self._lock:
            if not self.held:
                return
            self._held_until = float("-inf")
            try:
                leases = self._open_database()[LEASES]
                known = leases.find_one({"_id": self._name})
                if known is not None and known["holder"] == self._holder:
                    self._replace(known, self._clock())
            except (PyMongoError, StoreError):
                return

    def _take(self) -> bool:
        leases = self._open_database()[LEASES]
        now = self._clock()
        until = now + timedelta(seconds=self._seconds)
        known = leases.find_one({"_id": self._name})
        self.elsewhere = bool(known and known["holder"] != self._holder and known["until"] > now)
        if self.elsewhere:
            return False
        if known is None:
            try:
                leases.insert_one(
                    {"_id": self._name, "holder": self._holder, "until": until, "version": 1}
                )
            except DuplicateKeyError:
                return False
            return True
        return self._replace(known, until)

    def _replace(self, known: Document, until: datetime) -> bool:
        document = {
            "_id": self._name,
            "holder": self._holder,
            "until": until,
            "version": known["version"] + 1,
        }
        as_read = {"_id": self._name, "version": known["version"]}
        leases = self._open_database()[LEASES]
        return bool(leases.replace_one(as_read, document).matched_count)


class Leases:
    """The leases that one process asks for, by name."""

    def __init__(self, make: Callable[[str], Lease]) -> None:
        """Ask for leases that `make` makes of their names."""
        self._make = make
        self._leases: dict[str, Lease] = {}

    def owns(self, name: str) -> bool:
        """Take or renew a lease; whether this process has it."""
        lease = self._leases.get(name)
        if lease is None:
            lease = self._leases[name] = self._make(name)
        return lease.acquire()

    def release(self) -> None:
        """Give all back."""
        for lease in self._leases.values():
            lease.release()

"""How often one server is asked."""

import threading
import time
from collections.abc import Callable

from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed

MOST_SERVERS = 10_000
"""Servers that are remembered; beyond, those that may be asked freely are forgotten."""


class RateLimiter:
    """A token bucket for each server: so many requests at once, then so many a second.

    It is shared by threads. A request that has to wait takes its token in advance, so that the
    order of asking is the order of going.
    """

    def __init__(
        self,
        per_second: float,
        burst: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Begin with full buckets.

        Args:
            per_second: requests a second to one server in the long run.
            burst: requests to one server at once.
            clock: gives seconds since any point.
            sleep: waits for so many seconds.
        """
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}
        """Server -> its tokens, below 0 when requests wait, and when they were counted."""

    def wait(self, server: str, deadline: Deadline) -> None:
        """Return when the server may be asked.

        Raises:
            LookupFailed: if that is after the deadline; at once.
        """
        with self._lock:
            now = self._clock()
            tokens = self._tokens(server, now)
            seconds = max(0.0, (1 - tokens) / self._per_second)
            if seconds > deadline.left():
                raise LookupFailed(
                    f"not asked: its turn would come in {seconds:.1f} s, after the deadline",
                    server,
                    passing=True,
                )
            self._buckets[server] = (tokens - 1, now)
            if len(self._buckets) > MOST_SERVERS:
                self._forget(now)
        if seconds:
            self._sleep(seconds)

    def _tokens(self, server: str, now: float) -> float:
        tokens, counted = self._buckets.get(server, (self._burst, now))
        return min(float(self._burst), tokens + (now - counted) * self._per_second)

    def _forget(self, now: float) -> None:
        full = [name for name in self._buckets if self._tokens(name, now) >= self._burst]
        for name in full:
            del self._buckets[name]

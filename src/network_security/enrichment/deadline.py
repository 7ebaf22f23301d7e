"""A point in time after which nobody waits any longer."""

import time
from collections.abc import Callable
from typing import Self

from network_security.enrichment.findings import LookupFailed


class Deadline:
    """Time that is left, in seconds, by a clock that is never set back."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin now.

        Args:
            seconds: from now on.
            clock: gives seconds since any point.
        """
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Seconds that are left, 0 when there are none."""
        return max(0.0, self._end - self._clock())

    def timeout(self, where: str) -> float:
        """Return what is left as a timeout, which is above 0.

        Args:
            where: what would be waited for.

        Raises:
            LookupFailed: if nothing is left.
        """
        left = self.left()
        if left <= 0:
            raise LookupFailed(f"no answer within {self.seconds:g} s", where)
        return left

    def at_most(self, seconds: float) -> Self:
        """Return a deadline that is over after as many seconds, and with this one at the latest."""
        return type(self)(min(seconds, self.left()), self._clock)

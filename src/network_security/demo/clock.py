"""The time of the simulated network: it begins in the past, runs fast, and catches up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class CatchingUp:
    """A clock that is behind, gains, and is right from some moment on.

    So a demonstration shows half an hour within half a minute, and no event ever lies in the
    future. Times are seconds since 1970.

    Attributes:
        began: When the clock was started, in true time.
        behind: How many seconds it was behind then.
        speed: How many of its seconds pass in a true one until it is right; above 1.
        now: Tells the true time.

    >>> clock = CatchingUp(began=1000.0, behind=590.0, speed=60.0, now=lambda: 1005.0)
    >>> clock.time(), clock.is_right, clock.due(700.0)
    (710.0, False, 1004.8333333333334)
    """

    began: float
    behind: float
    speed: float
    now: Callable[[], float] = time.time

    @property
    def start(self) -> float:
        """What it showed when it was started."""
        return self.began - self.behind

    @property
    def is_right(self) -> bool:
        """Whether it has caught up."""
        now = self.now()
        return self._shown_at(now) == now

    def time(self) -> float:
        """What it shows."""
        return self._shown_at(self.now())

    def due(self, shown: float) -> float:
        """The true time at which it shows a time."""
        return max(self.began + (shown - self.start) / self.speed, shown)

    def _shown_at(self, now: float) -> float:
        return min(self.start + (now - self.began) * self.speed, now)

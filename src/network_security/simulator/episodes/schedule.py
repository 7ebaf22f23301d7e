"""When which attack begins."""

from collections.abc import Iterator, Sequence
from itertools import count, cycle

from network_security.simulator.randomness import stream
from network_security.simulator.rhythm import DAY, HOUR, Window

FIRST, LAST = 8 * HOUR, 16 * HOUR
"""Time of day between which attacks begin."""


def once_a_day(seed: int, window: Window, kinds: Sequence[str]) -> Iterator[tuple[float, str]]:
    """Yield times and kinds: each kind once a day, in office hours."""
    rng = stream(seed, "episodes")
    day = window.start // DAY * DAY
    while day < window.end:
        planned = sorted((day + rng.uniform(FIRST, LAST), kind) for kind in kinds)
        yield from ((time, kind) for time, kind in planned if window.start <= time < window.end)
        day += DAY


def in_turn(window: Window, kinds: Sequence[str], every: float) -> Iterator[tuple[float, str]]:
    """Yield times and kinds: one attack every so many seconds, the first soon."""
    for number, kind in zip(count(), cycle(kinds), strict=False):
        time = window.start + every * (number + 0.2)
        if time >= window.end:
            return
        yield time, kind

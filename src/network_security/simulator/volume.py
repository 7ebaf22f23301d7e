"""How much must happen for a wanted number of events: measured on smaller runs."""

from collections.abc import Sequence

from network_security.simulator.rhythm import DAY, HOUR
from network_security.simulator.simulation import Simulation

FIRST_TRIAL = 0.1
"""Scale of a first trial, in which chance weighs much; it tells how large the second one may be."""
SECOND_TRIAL_EVENTS = 20_000
SECOND_TRIAL_PART = 1 / 20
"""The second trial has so many events, or that part of a large day, at most the whole day."""
TRIAL_HOURS = 3


def scale_for_day(
    n_events: int,
    *,
    seed: int,
    start: float,
    formats: Sequence[str] | None,
    episodes: Sequence[str] | None,
) -> float:
    """Return the scale at which a day has about that many events.

    The attacks of the day count; everyday life is given what they leave, which may be nothing.
    """

    def count(scale: float, kinds: Sequence[str] | None) -> int:
        trial = Simulation(
            seed=seed, start=start, end=start + DAY, formats=formats, episodes=kinds, scale=scale
        )
        return sum(1 for _ in trial.events())

    wanted = max(0, n_events - count(0, episodes))
    if wanted == 0:
        return 0.0
    scale = FIRST_TRIAL * wanted / max(1, count(FIRST_TRIAL, ()))
    second = scale * max(SECOND_TRIAL_PART, min(1, SECOND_TRIAL_EVENTS / wanted))
    return second * wanted / max(1, count(second, ()))


def scale_for_rate(rate: float, *, seed: int, start: float, formats: Sequence[str] | None) -> float:
    """Return the scale at which steady everyday life has about so many events a second."""
    span = TRIAL_HOURS * HOUR
    trial = Simulation(
        seed=seed, start=start, end=start + span, formats=formats, episodes=(), steady=True
    )
    return rate * span / max(1, sum(1 for _ in trial.events()))

"""When things happen: how busy the company is over a day, and arrivals that follow it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

DAY = 86_400.0
HOUR = 3_600.0

# Of each hour of a working day, in parts of the busiest; people come from 7 on and eat at noon.
_OFFICE = (1, 1, 1, 1, 1, 2, 6, 25, 70, 95, 100, 92, 58, 74, 96, 92, 80, 55, 24, 12, 8, 6, 3, 2)
_MEAN = sum(_OFFICE) / len(_OFFICE)
_BUSIEST = max(_OFFICE) / _MEAN
_WEEKEND = 0.08
SATURDAY = 5


def office_hours(time: float) -> float:
    """Return how busy the staff is at a time, where 1 is the mean of a working day."""
    moment = datetime.fromtimestamp(time, UTC)
    hour, part = moment.hour, (moment.minute * 60 + moment.second) / HOUR
    level = _OFFICE[hour] * (1 - part) + _OFFICE[(hour + 1) % 24] * part
    return level / _MEAN * (_WEEKEND if moment.weekday() >= SATURDAY else 1)


@dataclass(frozen=True)
class Window:
    """The span of time that is simulated, and how much happens in it.

    Attributes:
        start: First possible time, in seconds since 1970.
        end: First impossible time; infinite for no end.
        scale: How many times as much happens as in a small office.
        steady: Whether people are as busy by night as by day, for a load that does not vary.
    """

    start: float
    end: float
    scale: float = 1.0
    steady: bool = False

    def staff(self, rng: Random, per_day: float) -> Iterator[float]:
        """Yield when the staff does something that it does so often on a working day.

        Thinning (Lewis and Shedler, 1979): of an even and faster process each arrival stays with
        the probability that the rhythm's level is of its maximum.
        """
        if self.steady:
            yield from self.machines(rng, per_day)
            return
        for time in self.machines(rng, per_day * _BUSIEST):
            if rng.random() * _BUSIEST < office_hours(time):
                yield time

    def machines(self, rng: Random, per_day: float) -> Iterator[float]:
        """Yield the times of what happens equally often at all hours: a Poisson process."""
        rate = per_day * self.scale / DAY
        if rate <= 0:
            return
        time = self.start + rng.expovariate(rate)
        while time < self.end:
            yield time
            time += rng.expovariate(rate)

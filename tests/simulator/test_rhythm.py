import pytest

from network_security.simulator.randomness import stream
from network_security.simulator.rhythm import DAY, HOUR, Window, office_hours


def count(arrivals, start, end):
    return sum(start <= time < end for time in arrivals)


def test_the_day_is_busier_than_the_night_and_noon_is_a_pause(monday):
    assert office_hours(monday + 10 * HOUR) > 20 * office_hours(monday + 3 * HOUR)
    assert office_hours(monday + 12 * HOUR) < office_hours(monday + 10 * HOUR)
    assert office_hours(monday + 5 * DAY + 10 * HOUR) < 0.2 * office_hours(monday + 10 * HOUR)


def test_the_mean_of_a_working_day_is_one(monday):
    quarters = [office_hours(monday + quarter * HOUR / 4) for quarter in range(96)]
    assert sum(quarters) / 96 == pytest.approx(1)


def test_arrivals_follow_the_rhythm_and_the_scale(monday):
    window = Window(monday, monday + DAY, scale=2)
    times = list(window.staff(stream(1, "test"), per_day=1000))
    assert len(times) == pytest.approx(2000, rel=0.1)
    assert times == sorted(times)
    assert count(times, monday, monday + 5 * HOUR) < 0.05 * len(times)


def test_a_steady_window_knows_no_night(monday):
    window = Window(monday, monday + DAY, steady=True)
    times = list(window.staff(stream(1, "test"), per_day=2400))
    assert count(times, monday, monday + 5 * HOUR) == pytest.approx(500, rel=0.2)


def test_nothing_happens_at_scale_zero(monday):
    assert list(Window(monday, monday + DAY, scale=0).machines(stream(1, "test"), 1000)) == []

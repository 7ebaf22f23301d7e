import pytest

from network_security.simulator.rhythm import DAY, HOUR
from network_security.simulator.simulation import Simulation
from network_security.simulator.volume import scale_for_day, scale_for_rate


def amount(**options):
    return sum(1 for _ in Simulation(**options).events())


@pytest.mark.parametrize("n_events", [2_000, 25_000])
def test_a_day_has_about_as_many_events_as_wanted(monday, n_events):
    run = {"seed": 7, "start": monday, "formats": ["syslog"], "episodes": ["ssh_brute_force"]}
    scale = scale_for_day(n_events, **run)
    assert amount(**run, end=monday + DAY, scale=scale) == pytest.approx(n_events, rel=0.1)


def test_attacks_are_whole_even_when_they_are_more_than_wanted(monday):
    run = {"seed": 7, "start": monday, "formats": ["sshd"], "episodes": ["ssh_brute_force"]}
    assert scale_for_day(10, **run) == 0
    assert amount(**run, end=monday + DAY, scale=0) > 100


def test_a_rate_is_kept_on_average(monday):
    run = {"seed": 7, "start": monday, "formats": ["iptables"]}
    scale = scale_for_rate(5, **run)
    span = HOUR / 2
    steady = amount(**run, episodes=[], end=monday + span, scale=scale, steady=True)
    assert steady == pytest.approx(5 * span, rel=0.15)

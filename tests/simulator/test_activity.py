"""Everyday life: in order, in its time, and seen by the sensors that it is said to be seen by."""

import pytest

from network_security.sensors import FORMATS
from network_security.simulator.actions import Login
from network_security.simulator.activity import ACTIVITIES, administration
from network_security.simulator.moments import moments
from network_security.simulator.network import draw_network
from network_security.simulator.randomness import stream
from network_security.simulator.rhythm import DAY, Window
from network_security.simulator.visibility import sees
from network_security.simulator.writers import WRITERS

every_activity = pytest.mark.parametrize("name", ACTIVITIES)


@pytest.fixture
def sessions(network, monday):
    def run(name, scale=0.2):
        window = Window(monday, monday + DAY, scale=scale)
        return list(ACTIVITIES[name].sessions(stream(7, name), network, window))

    return run


@every_activity
def test_sessions_are_in_order_and_their_actions_not_earlier(sessions, monday, name):
    times = [time for time, _ in sessions(name)]
    assert times
    assert times == sorted(times)
    assert monday <= times[0] <= times[-1] < monday + DAY
    for time, actions in sessions(name):
        assert min(action.time for action in actions) >= time


def test_administrators_at_home_come_through_the_bastion(monday):
    networks = (draw_network(seed) for seed in range(100))
    network = next(each for each in networks if any(a.remote for a in each.administrators))
    homes = {user.home for user in network.administrators if user.remote}
    window = Window(monday, monday + DAY, scale=2)
    sessions = administration.administer(stream(7, "ssh"), network, window)
    logins = [action for _, actions in sessions for action in actions if isinstance(action, Login)]
    assert homes <= {login.source for login in logins}
    assert {login.host.name for login in logins if login.source in homes} == {"bastion"}


@every_activity
def test_an_activity_is_seen_by_the_sensors_that_it_names(sessions, network, name):
    wrote = set()
    for format_name, make in WRITERS.items():
        kind = FORMATS[format_name].kind
        writer = make(network, stream(7, format_name))
        for action in (action for _, actions in sessions(name) for action in actions):
            if sees(kind, action) and any(
                list(getattr(writer, method)(action)) for _, method in moments(action)
            ):
                wrote.add(kind)
                break
    assert wrote == set(ACTIVITIES[name].seen_by)

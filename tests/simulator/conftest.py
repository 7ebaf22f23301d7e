"""A small network, its writers with their parsers, and one day of it."""

from datetime import UTC, datetime

import pytest

from network_security.sensors import parse_event
from network_security.simulator import Simulation
from network_security.simulator.moments import moments
from network_security.simulator.network import draw_network
from network_security.simulator.randomness import stream
from network_security.simulator.writers import WRITERS

MONDAY = datetime(2026, 3, 2, tzinfo=UTC).timestamp()


@pytest.fixture(scope="session")
def monday():
    """Midnight, when the simulated day begins."""
    return MONDAY


@pytest.fixture(scope="session")
def noon():
    return MONDAY + 12 * 3600


@pytest.fixture(scope="session")
def next_morning():
    return datetime(2026, 3, 3, 6, tzinfo=UTC)


@pytest.fixture(scope="session")
def network():
    return draw_network(7)


@pytest.fixture
def rng():
    return stream(7, "test")


@pytest.fixture
def parsed(network, next_morning):
    """The documents that a format's parser makes of what its writer writes of actions."""

    def parse(name, *actions):
        writer = WRITERS[name](network, stream(7, "writer", name))
        told = sorted(
            (time, number, method, action)
            for number, action in enumerate(actions)
            for time, method in moments(action)
        )
        return [
            parse_event(
                line.text,
                format=name,
                header=writer.header(line.path or writer.path),
                received=next_morning,
            )
            for _, _, method, action in told
            for line in getattr(writer, method)(action)
        ]

    return parse


@pytest.fixture(scope="session")
def small_day():
    """The events of a day with every attack and little else, and the attacks by identifier."""
    run = Simulation(seed=7, start=MONDAY, end=MONDAY + 86_400, scale=0.05)
    return list(run.events()), run.episodes


@pytest.fixture(scope="session")
def at():
    """The value of a dotted name in a document, None where there is none."""

    def value(document, name):
        for part in name.split("."):
            if not isinstance(document, dict) or part not in document:
                return None
            document = document[part]
        return document

    return value

"""What the writers of all firewalls share: policy, session numbers, names of services."""

from itertools import count
from random import Random

from network_security.simulator.actions import Alert, Connection
from network_security.simulator.network import Network
from network_security.simulator.writers.writer import Writer

RULES = {
    ("lan", "wan"): (7, "staff-to-internet"),
    ("lan", "servers"): (9, "staff-to-servers"),
    ("lan", "dmz"): (11, "staff-to-dmz"),
    ("servers", "wan"): (14, "servers-out"),
    ("servers", "dmz"): (15, "servers-to-dmz"),
    ("dmz", "wan"): (17, "dmz-out"),
    ("dmz", "servers"): (18, "dmz-to-servers"),
    ("wan", "dmz"): (21, "published-services"),
}
"""Zones -> number and name of the rule that allows connections between them."""
DENY = (99, "default-deny")
NO_ADDRESS = "0.0.0.0"  # noqa: S104 - what devices write for an address that is not translated


class Firewall(Writer):
    """A firewall: it numbers the sessions that it allows."""

    def __init__(self, network: Network, rng: Random) -> None:
        super().__init__(network, rng)
        self._next = count(rng.randrange(100_000, 900_000))
        self._sessions: dict[int, int] = {}
        self._records = count(rng.randrange(10_000, 90_000))

    def begin(self, connection: Connection) -> int:
        """Return the number of a new session."""
        number = self._sessions[connection.key] = next(self._next)
        return number

    def running(self, connection: Connection) -> int:
        """Return the number of a session that has begun, or of one that is denied."""
        return self._sessions.get(connection.key) or next(self._next)

    def finish(self, connection: Connection) -> int:
        """Return the number of a session that ends."""
        return self._sessions.pop(connection.key, 0) or next(self._next)

    def record(self) -> int:
        """Return the next number of a record."""
        return next(self._records)


def rule(connection: Connection) -> tuple[int, str]:
    """Return number and name of the rule that decides on a connection."""
    if connection.outcome == "denied":
        return DENY
    return RULES.get((connection.source_zone, connection.destination_zone), DENY)


def hops_left(connection: Connection) -> int:
    """Return what is left of a packet's time to live: the internet takes some hops of it."""
    if connection.source_zone != "wan":
        return 127 if connection.source_zone == "lan" else 63
    return 40 + int(connection.source.rpartition(".")[2]) % 20


def translations(connection: Connection) -> tuple[tuple[str, int], tuple[str, int]]:
    """Return source and destination as the public side of the firewall sees them."""
    source = (connection.source, connection.source_port)
    destination = (connection.destination, connection.destination_port)
    if connection.translated:
        if connection.source_zone == "wan":
            destination = connection.translated
        else:
            source = connection.translated
    return source, destination


def target(alert: Alert) -> str:
    """Return the last part of the path that an alert's request asked for, or nothing."""
    return alert.request.path.rpartition("/")[2] if alert.request else ""

"""pfSense's filterlog: comma-separated values behind a syslog header.

Format: Netgate documentation, "Raw Filter Log Format".
"""

from network_security.simulator.actions import Connection
from network_security.simulator.network import DOMAIN, FIREWALL_NAME
from network_security.simulator.writers import text, times
from network_security.simulator.writers.firewall.firewall import (
    Firewall,
    hops_left,
    rule,
    translations,
)
from network_security.simulator.writers.writer import Line, Lines

INTERFACES = {"lan": "igb1", "servers": "igb2", "dmz": "igb3", "wan": "igb0"}
TRACKERS = 1_700_000_000
PROCESS = 41233


class Pfsense(Firewall):
    """One line a new connection: pass or block."""

    path = "firewall/pfsense.log"

    def opened(self, connection: Connection) -> Lines:
        """Write a connection that a rule passes."""
        return self._line(connection, "pass", connection.destination)

    def denied(self, connection: Connection) -> Lines:
        """Write a connection that a rule blocks."""
        return self._line(connection, "block", translations(connection)[1][0])

    def _line(self, connection: Connection, action: str, destination: str) -> Lines:
        rng = self.rng
        number, _ = rule(connection)
        udp = connection.transport == "udp"
        payload = connection.sent if udp else 0
        columns: list[object] = [
            number, "", "", TRACKERS + number, INTERFACES[connection.source_zone], "match", action,
            "in", 4, "0x0", "", hops_left(connection),
            rng.getrandbits(16), 0, "none" if udp else "DF", 17 if udp else 6,
            connection.transport, (28 if udp else 60) + payload, connection.source, destination,
            connection.source_port, connection.destination_port, payload,
        ]  # fmt: skip
        if not udp:
            columns += ["S", rng.getrandbits(32), "", 64240, "", "mss;sackOK;TS;nop;wscale"]
        stamp = times.iso(connection.time, 6, "+00:00")
        header = f"{text.priority(text.LOCAL0, 6)}1 {stamp} {FIREWALL_NAME}.{DOMAIN} filterlog"
        yield Line(connection.time, f"{header} {PROCESS} - - {','.join(map(str, columns))}")

"""Cisco ASA: connections built and torn down, and what an access list denies.

Format: Cisco ASA Series Syslog Messages, 106023, 302013 to 302016 and 305011.
"""

from network_security.simulator.actions import Connection
from network_security.simulator.network import FIREWALL_NAME
from network_security.simulator.writers import text, times
from network_security.simulator.writers.firewall.firewall import Firewall, translations
from network_security.simulator.writers.writer import Line, Lines

INTERFACES = {"lan": "inside", "servers": "servers", "dmz": "dmz", "wan": "outside"}
SECURITY = {"lan": 100, "servers": 90, "dmz": 50, "wan": 0}
LISTS = {"wan": "outside_in", "lan": "inside_out", "servers": "servers_out", "dmz": "dmz_out"}
REASONS = {"closed": "TCP FINs", "reset": "TCP Reset-O", "refused": "TCP Reset-O"}
BUILT = {"tcp": "302013", "udp": "302015"}
TORN_DOWN = {"tcp": "302014", "udp": "302016"}


class CiscoAsa(Firewall):
    """Two lines a connection, three when its source is translated, one when it is denied."""

    path = "firewall/cisco_asa.log"

    def opened(self, connection: Connection) -> Lines:
        """Write the translation and the connection."""
        number = self.begin(connection)
        source, destination = translations(connection)
        near, far = _ends(connection)
        seen_source = f"{near} ({source[0]}/{source[1]})"
        seen_destination = f"{far} ({destination[0]}/{destination[1]})"
        if _outbound(connection):
            if connection.translated:
                kind = connection.transport.upper()
                translated = f"from {near} to outside:{source[0]}/{source[1]}"
                message = f"Built dynamic {kind} translation {translated}"
                yield self._line(connection.time, 6, "305011", message)
            ends = f"for {seen_destination} to {seen_source}"
        else:
            ends = f"for {seen_source} to {seen_destination}"
        direction = "outbound" if _outbound(connection) else "inbound"
        protocol = connection.transport.upper()
        message = f"Built {direction} {protocol} connection {number} {ends}"
        yield self._line(connection.time, 6, BUILT[connection.transport], message)

    def closed(self, connection: Connection) -> Lines:
        """Write the teardown with duration and bytes."""
        near, far = _ends(connection)
        ends = f"for {far} to {near}" if _outbound(connection) else f"for {near} to {far}"
        minutes, seconds = divmod(int(connection.duration), 60)
        hours, minutes = divmod(minutes, 60)
        message = (
            f"Teardown {connection.transport.upper()} connection {self.finish(connection)} {ends} "
            f"duration {hours}:{minutes:02}:{seconds:02} bytes "
            f"{connection.sent + connection.received}"
        )
        if connection.transport == "tcp":
            message += f" {REASONS[connection.outcome]} from {INTERFACES[connection.source_zone]}"
        yield self._line(connection.end, 6, TORN_DOWN[connection.transport], message)

    def denied(self, connection: Connection) -> Lines:
        """Write what an access list denied."""
        source = (
            f"{INTERFACES[connection.source_zone]}:{connection.source}/{connection.source_port}"
        )
        address, port = translations(connection)[1]
        zone = connection.destination_zone
        inside = INTERFACES[zone] if zone != "wan" else "dmz"
        access_list = LISTS[connection.source_zone]
        message = (
            f"Deny {connection.transport} src {source} dst {inside}:{address}/{port} "
            f'by access-group "{access_list}" [0x{len(access_list) * 2654435761 % 2**32:08x}, 0x0]'
        )
        yield self._line(connection.time, 4, "106023", message)

    @staticmethod
    def _line(time: float, severity: int, number: str, message: str) -> Line:
        head = text.priority(text.LOCAL4, severity)
        stamp = times.written("%b %d %Y %H:%M:%S", int(time))
        return Line(time, f"{head}{stamp} {FIREWALL_NAME} : %ASA-{severity}-{number}: {message}")


def _outbound(connection: Connection) -> bool:
    return SECURITY[connection.source_zone] > SECURITY[connection.destination_zone]


def _ends(connection: Connection) -> tuple[str, str]:
    source = f"{INTERFACES[connection.source_zone]}:{connection.source}/{connection.source_port}"
    zone = INTERFACES[connection.destination_zone]
    return source, f"{zone}:{connection.destination}/{connection.destination_port}"

"""SonicWall SonicOS: ``key=value`` pairs after ``id=firewall``.

Format: SonicOS 7 Log Events Reference Guide; messages 36, 97, 98, 537 and 609.
"""

from network_security.simulator.actions import Alert, Connection, WebRequest
from network_security.simulator.network import PUBLIC_ADDRESS, mac
from network_security.simulator.writers import text, times
from network_security.simulator.writers.firewall.firewall import Firewall, rule, translations
from network_security.simulator.writers.writer import Line, Lines

SERIAL = "0006B1EXAMPL"
INTERFACES = {"lan": "X0", "servers": "X3", "dmz": "X2", "wan": "X1"}
ZONES = {"lan": "LAN", "servers": "SERVERS", "dmz": "DMZ", "wan": "WAN"}
METHODS = {"GET": 1, "POST": 2, "HEAD": 3}
Pairs = dict[str, object]


class Sonicwall(Firewall):
    """Two lines a connection, one when it is dropped, one a page or attack."""

    path = "firewall/sonicwall.log"

    def opened(self, connection: Connection) -> Lines:
        """Write that a connection was opened."""
        own = {"msg": '"Connection Opened"', "sent": 60}
        yield self._line(connection.time, connection, 98, 6, 262144, own, translated=True)

    def closed(self, connection: Connection) -> Lines:
        """Write that a connection was closed, with its bytes; its duration is in milliseconds."""
        number, _ = rule(connection)
        own = {
            "msg": '"Connection Closed"', "sent": connection.bytes_sent,
            "rcvd": connection.bytes_received, "spkt": connection.packets_sent,
            "rpkt": connection.packets_received, "cdur": int(connection.duration * 1000),
            "rule": f'"{number} ({_zones(connection)})"',
        }  # fmt: skip
        yield self._line(connection.end, connection, 537, 6, 1024, own, translated=True)

    def denied(self, connection: Connection) -> Lines:
        """Write a connection that was dropped."""
        tcp = connection.transport == "tcp"
        own = {
            "msg": f'"{"TCP" if tcp else "UDP"} connection dropped"', "sent": 60,
            "rule": f'"{rule(connection)[0]} ({_zones(connection)})"', "fw_action": '"drop"',
        }  # fmt: skip
        yield self._line(connection.time, connection, 36 if tcp else 37, 5, 64 if tcp else 128, own)

    def web(self, request: WebRequest) -> Lines:
        """Write a page that was asked for."""
        path = "/" if request.encrypted else request.path
        own: Pairs = {
            "op": 0 if request.encrypted else METHODS[request.method], "sent": request.sent,
            "rcvd": request.received, "result": 0 if request.encrypted else request.status,
            "dstname": request.host, "arg": path,
            "code": sum(map(ord, request.category)) % 64, "Category": f'"{request.category}"',
        }  # fmt: skip
        yield self._line(request.time, request.connection, 97, 6, 1024, own)

    def alert(self, alert: Alert) -> Lines:
        """Write an attack that was detected."""
        signature = alert.signature
        own: Pairs = {
            "msg": f'"IPS Detection Alert: {signature.message}"', "sid": signature.number,
            "ipscat": f'"{signature.classification}"', "ipspri": signature.priority,
            "fw_action": '"forward"',
        }  # fmt: skip
        yield self._line(alert.time, alert.connection, 608, 1, 32, own)

    def _line(
        self, time: float, connection: Connection, message: int, level: int, category: int,
        own: Pairs, *, translated: bool = False,
    ) -> Line:  # fmt: skip
        source, destination = translations(connection)
        near, far = INTERFACES[connection.source_zone], INTERFACES[connection.destination_zone]
        pairs: Pairs = {
            "srcMac": mac(connection.source),
            "src": f"{connection.source}:{connection.source_port}:{near}",
            "srcZone": ZONES[connection.source_zone],
        }  # fmt: skip
        if translated and connection.translated:
            pairs["natSrc"] = f"{source[0]}:{source[1]}"
        pairs |= {
            "dstMac": mac(connection.destination),
            "dst": f"{connection.destination}:{connection.destination_port}:{far}",
            "dstZone": ZONES[connection.destination_zone],
        }  # fmt: skip
        if translated and connection.translated:
            pairs["natDst"] = f"{destination[0]}:{destination[1]}"
        if connection.user:
            pairs["usr"] = f'"{connection.user}"'
        service = (
            connection.service if connection.service != "probe" else connection.destination_port
        )
        pairs |= {"proto": f"{connection.transport}/{service}", "n": self.record(), **own}
        head = (
            f"{text.priority(text.LOCAL0, level)}  id=firewall sn={SERIAL} "
            f'time="{times.day(time)} {times.clock(time)} UTC" fw={PUBLIC_ADDRESS} pri={level} '
            f"c={category} m={message} "
        )
        return Line(time, head + " ".join(f"{name}={value}" for name, value in pairs.items()))


def _zones(connection: Connection) -> str:
    return f"{ZONES[connection.source_zone]}->{ZONES[connection.destination_zone]}"

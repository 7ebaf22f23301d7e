"""WatchGuard Firebox in IBM's Log Event Extended Format 1.0, separated by tabs.

Format: IBM QRadar, "LEEF event components"; WatchGuard, "Log Catalog" 12.10.
"""

from network_security.simulator.actions import Alert, Connection, WebRequest
from network_security.simulator.network import DOMAIN, FIREWALL_NAME
from network_security.simulator.writers import text, times
from network_security.simulator.writers.firewall.firewall import (
    Firewall,
    hops_left,
    rule,
    translations,
)
from network_security.simulator.writers.writer import Line, Lines

SERIAL = "D0FE0A1B2C3D4"
INTERFACES = {"lan": "Trusted", "servers": "Servers", "dmz": "Optional", "wan": "External"}
GEOGRAPHY = {"192": "NOR", "198": "USA", "203": "NLD"}
TRAFFIC, HTTP_REQUEST, HTTPS_REQUEST, INTRUSION = "30000148", "1AFF0024", "2CFF0000", "30000173"
Pairs = dict[str, object]


class Leef(Firewall):
    """One line a session that ends or is denied, one a page or attack."""

    path = "firewall/leef.log"

    def closed(self, connection: Connection) -> Lines:
        """Write an allowed session with its duration and bytes."""
        source, destination = translations(connection)
        pairs: Pairs = {}
        if connection.translated and connection.source_zone != "wan":
            pairs = {"srcPostNAT": source[0], "srcPostNATPort": source[1]}
        elif connection.translated:
            pairs = {"dstPostNAT": destination[0], "dstPostNATPort": destination[1]}
        pairs |= {
            "duration": int(connection.duration), "sent_bytes": connection.bytes_sent,
            "rcvd_bytes": connection.bytes_received,
        }  # fmt: skip
        yield self._line(TRAFFIC, connection.end, connection, "Allow", pairs)

    def denied(self, connection: Connection) -> Lines:
        """Write a denied connection."""
        pairs: Pairs = {"pckt_len": 60, "ttl": hops_left(connection), "msg": "Denied by the policy"}
        yield self._line(TRAFFIC, connection.time, connection, "Deny", pairs)

    def web(self, request: WebRequest) -> Lines:
        """Write what the HTTP proxy or the HTTPS proxy saw."""
        pairs: Pairs = {"cats": request.category, "dstname": request.host}
        if request.encrypted:
            number = HTTPS_REQUEST
            pairs |= {"proxy_act": "HTTPS-Client.Standard", "msg": "HTTPS Request"}
        else:
            number = HTTP_REQUEST
            pairs |= {"proxy_act": "HTTP-Client.Standard", "op": request.method,
                      "arg": request.path, "msg": "HTTP Request"}  # fmt: skip
        pairs |= {"sent_bytes": request.sent, "rcvd_bytes": request.received}
        yield self._line(number, request.time, request.connection, "Allow", pairs)

    def alert(self, alert: Alert) -> Lines:
        """Write what the intrusion prevention service matched."""
        signature = alert.signature
        pairs: Pairs = {
            "signature_id": signature.number, "signature_name": signature.name,
            "signature_cat": signature.classification, "severity": 6 - signature.priority,
            "msg": "IPS detected",
        }  # fmt: skip
        yield self._line(INTRUSION, alert.time, alert.connection, "Allow", pairs)

    @staticmethod
    def _line(
        number: str, time: float, connection: Connection, disposition: str, own: Pairs
    ) -> Line:
        pairs: Pairs = {
            "serial": SERIAL, "policy": f"{rule(connection)[1]}-00", "disp": disposition,
            "in_if": INTERFACES[connection.source_zone],
            "out_if": INTERFACES[connection.destination_zone],
        }  # fmt: skip
        for side, address in (("src", connection.source), ("dst", connection.destination)):
            if place := GEOGRAPHY.get(address[:3]):
                pairs[f"geo_{side}"] = place
        pairs |= {
            "src": connection.source, "srcPort": connection.source_port,
            "dst": connection.destination, "dstPort": connection.destination_port,
            "proto": connection.transport,
        }  # fmt: skip
        if connection.user:
            pairs["src_user"] = f"{connection.user}@{DOMAIN}"
        attributes = "\t".join(f"{name}={value}" for name, value in {**pairs, **own}.items())
        header = f"{text.priority(text.LOCAL0, 6)}{times.bsd(time)} {FIREWALL_NAME} "
        return Line(time, f"{header}LEEF:1.0|WatchGuard|XTM|12.10.3.B692988|{number}|{attributes}")

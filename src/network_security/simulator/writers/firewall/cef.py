"""Forcepoint NGFW in ArcSight Common Event Format.

Format: CEF Implementation Standard 25; "Forcepoint NGFW, how to configure CEF logs".
"""

from network_security.simulator.actions import Alert, Connection, WebRequest
from network_security.simulator.network import FIREWALL_ADDRESS, FIREWALL_NAME
from network_security.simulator.writers import times
from network_security.simulator.writers.firewall.firewall import Firewall, rule, translations
from network_security.simulator.writers.writer import Line, Lines

INTERFACES = {"lan": "1", "servers": "2", "dmz": "3", "wan": "0"}
PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1}
SEVERITIES = {1: 9, 2: 6, 3: 2}
EVENTS = {
    "Connection_Allowed": 70018, "Connection_Discarded": 70019, "Connection_Closed": 70021,
    "HTTP_Request-Line-Parsed": 72714,
}  # fmt: skip
Pairs = dict[str, object]


class Cef(Firewall):
    """One line when a connection is allowed, closed or discarded, one a page or attack."""

    path = "firewall/cef.log"

    def opened(self, connection: Connection) -> Lines:
        """Write an allowed connection."""
        yield self._line("Connection_Allowed", 0, connection.time, connection, {"act": "Allow"})

    def closed(self, connection: Connection) -> Lines:
        """Write a closed connection with its bytes."""
        pairs: Pairs = {"out": connection.bytes_sent, "in": connection.bytes_received}
        yield self._line("Connection_Closed", 0, connection.end, connection, pairs)

    def denied(self, connection: Connection) -> Lines:
        """Write a discarded connection."""
        yield self._line("Connection_Discarded", 0, connection.time, connection, {"act": "Discard"})

    def web(self, request: WebRequest) -> Lines:
        """Write a request that can be read."""
        if request.encrypted:
            return
        pairs: Pairs = {
            "act": "Permit", "request": request.url, "requestMethod": request.method,
            "requestClientApplication": request.user_agent, "deviceFacility": "Inspection",
        }  # fmt: skip
        yield self._line("HTTP_Request-Line-Parsed", 1, request.time, request.connection, pairs)

    def alert(self, alert: Alert) -> Lines:
        """Write an attack that inspection recognised."""
        signature = alert.signature
        pairs: Pairs = {
            "act": "Permit", "deviceFacility": "Inspection", "msg": signature.message,
            "cat": signature.classification,
        }  # fmt: skip
        if alert.request:
            pairs["request"] = alert.request.url
        severity = SEVERITIES[signature.priority]
        name = signature.name.replace(".", "_")
        yield self._line(name, severity, alert.time, alert.connection, pairs, signature.number)

    def _line(
        self, name: str, severity: int, time: float, connection: Connection, own: Pairs,
        number: int = 0,
    ) -> Line:  # fmt: skip
        source, destination = translations(connection)
        pairs: Pairs = {
            "deviceExternalId": f"{FIREWALL_NAME} node 1", "dvc": FIREWALL_ADDRESS,
            "dvchost": f"{FIREWALL_NAME}.example.com", "src": connection.source,
            "dst": connection.destination, "spt": connection.source_port,
            "dpt": connection.destination_port, "proto": PROTOCOLS[connection.transport],
            "deviceInboundInterface": INTERFACES[connection.source_zone],
        }  # fmt: skip
        if connection.outcome != "denied":
            pairs["deviceOutboundInterface"] = INTERFACES[connection.destination_zone]
        if connection.translated and name == "Connection_Allowed":
            if connection.source_zone == "wan":
                pairs |= {"destinationTranslatedAddress": destination[0],
                          "destinationTranslatedPort": destination[1]}  # fmt: skip
            else:
                pairs |= {"sourceTranslatedAddress": source[0],
                          "sourceTranslatedPort": source[1]}  # fmt: skip
        if connection.user:
            pairs["suser"] = connection.user
        pairs |= {"deviceFacility": "Packet Filtering", "app": connection.service.upper()}
        pairs["rt"] = times.written("%b %d %Y %H:%M:%S", int(time))
        pairs |= {"cs1Label": "RuleID", "cs1": f"20971{rule(connection)[0]:02}.1", **own}
        extension = " ".join(
            f"{key}={_escaped(value)}" for key, value in pairs.items() if value != ""
        )
        head = f"CEF:0|FORCEPOINT|Firewall|7.1.2|{number or EVENTS[name]}|{name}|{severity}"
        return Line(time, f"{head}|{extension}")


def _escaped(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("=", "\\=")

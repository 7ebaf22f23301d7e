"""Juniper SRX in structured syslog: sessions, web filter, intrusion detection.

Format: Junos System Log Explorer, RT_FLOW, RT_UTM and RT_IDP; RFC 5424.
"""

from network_security.simulator.actions import Alert, Connection, WebRequest
from network_security.simulator.network import FIREWALL_NAME
from network_security.simulator.writers import text, times
from network_security.simulator.writers.firewall.firewall import (
    NO_ADDRESS,
    Firewall,
    rule,
    translations,
)
from network_security.simulator.writers.writer import Line, Lines

ELEMENT = "junos@2636.1.1.1.2.129"
ZONES = {"lan": "trust", "servers": "servers", "dmz": "dmz", "wan": "untrust"}
INTERFACES = {"lan": "ge-0/0/1.0", "servers": "ge-0/0/2.0", "dmz": "ge-0/0/3.0",
              "wan": "ge-0/0/0.0"}  # fmt: skip
SERVICES = {"https": "junos-https", "http": "junos-http", "dns": "junos-dns-udp",
            "smtp": "junos-smtp", "ssh": "junos-ssh", "ntp": "junos-ntp", "smb": "junos-smb",
            "rsync": "None", "kerberos": "None"}  # fmt: skip
REASONS = {"closed": "TCP FIN", "reset": "TCP CLIENT RST", "refused": "TCP SERVER RST"}
THREATS = {1: "HIGH", 2: "MEDIUM", 3: "INFO"}
Pairs = dict[str, object]


class JuniperSrx(Firewall):
    """Two lines a session, one when it is denied, one a page or attack."""

    path = "firewall/juniper_srx.log"

    def opened(self, connection: Connection) -> Lines:
        """Write RT_FLOW_SESSION_CREATE."""
        pairs = _session(connection, self.begin(connection))
        yield self._flow(connection.time, "RT_FLOW_SESSION_CREATE", pairs | _tail(connection))

    def closed(self, connection: Connection) -> Lines:
        """Write RT_FLOW_SESSION_CLOSE."""
        tcp = connection.transport == "tcp"
        pairs: Pairs = {"reason": REASONS[connection.outcome] if tcp else "idle Timeout"}
        pairs |= _session(connection, self.finish(connection))
        pairs |= {
            "packets-from-client": connection.packets_sent,
            "bytes-from-client": connection.bytes_sent,
            "packets-from-server": connection.packets_received,
            "bytes-from-server": connection.bytes_received,
            "elapsed-time": max(1, int(connection.duration)),
            "application": _application(connection), "nested-application": "UNKNOWN",
        }  # fmt: skip
        yield self._flow(connection.end, "RT_FLOW_SESSION_CLOSE", pairs | _tail(connection))

    def denied(self, connection: Connection) -> Lines:
        """Write RT_FLOW_SESSION_DENY."""
        pairs: Pairs = _ends(connection) | {
            "service-name": SERVICES.get(connection.service, "None"),
            "protocol-id": text.PROTOCOL_NUMBERS[connection.transport], "icmp-type": 0,
            "policy-name": rule(connection)[1], **_zones(connection), "application": "UNKNOWN",
            "nested-application": "UNKNOWN",
        }  # fmt: skip
        pairs |= _tail(connection) | {"encrypted": "No ", "reason": "Denied by policy"}
        yield self._flow(connection.time, "RT_FLOW_SESSION_DENY", pairs)

    def web(self, request: WebRequest) -> Lines:
        """Write a page that the web filter permitted."""
        pairs: Pairs = {
            **_zones(request.connection), **_ends(request.connection),
            "session-id": self.running(request.connection), "application": "HTTPS"
            if request.encrypted else "HTTP", "nested-application": "UNKNOWN",
            "category": f"Enhanced_{request.category.replace(' ', '_')}",
            "reason": "BY_SITE_REPUTATION_MODERATELY_SAFE", "profile": "staff-web",
            "url": request.host, "obj": "/" if request.encrypted else request.path,
            "username": request.connection.user or "N/A", "roles": "N/A",
        }  # fmt: skip
        yield self._line(request.time, "RT_UTM", "WEBFILTER_URL_PERMITTED", 6, pairs)

    def alert(self, alert: Alert) -> Lines:
        """Write IDP_ATTACK_LOG_EVENT."""
        connection, signature = alert.connection, alert.signature
        near, far = INTERFACES[connection.source_zone], INTERFACES[connection.destination_zone]
        pairs: Pairs = {
            "epoch-time": int(alert.time), "message-type": "SIG", **_ends(connection),
            "protocol-name": connection.transport.upper(), "service-name": "SERVICE_IDP",
            "application-name": _application(connection), "rule-name": 1, "rulebase-name": "IPS",
            "policy-name": "Recommended", "export-id": self.record(), "repeat-count": 0,
            "action": "NONE", "threat-severity": THREATS[signature.priority],
            "attack-name": f"CUSTOM:{signature.name.replace('.', '-').upper()}",
            "nat-source-address": NO_ADDRESS, "nat-source-port": 0,
            "nat-destination-address": NO_ADDRESS, "nat-destination-port": 0,
            "elapsed-time": 0, "inbound-bytes": 0, "outbound-bytes": 0, "inbound-packets": 0,
            "outbound-packets": 0, "source-zone-name": ZONES[connection.source_zone],
            "source-interface-name": near,
            "destination-zone-name": ZONES[connection.destination_zone],
            "destination-interface-name": far, "packet-log-id": 0, "alert": "no",
            "username": connection.user or "N/A", "roles": "N/A", "message": "-",
        }  # fmt: skip
        yield self._line(alert.time, "RT_IDP", "IDP_ATTACK_LOG_EVENT", 5, pairs)

    def _flow(self, time: float, name: str, pairs: Pairs) -> Line:
        return self._line(time, "RT_FLOW", name, 6, pairs)

    @staticmethod
    def _line(time: float, process: str, name: str, severity: int, pairs: Pairs) -> Line:
        data = " ".join(f'{key}="{value}"' for key, value in pairs.items())
        header = f"{text.priority(1, severity)}1 {times.iso(time, 3)} {FIREWALL_NAME}"
        return Line(time, f"{header} {process} - {name} [{ELEMENT} {data}]")


def _ends(connection: Connection) -> Pairs:
    return {
        "source-address": connection.source,
        "source-port": connection.source_port,
        "destination-address": connection.destination,
        "destination-port": connection.destination_port,
    }


def _zones(connection: Connection) -> Pairs:
    return {
        "source-zone-name": ZONES[connection.source_zone],
        "destination-zone-name": ZONES[connection.destination_zone],
    }


def _session(connection: Connection, number: int) -> Pairs:
    source, destination = translations(connection)
    inbound = connection.source_zone == "wan"
    return _ends(connection) | {
        "service-name": SERVICES.get(connection.service, "None"),
        "nat-source-address": source[0], "nat-source-port": source[1],
        "nat-destination-address": destination[0], "nat-destination-port": destination[1],
        "src-nat-rule-name": "out" if connection.translated and not inbound else "None",
        "dst-nat-rule-name": "published" if connection.translated and inbound else "None",
        "protocol-id": text.PROTOCOL_NUMBERS[connection.transport],
        "policy-name": rule(connection)[1], **_zones(connection), "session-id-32": number,
    }  # fmt: skip


def _tail(connection: Connection) -> Pairs:
    interface = INTERFACES[connection.source_zone]
    return {"username": connection.user or "N/A", "roles": "N/A",
            "packet-incoming-interface": interface}  # fmt: skip


def _application(connection: Connection) -> str:
    names = {"https": "SSL", "smb": "SMB", "probe": "UNKNOWN"}
    return names.get(connection.service, connection.service.upper())

"""Check Point Log Exporter: ``name:"value"; `` pairs in an RFC 5424 header.

Format: Check Point, "Log Exporter Guide" and "Logging and Monitoring", fields of each blade.
"""

from network_security.simulator.actions import Alert, Connection, WebRequest
from network_security.simulator.network import FIREWALL_ADDRESS, FIREWALL_NAME
from network_security.simulator.randomness import uuid
from network_security.simulator.writers import text, times
from network_security.simulator.writers.firewall.firewall import (
    NO_ADDRESS,
    Firewall,
    rule,
    translations,
)
from network_security.simulator.writers.writer import Line, Lines

ZONES = {"lan": "Internal", "servers": "Internal", "dmz": "DMZ", "wan": "External"}
INTERFACES = {"lan": "eth1", "servers": "eth2", "dmz": "eth3", "wan": "eth0"}
SERVICES = {"https": "https", "http": "http", "dns": "domain-udp", "smtp": "smtp", "ssh": "ssh",
            "ntp": "ntp-udp", "smb": "microsoft-ds", "kerberos": "Kerberos_v5_TCP"}  # fmt: skip
SEVERITIES = {1: 4, 2: 2, 3: 0}
POLICY = (
    "product=VPN-1 & FireWall-1[db_tag={DA0F2B6C};mgmt=cp-mgmt;date=1772000000;policy_name=Edge\\]"
)


class Checkpoint(Firewall):
    """One line a connection that is accepted or dropped, one a page or attack."""

    path = "firewall/checkpoint.log"

    def opened(self, connection: Connection) -> Lines:
        """Write an accepted connection."""
        yield self._decision(connection, "Accept")

    def denied(self, connection: Connection) -> Lines:
        """Write a dropped connection."""
        yield self._decision(connection, "Drop")

    def web(self, request: WebRequest) -> Lines:
        """Write a page that URL filtering accepted."""
        path = "/" if request.encrypted else request.path
        scheme = "https" if request.encrypted else "http"
        pairs = {
            **self._ends(request.connection), "appi_name": request.host,
            "app_category": request.category, "matched_category": request.category,
            "app_risk": str(1 + len(request.category) % 4),
            "method": "" if request.encrypted else request.method,
            "product": "URL Filtering", "resource": f"{scheme}://{request.host}{path}",
            "client_outbound_bytes": str(request.sent), "sent_bytes": str(request.sent),
            "received_bytes": str(request.received),
        }  # fmt: skip
        yield self._line(request.time, request.connection, "Accept", pairs)

    def alert(self, alert: Alert) -> Lines:
        """Write what intrusion prevention detected."""
        signature = alert.signature
        pairs = {
            **self._ends(alert.connection), "attack": signature.classification,
            "attack_info": signature.name, "confidence_level": "3", "performance_impact": "2",
            "protection_id": f"asm_dynamic_prop_{signature.number}",
            "protection_name": signature.name, "protection_type": "IPS",
            "severity": str(SEVERITIES[signature.priority]), "product": "SmartDefense",
        }  # fmt: skip
        if alert.request:
            pairs["resource"] = alert.request.url
        yield self._line(alert.time, alert.connection, "Detect", pairs)

    def _decision(self, connection: Connection, action: str) -> Line:
        number, name = rule(connection)
        source, destination = translations(connection)
        pairs = {
            "__policy_id_tag": POLICY, **self._ends(connection),
            "inzone": ZONES[connection.source_zone], "layer_name": "Network",
            "layer_uuid": uuid(0x51D3C6E4A7B94F01), "match_id": str(number), "parent_rule": "0",
            "rule_action": action, "rule_name": name,
            "rule_uid": uuid(number),
            "outzone": ZONES[connection.destination_zone], "product": "VPN-1 & FireWall-1",
        }  # fmt: skip
        if connection.translated and action == "Accept":
            outgoing = connection.source_zone != "wan"
            pairs |= {
                "nat_rulenum": "3" if outgoing else "5",
                "xlatesrc": source[0] if outgoing else NO_ADDRESS,
                "xlatesport": str(source[1]) if outgoing else "0",
                "xlatedst": NO_ADDRESS if outgoing else destination[0],
                "xlatedport": "0" if outgoing else str(destination[1]),
            }
        return self._line(connection.time, connection, action, pairs)

    @staticmethod
    def _ends(connection: Connection) -> dict[str, str]:
        service = SERVICES.get(connection.service)
        pairs = {
            "src": connection.source, "s_port": str(connection.source_port),
            "dst": connection.destination, "service": str(connection.destination_port),
            "proto": str(text.PROTOCOL_NUMBERS[connection.transport]),
        }  # fmt: skip
        if service:
            pairs["service_id"] = service
        if connection.user:
            pairs["src_user_name"] = connection.user
        return pairs

    def _line(
        self, time: float, connection: Connection, action: str, pairs: dict[str, str]
    ) -> Line:
        record = self.record()
        outbound = connection.source_zone != "wan"
        common = {
            "action": action, "flags": "411908", "ifdir": "outbound" if outbound else "inbound",
            "ifname": INTERFACES[connection.source_zone],
            "loguid": f"{{0x{int(time):x},0x{record % 16:x},0x100140a,0x{record * 40503:x}}}",
            "origin": FIREWALL_ADDRESS, "sequencenum": str(record % 512), "time": str(int(time)),
            "version": "5",
        }  # fmt: skip
        written = " ".join(
            f'{name}:"{value}";' for name, value in {**common, **pairs}.items() if value
        )
        header = f"{text.priority(text.LOCAL0, 6)}1 {times.iso(time)} {FIREWALL_NAME} CheckPoint"
        return Line(time, f"{header} 18402 - [{written.rstrip(';')}]")

"""Sophos Firewall (XG): firewall rules, web filter, intrusion prevention, antivirus.

Format: Sophos Firewall, "Log settings and log file details", syslog in device standard format.
"""

from network_security.simulator.actions import Alert, Connection, FileTransfer, WebRequest
from network_security.simulator.network import mac
from network_security.simulator.writers import text, times
from network_security.simulator.writers.firewall.firewall import (
    Firewall,
    rule,
    translations,
)
from network_security.simulator.writers.writer import Line, Lines

DEVICE = "X21001EXAMPLE42"
PORTS = {"lan": "Port1", "servers": "Port3", "dmz": "Port4", "wan": "Port2"}
ZONES = {"lan": "LAN", "servers": "SERVERS", "dmz": "DMZ", "wan": "WAN"}
ZONE_TYPES = {"lan": "LAN", "servers": "LAN", "dmz": "DMZ", "wan": "WAN"}
COUNTRIES = {"192": "NOR", "198": "USA", "203": "NLD"}
Pairs = dict[str, object]


class SophosXg(Firewall):
    """One line a session that ends or is denied, one a page, attack or file."""

    path = "firewall/sophos_xg.log"

    def opened(self, connection: Connection) -> Lines:
        """Number the session: it is logged at its end."""
        self.begin(connection)
        return ()

    def closed(self, connection: Connection) -> Lines:
        """Write an allowed session."""
        yield self._session(connection, connection.end, self.finish(connection))

    def denied(self, connection: Connection) -> Lines:
        """Write a denied connection."""
        yield self._session(connection, connection.time, 0)

    def web(self, request: WebRequest) -> Lines:
        """Write a page that the web filter allowed."""
        path = "/" if request.encrypted else request.path
        pairs: Pairs = {
            "fw_rule_id": rule(request.connection)[0], "user_name": request.connection.user,
            "user_gp": "Staff" if request.connection.user else "", "iap": 13,
            "category": request.category, "category_type": "Acceptable",
            "url": f"{'https' if request.encrypted else 'http'}://{request.host}{path}",
            "contenttype": "" if request.encrypted else request.content_type,
            "override_token": "", "httpresponsecode": "" if request.encrypted else request.status,
            **_ends(request.connection), "sent_bytes": request.sent,
            "recv_bytes": request.received, "domain": request.host, "exceptions": "",
            "activityname": "", "reason": "",
            "user_agent": "" if request.encrypted else request.user_agent,
            "status_code": request.status, "transactionid": "",
        }  # fmt: skip
        yield self._line(
            request.time,
            "050901616001",
            "Content Filtering",
            "HTTP",
            "Allowed",
            "Information",
            pairs,
        )

    def alert(self, alert: Alert) -> Lines:
        """Write what the intrusion prevention detected."""
        signature = alert.signature
        pairs: Pairs = {
            "idp_policy_id": 7, "fw_rule_id": rule(alert.connection)[0],
            "user_name": alert.connection.user, "signature_id": signature.number,
            "signature_msg": signature.message, "classification": signature.classification,
            "rule_priority": signature.priority, **_ends(alert.connection),
            "platform": "Windows,Linux", "category": signature.keyword,
            "target": "Client" if alert.request else "Server",
        }  # fmt: skip
        yield self._line(
            alert.time, "020803407001", "IDP", "Signatures", "Detect", "Warning", pairs
        )

    def file(self, file: FileTransfer) -> Lines:
        """Write a virus that was found in a download."""
        pairs: Pairs = {
            "fw_rule_id": rule(file.connection)[0], "user_name": file.connection.user, "iap": 13,
            "av_policy_name": "", "virus": "Mal/Simulated-A", "url": file.request.url,
            "domainname": file.request.host, **_ends(file.connection),
            "sent_bytes": file.request.sent, "recv_bytes": file.size, "filename": file.name,
        }  # fmt: skip
        yield self._line(
            file.time, "030906208001", "Anti-Virus", "HTTP", "Virus", "Critical", pairs
        )

    def _session(self, connection: Connection, time: float, session: int) -> Line:
        denied = connection.outcome == "denied"
        source, destination = translations(connection)
        inbound = connection.source_zone == "wan"
        shown = bool(connection.translated) and not denied
        pairs: Pairs = {
            "duration": int(connection.duration),
            "fw_rule_id": 0 if denied else rule(connection)[0], "policy_type": 1,
            "user_name": connection.user,
            "user_gp": "Staff" if connection.user else "", "iap": 0, "ips_policy_id": 0,
            "appfilter_policy_id": 0, "application": "", "application_risk": 0,
            "in_interface": PORTS[connection.source_zone],
            "out_interface": "" if denied and inbound else PORTS[connection.destination_zone],
            "src_mac": mac(connection.source), **_ends(connection),
            "sent_pkts": 0 if denied else connection.packets_sent,
            "recv_pkts": connection.packets_received,
            "sent_bytes": 0 if denied else connection.bytes_sent,
            "recv_bytes": connection.bytes_received,
            "tran_src_ip": source[0] if shown and not inbound else "",
            "tran_src_port": source[1] if shown and not inbound else 0,
            "tran_dst_ip": destination[0] if shown and inbound else "",
            "tran_dst_port": destination[1] if shown and inbound else 0,
            "srczonetype": ZONE_TYPES[connection.source_zone],
            "srczone": ZONES[connection.source_zone],
            "dstzonetype": ZONE_TYPES[connection.destination_zone],
            "dstzone": ZONES[connection.destination_zone], "dir_disp": "",
            "connevent": "" if denied else "Stop", "connid": "" if denied else str(session),
            "vconnid": "", "hb_health": "No Heartbeat", "message": "",
            "appresolvedby": "Signature",
        }  # fmt: skip
        number = "010102600002" if denied else "010101600001"
        word = "Denied" if denied else "Allowed"
        return self._line(time, number, "Firewall", "Firewall Rule", word, "Information", pairs)

    @staticmethod
    def _line(
        time: float, number: str, kind: str, component: str, subtype: str, level: str, pairs: Pairs
    ) -> Line:
        head = (
            f'{text.priority(3, 6)}device="SFW" date={times.day(time)} time={times.clock(time)} '
            f'timezone="UTC" device_name="XGS2100" device_id={DEVICE} log_id={number} '
            f'log_type="{kind}" log_component="{component}" log_subtype="{subtype}" '
        )
        if kind == "Firewall":
            head += f'status="{"Deny" if subtype == "Denied" else "Allow"}" '
        return Line(time, f"{head}priority={level} {_pairs(pairs)}")


BARE = frozenset(("src_ip", "dst_ip", "tran_src_ip", "tran_dst_ip", "src_mac", "src_country_code",
                  "dst_country_code"))  # fmt: skip


def _ends(connection: Connection) -> Pairs:
    return {
        "src_ip": connection.source,
        "src_country_code": COUNTRIES.get(connection.source[:3], "R1"),
        "dst_ip": connection.destination,
        "dst_country_code": COUNTRIES.get(connection.destination[:3], "R1"),
        "protocol": connection.transport.upper(),
        "src_port": connection.source_port,
        "dst_port": connection.destination_port,
    }


def _pairs(pairs: Pairs) -> str:
    return " ".join(
        f"{name}={value}" if name in BARE or type(value) is int else f'{name}="{value}"'
        for name, value in pairs.items()
    )

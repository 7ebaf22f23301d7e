"""Fortinet FortiGate: forward traffic, web filter, intrusion prevention and antivirus.

Format: FortiOS Log Message Reference 7.4, traffic and UTM logs.
"""

from network_security.simulator.actions import Alert, Connection, FileTransfer, WebRequest
from network_security.simulator.network import FIREWALL_NAME, country, mac
from network_security.simulator.randomness import uuid
from network_security.simulator.writers import text, times
from network_security.simulator.writers.firewall.firewall import (
    Firewall,
    rule,
    translations,
)
from network_security.simulator.writers.writer import Line, Lines

DEVICE = "FGT60F0000000042"
INTERFACES = {"lan": "internal", "servers": "vlan20", "dmz": "dmz", "wan": "wan1"}
ROLES = {"lan": "lan", "servers": "lan", "dmz": "dmz", "wan": "wan"}
SERVICES = {"https": "HTTPS", "http": "HTTP", "dns": "DNS", "smtp": "SMTP", "ssh": "SSH",
            "ntp": "NTP", "smb": "SMB", "kerberos": "KERBEROS"}  # fmt: skip
ACTIONS = {"closed": "close", "reset": "client-rst", "refused": "server-rst"}
LEVELS = {1: "critical", 2: "medium", 3: "info"}


class Fortigate(Firewall):
    """One line a session when it ends or is denied, one a page, alert or file."""

    path = "firewall/fortigate.log"

    def opened(self, connection: Connection) -> Lines:
        """Number the session: it is logged at its end."""
        self.begin(connection)
        return ()

    def closed(self, connection: Connection) -> Lines:
        """Write the session."""
        action = ACTIONS[connection.outcome] if connection.transport == "tcp" else "accept"
        yield self._traffic(connection, connection.end, action, self.finish(connection))

    def denied(self, connection: Connection) -> Lines:
        """Write a connection that no policy allowed."""
        yield self._traffic(connection, connection.time, "deny", self.running(connection))

    def web(self, request: WebRequest) -> Lines:
        """Write a page that the web filter let pass."""
        url = "/" if request.encrypted else request.path
        pairs = {
            "hostname": request.host, "profile": "staff-web", "action": "passthrough",
            "reqtype": "direct", "url": f"{'https' if request.encrypted else 'http'}://"
            f"{request.host}{url}", "sentbyte": request.sent, "rcvdbyte": request.received,
            "direction": "outgoing", "msg": "URL belongs to an allowed category in policy",
            "cat": sum(map(ord, request.category)) % 90, "catdesc": request.category,
        }  # fmt: skip
        if not request.encrypted:
            pairs |= {"httpmethod": request.method, "agent": request.user_agent}
        yield self._utm(
            request.time,
            request.connection,
            "0317013312",
            "webfilter",
            "ftgd_allow",
            "notice",
            pairs,
        )

    def alert(self, alert: Alert) -> Lines:
        """Write what the intrusion prevention detected."""
        signature = alert.signature
        pairs = {
            "severity": LEVELS[signature.priority], "srccountry": country(alert.connection.source),
            "action": "detected", "attack": signature.name, "attackid": signature.number,
            "profile": "ips-monitor", "direction": "outgoing" if alert.request else "incoming",
            "incidentserialno": self.record(), "msg": f"custom: {signature.name},",
            "crscore": 10 * (4 - signature.priority),
        }  # fmt: skip
        if alert.request:
            pairs |= {"hostname": alert.request.host, "url": alert.request.path}
        yield self._utm(
            alert.time, alert.connection, "0419016384", "ips", "signature", "alert", pairs
        )

    def file(self, file: FileTransfer) -> Lines:
        """Write what the antivirus monitored."""
        pairs = {
            "msg": "File is infected.", "action": "monitored", "filename": file.name,
            "quarskip": "Quarantine-disabled", "virus": "W32/Simulated.A!tr", "dtype": "av-engine",
            "url": file.request.url, "profile": "av-monitor", "agent": file.request.user_agent,
            "direction": "incoming", "analyticscksum": file.sha256, "crscore": 50,
        }  # fmt: skip
        yield self._utm(
            file.time, file.connection, "0211008193", "virus", "infected", "warning", pairs
        )

    def _traffic(self, connection: Connection, time: float, action: str, session: int) -> Line:
        number, name = rule(connection)
        denied = connection.outcome == "denied"
        source, destination = translations(connection)
        pairs: dict[str, object] = {
            "srcip": connection.source, "srcport": connection.source_port,
            "srcintf": INTERFACES[connection.source_zone],
            "srcintfrole": ROLES[connection.source_zone], "dstip": connection.destination,
            "dstport": connection.destination_port,
            "dstintf": INTERFACES[connection.destination_zone],
            "dstintfrole": ROLES[connection.destination_zone],
            "srccountry": country(connection.source), "dstcountry": country(connection.destination),
            "sessionid": session, "proto": text.PROTOCOL_NUMBERS[connection.transport],
            "action": action, "policyid": 0 if denied else number, "policytype": "policy",
        }  # fmt: skip
        if not denied:
            pairs |= {"poluuid": uuid(number),
                      "policyname": name}  # fmt: skip
        if connection.user:
            pairs["user"] = connection.user
        pairs["service"] = SERVICES.get(
            connection.service, f"{connection.transport}/{connection.destination_port}"
        )
        if connection.translated is None or denied:
            pairs["trandisp"] = "noop"
        elif connection.source_zone == "wan":
            pairs |= {"trandisp": "dnat", "tranip": destination[0], "tranport": destination[1]}
        else:
            pairs |= {"trandisp": "snat", "transip": source[0], "transport": source[1]}
        pairs |= {
            "duration": int(connection.duration),
            "sentbyte": 0 if denied else connection.bytes_sent,
            "rcvdbyte": connection.bytes_received,
            "sentpkt": 0 if denied else connection.packets_sent,
            "rcvdpkt": connection.packets_received, "appcat": "unscanned",
        }  # fmt: skip
        if connection.source_zone != "wan":
            pairs |= {"srchwvendor": "Example", "mastersrcmac": mac(connection.source),
                      "srcmac": mac(connection.source)}  # fmt: skip
        return self._line(time, "0000000013", "traffic", "forward", "", "notice", pairs)

    def _utm(
        self, time: float, connection: Connection, number: str, subtype: str, kind: str,
        level: str, pairs: dict[str, object],
    ) -> Line:  # fmt: skip
        common: dict[str, object] = {
            "policyid": rule(connection)[0], "sessionid": self.running(connection),
            "srcip": connection.source, "srcport": connection.source_port,
            "srcintf": INTERFACES[connection.source_zone],
            "srcintfrole": ROLES[connection.source_zone], "dstip": connection.destination,
            "dstport": connection.destination_port,
            "dstintf": INTERFACES[connection.destination_zone],
            "dstintfrole": ROLES[connection.destination_zone],
            "proto": text.PROTOCOL_NUMBERS[connection.transport],
            "service": SERVICES.get(connection.service, "tcp"),
        }  # fmt: skip
        if connection.user:
            common["user"] = connection.user
        return self._line(time, number, "utm", subtype, kind, level, {**common, **pairs})

    @staticmethod
    def _line(
        time: float, number: str, kind: str, subtype: str, event: str, level: str,
        pairs: dict[str, object],
    ) -> Line:  # fmt: skip
        head = (
            f"{text.priority(text.LOCAL7, 5)}date={times.day(time)} time={times.clock(time)} "
            f'devname="{FIREWALL_NAME}" devid="{DEVICE}" '
            f'eventtime={int(time)}{times.fraction(time, 6)}000 tz="+0000" logid="{number}" '
            f'type="{kind}" subtype="{subtype}" '
        )
        if event:
            head += f'eventtype="{event}" '
        return Line(time, f'{head}level="{level}" vd="root" {_pairs(pairs)}')


BARE = frozenset(("srcip", "dstip", "transip", "tranip"))
"""Addresses stand without quotes."""


def _pairs(pairs: dict[str, object]) -> str:
    return " ".join(
        f"{name}={value}" if name in BARE else text.quoted_pairs(((name, value),))
        for name, value in pairs.items()
    )

"""Palo Alto Networks PAN-OS: traffic at session end, URL and threat logs.

Format: PAN-OS Administrator's Guide 10.2, "Syslog Field Descriptions": columns without a header.
"""

from network_security.simulator.actions import Alert, Connection, FileTransfer, WebRequest
from network_security.simulator.network import FIREWALL_NAME, WINDOWS_DOMAIN, country
from network_security.simulator.randomness import uuid
from network_security.simulator.writers import text, times
from network_security.simulator.writers.firewall.firewall import (
    NO_ADDRESS,
    Firewall,
    rule,
    target,
    translations,
)
from network_security.simulator.writers.writer import Line, Lines

SERIAL = "007051000000042"
ZONES = {"lan": "trust", "servers": "servers", "dmz": "dmz", "wan": "untrust"}
INTERFACES = {"lan": "ethernet1/2", "servers": "ethernet1/3", "dmz": "ethernet1/4",
              "wan": "ethernet1/1"}  # fmt: skip
APPLICATIONS = {"https": "ssl", "http": "web-browsing", "smb": "ms-ds-smb"}
END_REASONS = {
    "closed": "tcp-fin",
    "reset": "tcp-rst-from-client",
    "refused": "tcp-rst-from-server",
}
HIERARCHY = (0, 0, 0, 0, "", FIREWALL_NAME)
SEVERITIES = {1: "critical", 2: "medium", 3: "informational"}


class Panos(Firewall):
    """One TRAFFIC line a session, one THREAT line a page, alert or file."""

    path = "firewall/panos.log"

    def opened(self, connection: Connection) -> Lines:
        """Number the session: it is logged at its end."""
        self.begin(connection)
        return ()

    def closed(self, connection: Connection) -> Lines:
        """Write the session."""
        reason = END_REASONS[connection.outcome] if connection.transport == "tcp" else "aged-out"
        yield self._traffic(connection, connection.end, "end", "allow", reason)

    def denied(self, connection: Connection) -> Lines:
        """Write a session that the policy dropped before its application was known."""
        yield self._traffic(connection, connection.time, "drop", "deny", "policy-deny")

    def web(self, request: WebRequest) -> Lines:
        """Write a page that was asked for; of an encrypted one the host alone is known."""
        path = "/" if request.encrypted else request.path
        columns = self._threat(request.time, request.connection, "url", "alert")
        columns += [
            request.host + path, "(9999)",
            request.category.lower().replace(" ", "-"), "informational", "client-to-server",
        ]  # fmt: skip
        columns += self._origin(request.connection, request.content_type)
        agent = "" if request.encrypted else request.user_agent
        referrer = "" if request.encrypted else request.referrer
        columns += ["", "", "", 1, agent, "", "", referrer, "", "", "", ""]
        columns += [*HIERARCHY, "", "", "", request.method.lower() if not request.encrypted else ""]
        yield self._line(request.time, columns)

    def alert(self, alert: Alert) -> Lines:
        """Write what the vulnerability and spyware protection found."""
        trojan = alert.signature.priority == 1 and "MALWARE" in alert.signature.message
        kind = "spyware" if trojan else "vulnerability"
        name = f"{alert.signature.name}({alert.signature.number})"
        severity = SEVERITIES[alert.signature.priority]
        yield self._found(alert.time, alert.connection, kind, target(alert), name, severity, "")

    def file(self, file: FileTransfer) -> Lines:
        """Write what the antivirus profile saw of a file."""
        yield self._found(
            file.time, file.connection, "virus", file.name, "Win32/Simulated.gen(280001234)",
            "medium", file.sha256,
        )  # fmt: skip

    def _found(
        self, time: float, connection: Connection, kind: str, misc: str, name: str, severity: str,
        digest: str,
    ) -> Line:  # fmt: skip
        columns = self._threat(time, connection, kind, "alert")
        direction = "server-to-client" if kind == "virus" else "client-to-server"
        columns += [misc, name, "any", severity, direction]
        columns += self._origin(connection, "")
        columns += ["", digest, "", 0, "", "", "", "", "", "", "", "", *HIERARCHY]
        return self._line(time, columns)

    def _traffic(
        self, connection: Connection, time: float, kind: str, action: str, reason: str
    ) -> Line:
        denied = connection.outcome == "denied"
        sent, received = connection.bytes_sent, connection.bytes_received
        out, back = connection.packets_sent, connection.packets_received
        columns = self._session(time, connection, "TRAFFIC", kind, action, last=True)
        columns += [
            sent + received, sent, received, out + back,
            times.written("%Y/%m/%d %H:%M:%S", int(connection.time)), int(connection.duration),
            "any" if denied else "business-and-economy", "", self.record() + 7_000_000_000,
            "0x8000000000000000", *_places(connection), "", out, back, reason, *HIERARCHY,
            "from-policy", "", "", 0, "", 0, "", "N/A", 0, 0, 0, 0,
            uuid(rule(connection)[0]),
        ]  # fmt: skip
        return self._line(time, columns)

    def _threat(self, time: float, connection: Connection, kind: str, action: str) -> list[object]:
        return self._session(time, connection, "THREAT", kind, action, last=False)

    def _session(
        self, time: float, connection: Connection, kind: str, subtype: str, action: str, *,
        last: bool,
    ) -> list[object]:  # fmt: skip
        source, destination = translations(connection)
        if not connection.translated:
            source, destination = (NO_ADDRESS, 0), (NO_ADDRESS, 0)
        stamp = times.written("%Y/%m/%d %H:%M:%S", int(time))
        denied = connection.outcome == "denied"
        service = connection.service
        user = f"{WINDOWS_DOMAIN}\\{connection.user}".lower() if connection.user else ""
        session = 0 if denied else (
            self.finish(connection) if last else self.running(connection)
        )  # fmt: skip
        return [
            1, stamp, SERIAL, kind, subtype, 2562, stamp, connection.source, connection.destination,
            source[0], destination[0], rule(connection)[1], user, "",
            "not-applicable" if denied else APPLICATIONS.get(service, service), "vsys1",
            ZONES[connection.source_zone], ZONES[connection.destination_zone],
            INTERFACES[connection.source_zone], INTERFACES[connection.destination_zone],
            "forward-to-siem", stamp, session, 1, connection.source_port,
            connection.destination_port, source[1], destination[1],
            "0x400053" if connection.translated else "0x19", connection.transport, action,
        ]  # fmt: skip

    def _origin(self, connection: Connection, content_type: str) -> list[object]:
        number = self.record() + 7_000_000_000
        return [number, "0x8000000000000000", *_places(connection), "", content_type]

    @staticmethod
    def _line(time: float, columns: list[object]) -> Line:
        header = f"{text.priority(1, 6)}{times.bsd(time)} {FIREWALL_NAME} "
        return Line(time, header + text.csv_row(columns))


def _places(connection: Connection) -> tuple[str, str]:
    return _place(connection.source), _place(connection.destination)


def _place(address: str) -> str:
    return "10.0.0.0-10.255.255.255" if address.startswith("10.") else country(address)

"""Suricata's EVE JSON: flows, DNS, HTTP, TLS, files, mail and alerts.

Format: Suricata 8 User Guide, "EVE JSON Format"; DNS records of version 3.
"""

from random import Random
from typing import Any

from network_security.simulator.actions import (
    Alert,
    Connection,
    DnsQuery,
    FileTransfer,
    Login,
    Mail,
    TlsSession,
    WebRequest,
)
from network_security.simulator.network import Network
from network_security.simulator.writers import text, times
from network_security.simulator.writers.ids.community_id import community_id
from network_security.simulator.writers.writer import Line, Lines, Writer

Json = dict[str, Any]

PROTOCOLS = {"https": "tls", "http": "http", "dns": "dns", "smtp": "smtp", "ssh": "ssh",
             "smb": "smb", "ntp": "ntp", "kerberos": "krb5"}  # fmt: skip
CODES = {"NOERROR": "8180", "NXDOMAIN": "8183"}
VERSIONS = {"TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3"}


class Suricata(Writer):
    """One record a flow, transaction and alert."""

    path = "ids/suricata.json"

    def __init__(self, network: Network, rng: Random) -> None:
        super().__init__(network, rng)
        self._alerted: set[int] = set()

    def closed(self, connection: Connection) -> Lines:
        """Write the flow when it is over."""
        yield self._flow(connection, connection.end)

    def denied(self, connection: Connection) -> Lines:
        """Write the flow of a packet that the firewall then drops."""
        yield self._flow(connection, connection.time + 60)

    def dns(self, query: DnsQuery) -> Lines:
        """Write the question and the answer."""
        asked = {"rrname": query.name, "rrtype": query.kind}
        request: Json = {
            "version": 3, "type": "request", "tx_id": 0, "id": query.number, "flags": "100",
            "rd": True, "opcode": 0, "rcode": "NOERROR", "queries": [asked],
        }  # fmt: skip
        yield self._line(query.time, "dns", query.connection, {"dns": request})
        response: Json = {
            "version": 3, "type": "response", "tx_id": 1, "id": query.number,
            "flags": CODES[query.code], "qr": True, "rd": True, "ra": True, "opcode": 0,
            "rcode": query.code, "queries": [asked],
        }  # fmt: skip
        if query.answers:
            response["answers"] = [
                {**asked, "ttl": query.ttl, "rdata": answer} for answer in query.answers
            ]
            response["grouped"] = {query.kind: list(query.answers)}
        moment = query.time + query.latency
        yield self._line(moment, "dns", query.connection, {"dns": response})

    def web(self, request: WebRequest) -> Lines:
        """Write a request that can be read."""
        if not request.encrypted:
            http = {"http": _http(request), "tx_id": 0}
            yield self._line(request.time, "http", request.connection, http)

    def tls(self, session: TlsSession) -> Lines:
        """Write a handshake; the certificate is hidden in TLS 1.3."""
        tls: Json = {"sni": session.server_name, "version": VERSIONS[session.version]}
        if session.version == "TLSv1.2":
            tls = {
                "subject": f"CN={session.server_name}", "issuerdn": session.issuer,
                "serial": ":".join(session.serial[i : i + 2] for i in range(0, 32, 2)),
                "notbefore": times.iso(session.valid_from, zone=""),
                "notafter": times.iso(session.valid_to, zone=""), **tls,
            }  # fmt: skip
        tls["ja3"] = {"hash": session.client_fingerprint}
        tls["ja3s"] = {"hash": session.server_fingerprint}
        yield self._line(session.time, "tls", session.connection, {"tls": tls})

    def file(self, file: FileTransfer) -> Lines:
        """Write a file; its source is the server that sent it."""
        sent = self._record(file.time, "fileinfo", file.connection)
        sent |= {
            "src_ip": sent["dest_ip"], "src_port": sent["dest_port"], "dest_ip": sent["src_ip"],
            "dest_port": sent["src_port"], "http": _http(file.request), "app_proto": "http",
            "fileinfo": {
                "filename": file.request.path, "gaps": False, "state": "CLOSED", "md5": file.md5,
                "sha1": file.sha1, "sha256": file.sha256, "stored": False, "size": file.size,
                "tx_id": 0,
            },
        }  # fmt: skip
        yield Line(file.time, text.json(sent))

    def alert(self, alert: Alert) -> Lines:
        """Write an alert, and mark the flow that it is in."""
        connection, signature = alert.connection, alert.signature
        self._alerted.add(connection.key)
        more: Json = {
            "alert": {
                "action": "allowed", "gid": 1, "signature_id": signature.number,
                "rev": signature.revision, "signature": signature.message,
                "category": signature.classification, "severity": signature.priority,
            },
            "app_proto": PROTOCOLS.get(connection.service, "failed"),
            "flow": {
                "pkts_toserver": min(5, connection.packets_sent),
                "pkts_toclient": min(4, connection.packets_received),
                "bytes_toserver": min(900, connection.bytes_sent),
                "bytes_toclient": min(2400, connection.bytes_received),
                "start": times.iso(connection.time, 6, "+0000"),
            },
        }  # fmt: skip
        if alert.request and not alert.request.encrypted:
            more |= {"tx_id": 0, "http": _http(alert.request)}
        yield self._line(alert.time, "alert", connection, more)

    def mail(self, mail: Mail) -> Lines:
        """Write the SMTP transaction, of a message that comes without TLS."""
        if mail.encrypted:
            return
        smtp = {
            "helo": mail.client, "mail_from": f"<{mail.sender}>",
            "rcpt_to": [f"<{recipient}>" for recipient in mail.recipients],
        }  # fmt: skip
        email: Json = {
            "status": "PARSE_DONE", "from": f'"{mail.sender_name}" <{mail.header_from}>',
            "to": list(mail.recipients), "subject": mail.subject, "message_id": mail.message_id,
        }  # fmt: skip
        if mail.attachments:
            email["attachment"] = [file.name for file in mail.attachments]
        if mail.links:
            email["url"] = [url.partition("://")[2] for url, _ in mail.links]
        moment = min(mail.time + 0.6, mail.connection.end)
        more = {"tx_id": 0, "smtp": smtp, "email": email}
        yield self._line(moment, "smtp", mail.connection, more)

    def login(self, login: Login) -> Lines:
        """Write the SSH handshake of a login."""
        if login.connection and login.service == "ssh":
            client = "OpenSSH_9.9" if login.success else "libssh2_1.11.0"
            ssh = {
                "client": {"proto_version": "2.0", "software_version": client},
                "server": {"proto_version": "2.0", "software_version": "OpenSSH_9.9p1"},
            }
            yield self._line(login.time, "ssh", login.connection, {"ssh": ssh})

    def _flow(self, connection: Connection, time: float) -> Line:
        state = {"closed": "closed", "reset": "closed", "refused": "closed"}
        flow: Json = {
            "pkts_toserver": connection.packets_sent, "pkts_toclient": connection.packets_received,
            "bytes_toserver": connection.bytes_sent, "bytes_toclient": connection.bytes_received,
            "start": times.iso(connection.time, 6, "+0000"),
            "end": times.iso(connection.end, 6, "+0000"), "age": int(connection.duration),
            "state": state.get(connection.outcome, "new"),
            "reason": "timeout" if connection.outcome == "denied" else "tcp_reuse"
            if connection.outcome == "reset" else "timeout",
            "alerted": connection.key in self._alerted,
        }  # fmt: skip
        self._alerted.discard(connection.key)
        name = PROTOCOLS.get(connection.service) if connection.established else None
        more: Json = {"app_proto": name, "flow": flow}
        if connection.transport == "udp":
            flow["state"] = "established" if connection.received else "new"
        elif connection.outcome == "closed":
            more["tcp"] = {"tcp_flags": "1b", "syn": True, "fin": True, "psh": True, "ack": True,
                           "state": "closed"}  # fmt: skip
        return self._line(time, "flow", connection, more)

    def _line(self, time: float, kind: str, connection: Connection, more: Json) -> Line:
        return Line(time, text.json({**self._record(time, kind, connection), **more}))

    @staticmethod
    def _record(time: float, kind: str, connection: Connection) -> Json:
        return {
            "timestamp": times.iso(time, 6, "+0000"),
            "flow_id": connection.key >> 11,
            "in_iface": "eth1",
            "event_type": kind,
            "src_ip": connection.source,
            "src_port": connection.source_port,
            "dest_ip": connection.destination,
            "dest_port": connection.destination_port,
            "proto": connection.transport.upper(),
            "community_id": community_id(connection),
        }


def _http(request: WebRequest) -> Json:
    http: Json = {"hostname": request.host, "url": request.path}
    if request.user_agent:
        http["http_user_agent"] = request.user_agent
    http |= {"http_content_type": request.content_type, "http_method": request.method}
    if request.referrer:
        http["http_refer"] = request.referrer
    return http | {"protocol": "HTTP/1.1", "status": request.status, "length": request.received}

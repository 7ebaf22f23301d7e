r"""Zeek's tab-separated logs: conn, dns, http, ssl, files, smtp, ssh and notice, one file each.

Format: the Zeek manual, "Log Files"; `LOGS` has the fields and types in their order.
"""

from base64 import b64encode
from functools import cache, lru_cache

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
from network_security.simulator.randomness import scatter
from network_security.simulator.writers import times
from network_security.simulator.writers.ids.community_id import community_id
from network_security.simulator.writers.ids.zeek_logs import LOGS, UNSET
from network_security.simulator.writers.writer import Line, Lines, Writer

STATES = {"closed": "SF", "reset": "RSTO", "refused": "REJ", "denied": "S0", "unanswered": "S0"}
HISTORIES = {"closed": "ShADadFf", "reset": "ShADadR", "refused": "Sr", "denied": "S",
             "unanswered": "S"}  # fmt: skip
SERVICES = {"https": "ssl", "kerberos": "krb", "smb": "gssapi,smb", "rsync": UNSET, "probe": UNSET}
QUERY_TYPES = {"A": 1, "AAAA": 28}
CODES = {"NOERROR": 0, "NXDOMAIN": 3}
STATUS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified",
          404: "Not Found", 500: "Internal Server Error"}  # fmt: skip
CIPHERS = {"TLSv1.2": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLSv1.3": "TLS_AES_128_GCM_SHA256"}


class Zeek(Writer):
    """One record a connection and transaction, each in the log of its protocol."""

    path = "ids/zeek/conn.log"

    def header(self, path: str) -> str:
        """Return the ``#`` lines of a log."""
        return _header(path.rpartition("/")[2].removesuffix(".log"))

    def closed(self, connection: Connection) -> Lines:
        """Write the connection when it is over."""
        yield self._connection(connection, connection.end)

    def denied(self, connection: Connection) -> Lines:
        """Write the attempt that the firewall drops, once no answer came."""
        yield self._connection(connection, connection.time + 5)

    def dns(self, query: DnsQuery) -> Lines:
        """Write question and answer in one record."""
        answers = ",".join(query.answers) or UNSET
        ttls = ",".join(f"{query.ttl}.000000" for _ in query.answers) or UNSET
        yield self._line(query.time + query.latency, "dns", query.time, query.connection, (
            "udp", query.number, f"{query.latency:.6f}", query.name, 1, "C_INTERNET",
            QUERY_TYPES[query.kind], query.kind, CODES[query.code], query.code, "F", "F", "T", "T",
            0, answers, ttls, "T" if query.code != "NOERROR" else "F",
        ))  # fmt: skip

    def web(self, request: WebRequest) -> Lines:
        """Write a request that can be read."""
        if request.encrypted:
            return
        get = request.method == "GET"
        yield self._line(request.time, "http", request.time, request.connection, (
            1, request.method, request.host, request.path, request.referrer or UNSET, "1.1",
            request.user_agent or UNSET, 0 if get else request.sent, request.received,
            request.status, STATUS[request.status], "(empty)", UNSET, UNSET,
            _file_id(request.connection), request.content_type,
        ))  # fmt: skip

    def tls(self, session: TlsSession) -> Lines:
        """Write a handshake; the certificate is hidden in TLS 1.3."""
        clear = session.version == "TLSv1.2"
        yield self._line(session.time, "ssl", session.time, session.connection, (
            session.version.replace(".", ""), CIPHERS[session.version], "x25519",
            session.server_name, "F", "T", f"CN={session.server_name}" if clear else UNSET,
            session.issuer if clear else UNSET, session.client_fingerprint,
            session.server_fingerprint, "ok" if clear else UNSET,
        ))  # fmt: skip

    def file(self, file: FileTransfer) -> Lines:
        """Write a file that was sent."""
        connection = file.connection
        yield Line(file.time, _row((
            times.epoch(file.time, 6), _file_id(connection), _uid(connection), connection.source,
            connection.source_port, connection.destination, connection.destination_port, "HTTP", 0,
            "MD5,SHA1,SHA256", file.content_type, file.name,
            f"{max(0.0, connection.end - file.time):.6f}", "F", "F", file.size, file.size, 0, 0,
            "F", file.md5, file.sha1, file.sha256,
        )), "ids/zeek/files.log")  # fmt: skip

    def mail(self, mail: Mail) -> Lines:
        """Write the SMTP transaction, of which STARTTLS leaves no more than the greeting."""
        moment = min(mail.time + 0.6, mail.connection.end)
        if mail.encrypted:
            hidden = (
                1,
                mail.client,
                *[UNSET] * 7,
                "220 2.0.0 Ready to start TLS",
                *[UNSET] * 2,
                "T",
            )
            yield self._line(moment, "smtp", mail.time, mail.connection, hidden)
            return
        date = times.written("%a, %d %b %Y %H:%M:%S +0000", int(mail.time))
        recipients = ",".join(mail.recipients)
        yield self._line(moment, "smtp", mail.time, mail.connection, (
            1, mail.client, mail.sender, recipients, date,
            f'"{mail.sender_name}" <{mail.header_from}>', recipients, mail.message_id,
            mail.subject, "250 2.0.0 Ok: queued", UNSET, mail.mailer, "F",
        ))  # fmt: skip

    def login(self, login: Login) -> Lines:
        """Write an SSH session, of which the sizes tell whether the login succeeded."""
        if login.connection is None or login.service != "ssh":
            return
        connection = login.connection
        client = "SSH-2.0-OpenSSH_9.9" if login.success else "SSH-2.0-libssh2_1.11.0"
        yield self._line(login.time, "ssh", connection.time, connection, (
            2, "T" if login.success else "F", 1,
            "INBOUND" if connection.source_zone == "wan" else UNSET, client,
            "SSH-2.0-OpenSSH_9.9p1", "aes128-gcm@openssh.com", "curve25519-sha256",
        ))  # fmt: skip

    def alert(self, alert: Alert) -> Lines:
        """Write a notice, for what a script of Zeek's notices as well."""
        signature, connection = alert.signature, alert.connection
        yield self._line(alert.time, "notice", alert.time, connection, (
            connection.transport, "Signatures::Sensitive_Signature", signature.message,
            f"sid {signature.number}", connection.source, connection.destination,
            connection.destination_port, UNSET, "Notice::ACTION_LOG", 3600,
        ))  # fmt: skip

    def _connection(self, connection: Connection, time: float) -> Line:
        met = connection.established
        sent, received = (connection.sent, connection.received) if met else (0, 0)
        udp = connection.transport == "udp"
        history = ("Dd" if connection.received else "D") if udp else HISTORIES[connection.outcome]
        return self._line(time, "conn", connection.time, connection, (
            connection.transport,
            SERVICES.get(connection.service, connection.service) if met else UNSET,
            f"{connection.duration:.6f}" if met else UNSET, sent if met else UNSET,
            received if met else UNSET, STATES[connection.outcome],
            "F" if connection.source_zone == "wan" else "T",
            "F" if connection.destination_zone == "wan" else "T", 0, history,
            connection.packets_sent, connection.bytes_sent, connection.packets_received,
            connection.bytes_received, UNSET, community_id(connection),
        ))  # fmt: skip

    @staticmethod
    def _line(
        time: float, log: str, stamp: float, connection: Connection, values: tuple[object, ...]
    ) -> Line:
        row = _row((
            times.epoch(stamp, 6), _uid(connection), connection.source, connection.source_port,
            connection.destination, connection.destination_port, *values,
        ))  # fmt: skip
        return Line(time, row, f"ids/zeek/{log}.log")


@cache
def _header(name: str) -> str:
    log = LOGS[name]
    return "\n".join((
        r"#separator \x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-",
        f"#path\t{name}", "#fields\t" + "\t".join(log), "#types\t" + "\t".join(log.values()),
    ))  # fmt: skip


def _row(values: tuple[object, ...]) -> str:
    return "\t".join(map(str, values))


def _uid(connection: Connection) -> str:
    return _identifier("C", connection.key)


def _file_id(connection: Connection) -> str:
    return _identifier("F", connection.key + 1)


@lru_cache(maxsize=1024)
def _identifier(letter: str, number: int) -> str:
    scattered = (scatter(number) >> 32).to_bytes(12)
    return letter + b64encode(scattered, altchars=b"zQ").decode()

"""Announcements, and real receivers on this machine: HTTP, HTTPS, mail, syslog."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from network_security.alerts.alert import make_alert
from network_security.alerts.finding import Finding
from network_security.alerts.grouping import Group
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.sinks import Announcement
from network_security.alerts.sinks.announcement import key_of
from network_security.alerts.summary import Summary
from network_security.alerts.triage import Triage

HERE = "127.0.0.1"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Announce = Callable[..., Announcement]


@pytest.fixture
def announce(finding: Callable[..., Finding]) -> Announce:
    """Makes announcements of alerts of one finding, of high severity by default."""

    def made(**known: Any) -> Announcement:
        values = {"probability": 0.97, "reached": True, "clients": ("192.0.2.20",)} | known
        group = Group("phishing shop.example", (finding("1", **values),))
        alert = make_alert(Summary(group, SeverityOptions()), Triage())
        return Announcement(alert, NOON + timedelta(minutes=1), str(key_of(alert)))

    return made


@dataclass
class Request:
    """What a receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class HttpReceiver:
    """A listening HTTP server, which gives the answers in turn, and then 204."""

    url: str
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    pause: threading.Event | None = None


@pytest.fixture
def receivers() -> Iterator[Callable[..., HttpReceiver]]:
    """Starts HTTP receivers, with TLS where a context is given."""
    servers: list[ThreadingHTTPServer] = []

    def start(tls: ssl.SSLContext | None = None) -> HttpReceiver:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append(Request(self.path, dict(self.headers), body))
                if receiver.pause is not None:
                    receiver.pause.wait(10)
                status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer((HERE, 0), Handler)
        server.daemon_threads = True
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        receiver = HttpReceiver(f"http{'s' if tls else ''}://{HERE}:{server.server_port}/hook?a=1")
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        servers.append(server)
        return receiver

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver(receivers: Callable[..., HttpReceiver]) -> HttpReceiver:
    return receivers()


@dataclass
class Authority:
    """A certificate authority that nobody else trusts, and a server's context by it."""

    ca_file: str
    server: ssl.SSLContext


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("Test authority")
    root = _certificate(name, name, key.public_key(), key, ca=True)
    own = ec.generate_private_key(ec.SECP256R1())
    leaf = _certificate(_name("receiver"), name, own.public_key(), key, ca=False)
    ca_file, chain = folder / "ca.pem", folder / "server.pem"
    ca_file.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    chain.write_bytes(
        own.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + leaf.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain)
    return Authority(str(ca_file), server)


@dataclass
class Receiver:
    """A listening syslog server, and what it got on each connection or in each datagram."""

    port: int
    received: list[bytes] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def listen() -> Iterator[Callable[..., Receiver]]:
    """Starts receivers of one message over ``udp``, ``tcp`` or ``tls``."""
    sockets: list[socket.socket] = []

    def start(transport: str, tls: ssl.SSLContext | None = None) -> Receiver:
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
        server = socket.socket(socket.AF_INET, kind)
        server.bind((HERE, 0))
        server.settimeout(10)
        sockets.append(server)
        receiver = Receiver(server.getsockname()[1])
        if transport != "udp":
            server.listen()

        def receive() -> None:
            if transport == "udp":
                receiver.received.append(server.recv(65_535))
                receiver.done.set()
                return
            connection, _ = server.accept()
            # A client that does not trust the certificate hangs up.
            with suppress(ssl.SSLError):
                if tls is not None:
                    connection = tls.wrap_socket(connection, server_side=True)
                with connection:
                    receiver.received.append(b"".join(iter(lambda: connection.recv(65_535), b"")))
                receiver.done.set()

        threading.Thread(target=receive, daemon=True).start()
        return receiver

    yield start
    for server in sockets:
        server.close()


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: Any, signer: Any, *, ca: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HERE))])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    return builder.add_extension(names, critical=False).sign(signer, hashes.SHA256())

"""Small real servers on this machine: DNS, TCP with or without TLS, and a certificate authority.

The addresses of the machine itself are not public. Tests let `Enrichment` contact the one that
their servers listen on by its argument `allow`.
"""

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
import dns.rrset
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from network_security.enrichment.connections import Connector
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.rate_limit import RateLimiter
from network_security.enrichment.resolver import Resolver

HERE = "127.0.0.1"
Answer = Callable[[socket.socket], None]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@dataclass
class TcpServer:
    """A listening server, and the first bytes of every connection."""

    host: str
    port: int
    received: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/"


@pytest.fixture
def serve() -> Iterator[Callable[..., TcpServer]]:
    """Starts servers that answer each connection with bytes, or as a function does."""
    with ExitStack() as stack:

        def start(
            answer: bytes | Answer,
            *,
            host: str = HERE,
            port: int = 0,
            tls: ssl.SSLContext | None = None,
            reads: bool = True,
        ) -> TcpServer:
            class Handler(socketserver.BaseRequestHandler):
                def handle(self) -> None:
                    self.request.settimeout(5)
                    # In many of the tests the client is meant to hang up.
                    with suppress(OSError):
                        if tls is None:
                            self.talk(self.request)
                            return
                        with tls.wrap_socket(self.request, server_side=True) as connection:
                            self.talk(connection)
                            connection.unwrap()

                def talk(self, connection: socket.socket) -> None:
                    if reads:
                        started.received.append(connection.recv(65_536))
                    if callable(answer):
                        answer(connection)
                    else:
                        connection.sendall(answer)

            server = stack.enter_context(_Server((host, port), Handler))
            started = TcpServer(host, server.server_address[1])
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            stack.callback(server.shutdown)
            return started

        yield start


@dataclass
class DnsServer:
    """A DNS server of a few names.

    `zone` has for a name and a type its records, a response code, or None to stay silent; a list
    of lists is answered one after the other.
    """

    port: int = 0
    zone: dict[tuple[str, str], Any] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, wire: bytes) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True)
        kind = question.rdtype.name
        self.asked.append((name, kind))
        response = dns.message.make_response(query)
        if not any(known == name for known, _ in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
            return response.to_wire()
        records = self.zone.get((name, kind), [])
        if records is None:
            return None
        if isinstance(records, str):
            response.set_rcode(dns.rcode.from_text(records))
            return response.to_wire()
        if records and isinstance(records[0], list):
            records = records.pop(0) if len(records) > 1 else records[0]
        if records:
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
        return response.to_wire()


@pytest.fixture
def dns_server() -> Iterator[DnsServer]:
    zone = DnsServer()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, reply = self.request
            answer = zone.answer(wire)
            if answer is not None:
                reply.sendto(answer, self.client_address)

    with socketserver.ThreadingUDPServer((HERE, 0), Handler) as server:
        zone.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield zone
        server.shutdown()


@pytest.fixture
def resolver(dns_server: DnsServer) -> Resolver:
    return Resolver(HERE, dns_server.port)


@pytest.fixture
def connector(resolver: Resolver) -> Connector:
    """Connects to this machine's usual address, as to any public one."""
    return Connector(resolver, RateLimiter(1000, 1000), allow=frozenset({HERE}))


@pytest.fixture
def deadline() -> Deadline:
    return Deadline(5)


class Authority:
    """A certificate authority with one root, whose certificates it writes to files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Tests Root", "Tests Authority")
        root = self._certificate(self._name, self._key, [], timedelta(days=-1), timedelta(days=9))
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(root.public_bytes(serialization.Encoding.PEM))

    def server(
        self,
        *names: str,
        begins: timedelta = timedelta(days=-1),
        ends: timedelta = timedelta(days=400),
    ) -> ssl.SSLContext:
        """Return the context of a server with a certificate of these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self._certificate(_name(names[0]), key, list(names), begins, ends)
        path = self._folder / f"{leaf.serial_number}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + leaf.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _certificate(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        names: list[str],
        begins: timedelta,
        ends: timedelta,
    ) -> x509.Certificate:
        now = datetime.now(UTC).replace(microsecond=0)
        is_root = not names
        usage = dict.fromkeys(
            ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement"], False
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins)
            .not_valid_after(now + ends)
            .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    key_cert_sign=is_root,
                    crl_sign=is_root,
                    encipher_only=False,
                    decipher_only=False,
                    **usage,
                ),
                critical=True,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )
        if names:
            alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _name(common: str, organisation: str | None = None) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organisation is not None:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(attributes)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))

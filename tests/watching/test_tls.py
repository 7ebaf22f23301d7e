"""Syslog over TLS, with a certificate of one's own, and with clients that must show one."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from network_security.sensors import FORMATS
from network_security.watching.settings import Listening, SettingsError, TlsFiles, WatchSettings
from network_security.watching.tcp import tls_context
from network_security.watching.watcher import Parts
from tests.watching.conftest import ANY_PORT, eventually, running, tcp_to

SSHD = FORMATS["sshd"].sample.encode()
Issue = Callable[[str], tuple[str, str]]


@pytest.fixture
def authority(tmp_path: Path) -> tuple[str, Issue]:
    """A certificate authority: its file, and what issues certificates, each with its key."""
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])

    def certificate(
        subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, ca: bool
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(names, critical=False)
            .sign(ca_key, hashes.SHA256())
        )

    def write(name: str, content: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    def issue(name: str) -> tuple[str, str]:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        encoded = certificate(subject, key, ca=False).public_bytes(serialization.Encoding.PEM)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return write(f"{name}.pem", encoded), write(f"{name}.key", private)

    own = certificate(ca_name, ca_key, ca=True).public_bytes(serialization.Encoding.PEM)
    return write("ca.pem", own), issue


def settings_with(receiving: WatchSettings, tls: TlsFiles) -> WatchSettings:
    return replace(receiving, listening=Listening(syslog_tls=ANY_PORT, tls=tls))


def test_records_come_over_tls(
    receiving: WatchSettings, parts: Parts, database: Any, authority: tuple[str, Issue]
) -> None:
    ca, issue = authority
    client = ssl.create_default_context(cafile=ca)
    with (
        running(settings_with(receiving, TlsFiles(*issue("server"))), parts) as watcher,
        tcp_to(watcher.addresses["syslog-tls"][0]) as plain,
        client.wrap_socket(plain, server_hostname="127.0.0.1") as sender,
    ):
        sender.sendall(b"%d %s" % (len(SSHD), SSHD) * 2)
        eventually(lambda: database.events.count_documents({}) == 2)


def test_clients_without_a_certificate_are_turned_away(
    receiving: WatchSettings, parts: Parts, database: Any, authority: tuple[str, Issue]
) -> None:
    ca, issue = authority
    tls = TlsFiles(*issue("server"), client_ca=ca)
    known, unknown = ssl.create_default_context(cafile=ca), ssl.create_default_context(cafile=ca)
    known.load_cert_chain(*issue("client"))
    with running(settings_with(receiving, tls), parts) as watcher:
        (address,) = watcher.addresses["syslog-tls"]
        with tcp_to(address) as plain:
            assert _is_turned_away(unknown, plain)
        with (
            tcp_to(address) as plain,
            known.wrap_socket(plain, server_hostname="127.0.0.1") as sender,
        ):
            sender.sendall(SSHD + b"\n")
            eventually(lambda: database.events.count_documents({}) == 1)


def _is_turned_away(client: ssl.SSLContext, plain: socket.socket) -> bool:
    """Whether the server closes the connection; with TLS 1.3 a client hears of it when it reads."""
    try:
        with client.wrap_socket(plain, server_hostname="127.0.0.1") as sender:
            sender.sendall(SSHD + b"\n")
            return sender.recv(1) == b""
    except (ssl.SSLError, ConnectionError):
        return True


def test_files_that_are_no_certificate_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"server\.pem"):
        tls_context(TlsFiles(str(tmp_path / "server.pem"), str(tmp_path / "server.key")))

"""Syslog with CEF: RFC 5424 over UDP, TCP or TLS.

Over TCP and TLS a message is framed by its length, and the connection is closed in an orderly way:
a receiver that vanished before reading is noticed. UDP tells nothing of what became of a message.

Source: RFC 5424; RFC 5426 (UDP, and the 2,048 octets that every receiver should take); RFC 6587,
section 3.4.1 (octet counting); RFC 5425 (TLS).
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from network_security.alerts.severity import Severity
from network_security.alerts.sinks.announcement import Announcement, iso
from network_security.alerts.sinks.cef import cef
from network_security.alerts.sinks.connecting import connected, delivery_errors
from network_security.alerts.sinks.sink import SinkOptions
from network_security.enrichment.deadline import Deadline

Transport = Literal["udp", "tcp", "tls"]

PORTS: Final[dict[str, int]] = {"udp": 514, "tcp": 514, "tls": 6514}
FACILITIES: Final = range(24)
LOCAL0: Final = 16
LARGEST_DATAGRAM: Final = 2048
HIGHEST_PORT: Final = 65_535
APPLICATION: Final = "network-security"
MESSAGE_ID: Final = "ALERT"
SEVERITIES: Final[dict[Severity, int]] = {
    "informational": 6, "low": 5, "medium": 4, "high": 3, "critical": 2,
}  # fmt: skip
"""Informational, notice, warning, error and critical of RFC 5424, table 2."""
_HOSTNAME = re.compile(r"[!-~]{1,255}")
_LINGER: Final = 2.0


@dataclass(frozen=True, kw_only=True)
class SyslogOptions(SinkOptions):
    """A syslog receiver.

    Attributes:
        host: Its name or address.
        transport: ``tls``, ``tcp`` or ``udp``.
        port: Its port; None for the usual one.
        facility: 0 to 23; local0 by default.
        hostname: What this machine is called in messages; None for its own name.
        ca_file: Root certificates (PEM) to verify it by; None for Mozilla's.

    Raises:
        SinkError: If a value is none of its kind.
    """

    host: str
    transport: Transport = "tls"
    port: int | None = None
    facility: int = LOCAL0
    hostname: str | None = None
    ca_file: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        super().__post_init__()
        known = get_args(Transport)
        self.require(
            self.transport in known, f"transport is {self.transport!r}: one of {', '.join(known)}"
        )
        self.require(
            self.port is None or 0 < self.port <= HIGHEST_PORT, f"port is {self.port}: 1 to 65535"
        )
        self.require(self.facility in FACILITIES, f"facility is {self.facility}: 0 to 23")
        self.require(
            self.hostname is None or _HOSTNAME.fullmatch(self.hostname) is not None,
            f"hostname is {self.hostname!r}: visible ASCII without blanks",
        )


class Syslog:
    """Sends alerts as syslog messages; it has no credentials."""

    def __init__(
        self,
        options: SyslogOptions,
        credentials: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self.options = options

    def deliver(self, announcement: Announcement) -> None:
        """Send one message."""
        options = self.options
        port = options.port or PORTS[options.transport]
        message = compose(announcement, options)
        deadline = Deadline(options.timeout_seconds)
        if options.transport == "udp":
            with delivery_errors(f"{options.host}:{port}", deadline):
                _send_datagram(options.host, port, message)
            return
        secure = options.transport == "tls"
        with connected(
            options.host, port, deadline, tls=secure, ca_file=options.ca_file
        ) as connection:
            connection.settimeout(deadline.timeout(options.host))
            connection.sendall(b"%d %s" % (len(message), message))
            _close(connection)


def compose(announcement: Announcement, options: SyslogOptions) -> bytes:
    """Return the message in UTF-8; of one for UDP as much as every receiver takes."""
    alert = announcement.alert
    priority = options.facility * 8 + SEVERITIES[alert.severity]
    hostname = options.hostname or socket.gethostname() or "-"
    header = f"<{priority}>1 {iso(announcement.at)} {hostname} {APPLICATION} - {MESSAGE_ID} - "
    message = (header + cef(alert, announcement.key, options.link_to(alert))).encode()
    if options.transport == "udp" and len(message) > LARGEST_DATAGRAM:
        # Cut between two keys, so that no value is taken for a whole one.
        message = message[:LARGEST_DATAGRAM].decode(errors="ignore").rpartition(" ")[0].encode()
    return message


def _send_datagram(host: str, port: int, message: bytes) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as sender:
        sender.sendto(message, address)


def _close(connection: socket.socket) -> None:
    """Say that nothing follows, and give the receiver a moment to close its side."""
    connection.settimeout(_LINGER)
    if isinstance(connection, ssl.SSLSocket):
        with suppress(TimeoutError, ssl.SSLError):
            connection.unwrap()
        return
    connection.shutdown(socket.SHUT_WR)
    with suppress(TimeoutError):
        while connection.recv(4096):
            pass

"""Connections to receivers, over when the time of an attempt is."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from network_security.alerts.sinks.sink import DeliveryError
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.tls_contexts import verifying

SECURE = "plain text goes to this machine only; use TLS"


def is_here(host: str) -> bool:
    """Whether a host is this machine, so that nobody else hears what is sent."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def connected(
    host: str, port: int, deadline: Deadline, *, tls: bool, ca_file: str | None
) -> Iterator[socket.socket]:
    """Open a connection to a receiver.

    Args:
        host: Its name or address.
        port: Its port.
        deadline: When the attempt is over.
        tls: Whether it is TLS; certificate and name are verified.
        ca_file: Root certificates (PEM); None for Mozilla's.

    Raises:
        DeliveryError: If there is no connection, or it breaks in the block.
    """
    where = f"{host}:{port}"
    with (
        delivery_errors(where, deadline),
        socket.create_connection((host, port), timeout=deadline.timeout(where)) as plain,
    ):
        if not tls:
            yield plain
            return
        plain.settimeout(deadline.timeout(where))
        with verifying(ca_file).wrap_socket(plain, server_hostname=host) as secure:
            yield secure


@contextmanager
def delivery_errors(where: str, deadline: Deadline) -> Iterator[None]:
    """Say in a few words what a connection died of; what was sent is not repeated.

    Raises:
        DeliveryError: For every error of the network in the block.
    """
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(
            f"{where}: the certificate is not good: {error.verify_message}"
        ) from None
    except ssl.SSLError as error:
        reason = (error.reason or "it ended the connection").replace("_", " ").lower()
        raise DeliveryError(f"{where}: the TLS connection failed: {reason}") from None
    except TimeoutError:
        raise DeliveryError(f"{where}: no answer within {deadline.seconds:g} s") from None
    except LookupFailed as error:
        raise DeliveryError(f"{where}: {error.what}") from None
    except ConnectionRefusedError:
        raise DeliveryError(f"{where}: takes no connections") from None
    except OSError as error:
        raise DeliveryError(f"{where}: {error.strerror or type(error).__name__}") from None

"""Connections to servers that a stranger named, and that are watched while they last.

A name is resolved once, all of its addresses are checked, and the connection is made to one of the
addresses that were checked. A name that changes its address in between (DNS rebinding) gains
nothing by it.
"""

import io
import socket
import ssl
from typing import Any

from network_security.enrichment.addresses import check_address, check_host
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.rate_limit import RateLimiter
from network_security.enrichment.resolver import Resolver
from network_security.evidence.urls import Host

MOST_ADDRESSES = 4
"""Addresses of a name that are tried."""


class Connector:
    """Makes the connections of the lookups of one URL."""

    def __init__(
        self, resolver: Resolver, limiter: RateLimiter, allow: frozenset[str] = frozenset()
    ) -> None:
        """Remember who to ask; nothing is contacted yet.

        Args:
            resolver: resolves names.
            limiter: limits the requests to a server.
            allow: addresses that are not public and may be contacted all the same.
        """
        self.resolver = resolver
        self.allow = allow
        self._limiter = limiter
        self._known: dict[str, tuple[str, ...]] = {}

    def addresses(self, host: Host, deadline: Deadline) -> tuple[str, ...]:
        """Return the host's addresses, all of them public; the first answer holds for good.

        Raises:
            LookupFailed: if there is none, or one is not public.
        """
        name = check_host(host, self.allow)
        if host.address is not None:
            return (name,)
        if name not in self._known:
            answer = self.resolver.answer(name, ("A", "AAAA"), deadline)
            if not answer.records:
                raise LookupFailed(f"the name has no address ({answer.code})", name)
            checked = tuple(check_address(each, name, self.allow) for each in answer.records)
            # Of two threads that ask at the same time, both keep to one answer.
            self._known.setdefault(name, checked)
        return self._known[name]

    def connect(self, host: Host, port: int, deadline: Deadline) -> socket.socket:
        """Return a connection to the host.

        Raises:
            LookupFailed: if the host may not be contacted, or does not take the connection.
        """
        addresses = self.addresses(host, deadline)[:MOST_ADDRESSES]
        where = f"{host.name}:{port}"
        self._limiter.wait(host.name, deadline)
        problem = LookupFailed("cannot be reached", where)
        for number, address in enumerate(addresses):
            # So that one that is silent leaves time for the others.
            share = deadline.timeout(where) / (len(addresses) - number)
            try:
                return _connected(address, port, share)
            except OSError as error:
                problem = explained(error, where, deadline)
        raise problem

    def connect_tls(
        self, host: Host, port: int, context: ssl.SSLContext, deadline: Deadline
    ) -> ssl.SSLSocket:
        """Return a connection to the host whose TLS handshake is done.

        Raises:
            LookupFailed: as for `connect`, or if there is no handshake.
            ssl.SSLCertVerificationError: if the context verifies, and the certificate fails.
        """
        where = f"{host.name}:{port}"
        plain = self.connect(host, port, deadline)
        try:
            plain.settimeout(deadline.timeout(where))
            return context.wrap_socket(plain, server_hostname=host.name)
        except ssl.SSLCertVerificationError:
            raise
        except (OSError, ValueError) as error:
            raise explained(error, where, deadline) from None
        finally:
            # After the handshake its socket is the TLS connection's, and this closes nothing.
            plain.close()


def _connected(address: str, port: int, timeout: float) -> socket.socket:
    """A connection to a numeric address: no library that resolves names comes into it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect((address, port))
    except BaseException:
        connection.close()
        raise
    return connection


def explained(error: Exception, where: str, deadline: Deadline) -> LookupFailed:
    """Say in a few words what a connection died of."""
    if isinstance(error, TimeoutError):
        return LookupFailed(f"no answer within {deadline.seconds:g} s", where)
    if isinstance(error, ConnectionRefusedError):
        return LookupFailed("the server takes no connections", where)
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "it ended the connection").replace("_", " ").lower()
        return LookupFailed(f"the TLS handshake failed: {reason}", where)
    if isinstance(error, OSError):
        return LookupFailed(f"the connection failed: {error.strerror or error}", where)
    return LookupFailed(f"the answer cannot be read: {error or type(error).__name__}", where)


class TimedSocket:
    """A connection that is over at the deadline, however slowly bytes trickle in.

    A socket's own timeout begins anew with each byte.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline, where: str) -> None:
        """Watch a connection.

        Args:
            connection: the connection.
            deadline: when it is over.
            where: the server, for messages.
        """
        self._connection = connection
        self._deadline = deadline
        self._where = where

    def sendall(self, data: Any) -> None:
        """Send all bytes."""
        self._connection.settimeout(self._deadline.timeout(self._where))
        self._connection.sendall(data)

    def recv_into(self, buffer: Any) -> int:
        """Receive some bytes; 0 at the end."""
        self._connection.settimeout(self._deadline.timeout(self._where))
        return self._connection.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what is received as a file, as `http.client` wants it."""
        return io.BufferedReader(_Received(self))

    def close(self) -> None:
        """Do nothing: who opened the connection closes it."""


class _Received(io.RawIOBase):
    def __init__(self, connection: TimedSocket) -> None:
        super().__init__()
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._connection.recv_into(buffer)

"""Syslog over TCP (RFC 6587) and TLS (RFC 5425)."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from typing import Any, Final

from network_security.watching.intake import Connections, Intake, ListenerCounts
from network_security.watching.journal import JournalFullError
from network_security.watching.settings import Address, SettingsError, TlsFiles
from network_security.watching.syslog_frames import Frame, FramingError, SyslogFrames
from network_security.watching.udp import bound_socket

log = logging.getLogger(__name__)

TCP, TLS = "syslog-tcp", "syslog-tls"
AGAIN_SECONDS: Final = 0.2
"""Between attempts to hand over what there was no room for."""
BACKLOG: Final = 256


class SyslogConnection(asyncio.Protocol):
    """One connection. It is read no further while there is no room for what was read."""

    def __init__(
        self,
        listener: str,
        intake: Intake,
        counts: ListenerCounts,
        connections: Connections,
        *,
        made: set[SyslogConnection],
        limit: int,
        idle_seconds: float,
    ) -> None:
        """Put them together.

        Args:
            listener: What kind of listener it is of.
            intake: Where records go.
            counts: Where they are counted.
            connections: How many there are.
            made: Those of the listener, while they are open.
            limit: Most bytes of a record.
            idle_seconds: After which it is closed when nothing comes.
        """
        self._listener = listener
        self._intake = intake
        self._counts = counts
        self._connections = connections
        self._made = made
        self._frames = SyslogFrames(limit)
        self._idle = idle_seconds
        self._waiting: list[tuple[str, Frame]] = []
        self._loop = asyncio.get_running_loop()
        self._transport: Any = None
        self._timer: asyncio.TimerHandle | None = None
        self._sender = "-"
        self._counted = False
        self._heard = 0.0
        self._ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it; close it again if there are too many."""
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._sender = peer[0] if peer else "-"
        if self._connections.is_full:
            self._counts.refused += 1
            self._transport.abort()
            return
        self._counted = True
        self._made.add(self)
        self._connections.open += 1
        self._counts.connections += 1
        self._heard = self._loop.time()
        self._loop.call_later(self._idle, self._look_whether_idle)

    def data_received(self, data: bytes) -> None:
        """Hand over the records that are complete."""
        self._heard = self._loop.time()
        try:
            frames = self._frames.feed(data)
        except FramingError as error:
            log.warning("%s from %s is closed: %s", self._listener, self._sender, error)
            frames = error.frames
            self._ended = True
        self._waiting += [(self._sender, frame) for frame in frames]
        self._hand_over()

    def eof_received(self) -> bool:
        """Take what came without its end; the connection is closed once that is handed over."""
        self._finish()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Count it; what it still holds is handed over as soon as there is room."""
        self._finish()
        if self._counted:
            self._counted = False
            self._made.discard(self)
            self._connections.open -= 1
            self._counts.connections -= 1

    def close(self) -> None:
        """Take no more."""
        if self._transport is not None:
            self._transport.close()

    def _finish(self) -> None:
        self._waiting += [(self._sender, frame) for frame in self._frames.finish()]
        self._hand_over()

    def _hand_over(self) -> None:
        if self._timer is not None:
            return
        waiting, self._waiting = self._waiting, []
        try:
            self._intake.take(self._listener, waiting, self._counts)
        except JournalFullError:
            self._waiting = waiting
            self._counts.paused += 1
            if not self._transport.is_closing():
                self._transport.pause_reading()
            self._timer = self._loop.call_later(AGAIN_SECONDS, self._again)
            return
        if self._ended:
            self._transport.close()

    def _again(self) -> None:
        self._timer = None
        self._counts.paused -= 1
        self._hand_over()
        if self._timer is None and not self._transport.is_closing():
            self._heard = self._loop.time()
            self._transport.resume_reading()

    def _look_whether_idle(self) -> None:
        if self._transport.is_closing():
            return
        left = self._heard + self._idle - self._loop.time()
        if left <= 0 and self._timer is None:
            self._transport.close()
        else:
            self._loop.call_later(max(left, AGAIN_SECONDS), self._look_whether_idle)


async def listen_tcp(
    address: Address,
    intake: Intake,
    counts: ListenerCounts,
    connections: Connections,
    *,
    limit: int,
    idle_seconds: float,
    tls: TlsFiles | None = None,
) -> tuple[asyncio.Server, set[SyslogConnection]]:
    """Listen for connections; several processes may share the address.

    Returns:
        The server, and the connections that are open.

    Raises:
        OSError: The address cannot be used.
        SettingsError: A file for TLS cannot be used.
    """
    made: set[SyslogConnection] = set()
    listener = TCP if tls is None else TLS

    def connect() -> SyslogConnection:
        return SyslogConnection(
            listener,
            intake,
            counts,
            connections,
            made=made,
            limit=limit,
            idle_seconds=idle_seconds,
        )

    context = None if tls is None else tls_context(tls)
    opened = bound_socket(address, socket.SOCK_STREAM)
    loop = asyncio.get_running_loop()
    return await loop.create_server(connect, sock=opened, backlog=BACKLOG, ssl=context), made


def tls_context(files: TlsFiles) -> ssl.SSLContext:
    """Return what a TLS listener needs: TLS 1.2 or later (RFC 9662).

    Raises:
        SettingsError: A file is missing or not what it should be.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(files.certificate, files.key)
        if files.client_ca is not None:
            context.load_verify_locations(files.client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"TLS with {files.certificate}, {files.key} and {files.client_ca or 'no client CA'}: "
            f"{error}; name PEM files, the key without a passphrase"
        ) from error
    return context

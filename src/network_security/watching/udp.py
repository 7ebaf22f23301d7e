"""Syslog over UDP (RFC 5426): each datagram is a record."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from network_security.sensors.framing import TOO_LONG
from network_security.watching.entries import SOUND
from network_security.watching.intake import Intake, ListenerCounts
from network_security.watching.journal import JournalFullError
from network_security.watching.settings import Address
from network_security.watching.syslog_frames import Frame

log = logging.getLogger(__name__)

LISTENER: Final = "syslog-udp"
BUFFER_BYTES: Final = 8_000_000
"""Asked of the system for datagrams that come while something else is done."""
MOST_AT_ONCE: Final = 1000


class UdpListener(asyncio.DatagramProtocol):
    """Takes datagrams as they come, and drops and counts those that there is no room for.

    Attributes:
        dropped: How many that were.
    """

    def __init__(self, intake: Intake, counts: ListenerCounts, limit: int) -> None:
        """Put them together.

        Args:
            intake: Where records go.
            counts: Where they are counted.
            limit: Most bytes of a record.
        """
        self.dropped = 0
        self._intake = intake
        self._counts = counts
        self._limit = limit
        self._waiting: list[tuple[str, Frame]] = []
        self._loop = asyncio.get_running_loop()
        self._inode: str | None = None

    def connection_made(self, transport: Any) -> None:
        """Find the socket among the system's, which counts what it dropped itself."""
        descriptor = transport.get_extra_info("socket").fileno()
        with suppress(OSError):
            link = str(Path(f"/proc/self/fd/{descriptor}").readlink())
            self._inode = link.removeprefix("socket:[").removesuffix("]")

    def datagram_received(self, data: bytes, address: Any) -> None:
        """Gather what comes in one turn of the loop, so that it is one write."""
        problem = SOUND if len(data) <= self._limit else TOO_LONG
        frame = Frame(data[: self._limit].rstrip(b"\r\n\0"), problem)
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.append((address[0], frame))
        if len(self._waiting) >= MOST_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Hand over what was gathered."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            self._intake.take(LISTENER, waiting, self._counts)
        except JournalFullError as error:
            if not self.dropped:
                log.warning("Datagrams are dropped: %s", error)
            self.dropped += len(waiting)
            self._counts.dropped += len(waiting)

    def dropped_by_system(self) -> int:
        """Datagrams that came faster than they were read; 0 where the system does not tell."""
        for table in ("/proc/net/udp", "/proc/net/udp6"):
            with suppress(OSError):
                for line in Path(table).read_text().splitlines()[1:]:
                    fields = line.split()
                    if self._inode is not None and fields[9] == self._inode:
                        return int(fields[-1])
        return 0


async def listen_udp(
    address: Address, intake: Intake, counts: ListenerCounts, limit: int
) -> tuple[asyncio.DatagramTransport, UdpListener]:
    """Listen for datagrams; several processes may share the address.

    Raises:
        OSError: The address cannot be used.
    """
    opened = bound_socket(address, socket.SOCK_DGRAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    loop = asyncio.get_running_loop()
    return await loop.create_datagram_endpoint(
        lambda: UdpListener(intake, counts, limit), sock=opened
    )


def bound_socket(address: Address, kind: socket.SocketKind) -> socket.socket:
    """Return a socket bound to an address, which other processes may be bound to as well.

    The system spreads connections and datagrams over them (``SO_REUSEPORT``, socket(7)).

    Raises:
        OSError: The address cannot be used.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    found = socket.getaddrinfo(address.host, address.port, type=kind, flags=socket.AI_PASSIVE)
    family, _, _, _, resolved = next((each for each in found if each[0] == family), found[0])
    opened = socket.socket(family, kind)
    try:
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if kind == socket.SOCK_STREAM:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(resolved)
    except OSError:
        opened.close()
        raise
    return opened

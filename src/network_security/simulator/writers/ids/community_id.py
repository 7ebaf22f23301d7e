"""Community ID: one name of a flow for all sensors that see it."""

import hashlib
import socket
import struct
from base64 import b64encode
from functools import lru_cache

from network_security.simulator.actions import Connection
from network_security.simulator.writers.text import PROTOCOL_NUMBERS


def community_id(connection: Connection) -> str:
    """Return the Community ID of version 1 and seed 0 (github.com/corelight/community-id-spec)."""
    return _of(
        connection.source,
        connection.source_port,
        connection.destination,
        connection.destination_port,
        PROTOCOL_NUMBERS[connection.transport],
    )


@lru_cache(maxsize=4096)
def _of(source: str, source_port: int, destination: str, destination_port: int, proto: int) -> str:
    ends = sorted(
        (socket.inet_aton(address), port)
        for address, port in ((source, source_port), (destination, destination_port))
    )
    (low, low_port), (high, high_port) = ends
    ports = struct.pack("!HH", low_port, high_port)
    flow = b"\0\0" + low + high + bytes((proto, 0)) + ports
    digest = hashlib.sha1(flow, usedforsecurity=False).digest()
    return f"1:{b64encode(digest).decode()}"

"""How events of the simulated network reach the watcher: each the way that its product has.

| what | how |
|---|---|
| firewalls | syslog over UDP |
| mail gateways that write lines, hosts | syslog over TCP |
| cloud services, in JSON | HTTP, ``POST /v1/events`` |
| intrusion detection | files, which are followed |
| whole messages | a folder, into which files are moved once they are complete |
"""

from __future__ import annotations

import http.client
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Literal, Protocol, TextIO

from network_security.sensors import FORMATS
from network_security.simulator import Event

Channel = Literal["syslog-udp", "syslog-tcp", "http", "file", "drop"]

PATIENCE_SECONDS: Final = 20.0
"""How long the watcher may be away, as while it is started again."""
AUTHPRIV_INFO: Final = b"<86>"
"""What a daemon puts before what it sends but not into its file (RFC 5424, section 6.2.1)."""
DATAGRAMS_AT_ONCE: Final = 50
BREATH_SECONDS: Final = 0.0125
"""Pause after them: at most 4,000 a second."""
_RETRY_SECONDS: Final = 0.5
_PIECE: Final = 200
_CLOUD: Final = frozenset(
    {
        "proofpoint_tap", "proofpoint_pod", "mimecast", "m365_defender", "o365",
        "exchange_message_trace",
    }
)  # fmt: skip
_BY_KIND: Final[dict[str, Channel]] = {
    "firewall": "syslog-udp", "ids": "file", "email": "syslog-tcp", "auth": "syslog-tcp",
}  # fmt: skip


class DeliveryError(Exception):
    """The watcher does not take what is sent."""


@dataclass(frozen=True)
class Receiver:
    """Where the watcher takes events.

    Attributes:
        host: Address of loopback.
        syslog_udp, syslog_tcp, http: Ports.
        logs: Folder of files that are followed.
        drop: Folder for messages.
    """

    host: str
    syslog_udp: int
    syslog_tcp: int
    http: int
    logs: Path
    drop: Path


def channel_of(format: str) -> Channel:
    """How a format travels.

    >>> channel_of("fortigate"), channel_of("o365"), channel_of("zeek"), channel_of("email")
    ('syslog-udp', 'http', 'file', 'drop')
    """
    if format == "email":
        return "drop"
    return "http" if format in _CLOUD else _BY_KIND[FORMATS[format].kind]


class _Way(Protocol):
    """Takes events of some formats."""

    def send(self, event: Event) -> None:
        """Take one."""

    def flush(self) -> None:
        """Hand over what was taken."""

    def close(self) -> None:
        """End."""


class Delivery:
    """Sends events, each by its channel.

    Attributes:
        sent: How many, by channel.
    """

    def __init__(
        self, receiver: Receiver, *, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        """Keep where to send; connections are opened when something is sent.

        Args:
            receiver: Where the watcher takes events.
            sleep: Waits for so many seconds; may raise to give up.
        """
        self.sent: Counter[Channel] = Counter()
        self._ways: dict[Channel, _Way] = {
            "syslog-udp": _Datagrams(receiver, sleep),
            "syslog-tcp": _Stream(receiver, sleep),
            "http": _Posts(receiver, sleep),
            "file": _Files(receiver.logs),
            "drop": _Drop(receiver.drop),
        }

    def write(self, event: Event) -> None:
        """Send an event, now or with the next `flush`.

        Raises:
            DeliveryError: The watcher did not take it for 20 s.
        """
        channel = channel_of(event.format)
        self._ways[channel].send(event)
        self.sent[channel] += 1

    def flush(self) -> None:
        """Send what was gathered; raises as `write` does."""
        for way in self._ways.values():
            way.flush()

    def close(self) -> None:
        """Close connections and files."""
        for way in self._ways.values():
            with suppress(OSError):
                way.close()


class _Datagrams:
    """Syslog over UDP (RFC 5426), each device from an address of its own.

    Nothing tells a sender to wait (RFC 5426, section 4.3): a scan of thousands of ports in a second
    is spread out, so that the receiver's buffer is not overrun.
    """

    def __init__(self, receiver: Receiver, sleep: Callable[[float], object]) -> None:
        self._target = (receiver.host, receiver.syslog_udp)
        self._sleep = sleep
        self._sockets: dict[str, socket.socket] = {}
        self._at_once = 0

    def send(self, event: Event) -> None:
        opened = self._sockets.get(event.format)
        if opened is None:
            opened = self._sockets[event.format] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            # Where all of 127.0.0.0/8 is this machine, as on Linux; elsewhere they share one.
            with suppress(OSError):
                opened.bind((f"127.0.1.{list(FORMATS).index(event.format) + 1}", 0))
        opened.sendto(event.raw.encode(), self._target)
        self._at_once += 1
        if self._at_once >= DATAGRAMS_AT_ONCE:
            self._sleep(BREATH_SECONDS)
            self._at_once = 0

    def flush(self) -> None:
        """Nothing waits, and a pause follows."""
        self._at_once = 0

    def close(self) -> None:
        for each in self._sockets.values():
            each.close()


class _Stream:
    """Syslog over TCP with octet counting (RFC 6587, section 3.4.1), one connection a device."""

    def __init__(self, receiver: Receiver, sleep: Callable[[float], object]) -> None:
        self._target = (receiver.host, receiver.syslog_tcp)
        self._sleep = sleep
        self._waiting: dict[str, list[bytes]] = {}
        self._sockets: dict[str, socket.socket] = {}

    def send(self, event: Event) -> None:
        raw = event.raw.encode()
        if not raw.startswith(b"<"):
            raw = AUTHPRIV_INFO + raw
        self._waiting.setdefault(event.format, []).append(b"%d %s" % (len(raw), raw))

    def flush(self) -> None:
        for format, waiting in self._waiting.items():
            if waiting:
                persistently(partial(self._hand_over, format, waiting), self._sleep)
                waiting.clear()

    def close(self) -> None:
        for each in self._sockets.values():
            each.close()

    def _hand_over(self, format: str, frames: list[bytes]) -> None:
        try:
            opened = self._sockets.get(format)
            if opened is None:
                opened = self._sockets[format] = socket.create_connection(self._target, timeout=10)
            opened.sendall(b"".join(frames))
        except OSError:
            broken = self._sockets.pop(format, None)
            if broken is not None:
                broken.close()
            raise


class _Posts:
    """NDJSON by HTTP, a post a format."""

    def __init__(self, receiver: Receiver, sleep: Callable[[float], object]) -> None:
        self._target = (receiver.host, receiver.http)
        self._sleep = sleep
        self._waiting: dict[str, list[bytes]] = {}

    def send(self, event: Event) -> None:
        waiting = self._waiting.setdefault(event.format, [])
        waiting.append(event.raw.encode())
        if len(waiting) >= _PIECE:
            self._post(event.format, waiting)

    def flush(self) -> None:
        for format, waiting in self._waiting.items():
            if waiting:
                self._post(format, waiting)

    def close(self) -> None:
        """Every post has its own connection."""

    def _post(self, format: str, lines: list[bytes]) -> None:
        body = b"\n".join(lines)
        persistently(partial(self._send, format, body), self._sleep)
        lines.clear()

    def _send(self, format: str, body: bytes) -> None:
        connection = http.client.HTTPConnection(*self._target, timeout=10)
        try:
            connection.request(
                "POST", f"/v1/events?format={format}", body,
                {"Content-Type": "application/x-ndjson"},
            )  # fmt: skip
            answer = connection.getresponse()
            said = answer.read(1000).decode("utf-8", "replace")
        finally:
            connection.close()
        if answer.status >= http.client.INTERNAL_SERVER_ERROR:
            raise OSError(f"HTTP {answer.status}: {said}")
        if answer.status >= http.client.BAD_REQUEST:
            raise DeliveryError(
                f"The watcher refuses {format} events: HTTP {answer.status}: {said}"
            )


@dataclass
class _Files:
    """Logs that grow, one a format or a log of Zeek's."""

    folder: Path
    _open: dict[str, TextIO] = field(default_factory=dict)

    def send(self, event: Event) -> None:
        file = self._open.get(event.path)
        if file is None:
            path = self.folder / event.path
            path.parent.mkdir(parents=True, exist_ok=True)
            file = self._open[event.path] = path.open("w", encoding="utf-8", newline="\n")
            if event.header:
                file.write(event.header + "\n")
        file.write(event.raw + "\n")

    def flush(self) -> None:
        for file in self._open.values():
            file.flush()

    def close(self) -> None:
        for file in self._open.values():
            file.close()


@dataclass
class _Drop:
    """Messages, each a file that appears whole."""

    folder: Path

    def send(self, event: Event) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = event.path.rpartition("/")[2]
        unfinished = self.folder / f".{name}.partial"
        unfinished.write_text(event.raw, encoding="utf-8", newline="\n")
        unfinished.replace(self.folder / name)

    def flush(self) -> None:
        """Every message is there already."""

    def close(self) -> None:
        """Nothing is open."""


def persistently(act: Callable[[], object], sleep: Callable[[float], object]) -> None:
    """Do what the network may keep from being done, again and again for 20 s.

    Raises:
        DeliveryError: It could not be done.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            act()
        except OSError as error:
            if time.monotonic() >= deadline:
                raise DeliveryError(f"The watcher does not take events: {error}") from error
            sleep(_RETRY_SECONDS)
        else:
            return

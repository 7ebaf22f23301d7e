"""What `watch.py` sends: the simulated network as if live, and phishing pages among it."""

from __future__ import annotations

import json
import random
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Final

from network_security.simulator.simulation import Simulation
from network_security.simulator.volume import scale_for_rate
from network_security.simulator.writers import WRITERS

UDP_FORMATS: Final = ("cisco_asa", "fortigate", "iptables", "pfsense")
HTTP_FORMATS: Final = ("suricata",)
"""Of the simulated formats; the others go over TCP, each as a device of its own would."""
AT_ONCE_SECONDS: Final = 0.02
POST_SECONDS: Final = 0.1
AGAIN_SECONDS: Final = 0.2
REQUEST: Final = {
    "event_type": "http",
    "src_ip": "10.20.0.15",
    "src_port": 51234,
    "dest_ip": "203.0.113.80",
    "dest_port": 80,
    "proto": "TCP",
}


@dataclass
class Sent:
    """What was sent.

    Attributes:
        acknowledged: Records over HTTP that were answered with 202, and over TCP.
        datagrams: Records over UDP, which may be lost on the way.
        phishing: Host of each phishing page -> when its request was sent, seconds since 1970.
        again: Posts that were sent again, since it was not known whether they had arrived.
    """

    acknowledged: int = 0
    datagrams: int = 0
    phishing: dict[str, float] = field(default_factory=dict)
    again: int = 0


def live_lines(rate: float, seconds: float, seed: int) -> Iterator[tuple[float, str, bytes]]:
    """Yield time, format and text of the simulated network's events, in order, as they are due."""
    formats = [name for name in WRITERS if not WRITERS[name].whole_files and name != "zeek"]
    start = time.time()
    scale = scale_for_rate(rate, seed=seed, start=start, formats=formats)
    start = time.time()
    run = Simulation(
        seed=seed, start=start, end=start + seconds, formats=formats, episodes=(), scale=scale,
        steady=True,
    )  # fmt: skip
    for event in run.events():
        yield event.time, event.format, event.raw.encode()


def phishing_requests(seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield hosts of phishing pages and the requests for them that a sensor saw."""
    draw = random.Random(seed)
    for number in count():
        host = f"account{number:05d}-verify-paypal{draw.randrange(10_000)}.com"
        yield host, request(host, "/webscr/login.php?cmd=_login")


def request(host: str, path: str) -> bytes:
    """Return the line of a sensor that saw a request just now."""
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    http = {"hostname": host, "url": path, "http_method": "GET", "status": 200, "length": 5120}
    return json.dumps({"timestamp": now, **REQUEST, "http": http}).encode()


class Sender:
    """Sends records to a watcher; connections are made again when it was killed meanwhile."""

    def __init__(self, addresses: dict[str, tuple[str, int]]) -> None:
        """Send to these addresses, by listener."""
        self.sent = Sent()
        self._addresses = addresses
        self._sockets: dict[str, socket.socket] = {}
        self._posts: list[bytes] = []
        self._posted = time.time()

    def send(self, format: str, line: bytes) -> None:
        """Send a record the way that its device does."""
        if format in HTTP_FORMATS:
            self._posts.append(line)
        elif format in UDP_FORMATS:
            self._device(format, socket.SOCK_DGRAM).send(line)
            self.sent.datagrams += 1
        else:
            self._device(format, socket.SOCK_STREAM).sendall(b"%d %s" % (len(line), line))
            self.sent.acknowledged += 1

    def flush(self, *, all_: bool = False) -> None:
        """Post what was gathered, until it is accepted."""
        if not self._posts or not (all_ or time.time() - self._posted >= POST_SECONDS):
            return
        body = b"\n".join(self._posts)
        host, port = self._addresses["http"]
        post = urllib.request.Request(f"http://{host}:{port}/v1/events", body)
        while True:
            try:
                with urllib.request.urlopen(post, timeout=10) as answer:
                    self.sent.acknowledged += json.loads(answer.read())["accepted"]
                break
            except (urllib.error.URLError, OSError):
                self.sent.again += 1
                time.sleep(AGAIN_SECONDS)
        self._posts = []
        self._posted = time.time()

    def close(self) -> None:
        """Send what is left, and close the connections."""
        self.flush(all_=True)
        for opened in self._sockets.values():
            opened.close()

    def _device(self, format: str, kind: socket.SocketKind) -> socket.socket:
        """The socket of a format's device, which has an address of its own."""
        if format not in self._sockets:
            opened = self._sockets[format] = socket.socket(socket.AF_INET, kind)
            opened.bind((f"127.0.1.{len(self._sockets)}", 0))
            name = "syslog-udp" if kind == socket.SOCK_DGRAM else "syslog-tcp"
            opened.connect(self._addresses[name])
        return self._sockets[format]


def send_all(
    addresses: dict[str, tuple[str, int]],
    *,
    rate: float,
    seconds: float,
    phishing_every: float,
    seed: int = 0,
) -> Sent:
    """Send the simulated network for so many seconds, as it happens; return what was sent."""
    sender, pages = Sender(addresses), phishing_requests(seed)
    next_page = time.time() + phishing_every
    for due, format, line in live_lines(rate, seconds, seed):
        ahead = due - time.time()
        if ahead > AT_ONCE_SECONDS:
            sender.flush()
            time.sleep(ahead)
        if time.time() >= next_page:
            next_page += phishing_every
            host, page = next(pages)
            sender.sent.phishing[host] = time.time()
            sender.send(HTTP_FORMATS[0], page)
        sender.send(format, line)
    sender.close()
    return sender.sent

"""How long one URL takes to be scored over HTTP, beside a route that does nothing.

``python benchmarks/serving.py`` starts the service in a process of its own, on 127.0.0.1 and an
embedded store that is thrown away, and sends requests at a fixed rate over connections that stay
open. Each answer's time is counted from when its request was due, so that a service that falls
behind cannot hide it by slowing the generator down (coordinated omission; G. Tene, "How NOT to
Measure Latency", 2015). Both take turns with the generator on the same cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import uvicorn
import uvloop

from network_security.serving.app import create_app
from network_security.serving.security.doorkeeper import Doorkeeper
from network_security.serving.security.roles import Role
from network_security.serving.settings import Limits, ServingSettings
from network_security.storage.location import StoreLocation
from network_security.storage.times import utc_now

WARM_SECONDS = 2.0
START_SECONDS = 60.0


@dataclass(frozen=True)
class Measured:
    """Times from due to answered, in ms; and the answers that were none."""

    times: np.ndarray
    failed: int

    def line(self, name: str) -> str:
        """One line of the table."""
        p50, p95, p99, p999 = np.percentile(self.times, [50, 95, 99, 99.9])
        return (
            f"{name:<26}{len(self.times):>9,}{self.failed:>8}{p50:>9.2f}{p95:>9.2f}{p99:>9.2f}"
            f"{p999:>9.2f}{self.times.max():>9.2f}"
        )


class Connection(asyncio.Protocol):
    """One connection that stays open, with one request at a time on it."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answered: asyncio.Future[bool] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, request: bytes) -> asyncio.Future[bool]:
        """Send a request; the future tells whether it was answered with 200."""
        assert self._transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answered

    def data_received(self, data: bytes) -> None:
        """Read on until the answer is whole."""
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length or self._answered is None:
            return
        self._buffer = b""
        self._answered.set_result(head.startswith(b"HTTP/1.1 200"))

    def connection_lost(self, error: Exception | None) -> None:
        """Count what was asked as not answered."""
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(False)


async def measure(
    port: int, requests: Iterator[bytes], *, rate: float, seconds: float, connections: int
) -> Measured:
    """Send requests at a rate; those of the first seconds do not count."""
    loop = asyncio.get_running_loop()
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(connections):
        _, protocol = await loop.create_connection(Connection, "127.0.0.1", port)
        free.put_nowait(protocol)
    times: list[float] = []
    failed = 0

    async def send(request: bytes, due: float, *, counts: bool) -> None:
        nonlocal failed
        connection = await free.get()
        good = await connection.ask(request)
        free.put_nowait(connection)
        if counts:
            times.append((loop.time() - due) * 1000)
            failed += not good

    sending = []
    begin = loop.time() + 0.1
    for number in range(round((WARM_SECONDS + seconds) * rate)):
        due = begin + number / rate
        if (wait := due - loop.time()) > 0:
            await asyncio.sleep(wait)
        counts = number >= WARM_SECONDS * rate
        sending.append(asyncio.create_task(send(next(requests), due, counts=counts)))
    await asyncio.gather(*sending)
    return Measured(np.array(times), failed)


def urls(key: str) -> Iterator[bytes]:
    """Requests for the score of one URL each, none twice."""
    words = ("login", "verify", "docs", "invoice", "news", "account", "shop", "a-b-c")
    number = 0
    while True:
        number += 1
        word, other = words[number % len(words)], words[number // 7 % len(words)]
        url = f"https://{word}.site{number % 997}.example/{other}/{number:x}?id={number}"
        yield post("/v1/urls", json.dumps({"urls": [url]}).encode(), key)


def post(path: str, body: bytes, key: str) -> bytes:
    """A request as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def empty() -> Iterator[bytes]:
    """Requests for the route that does nothing."""
    while True:
        yield b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@contextmanager
def service() -> Iterator[tuple[int, str]]:
    """A service in a process of its own: its port, and a key."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, __file__, "--serve", folder], stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            port, key = process.stdout.readline().split()
            yield int(port), key
        finally:
            process.terminate()
            process.wait(START_SECONDS)


async def serve(folder: Path) -> None:
    """Be the service: tell port and key on standard output, then serve until the end."""
    settings = ServingSettings(
        StoreLocation(None, folder / "store"),
        models=folder / "models",
        jobs=folder / "jobs",
        limits=Limits(requests_per_second=1e6, burst=1_000_000),
    )
    doorkeeper = Doorkeeper(settings.store.open(), session_hours=1)
    _, key = doorkeeper.keys.create("benchmark", Role.VIEWER, "benchmark", now=utc_now())
    config = uvicorn.Config(
        create_app(settings), host="127.0.0.1", port=0, log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
    print(server.servers[0].sockets[0].getsockname()[1], key, flush=True)
    await running


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=300, help="requests a second")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve is not None:
        uvloop.run(serve(given.serve))
        return
    options = {"rate": given.rate, "seconds": given.seconds, "connections": given.connections}
    with service() as (port, key):
        time.sleep(1)
        nothing = asyncio.run(measure(port, empty(), **options))
        scored = asyncio.run(measure(port, urls(key), **options))
    load = os.getloadavg()[0]
    print(f"{given.rate:g} requests/s over {given.connections} connections, load {load:.1f}, ms")
    print(
        f"{'':<26}{'requests':>9}{'failed':>8}{'p50':>9}{'p95':>9}{'p99':>9}{'p99.9':>9}{'max':>9}"
    )
    print(nothing.line("baseline: /health/live"))
    print(scored.line("one URL: POST /v1/urls"))
    ratio = np.percentile(scored.times, 99) / np.percentile(nothing.times, 99)
    print(f"p99 of one URL is {ratio:.1f} times the baseline's; at most 10 ms is wanted")


if __name__ == "__main__":
    main()

"""A watcher with real sockets and the real embedded server, and what is sent to it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from network_security.alerts.recording import Update
from network_security.evidence.correlation import CorrelationOptions
from network_security.storage.location import StoreLocation
from network_security.streaming.read_options import ReadOptions
from network_security.watching.judge import AlertOptions
from network_security.watching.settings import (
    Address,
    Following,
    JournalOptions,
    Listening,
    Pace,
    WatchSettings,
)
from network_security.watching.watcher import Parts, Watcher

T = TypeVar("T")

ANY_PORT = (Address("127.0.0.1", 0),)
PHISHING = (
    '{"timestamp": "2026-03-02T08:15:30.000000+0000", "event_type": "http", '
    '"src_ip": "10.20.0.15", "src_port": 51234, "dest_ip": "203.0.113.80", "dest_port": 80, '
    '"proto": "TCP", "http": {"hostname": "account7-verify-paypal8.com", '
    '"url": "/webscr/login.php?cmd=_login", "http_method": "GET", "status": 200}}'
)
PHISHING_HOST = "account7-verify-paypal8.com"
QUICK = Pace(
    batch_seconds=0.05, keep_seconds=0.2, lease_seconds=1.0, status_seconds=0.1, drain_seconds=15
)


class ToldAlerts:
    """Notes what it is told of alerts."""

    def __init__(self) -> None:
        self.updates: list[Update] = []

    def tell(self, updates: Any) -> None:
        self.updates += updates


@pytest.fixture
def location(embedded_uri: str, tmp_path: Path) -> Iterator[StoreLocation]:
    """A database of its own on the embedded server that the tests share."""
    found = StoreLocation(embedded_uri, tmp_path, f"watching_{uuid4().hex[:8]}")
    yield found
    database = found.open()
    database.client.drop_database(database.name)


@pytest.fixture
def database(location: StoreLocation) -> Any:
    return location.open()


@pytest.fixture
def parts(location: StoreLocation, tmp_path: Path) -> Parts:
    return Parts(
        location,
        tmp_path / "models",
        ReadOptions(),
        CorrelationOptions(),
        AlertOptions(explain=False),
    )


@pytest.fixture
def settings(tmp_path: Path) -> WatchSettings:
    """Everything listens, on any port that is free."""
    listening = Listening(syslog_udp=ANY_PORT, syslog_tcp=ANY_PORT, http=ANY_PORT)
    journal = JournalOptions(tmp_path / "journal")
    return WatchSettings(journal, "all", listening, Following(), QUICK)


@pytest.fixture
def receiving(settings: WatchSettings) -> WatchSettings:
    return replace(settings, role="receive")


@contextmanager
def running(settings: WatchSettings, parts: Parts) -> Iterator[Watcher]:
    """Run a watcher in a thread, until the block ends; then it must have stored everything."""
    with _running(settings, parts, finishes=True) as watcher:
        yield watcher


@contextmanager
def running_unfinished(settings: WatchSettings, parts: Parts) -> Iterator[Watcher]:
    """The same for a watcher that cannot store everything."""
    with _running(settings, parts, finishes=False) as watcher:
        yield watcher


@contextmanager
def _running(settings: WatchSettings, parts: Parts, *, finishes: bool) -> Iterator[Watcher]:
    watcher, ready = Watcher(settings, parts), threading.Event()
    outcome: list[bool | BaseException] = []

    def run() -> None:
        try:
            outcome.append(watcher.run(ready=ready.set))
        except BaseException as error:
            outcome.append(error)
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(30)
    try:
        yield watcher
    finally:
        watcher.stop()
        thread.join(40)
    assert outcome == [finishes]


def eventually(look: Callable[[], T], seconds: float = 15.0) -> T:
    """Return what a look finds, as soon as it finds something."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, f"{found!r} after {seconds} s"
        time.sleep(0.02)
    return found


def tcp_to(address: Address) -> socket.socket:
    return socket.create_connection(address, timeout=10)

import socket
import time
from pathlib import Path

import pytest

from network_security.demo import delivery
from network_security.demo.delivery import Receiver
from network_security.demo.status import DemoStatus, read_status
from network_security.demo.traffic import Pace, Traffic
from network_security.storage import open_database


@pytest.fixture
def receiver(tmp_path: Path) -> Receiver:
    """Ports where nobody listens."""
    ports = []
    for _ in range(3):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            ports.append(probe.getsockname()[1])
    return Receiver("127.0.0.1", *ports, tmp_path / "logs", tmp_path / "drop")


@pytest.fixture
def database(embedded_uri: str, tmp_path: Path):
    return open_database(embedded_uri, embedded_directory=tmp_path, name=tmp_path.name)


def test_it_begins_with_a_phishing_mail_and_tells_of_it(
    receiver: Receiver, database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only what needs no listener: files, messages, datagrams.
    monkeypatch.setattr(delivery._Stream, "flush", lambda _: None)
    monkeypatch.setattr(delivery._Posts, "flush", lambda _: None)
    traffic = Traffic(receiver, lambda: database, seed=7, pace=Pace(behind=600, speed=120))
    traffic.start()
    try:
        status = wait_for_an_attack(database)
    finally:
        traffic.stop()
    assert traffic.problem is None
    assert status.attacks[-1].kind == "phishing"
    assert status.catching_up
    assert status.sent["syslog-udp"] > 0
    assert list(receiver.drop.glob("*.eml"))
    assert list(receiver.logs.glob("ids/zeek/*.log"))


def test_a_watcher_that_is_not_there_is_the_reason_of_its_end(
    receiver: Receiver, database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE_SECONDS", 0.1)
    traffic = Traffic(receiver, lambda: database, seed=7)
    traffic.start()
    traffic.join(30)
    assert "does not take events" in str(traffic.problem)


def wait_for_an_attack(database) -> DemoStatus:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        status = read_status(database)
        if status is not None and status.attacks:
            return status
        time.sleep(0.05)
    raise AssertionError("no attack was told of")

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from network_security.demo import delivery as delivery_module
from network_security.demo.delivery import (
    BREATH_SECONDS,
    Delivery,
    DeliveryError,
    Receiver,
    channel_of,
)
from network_security.sensors import FORMATS
from network_security.simulator import Event
from network_security.simulator.writers import WRITERS
from network_security.watching.syslog_frames import SyslogFrames

HOST = "127.0.0.1"


class Posts(BaseHTTPRequestHandler):
    """Notes what is posted, and answers as it was told."""

    answers: list[int]
    taken: list[tuple[str, list[str]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status = self.answers.pop(0) if self.answers else 202
        if status == 202:
            self.taken.append((self.path, body.split("\n")))
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def posts() -> Iterator[tuple[type[Posts], int]]:
    handler = type("Handler", (Posts,), {"answers": [], "taken": []})
    server = ThreadingHTTPServer((HOST, 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield handler, server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def udp() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind((HOST, 0))
        receiver.settimeout(5)
        yield receiver


@pytest.fixture
def tcp() -> Iterator[socket.socket]:
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(5)
        yield server


@pytest.fixture
def delivery(posts, udp, tcp, tmp_path: Path) -> Iterator[Delivery]:
    receiver = Receiver(
        HOST, udp.getsockname()[1], tcp.getsockname()[1], posts[1],
        tmp_path / "logs", tmp_path / "drop",
    )  # fmt: skip
    made = Delivery(receiver, sleep=lambda _: None)
    yield made
    made.close()


def event(format: str, raw: str = "a line", *, path: str = "", header: str = "") -> Event:
    return Event(100.0, format, raw, None, path or f"x/{format}.log", header)


def test_every_format_of_the_simulator_has_a_way() -> None:
    assert {channel_of(name) for name in WRITERS} == {
        "syslog-udp", "syslog-tcp", "http", "file", "drop",
    }  # fmt: skip


def test_firewalls_send_datagrams_each_from_its_own_address(delivery, udp) -> None:
    delivery.write(event("panos", "<14>one"))
    delivery.write(event("fortigate", "<14>two"))
    received = [udp.recvfrom(1000) for _ in range(2)]
    assert [data for data, _ in received] == [b"<14>one", b"<14>two"]
    assert len({address for _, (address, _) in received}) == 2


def test_many_datagrams_at_once_are_spread_out(udp, tmp_path: Path) -> None:
    pauses: list[float] = []
    receiver = Receiver(HOST, udp.getsockname()[1], 9, 9, tmp_path, tmp_path)
    delivery = Delivery(receiver, sleep=pauses.append)
    for _ in range(120):
        delivery.write(event("cef"))
    delivery.close()
    assert pauses == [BREATH_SECONDS, BREATH_SECONDS]


def test_hosts_send_counted_records_with_a_priority(delivery, tcp) -> None:
    delivery.write(event("sshd", "Mar  2 08:00:00 bastion sshd[1]: a"))
    delivery.write(event("sshd", "<86>Mar  2 08:00:01 bastion sshd[1]: b"))
    delivery.flush()
    connection, _ = tcp.accept()
    with connection:
        frames = SyslogFrames(1000).feed(connection.recv(1000))
    assert [frame.content for frame in frames] == [
        b"<86>Mar  2 08:00:00 bastion sshd[1]: a",
        b"<86>Mar  2 08:00:01 bastion sshd[1]: b",
    ]


def test_a_broken_connection_is_made_anew(delivery, tcp) -> None:
    delivery.write(event("postfix", "<22>one"))
    delivery.flush()
    first, _ = tcp.accept()
    first.close()
    received = b""
    # The system takes what is written to a closed connection once, before it says so.
    for _ in range(3):
        delivery.write(event("postfix", "<22>two"))
        delivery.flush()
    second, _ = tcp.accept()
    with second:
        received = second.recv(1000)
    assert received.startswith(b"7 <22>two")


def test_cloud_services_post_json_lines_that_name_their_format(delivery, posts) -> None:
    handler, _ = posts
    for number in range(3):
        delivery.write(event("o365", json.dumps({"n": number})))
    assert handler.taken == []
    delivery.flush()
    assert handler.taken == [("/v1/events?format=o365", ['{"n": 0}', '{"n": 1}', '{"n": 2}'])]


def test_a_watcher_that_is_busy_is_asked_again(delivery, posts) -> None:
    handler, _ = posts
    handler.answers += [503, 503]
    delivery.write(event("mimecast", "{}"))
    delivery.flush()
    assert [path for path, _ in handler.taken] == ["/v1/events?format=mimecast"]


def test_a_watcher_that_refuses_is_an_error_at_once(delivery, posts) -> None:
    handler, _ = posts
    handler.answers += [422]
    delivery.write(event("mimecast", "{}"))
    with pytest.raises(DeliveryError, match="refuses mimecast events: HTTP 422"):
        delivery.flush()


def test_a_watcher_that_stays_away_is_an_error_in_the_end(
    delivery, tcp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_module, "PATIENCE_SECONDS", 0.2)
    tcp.close()
    delivery.write(event("postfix", "<22>one"))
    with pytest.raises(DeliveryError, match="does not take events"):
        delivery.flush()


def test_files_begin_with_their_header(delivery, tmp_path: Path) -> None:
    delivery.write(event("zeek", "one", path="ids/zeek/conn.log", header="#fields\tts"))
    delivery.write(event("zeek", "two", path="ids/zeek/conn.log", header="#fields\tts"))
    delivery.flush()
    assert (tmp_path / "logs/ids/zeek/conn.log").read_text() == "#fields\tts\none\ntwo\n"


def test_a_message_appears_whole(delivery, tmp_path: Path) -> None:
    delivery.write(event("email", "Subject: x\n\nhello\n", path="email/messages/1.eml"))
    assert [each.name for each in (tmp_path / "drop").iterdir()] == ["1.eml"]
    assert (tmp_path / "drop/1.eml").read_text() == "Subject: x\n\nhello\n"


def test_what_was_sent_is_counted(delivery) -> None:
    for format in ("panos", "cef", "email", "snort"):
        delivery.write(event(format))
    assert delivery.sent == {"syslog-udp": 2, "drop": 1, "file": 1}
    assert set(FORMATS) >= set(WRITERS)

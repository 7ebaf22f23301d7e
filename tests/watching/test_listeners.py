"""Everything that a listener takes is stored once, with its sender and when it came."""

import gzip
import json
import socket
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from network_security.sensors import FORMATS
from network_security.serving.security.api_keys import ApiKeys
from network_security.serving.security.roles import Role
from network_security.watching.settings import Address, JournalOptions, Listening, WatchSettings
from network_security.watching.watcher import Parts
from tests.watching.conftest import ANY_PORT, eventually, running, running_unfinished, tcp_to

SSHD = FORMATS["sshd"].sample.encode()
SURICATA = FORMATS["suricata"].sample.encode()
ASA = FORMATS["cisco_asa"].sample.encode()


def post(
    address: Address, body: bytes, query: str = "", **headers: str
) -> tuple[int, dict[str, Any]]:
    """Post events; returns the status and the answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://{address}/v1/events{query}", body, named)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        refusal = error
    with refusal:
        assert refusal.headers["Content-Type"] == "application/problem+json"
        return refusal.code, json.loads(refusal.read())


def stored(database: Any, dataset: str, number: int) -> list[dict[str, Any]]:
    """The events of a data set, as soon as there are so many."""
    found: list[dict[str, Any]] = []

    def look() -> bool:
        found[:] = database.events.find({"event.dataset": dataset})
        return len(found) >= number

    eventually(look)
    return found


def test_datagrams(receiving: WatchSettings, parts: Parts, database: Any) -> None:
    began = datetime.now(UTC) - timedelta(seconds=1)
    with running(receiving, parts) as watcher:
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.bind(("127.0.0.2", 0))
        for _ in range(3):
            sender.sendto(ASA + b"\n", watcher.addresses["syslog-udp"][0])
    events = stored(database, "cisco.asa", 3)
    assert len(events) == 3
    assert {event["log"]["source"]["address"] for event in events} == {"127.0.0.2"}
    assert {event["event"]["original"] for event in events} == {ASA.decode()}
    assert all(began < event["event"]["ingested"] for event in events)


def test_connections_of_both_framings(
    receiving: WatchSettings, parts: Parts, database: Any
) -> None:
    with running(receiving, parts) as watcher:
        (address,) = watcher.addresses["syslog-tcp"]
        with tcp_to(address) as counting, tcp_to(address) as ending:
            counting.sendall(b"%d %s" % (len(SSHD), SSHD) * 2)
            ending.sendall(SURICATA + b"\n" + SURICATA)
    assert len(stored(database, "linux.auth", 2)) == 2
    assert len(stored(database, "suricata.eve", 2)) == 2
    # The same text twice is two events: their places differ.
    assert database.dead_letters.count_documents({}) == 0


def test_what_is_wrong_is_a_dead_letter_and_what_is_right_beside_it_is_not(
    receiving: WatchSettings, parts: Parts, database: Any
) -> None:
    limited = replace(receiving, listening=replace(receiving.listening, line_bytes=1000))
    with running(limited, parts) as watcher, tcp_to(watcher.addresses["syslog-tcp"][0]) as sender:
        sender.sendall(b"<13>" + b"x" * 2000 + b"\n" + SSHD + b"\n")
    assert len(stored(database, "linux.auth", 1)) == 1
    (letter,) = database.dead_letters.find()
    assert letter["reason"]["code"] == "too_long"
    assert letter["sender"] == "127.0.0.1"
    assert len(letter["raw"]) == 1000


def test_posts(receiving: WatchSettings, parts: Parts, database: Any) -> None:
    message = EmailMessage()
    message["From"], message["Message-ID"] = "ann@example.com", "<1@example.com>"
    message.set_content("Text\n\nFrom here on\n")
    with running(receiving, parts) as watcher:
        (http,) = watcher.addresses["http"]
        lines = SURICATA + b"\n\n" + SSHD + b"\r\n"
        assert post(http, lines) == (202, {"accepted": 2})
        assert post(http, gzip.compress(lines, mtime=0), Content_Encoding="gzip")[0] == 202
        assert post(http, bytes(message), Content_Type="message/rfc822")[0] == 202
        assert post(http, ASA, "?format=cisco_asa")[0] == 202
    assert len(stored(database, "suricata.eve", 2)) == 2
    assert len(stored(database, "linux.auth", 2)) == 2
    assert stored(database, "email.message", 1)[0]["email"]["message_id"] == "1@example.com"
    assert len(stored(database, "cisco.asa", 1)) == 1


@pytest.mark.parametrize(
    ("body", "query", "headers", "status", "detail"),
    [
        (b"x" * 3000, "", {}, 413, "2,000 bytes; send it in parts"),
        # More than connections hold: the answer is looked for once all of it is sent.
        (b"x" * 9_000_000, "", {}, 413, "2,000 bytes; send it in parts"),
        (gzip.compress(b"x" * 100_000, mtime=0), "", {"Content_Encoding": "gzip"}, 413, "unpacked"),
        (b"no gzip", "", {"Content_Encoding": "gzip"}, 400, "not the gzip"),
        (
            gzip.compress(SSHD, mtime=0)[:-9],
            "",
            {"Content_Encoding": "gzip"},
            400,
            "ends too early",
        ),
        (SSHD, "", {"Content_Encoding": "br"}, 415, "send gzip"),
        (SSHD, "?format=nothing", {}, 422, "There is no format 'nothing'"),
    ],
)
def test_posts_that_are_refused(
    receiving: WatchSettings,
    parts: Parts,
    body: bytes,
    query: str,
    headers: dict[str, str],
    status: int,
    detail: str,
) -> None:
    listening = Listening(http=ANY_PORT, body_bytes=2000, unpacked_bytes=50_000)
    with running(replace(receiving, listening=listening), parts) as watcher:
        code, problem = post(watcher.addresses["http"][0], body, query, **headers)
        assert (code, problem["status"]) == (status, status)
        assert detail in problem["detail"]


def test_keys_of_the_service(receiving: WatchSettings, parts: Parts, database: Any) -> None:
    keys, now = ApiKeys(database), datetime.now(UTC)
    _, good = keys.create("collector", Role.ANALYST, "test", now=now)
    _, weak = keys.create("reader", Role.VIEWER, "test", now=now)
    listening = Listening(http=ANY_PORT, api_keys=True)
    with running(replace(receiving, listening=listening), parts) as watcher:
        (http,) = watcher.addresses["http"]
        assert post(http, SSHD)[0] == 401
        assert post(http, SSHD, Authorization=f"Bearer {weak}")[0] == 401
        assert post(http, SSHD, Authorization=f"Bearer {good}") == (202, {"accepted": 1})


def test_without_room_posts_are_refused_datagrams_counted_and_connections_wait(
    settings: WatchSettings, parts: Parts, database: Any
) -> None:
    # Of 20,000 bytes that may wait, as long as nothing is stored: the store is not reached.
    location = replace(parts.location, configured_uri="mongodb://127.0.0.1:1/?connectTimeoutMS=50")
    bounded = replace(
        settings,
        role="receive",
        journal=JournalOptions(settings.journal.folder, most_bytes=20_000),
        pace=replace(settings.pace, drain_seconds=0.1),
    )
    away = replace(parts, location=location)
    lines = 200
    with running_unfinished(bounded, away) as watcher:
        (http,) = watcher.addresses["http"]
        while post(http, SSHD)[0] == 202:
            pass
        code, problem = post(http, SSHD)
        assert code == 503
        assert "nothing was taken" in problem["detail"]
        with tcp_to(watcher.addresses["syslog-tcp"][0]) as sender:
            sender.sendall((SSHD + b"\n") * 3)
            (tcp,) = (one for one in watcher.listeners if one.name.startswith("syslog-tcp"))
            eventually(lambda: tcp.paused)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            for _ in range(lines):
                datagrams.sendto(SSHD, watcher.addresses["syslog-udp"][0])
        (udp,) = (one for one in watcher.listeners if one.name.startswith("syslog-udp"))
        eventually(lambda: udp.dropped == lines)
    # With the store back, the next watcher stores what waited.
    with running(replace(settings, role="receive"), parts):
        pass
    assert 20 < database.events.count_documents({}) < 400


def test_more_connections_than_may_be_are_closed(receiving: WatchSettings, parts: Parts) -> None:
    one = replace(receiving, listening=Listening(syslog_tcp=ANY_PORT, connections=1))
    with running(one, parts) as watcher:
        (address,) = watcher.addresses["syslog-tcp"]
        with tcp_to(address) as first, tcp_to(address) as second:
            first.sendall(SSHD)
            assert _closed(second)
            assert watcher.listeners[0].refused == 1


def test_silent_connections_are_closed(receiving: WatchSettings, parts: Parts) -> None:
    quick = replace(receiving, listening=Listening(syslog_tcp=ANY_PORT, idle_seconds=0.3))
    with running(quick, parts) as watcher, tcp_to(watcher.addresses["syslog-tcp"][0]) as silent:
        assert _closed(silent)


def _closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True

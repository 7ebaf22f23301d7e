"""A webhook, received by a real server."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from network_security.alerts.sinks import DeliveryError, SinkError, make_sinks

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


def webhook(url: str, clock: Any = None, **options: Any) -> Any:
    given = [{"type": "webhook", "name": "soar", "url": url, **options}]
    extra = [clock] if clock else []
    (sink,) = make_sinks(given, {"soar": {"secret": SECRET}}, *extra)
    return sink


def test_a_receiver_can_verify_what_it_got(receiver, announce, clock) -> None:
    announcement = announce()
    webhook(receiver.url, clock, link="https://soc.example.org/alerts/").deliver(announcement)

    (request,) = receiver.requests
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert request.path == "/hook?a=1"
    assert headers["webhook-id"] == headers["idempotency-key"] == announcement.key
    assert int(headers["webhook-timestamp"]) == int(clock.now.timestamp())
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request.body
    digest = hmac.new(KEY, signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    sent = json.loads(request.body)
    assert (sent["type"], sent["timestamp"]) == ("alert.announced", "2026-03-01T12:01:00.000Z")
    assert sent["link"] == f"https://soc.example.org/alerts/{announcement.alert.id}"
    assert sent["data"]["id"] == announcement.alert.id
    assert sent["data"]["entity"]["text"] == "https://login.shop.example/1"
    assert sent["data"]["last_seen"] == "2026-03-01T12:00:00.000Z"


def test_the_same_announcement_has_the_same_body(receiver, announce) -> None:
    sink = webhook(receiver.url)
    sink.deliver(announce())
    sink.deliver(announce())
    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_is_not_followed(
    receivers: Callable[..., Any], announce, status: int
) -> None:
    first, other = receivers(), receivers()
    first.answers.append((status, {"Location": other.url}))
    with pytest.raises(DeliveryError, match=f"{status}, a redirection, which is not followed"):
        webhook(first.url).deliver(announce())
    assert other.requests == []


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds", "permanent"),
    [
        (503, "120", 120, False),
        (429, "Sun, 01 Mar 2026 12:10:00 GMT", 600, False),
        (503, "99999999", 86_400, False),
        (503, "Sat, 28 Feb 2026 12:00:00 GMT", 0, False),
        (503, "soon", None, False),
        (500, "", None, False),
        (404, "", None, False),
        (410, "", None, True),
        (400, "", None, True),
    ],
)
def test_what_the_receiver_answers(
    receiver, announce, clock, status: int, retry_after: str, seconds: int | None, permanent: bool
) -> None:
    clock.now = announce().at - timedelta(seconds=61)  # noon, a second later
    receiver.answers.append((status, {"Retry-After": retry_after} if retry_after else {}))
    with pytest.raises(DeliveryError, match=f"answers {status}") as caught:
        webhook(receiver.url, clock).deliver(announce())
    assert caught.value.retry_after == seconds
    assert caught.value.permanent is permanent


def test_a_slow_receiver_is_waited_for_so_long(receiver, announce) -> None:
    receiver.pause = threading.Event()
    with pytest.raises(DeliveryError, match=r"no answer within 0\.2 s"):
        webhook(receiver.url, timeout_seconds=0.2).deliver(announce())
    receiver.pause.set()


def test_a_receiver_that_trickles_is_not_waited_for_longer(announce) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def trickle() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                while not stop.wait(0.05):
                    connection.sendall(b"H")

        thread = threading.Thread(target=trickle)
        thread.start()
        began = time.monotonic()
        with pytest.raises(DeliveryError, match=r"no answer within 0\.3 s"):
            webhook(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout_seconds=0.3).deliver(
                announce()
            )
        assert time.monotonic() - began < 2
        stop.set()
        thread.join()


def test_nobody_listens(announce) -> None:
    with pytest.raises(DeliveryError, match=r"127\.0\.0\.1:1: takes no connections"):
        webhook("http://127.0.0.1:1/token-9").deliver(announce())


class TestTls:
    def test_a_certificate_that_is_trusted(self, receivers, authority, announce) -> None:
        receiver = receivers(authority.server)
        webhook(receiver.url, ca_file=authority.ca_file).deliver(announce())
        assert len(receiver.requests) == 1

    def test_one_that_is_not(self, receivers, authority, announce) -> None:
        receiver = receivers(authority.server)
        with pytest.raises(DeliveryError, match="the certificate is not good"):
            webhook(receiver.url).deliver(announce())
        assert receiver.requests == []

    def test_one_of_another_name(self, receivers, authority, announce) -> None:
        receiver = receivers(authority.server)
        url = receiver.url.replace("127.0.0.1", "localhost")
        with pytest.raises(DeliveryError, match="the certificate is not good"):
            webhook(url, ca_file=authority.ca_file).deliver(announce())


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "https://ana:secret@hooks.example.org/",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/\r\nX: 1",
        "hooks",
        "",
    ],
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(SinkError, match="sink 'soar': url: "):
        webhook(url)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%%%", "whsec_c2hvcnQ=", "c2VjcmV0" * 8])
def test_a_secret_that_is_none(secret: str) -> None:
    given = [{"type": "webhook", "name": "soar", "url": "https://hooks.example.org/"}]
    with pytest.raises(SinkError, match="credential 'secret' must be whsec_") as caught:
        make_sinks(given, {"soar": {"secret": secret}})
    assert len(secret) < 7 or secret not in str(caught.value)

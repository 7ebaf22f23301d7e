"""A store that hangs: it is not dead, keeps its connections, and answers nothing."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from network_security.serving.services.bounded_store import bounded
from network_security.storage import embedded
from network_security.storage.location import StoreLocation

if TYPE_CHECKING:
    from tests.serving.conftest import Service, Start

URLS = {"urls": ["https://a.example/login", "https://b.example/"]}
MANY = {"urls": [f"https://{number}.example/" for number in range(20)]}

Silent = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The directory of an embedded server that no other test needs."""
    monkeypatch.delenv("MONGODB_URI", raising=False)
    embedded.lease(tmp_path)
    yield tmp_path
    embedded.release(tmp_path)


@pytest.fixture
def silent(own_store: Path) -> Silent:
    """Stops that server's process, and lets it go on at the end of the block."""
    pid = json.loads((own_store / "server.json").read_text())["pid"]

    @contextmanager
    def stopped() -> Iterator[None]:
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    return stopped


@pytest.fixture
def own_service(start: "Start", own_store: Path) -> Iterator["Service"]:
    """A service on that server."""
    store = StoreLocation(None, own_store, f"serving_{uuid4().hex}")
    with start(store=store, store_seconds=2) as service:
        yield service


def test_who_was_good_a_minute_ago_has_urls_judged_while_the_store_is_silent(
    own_service: "Service", silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Asked again at once: nothing is fresh.
    monkeypatch.setattr(
        "network_security.serving.security.doorkeeper.Doorkeeper.remembered.__kwdefaults__",
        {"seconds": -1.0},
    )
    with own_service.client("viewer") as client:
        assert client.post("/v1/urls", json=URLS).status_code == 200
        with silent():
            began = time.monotonic()
            answers = [client.post("/v1/urls", json=body) for body in (URLS, MANY, URLS)]
            answers.append(client.get("/metrics"))
            took = time.monotonic() - began
    assert [each.status_code for each in answers] == [200] * 4
    assert took < 2


def test_others_are_told_within_seconds_that_it_is_silent(
    own_service: "Service", silent: Silent
) -> None:
    with own_service.client("viewer") as known, own_service.client("viewer") as unknown:
        known.get("/v1/me")
        paths = ["/v1/alerts", "/v1/events", "/v1/blocklist", "/v1/sources"]
        with silent():
            for client, path in [(unknown, "/metrics"), *((known, path) for path in paths)]:
                began = time.monotonic()
                answer = client.get(path)
                assert time.monotonic() - began < 4, path
                assert answer.status_code == 503, path
                assert answer.headers["content-type"] == "application/problem+json"
                assert int(answer.headers["retry-after"]) > 0
        assert known.get("/v1/alerts").status_code == 200
        assert unknown.get("/metrics").status_code == 200


def test_a_key_that_was_taken_back_elsewhere_opens_nothing_once_it_is_asked_for_again(
    own_service: "Service", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "network_security.serving.security.doorkeeper.Doorkeeper.remembered.__kwdefaults__",
        {"seconds": -1.0},
    )
    key = own_service.key("viewer")
    with own_service.client(Authorization=f"Bearer {key}") as client:
        assert client.post("/v1/urls", json=URLS).status_code == 200
        # As another process of the service does it.
        own_service.held.doorkeeper.keys.revoke(key.split("_")[1])
        assert client.post("/v1/urls", json=URLS).status_code == 401


@pytest.mark.parametrize(
    ("uri", "limited"),
    [
        ("mongodb://a.example/?tls=true", "mongodb://a.example/?tls=true&timeoutMS=4000"),
        (
            "mongodb://a.example/?connectTimeoutMS=9",
            "mongodb://a.example/?connectTimeoutMS=9&timeoutMS=4000",
        ),
        ("mongodb+srv://a.example/db", "mongodb+srv://a.example/db?timeoutMS=4000"),
        ("mongodb://a.example/?timeoutms=60000", "mongodb://a.example/?timeoutms=60000"),
    ],
)
def test_the_operators_own_time_out_wins(uri: str, limited: str) -> None:
    assert bounded(uri, 4) == limited

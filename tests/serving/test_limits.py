"""How much one caller may ask for, and under which names the service answers."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from network_security.serving.limits import MOST_CALLERS, BodyLimit, RateLimit
from network_security.serving.problems import Problem
from network_security.serving.security.hosts import KnownHosts
from network_security.serving.settings import Limits, SettingsError, is_loopback

Message = MutableMapping[str, Any]


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """An application that reads all and answers with its length."""
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


def ask(app: Any, *pieces: bytes, path: str = "/", headers: Any = ()) -> tuple[int, bytes]:
    """What an application answers to a body that comes in pieces."""
    waiting = list(pieces) or [b""]
    sent: list[Message] = []

    async def receive() -> Message:
        piece = waiting.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "headers": list(headers)}
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent[1:])


LIMITED = BodyLimit(echo, limit=10, upload_limit=100, uploads=("/upload",))


def test_a_body_may_be_as_long_as_the_limit() -> None:
    assert ask(LIMITED, b"x" * 10) == (200, b"10")
    assert ask(LIMITED, b"x" * 60, b"x" * 40, path="/upload") == (200, b"100")


@pytest.mark.parametrize("pieces", [(b"x" * 11,), (b"x" * 6, b"x" * 6), (b"x",) * 11])
def test_a_longer_one_is_refused_while_it_comes(pieces: tuple[bytes, ...]) -> None:
    status, body = ask(LIMITED, *pieces)
    assert status == 413
    assert b"more than 10 bytes" in body


def test_one_that_says_that_it_is_longer_is_not_read() -> None:
    status, _ = ask(LIMITED, headers=[(b"content-length", b"11")])
    assert status == 413


def test_a_length_that_is_a_lie_is_counted_all_the_same() -> None:
    status, _ = ask(LIMITED, b"x" * 50, headers=[(b"content-length", b"5")])
    assert status == 413


def test_requests_pass_at_the_rate_and_a_burst() -> None:
    now = [0.0]
    limit = RateLimit(2, burst=3, clock=lambda: now[0])
    for _ in range(3):
        limit.take("ana")
    with pytest.raises(Problem) as refused:
        limit.take("ana")
    assert refused.value.headers == {"Retry-After": "1"}
    limit.take("ben")
    now[0] += 0.5
    limit.take("ana")
    with pytest.raises(Problem):
        limit.take("ana")


def test_callers_are_forgotten_by_number() -> None:
    limit = RateLimit(1, burst=1, clock=lambda: 0.0)
    for number in range(MOST_CALLERS + 10):
        limit.take(str(number))
    limit.take("0")
    with pytest.raises(Problem):
        limit.take(str(MOST_CALLERS + 9))


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        (b"127.0.0.1:8000", True),
        (b"LOCALHOST", True),
        (b"[::1]:8000", True),
        (b"a.example.org", True),
        (b"example.org.evil.example", False),
        (b"evil.example", False),
        (b"", False),
        (b"[::1", False),
    ],
)
def test_the_service_answers_to_its_own_names(host: bytes, answered: bool) -> None:
    app = KnownHosts(echo, hosts=("127.0.0.1", "localhost", "[::1]", "*.example.org"))
    status, _ = ask(app, headers=[(b"host", host)])
    assert status == (200 if answered else 421)


def test_limits_that_leave_nothing_are_refused() -> None:
    with pytest.raises(SettingsError, match="burst is 0"):
        Limits(burst=0)


@pytest.mark.parametrize(
    ("host", "own"), [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("a.example", False)]
)
def test_loopback(host: str, own: bool) -> None:
    assert is_loopback(host) == own

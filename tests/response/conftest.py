"""Alerts made as simply as possible, and a blocklist on a real server."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from network_security.alerts.alert import Alert, make_alert
from network_security.alerts.finding import Entity, Finding
from network_security.alerts.grouping import Group
from network_security.alerts.receipt import Receipt
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.summary import Summary
from network_security.alerts.triage import Triage
from network_security.response import BlocklistStore, ResponseOptions
from network_security.storage import open_database

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORES = ["embedded", *(["MONGODB_TEST_URI"] if os.environ.get("MONGODB_TEST_URI") else [])]
MakeAlert = Callable[..., Alert]
MakeStore = Callable[..., BlocklistStore]


def alert_on(url: str = "https://login.shop.example/verify", **known: Any) -> Alert:
    """The alert of one finding; high by default, since somebody opened it."""
    host = url.split("/")[2] if "//" in url else ""
    receipt = Receipt(url, {}, {"": "d" * 64}, {}, 0.97, True, "url", 0.5)
    values: dict[str, Any] = {
        "entity": Entity("url", url, host, ".".join(host.split(".")[-2:])),
        "reached": True,
        "clients": ("192.168.1.20",),
    }
    finding = Finding(
        **{
            "id": "1", "verdict": "v1", "sighting": "s1", "detector": "phishing",
            "digest": "d" * 64, "first_seen": NOON, "last_seen": NOON, "tier": "url",
            "probability": 0.97, "threshold": 0.5, "receipt": receipt, **values, **known,
        }
    )  # fmt: skip
    return make_alert(Summary(Group("phishing", (finding,)), SeverityOptions()), Triage())


class Clock:
    """Tells the time that it is set to, a second later each time."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def make() -> MakeAlert:
    return alert_on


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=STORES)
def database(request: pytest.FixtureRequest) -> Iterator[Database[dict[str, Any]]]:
    """A database of the embedded server, and of the one of ``MONGODB_TEST_URI`` when it is set."""
    named = request.param != "embedded"
    uri = os.environ[request.param] if named else request.getfixturevalue("embedded_uri")
    name = f"response_{uuid4().hex[:12]}"
    database = open_database(uri, embedded_directory=Path("/nonexistent"), name=name)
    yield database
    database.client.drop_database(name)


@pytest.fixture
def make_store(database: Database[dict[str, Any]], clock: Clock) -> MakeStore:
    def made(rank: Any = None, **options: Any) -> BlocklistStore:
        return BlocklistStore(
            lambda: database,
            name="the test's server",
            options=ResponseOptions(**options),
            rank=rank,
            clock=clock,
        )

    return made


@pytest.fixture
def store(make_store: MakeStore) -> BlocklistStore:
    return make_store()

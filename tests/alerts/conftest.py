"""Findings made as simply as possible, and a database."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from network_security.alerts.finding import Entity, Finding
from network_security.alerts.receipt import Receipt
from network_security.alerts.store import AlertStore
from network_security.storage import open_database

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORES = ["embedded", *(["MONGODB_TEST_URI"] if os.environ.get("MONGODB_TEST_URI") else [])]
MakeFinding = Callable[..., Finding]


def make_finding(id_: str, hours: float = 0, **known: Any) -> Finding:
    """A finding of one moment, so many hours after noon; of a URL of shop.example by default."""
    at = NOON + timedelta(hours=hours)
    text = known.pop("url", f"https://login.shop.example/{id_}")
    host = text.split("/")[2]
    probability = known.pop("probability", 0.9)
    receipt = Receipt(text, {"port": 1, "SFH": None}, {"": "d" * 64}, {}, probability, True,
                      "url", 0.5)  # fmt: skip
    values: dict[str, Any] = {
        "verdict": f"verdict of {id_}",
        "sighting": f"row of {id_}",
        "detector": "phishing",
        "digest": "d" * 64,
        "entity": Entity("url", text, host, ".".join(host.split(".")[-2:])),
        "first_seen": at,
        "last_seen": at,
        "tier": "url",
        "probability": probability,
        "threshold": 0.5,
        "receipt": receipt,
    }
    return Finding(id=id_, **values | known)


class Clock:
    """Tells the time that it is set to, a second later each time."""

    def __init__(self) -> None:
        self.now = NOON + timedelta(days=30)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def finding() -> MakeFinding:
    return make_finding


@pytest.fixture(params=STORES)
def database(request: pytest.FixtureRequest) -> Iterator[Database[dict[str, Any]]]:
    """A database of the embedded server, and of the one of ``MONGODB_TEST_URI`` when it is set."""
    named = request.param != "embedded"
    uri = os.environ[request.param] if named else request.getfixturevalue("embedded_uri")
    name = f"alerts_{uuid4().hex[:12]}"
    database = open_database(uri, embedded_directory=Path("/nonexistent"), name=name)
    yield database
    database.client.drop_database(name)


@pytest.fixture
def store(database: Database[dict[str, Any]], clock: Clock) -> AlertStore:
    return AlertStore(lambda: database, name="the embedded server", clock=clock)

"""Who works on jobs, when the store does not answer."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from pymongo import MongoClient

from network_security.serving.services.audit import Audit
from network_security.serving.services.jobs import Jobs
from network_security.serving.services.workshop import Workshop
from network_security.serving.settings import ServingSettings
from network_security.storage.location import StoreLocation


def now() -> datetime:
    return datetime.now(UTC)


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_outage_is_told_of_once(
    embedded_uri: str,
    embedded_directory: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("network_security.serving.services.workshop.POLL_SECONDS", 0.01)
    name = f"workshop_{uuid4().hex}"
    settings = ServingSettings(
        StoreLocation(embedded_uri, embedded_directory, name),
        models=tmp_path / "models",
        jobs=tmp_path / "jobs",
    )
    client: MongoClient[dict[str, object]] = MongoClient(embedded_uri)
    tidied: list[float] = []
    workshop = Workshop(
        Jobs(client[name], settings, Audit(client[name], now), now),
        settings,
        tidy=lambda: tidied.append(time.monotonic()),
    )
    workshop.start()
    wait_for(lambda: bool(tidied))
    client.close()
    wait_for(lambda: len(caplog.records) >= 2)
    time.sleep(0.2)
    workshop.stop()
    said = [record.message for record in caplog.records]
    assert len(said) == 2, "one for tables, one for trainings"
    assert all(text.startswith("Jobs wait until the store answers") for text in said)

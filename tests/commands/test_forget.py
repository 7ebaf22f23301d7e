"""``kedro forget`` on a project of its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from network_security import cli
from network_security.commands.forget import COLLECTIONS
from network_security.storage import embedded, open_database
from network_security.storage.forgetting import TIMES

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The store of a project that has an event for each of ten days, the oldest one alerted of."""
    for name in ("conf", "pyproject.toml", "src"):
        (tmp_path / name).symlink_to(Path(__file__).parents[2] / name)
    monkeypatch.setenv("NETWORK_SECURITY_PROJECT", str(tmp_path))
    directory = tmp_path / "data" / "mongodb"
    directory.mkdir(parents=True)
    database = open_database(None, embedded_directory=directory)
    database.events.insert_many(
        {"_id": f"days{days}", "@timestamp": TODAY - timedelta(days=days)} for days in range(10)
    )
    database.findings.insert_one({"_id": "f", "@timestamp": TODAY, "events": ["days9"]})
    yield database
    embedded.release(directory)


def forget(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, ["forget", *arguments])


def test_old_events_are_counted_and_then_deleted(store: Any) -> None:
    tried = forget("--older-than", "5", "--collection", "events", "--dry-run")
    day = f"{TODAY - timedelta(days=5):%Y-%m-%d}"
    expected = f"events: 3 from before {day} would be deleted, 1 kept for alerts\n"
    assert (tried.exit_code, tried.output) == (0, expected)
    assert store.events.count_documents({}) == 10

    done = forget("--older-than", "5")
    assert done.exit_code == 0, done.output
    assert f"events: 3 from before {day} deleted, 1 kept for alerts\n" in done.output
    assert f"evidence: 0 from before {day} deleted\n" in done.output
    assert {one["_id"] for one in store.events.find()} == {*(f"days{n}" for n in range(6)), "days9"}

    assert forget("--older-than", "5", "--alerted-too").exit_code == 0
    assert store.events.count_documents({}) == 6


def test_without_a_number_of_days_nothing_is_deleted(store: Any) -> None:
    refused = forget()
    assert refused.exit_code == 2
    assert "--older-than 30" in refused.output
    assert store.events.count_documents({}) == 10


def test_every_collection_that_may_be_forgotten_can_be_named() -> None:
    assert sorted(COLLECTIONS) == sorted(TIMES)

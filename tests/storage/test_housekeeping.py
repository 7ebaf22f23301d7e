"""What a store has kept for long enough goes by itself."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from network_security.storage import StoreError, open_database
from network_security.storage.forgetting import Retention
from network_security.storage.housekeeping import Housekeeping

DATABASE = "housekeeping_tests"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def store(embedded_uri: str, tmp_path: Path) -> Iterator[Database[dict[str, Any]]]:
    """Events of five days, the latest of today's."""
    database = open_database(embedded_uri, embedded_directory=tmp_path, name=DATABASE)
    database.events.insert_many(
        {"_id": f"days{days}", "@timestamp": NOON - timedelta(days=days)} for days in range(5)
    )
    yield database
    database.client.drop_database(DATABASE)


def eventually(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_each_day_one_more_day_goes(store: Database[dict[str, Any]]) -> None:
    now = [NOON]

    def left() -> int:
        return store.events.count_documents({})

    with Housekeeping(
        Retention(lambda: store, "here", days=2),
        first_seconds=0,
        seconds=0.05,
        clock=lambda: now[0],
    ):
        eventually(lambda: left() == 3)
        now[0] += timedelta(days=1)
        eventually(lambda: left() == 2)


def test_a_store_that_fails_is_tried_again(
    store: Database[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    def open_in_the_end() -> Database[dict[str, Any]]:
        tries.append(1)
        if len(tries) < 3:
            raise StoreError("It is away", "here", "Wait.")
        return store

    retention = Retention(open_in_the_end, "here", days=2)
    with (
        caplog.at_level(logging.WARNING),
        Housekeeping(retention, first_seconds=0, seconds=0.05, clock=lambda: NOON),
    ):
        eventually(lambda: store.events.count_documents({}) == 3)
    assert caplog.text.count("It is away") == 2


def test_where_all_is_kept_nothing_is_asked_of_the_store() -> None:
    def refuse() -> Any:
        raise AssertionError

    with Housekeeping(Retention(refuse, "here"), first_seconds=0, seconds=0.01) as housekeeping:
        time.sleep(0.1)
        assert not housekeeping._thread.is_alive()

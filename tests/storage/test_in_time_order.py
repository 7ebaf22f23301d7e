from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kedro.io import DatasetError
from pymongo.collection import Collection

from network_security.storage import open_database
from network_security.storage.in_time_order import TimeOrdered, TimeOrderedDataset

DATABASE = "in_time_order_tests"
START = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def events(embedded_uri: str, tmp_path: Path) -> Iterator[Collection[dict[str, Any]]]:
    """Three hundred events of a month, most of them in one minute and a hundred in one second."""
    random = np.random.default_rng(0)
    days = random.uniform(0, 30 * 86_400, 60)
    minute = random.uniform(1_000_000, 1_000_060, 140)
    second = random.uniform(1_500_000, 1_500_001, 100)
    times = np.concatenate([days, minute, second]).tolist()
    database = open_database(embedded_uri, embedded_directory=tmp_path, name=DATABASE)
    database["events"].insert_many(
        {
            "_id": f"e{number:03}",
            "@timestamp": START + timedelta(milliseconds=int(seconds * 1000)),
        }
        for number, seconds in enumerate(times)
    )
    yield database["events"]
    database.client.drop_database(DATABASE)


def dataset(uri: str, folder: Path, **given: Any) -> TimeOrderedDataset:
    return TimeOrderedDataset(
        collection="events",
        field="@timestamp",
        embedded_directory=str(folder),
        database=DATABASE,
        credentials={"uri": uri},
        **given,
    )


@pytest.fixture
def in_order(events: Collection[dict[str, Any]], embedded_uri: str, tmp_path: Path) -> TimeOrdered:
    return dataset(embedded_uri, tmp_path, at_once=10).load()


def test_all_are_there_once_in_order_and_few_at_a_time(
    in_order: TimeOrdered, events: Collection[dict[str, Any]]
) -> None:
    lists = list(in_order.between())

    assert max(map(len, lists)) <= 4 * 10
    read = [document for some in lists for document in some]
    assert len(read) == 300
    assert {document["_id"] for document in read} == {one["_id"] for one in events.find()}
    seconds = [document["@timestamp"].replace(microsecond=0) for document in read]
    assert seconds == sorted(seconds)
    assert all(some == sorted(some, key=lambda one: one["@timestamp"]) for some in lists)


def test_a_span_has_its_beginning_and_not_its_end(in_order: TimeOrdered) -> None:
    since, until = START + timedelta(seconds=1_000_010), START + timedelta(seconds=1_500_001)

    read = [document["@timestamp"] for some in in_order.between(since, until) for document in some]

    everything = [one["@timestamp"] for some in in_order.between() for one in some]
    assert read
    assert sorted(read) == sorted(time for time in everything if since <= time < until)


def test_a_collection_without_documents_is_no_list(embedded_uri: str, tmp_path: Path) -> None:
    empty = dataset(embedded_uri, tmp_path)

    assert not empty.exists()
    assert list(empty.load().between()) == []


def test_documents_without_a_time_are_left_out(
    in_order: TimeOrdered, events: Collection[dict[str, Any]]
) -> None:
    events.insert_one({"_id": "x", "@timestamp": None})

    assert sum(map(len, in_order.between())) == 300


def test_it_is_only_read_and_its_settings_are_checked(embedded_uri: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="only read"):
        dataset(embedded_uri, tmp_path).save("anything")  # type: ignore[arg-type]
    with pytest.raises(DatasetError, match="at_once is 0"):
        dataset(embedded_uri, tmp_path, at_once=0)


def test_a_server_that_is_away_is_named(tmp_path: Path) -> None:
    uri = "mongodb://127.0.0.1:9/x?serverSelectionTimeoutMS=100"

    with pytest.raises(DatasetError, match=r"127\.0\.0\.1:9"):
        list(dataset(uri, tmp_path).load().between())

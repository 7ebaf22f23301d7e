"""What is old goes; what is young, and what alerts rest on, stays."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kedro.io import DatasetError
from pymongo.database import Database

from network_security.storage import forgetting, open_database
from network_security.storage.collections import INDEXES
from network_security.storage.forgetting import (
    NAMED_BY,
    TIMES,
    Forgotten,
    Retention,
    RetentionDataset,
    beginning_of,
)

STORES = ["embedded", *(["MONGODB_TEST_URI"] if os.environ.get("MONGODB_TEST_URI") else [])]
DATABASE = "forgetting_tests"
MIDNIGHT = datetime(2026, 3, 10, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database[dict[str, Any]]]:
    named = request.param != "embedded"
    uri = os.environ[request.param] if named else request.getfixturevalue("embedded_uri")
    database = open_database(uri, embedded_directory=tmp_path, name=DATABASE)
    yield database
    database.client.drop_database(DATABASE)


@pytest.fixture
def retention(store: Database[dict[str, Any]]) -> Retention:
    return Retention(lambda: store, "the test's server")


def put(store: Database[dict[str, Any]], collection: str, times: dict[str, datetime]) -> None:
    field = TIMES[collection]
    store[collection].insert_many({"_id": id_, field: at} for id_, at in times.items())


def find_at(store: Database[dict[str, Any]], **named: object) -> None:
    """Store a finding, of which an alert is made, that names documents."""
    store.findings.insert_one({"_id": "f", "@timestamp": MIDNIGHT} | named)


def ids(store: Database[dict[str, Any]], collection: str) -> set[str]:
    return {document["_id"] for document in store[collection].find()}


def counts(forgotten: Iterator[Forgotten]) -> dict[str, tuple[int, int]]:
    return {each.collection: (each.deleted, each.kept) for each in forgotten}


@pytest.mark.parametrize("collection", TIMES)
def test_what_is_older_goes(store, retention: Retention, collection: str) -> None:
    times = {
        "long_ago": datetime(1969, 7, 20, tzinfo=UTC),
        "a_year": MIDNIGHT - timedelta(days=365),
        "last": MIDNIGHT - MOMENT,
        "first": MIDNIGHT,
        "today": MIDNIGHT + timedelta(hours=9),
    }
    put(store, collection, times)

    assert counts(retention.forget(MIDNIGHT))[collection] == (3, 0)

    assert ids(store, collection) == {"first", "today"}
    assert counts(retention.forget(MIDNIGHT))[collection] == (0, 0)


@pytest.mark.parametrize("collection", TIMES)
def test_an_index_finds_what_is_old(collection: str) -> None:
    assert TIMES[collection] in [index.keys[0][0] for index in INDEXES[collection]]


@pytest.mark.parametrize(
    ("collection", "names"),
    [("events", {"events": ["a", "c"]}), ("evidence", {"sighting": "a"}),
     ("verdicts", {"verdict": "a"})],
)  # fmt: skip
def test_what_alerts_rest_on_stays(
    store, retention: Retention, collection: str, names: dict[str, Any]
) -> None:
    put(store, collection, dict.fromkeys("abcd", MIDNIGHT - timedelta(days=9)))
    find_at(store, **names)
    named = set(names[NAMED_BY[collection]])

    forgotten = counts(retention.forget(MIDNIGHT))
    assert forgotten[collection] == (4 - len(named), len(named))
    assert ids(store, collection) == named

    forgotten = counts(retention.forget(MIDNIGHT, alerted_too=True))
    assert forgotten[collection] == (len(named), 0)
    assert ids(store, collection) == set()
    assert ids(store, "findings") == {"f"}


@pytest.mark.parametrize("trial", [False, True])
def test_thousands_go_a_few_at_a_time(
    store, retention: Retention, monkeypatch: pytest.MonkeyPatch, trial: bool
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 20)
    # Some of many seconds, many of one second, some of which alerts name; some at the same moment.
    spread = {f"s{n:03}": MIDNIGHT - timedelta(seconds=3600 - 10 * n) for n in range(150)}
    dense = {f"d{n:03}": MIDNIGHT - timedelta(milliseconds=999 - 5 * n) for n in range(150)}
    same = {f"m{n:03}": MIDNIGHT - timedelta(days=2) for n in range(150)}
    put(store, "events", spread | dense | same)
    named = {id_ for id_ in (spread | dense | same) if id_.endswith(("0", "1", "2"))}
    find_at(store, events=sorted(named))
    rests: list[float] = []

    steps = list(retention.forget(MIDNIGHT, ["events"], trial=trial, rest=rests.append))

    assert counts(iter(steps)) == {"events": (315, 135)}
    assert len(rests) >= len(steps) - 1 > 5
    assert min(rests) > 0
    left = ids(store, "events")
    assert left == (named if not trial else {*spread, *dense, *same})


def test_only_the_collections_meant_are_touched(store, retention: Retention) -> None:
    for collection in TIMES:
        put(store, collection, {"old": MIDNIGHT - MOMENT})

    assert counts(retention.forget(MIDNIGHT, ["dead_letters"])) == {"dead_letters": (1, 0)}

    assert [name for name in TIMES if ids(store, name)] == ["verdicts", "evidence", "events"]


def test_what_was_stopped_goes_on(
    store, retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    put(store, "events", {str(n): MIDNIGHT - timedelta(seconds=9 - n) for n in range(6)})

    begun = retention.forget(MIDNIGHT, ["events"])
    next(begun)
    assert next(begun).deleted == 2
    begun.close()

    assert ids(store, "events") == {"2", "3", "4", "5"}
    assert counts(retention.forget(MIDNIGHT, ["events"])) == {"events": (4, 0)}


def test_days_are_kept_whole_in_utc() -> None:
    east = datetime.fromisoformat("2026-03-10T01:30:00+02:00")
    assert beginning_of(1, east) == datetime(2026, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(("given", "days"), [(30, 30), ("30", 30), (0, None), ("", None)])
def test_a_setting_is_a_number_or_its_text(given: Any, days: int | None) -> None:
    assert RetentionDataset(embedded_directory="data", days=given).load().days == days


@pytest.mark.parametrize("days", [-1, 1.5, "a month", 10**9])
def test_a_setting_that_is_no_number_of_days(days: Any) -> None:
    with pytest.raises(DatasetError, match="how many to keep, or 0"):
        RetentionDataset(embedded_directory="data", days=days)

"""Stored events to stored evidence, as ``kedro run --pipelines=correlation`` does it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from pymongo import ReplaceOne
from pymongo.database import Database

from network_security.evidence.correlation import Correlator, EvidenceRow
from network_security.pipelines.correlation import create_pipeline
from network_security.sensors import parse_event
from network_security.simulator import Simulation
from network_security.storage import MongoCollectionDataset

Correlate = Callable[..., dict[str, Any]]
Store = Database[dict[str, Any]]
Documents = list[dict[str, Any]]

START = datetime(2026, 3, 2, tzinfo=UTC)
FORMATS = ("suricata", "zeek", "postfix", "email", "m365_defender")
DAYS = 4


@pytest.fixture(scope="module")
def arrived() -> Documents:
    """Events of four days of a small network, in the order in which they arrived."""
    simulation = Simulation(
        seed=11,
        start=START.timestamp(),
        end=(START + timedelta(days=DAYS)).timestamp(),
        formats=FORMATS,
        episodes=["phishing"],
        scale=0.02,
    )
    events = {}
    for event in simulation.events():
        document = parse_event(event.raw, format=event.format, header=event.header)
        document["_id"] = document["event"]["hash"]
        # As stores keep it.
        document["@timestamp"] = pd.Timestamp(document["@timestamp"]).floor("ms").to_pydatetime()
        events[document["_id"]] = document
    return list(events.values())


@pytest.fixture
def events(store: Store, arrived: Documents) -> Documents:
    """The same, stored."""
    for first in range(0, len(arrived), 1000):
        some = arrived[first : first + 1000]
        store["events"].bulk_write([ReplaceOne({"_id": e["_id"]}, e, upsert=True) for e in some])
    return arrived


def evidence(store: Store) -> dict[str, dict[str, Any]]:
    return {document["_id"]: document for document in store["evidence"].find()}


def test_history_and_micro_batches_store_the_same(
    store: Store, events: Documents, correlate: Correlate
) -> None:
    summary = correlate()
    history = evidence(store)
    store["evidence"].drop()

    live = MongoCollectionDataset(
        collection="evidence",
        embedded_directory="/nonexistent",
        credentials=None,
    )
    correlator = Correlator()
    for first in range(0, len(events), 150):
        changed: list[EvidenceRow] = correlator.add(events[first : first + 150])
        # Of a row that was closed and a row that is open, the ids are never the same.
        if changed:
            live.save(pd.DataFrame([row.to_document() for row in changed]))

    assert correlator.late == 0
    assert evidence(store) == history
    assert summary["events"] == len(events)
    assert summary["rows"] == len(history) > 10
    assert 0 < summary["final"] == sum(row["final"] for row in history.values()) < len(history)
    assert {"messages", "deliveries", "dns", "tls", "page"} <= summary["joins"].keys()


def test_correlating_again_changes_nothing(
    store: Store, events: Documents, correlate: Correlate
) -> None:
    correlate()
    before = evidence(store)

    correlate()

    assert evidence(store) == before


@pytest.mark.parametrize(
    "window",
    [
        {"since": "2026-03-04T13:30:00"},
        {"until": "2026-03-03T02:00:00+01:00"},
        {"since": "2026-03-04", "until": "2026-03-05"},
    ],
)
def test_a_window_s_rows_are_those_of_the_whole_history(
    store: Store, events: Documents, correlate: Correlate, window: dict[str, str]
) -> None:
    correlate()
    whole = evidence(store)
    store["evidence"].drop()

    summary = correlate(**window)

    part = evidence(store)
    assert 0 < len(part) == summary["rows"] < len(whole)
    assert all(whole[id_] == row for id_, row in part.items())


def test_new_events_reach_the_rows_that_they_belong_to(
    store: Store, events: Documents, correlate: Correlate
) -> None:
    correlate()
    whole = evidence(store)
    since = START + timedelta(days=2, hours=9)
    store["evidence"].drop()
    store["events"].delete_many(
        {"_id": {"$in": [e["_id"] for e in events if e["@timestamp"] >= since]}}
    )
    correlate()
    assert evidence(store) != whole
    store["events"].insert_many([e for e in events if e["@timestamp"] >= since])

    correlate(since=since.isoformat())

    assert evidence(store) == whole


def test_pages_are_named_and_not_stored_and_their_features_are(
    store: Store, events: Documents, correlate: Correlate
) -> None:
    correlate()

    with_page = [row for row in evidence(store).values() if "page" in row["sources"]]
    originals = {event["_id"]: event for event in events}
    assert with_page
    for row in with_page:
        (page,) = row["sources"]["page"]
        assert originals[page]["event"]["module"] == "email"
        assert row["observations"]["page_characters"] > 0
        assert row["features"]["SFH"] is not None
        assert "<" not in repr(row["observations"])


def test_without_events_there_is_no_evidence(store: Store, correlate: Correlate) -> None:
    summary = correlate()

    assert (summary["events"], summary["rows"], summary["until"]) == (0, 0, None)
    assert evidence(store) == {}


def test_the_pipeline_uses_the_entries_of_the_catalog() -> None:
    pipeline = create_pipeline()

    assert pipeline.inputs() == {
        "correlation.events",
        "params:correlation.window",
        "params:correlation.joining",
    }
    assert pipeline.outputs() == {"correlation.evidence", "correlation.summary"}

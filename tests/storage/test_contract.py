"""What the project asks of a store, held against every one there is.

The embedded server always; the server of ``MONGODB_TEST_URI`` too when it is set (`.ci/ferretdb`
sets it). Each test has a database of its own, dropped afterwards. The rules that come out of this
are listed in `network_security.storage`.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import ReplaceOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from network_security.storage import ensure_indexes, open_database
from network_security.storage.collections import INDEXES

STORES = ["embedded", *(["MONGODB_TEST_URI"] if os.environ.get("MONGODB_TEST_URI") else [])]
MANY_TEXTS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIKE_A_TIME = [
    "2026-03-01",
    "2026-03-01.example",
    "2026-03-01T12:00:00",
    "2026-03-01T12:00:00Z",
    "2026-03-01T13:00:00+01:00",
    "2026-03-02 12:00:00",
    "2026/03/01",
    "31-12-2026.log",
]
"""Names and texts that somebody outside may choose."""


@pytest.fixture(params=STORES)
def database(request: pytest.FixtureRequest) -> Iterator[Database[dict[str, Any]]]:
    named = request.param != "embedded"
    uri = os.environ[request.param] if named else request.getfixturevalue("embedded_uri")
    name = f"contract_{uuid4().hex[:12]}"
    database = open_database(uri, embedded_directory=Path("/nonexistent"), name=name)
    yield database
    database.client.drop_database(name)


def upserts(documents: list[dict[str, Any]]) -> list[ReplaceOne[dict[str, Any]]]:
    return [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in documents]


def ids(documents: Any) -> list[str]:
    return [document["_id"] for document in documents]


@pytest.fixture
def events(database: Database[dict[str, Any]]) -> Any:
    """Six events, one a second, of three sources; the last has none."""
    documents: list[dict[str, Any]] = [
        {
            "_id": f"event{number}",
            "@timestamp": NOON + timedelta(seconds=number),
            "number": number,
            "source": {"ip": f"192.0.2.{number % 3}", "port": 1024 + number},
        }
        for number in range(5)
    ]
    documents.append({"_id": "event5", "@timestamp": NOON + timedelta(seconds=5), "number": 5})
    database.events.bulk_write(upserts(documents), ordered=False)
    return database.events


class TestWriting:
    def test_upsert_adds_then_replaces_the_whole_document(self, database) -> None:
        for document in ({"_id": "a", "old": 1}, {"_id": "a", "new": 2}):
            result = database.things.replace_one({"_id": "a"}, document, upsert=True)
            assert result.acknowledged
        assert list(database.things.find()) == [{"_id": "a", "new": 2}]

    def test_bulk_upsert_tells_added_from_replaced(self, database) -> None:
        # Not more: FerretDB 1.24 hangs once a command replaces over a hundred documents.
        documents = [{"_id": f"d{number}", "number": number} for number in range(120)]
        first = database.things.bulk_write(upserts(documents[:80]), ordered=False)
        second = database.things.bulk_write(upserts(documents[40:]), ordered=False)
        assert (first.upserted_count, first.matched_count) == (80, 0)
        assert (second.upserted_count, second.matched_count) == (40, 40)

    def test_many_documents_are_inserted_and_read_in_batches(self, database) -> None:
        documents = [{"_id": f"d{number}", "number": number} for number in range(3000)]
        assert len(database.things.insert_many(documents).inserted_ids) == 3000
        assert list(database.things.find({}, batch_size=700).sort("number", 1)) == documents

    def test_updates_change_the_named_fields_only(self, database) -> None:
        database.things.insert_one({"_id": "a", "status": "new", "hits": 1, "gone": 1})
        change = {"$set": {"status": "seen", "by": {"name": "ana"}}, "$unset": {"gone": ""}}
        database.things.update_one({"_id": "a"}, change | {"$inc": {"hits": 2}})
        seen = {"_id": "a", "status": "seen", "hits": 3, "by": {"name": "ana"}}
        assert database.things.find_one({"_id": "a"}) == seen

    def test_update_of_what_is_missing_adds_it_when_asked(self, database) -> None:
        update = {"$inc": {"hits": 1}, "$set": {"status": "new"}}
        database.things.update_one({"_id": "a"}, update, upsert=True)
        assert database.things.find_one({"_id": "a"}) == {"_id": "a", "hits": 1, "status": "new"}

    def test_delete_by_id(self, events) -> None:
        assert events.delete_one({"_id": "event1"}).deleted_count == 1
        assert events.delete_one({"_id": "event1"}).deleted_count == 0
        assert events.delete_many({"_id": {"$in": ["event2", "event3"]}}).deleted_count == 2
        assert ids(events.find().sort("_id", 1)) == ["event0", "event4", "event5"]

    def test_second_insert_of_an_id_is_refused(self, database) -> None:
        database.things.insert_one({"_id": "a"})
        with pytest.raises(DuplicateKeyError) as raised:
            database.things.insert_one({"_id": "a"})
        assert raised.value.code == 11000

    def test_unique_index_refuses_one_and_keeps_the_rest(self, database) -> None:
        database.things.create_index([("name", 1)], name="name", unique=True)
        documents = [{"_id": "a", "name": "x"}, {"_id": "b", "name": "x"}, {"_id": "c"}]
        with pytest.raises(BulkWriteError) as raised:
            database.things.insert_many(documents, ordered=False)
        assert [error["code"] for error in raised.value.details["writeErrors"]] == [11000]
        assert ids(database.things.find().sort("_id", 1)) == ["a", "c"]

    def test_writers_at_once_lose_nothing(self, database) -> None:
        database.things.insert_one({"_id": "shared"})

        def write(writer: int) -> None:
            for number in range(20):
                own = {"_id": f"{writer}_{number}"}
                database.things.replace_one(own, own, upsert=True)
                shared = {"_id": "shared", "writer": writer}
                database.things.replace_one({"_id": "shared"}, shared, upsert=True)

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(write, range(4)))
        own = {f"{writer}_{number}" for writer in range(4) for number in range(20)}
        assert set(ids(database.things.find())) == own | {"shared"}


class TestValues:
    def test_nested_event_comes_back_as_it_was(self, database) -> None:
        event = {
            "_id": "e",
            "@timestamp": NOON,
            "ecs": {"version": "8.17.0"},
            "event": {
                "kind": "event",
                "category": ["network", "intrusion_detection"],
                "original": 'Mar  1 12:00:00 fw kernel: IN=eth0 "quoted" \\ $set {"a.b": 1}',
            },
            "source": {"ip": "2001:db8::1", "port": 443, "geo": None, "bytes": 2**40},
            "network": {"inner": [{"vlan": {"id": "7"}}, {"vlan": {"id": "8"}}]},
            "labels": {},
            "tags": [],
            "score": 2.0,
            "blocked": False,
        }
        database.events.replace_one({"_id": "e"}, event, upsert=True)
        read = database.events.find_one({"_id": "e"})
        assert read == event
        assert list(read["event"]) == list(event["event"])
        assert [type(read[field]) for field in ("score", "blocked")] == [float, bool]

    @pytest.mark.parametrize(
        "time",
        [
            NOON + timedelta(milliseconds=1),
            NOON + timedelta(milliseconds=999),
            datetime(1969, 7, 20, 20, 17, 40, 500_000, tzinfo=UTC),
            datetime(2100, 1, 1, tzinfo=UTC),
        ],
    )
    def test_times_keep_milliseconds_and_zone(self, database, time: datetime) -> None:
        database.things.insert_one({"_id": "a", "time": time, "more": {"times": [time]}})
        read = database.things.find_one({"_id": "a"})
        assert read == {"_id": "a", "time": time, "more": {"times": [time]}}
        assert read["time"].tzinfo is UTC

    @MANY_TEXTS
    @given(key=st.text(min_size=1) | st.sampled_from(LIKE_A_TIME), value=st.text())
    def test_any_text_is_kept(self, database, key: str, value: str) -> None:
        document = {"_id": key, "raw": value}
        for _ in range(2):
            database.things.replace_one({"_id": key}, document, upsert=True)
        assert database.things.find_one({"_id": key}) == document

    @MANY_TEXTS
    @given(value=st.text(st.characters(exclude_characters="\0", codec="utf-8")))
    def test_any_text_without_nul_is_found(self, database, value: str) -> None:
        document = {"_id": "a", "url": {"domain": value}}
        database.things.replace_one({"_id": "a"}, document, upsert=True)
        assert database.things.find_one({"url.domain": value}) == document

    @pytest.mark.parametrize("write", ["insert", "upsert", "replace", "set"])
    def test_bytes_are_kept(self, database, write: str) -> None:
        document = {"_id": "a", "raw": b"\x00\xff", "more": {"raw": [b"", b"text"]}}
        if write == "insert":
            database.things.insert_one(document)
        elif write == "set":
            database.things.insert_one({"_id": "a", "more": 1})
            fields = {"raw": document["raw"], "more": document["more"]}
            database.things.update_one({"_id": "a"}, {"$set": fields})
        else:
            if write == "replace":
                database.things.insert_one({"_id": "a", "raw": b"before"})
            database.things.replace_one({"_id": "a"}, document, upsert=True)
        assert database.things.find_one({"_id": "a"}) == document

    def test_document_of_a_megabyte(self, database) -> None:
        raw = "Ünïcode\n" * 110_000
        database.things.replace_one({"_id": "a"}, {"_id": "a", "raw": raw}, upsert=True)
        assert database.things.find_one({"_id": "a"})["raw"] == raw


class TestReading:
    def test_collection_that_is_missing_is_empty(self, database) -> None:
        assert list(database.nothing.find()) == []
        assert database.nothing.find_one() is None

    def test_sort_skip_and_limit(self, events) -> None:
        assert ids(events.find().sort("@timestamp", -1).limit(2)) == ["event5", "event4"]
        assert ids(events.find().sort("number", 1).skip(2).limit(2)) == ["event2", "event3"]
        with_source = events.find({"source": {"$exists": True}})
        by_two = with_source.sort([("source.ip", -1), ("number", 1)])
        assert ids(by_two) == ["event2", "event1", "event4", "event0", "event3"]

    def test_projection_of_top_level_fields(self, events) -> None:
        assert events.find_one({"_id": "event1"}, {"number": 1}) == {"_id": "event1", "number": 1}
        assert events.find_one({"_id": "event1"}, {"number": 1, "_id": 0}) == {"number": 1}
        without = events.find_one({"_id": "event1"}, {"@timestamp": 0, "_id": 0})
        assert without == {"number": 1, "source": {"ip": "192.0.2.1", "port": 1025}}

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ({"number": 3}, [3]),
            ({"source.ip": "192.0.2.1"}, [1, 4]),
            ({"source.ip": "192.0.2.1", "number": {"$gt": 1}}, [4]),
            ({"_id": {"$in": ["event0", "event5", "event9"]}}, [0, 5]),
            ({"source.port": {"$in": [1025, 1026]}}, [1, 2]),
            ({"source": {"$exists": False}}, [5]),
            ({"$or": [{"number": 0}, {"source.port": 1028}]}, [0, 4]),
            ({"number": {"$gte": 2, "$lt": 4}}, [2, 3]),
            ({"number": {"$gt": 2, "$lte": 4}}, [3, 4]),
            ({"@timestamp": {"$gte": NOON + timedelta(seconds=4)}}, [4, 5]),
            ({"@timestamp": {"$lt": NOON + timedelta(seconds=1)}}, [0]),
        ],
    )
    def test_filters(self, events, query: dict[str, Any], numbers: list[int]) -> None:
        found = events.find(query).sort("number", 1)
        assert [document["number"] for document in found] == numbers

    def test_range_of_whole_seconds_takes_milliseconds_in(self, database) -> None:
        times = [NOON + timedelta(milliseconds=ms) for ms in (-1, 0, 1, 999, 1000)]
        documents = [{"_id": f"t{number}", "time": time} for number, time in enumerate(times)]
        database.things.bulk_write(upserts(documents), ordered=False)
        second = {"time": {"$gte": NOON, "$lt": NOON + timedelta(seconds=1)}}
        assert ids(database.things.find(second).sort("_id", 1)) == ["t1", "t2", "t3"]
        assert ids(database.things.find().sort("time", 1)) == ["t0", "t1", "t2", "t3", "t4"]

    @pytest.mark.parametrize("operator", ["$gt", "$gte", "$lt", "$lte", "$in", "$exact"])
    @pytest.mark.parametrize("text", LIKE_A_TIME)
    def test_text_like_a_time_is_text(self, database, text: str, operator: str) -> None:
        database.things.insert_many([{"_id": each, "in": {"text": each}} for each in LIKE_A_TIME])
        wanted = {
            "$gt": [each for each in LIKE_A_TIME if each > text],
            "$gte": [each for each in LIKE_A_TIME if each >= text],
            "$lt": [each for each in LIKE_A_TIME if each < text],
            "$lte": [each for each in LIKE_A_TIME if each <= text],
        }.get(operator, [text])
        value = {"$in": {"$in": [text]}, "$exact": text}.get(operator, {operator: text})
        for field in ("_id", "in.text"):
            assert set(ids(database.things.find({field: value}))) == set(wanted)


class TestAggregation:
    @pytest.mark.parametrize(("summed", "sums"), [(1, [2, 2]), ("$number", [5, 3])])
    def test_group_by_a_field_counts_or_sums(self, events, summed: Any, sums: list[int]) -> None:
        pipeline = [
            {"$match": {"number": {"$lt": 5}}},
            {"$group": {"_id": "$source.ip", "sum": {"$sum": summed}}},
            {"$sort": {"sum": -1, "_id": -1}},
            {"$match": {"_id": {"$in": ["192.0.2.0", "192.0.2.1"]}}},
            {"$limit": 2},
        ]
        groups = list(events.aggregate(pipeline))
        assert [group["sum"] for group in groups] == sums
        assert [group["_id"] for group in groups] == ["192.0.2.1", "192.0.2.0"]

    def test_group_puts_documents_without_the_field_under_none(self, events) -> None:
        groups = events.aggregate([{"$group": {"_id": "$source.ip", "count": {"$sum": 1}}}])
        assert {group["_id"]: group["count"] for group in groups}[None] == 1

    def test_project_of_top_level_fields(self, events) -> None:
        pipeline = [{"$match": {"_id": "event2"}}, {"$project": {"number": 1, "_id": 0}}]
        assert list(events.aggregate(pipeline)) == [{"number": 2}]

    def test_count(self, events) -> None:
        def count(query: dict[str, Any]) -> int:
            counted = list(events.aggregate([{"$match": query}, {"$count": "total"}]))
            return counted[0]["total"] if counted else 0

        assert count({}) == 6
        assert count({"source.ip": "192.0.2.1"}) == 2
        assert count({"source.ip": "192.0.2.9"}) == 0


class TestIndexes:
    def test_declared_indexes_are_created_and_creating_them_again_is_fine(self, database) -> None:
        for _ in range(2):
            ensure_indexes(database)
        for collection, indexes in INDEXES.items():
            # The embedded server keeps no names of ours, so that the keys are compared.
            created = database[collection].index_information().values()
            fields = {tuple(field for field, _ in index["key"]) for index in created}
            assert {tuple(field for field, _ in index.keys) for index in indexes} <= fields

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ({"source.ip": "192.0.2.1"}, [1, 4]),
            ({"source.ip": "192.0.2.1", "number": {"$gt": 1}}, [4]),
            ({"source.ip": {"$in": ["192.0.2.0", "192.0.2.1", "192.0.2.1", "2001:db8::1"]}},
             [0, 1, 3, 4]),
            ({"source.ip": {"$in": ["192.0.2.0", "192.0.2.2"]}, "number": 2}, [2]),
            ({"source.ip": {"$in": []}}, []),
            ({"source.ip": None}, [5]),
            ({"source.port": {"$in": [1025, 1026]}}, [1, 2]),
            ({"source.port": 1028}, [4]),
            ({"number": 3, "source.port": 1027}, [3]),
            ({"number": 3, "source.port": {"$lt": 1027}}, []),
            ({"@timestamp": {"$gte": NOON + timedelta(seconds=4)}}, [4, 5]),
            ({"@timestamp": {"$lt": NOON + timedelta(seconds=1)}}, [0]),
            ({"@timestamp": {"$gte": NOON + timedelta(seconds=1), "$lt": NOON + timedelta(hours=1)},
              "source.ip": "192.0.2.0"}, [3]),
        ],
    )  # fmt: skip
    def test_reading_is_the_same_with_indexes(
        self, events, query: dict[str, Any], numbers: list[int]
    ) -> None:
        ensure_indexes(events.database)
        events.create_index([("number", 1), ("source.port", 1)], name="number_port")
        for sort in ("number", "@timestamp"):
            found = list(events.find(query).sort(sort, -1))
            assert [document["number"] for document in found] == numbers[::-1]
        assert len(list(events.find(query).limit(1))) == min(len(numbers), 1)
        assert events.count_documents(query) == len(numbers)

    def test_a_range_of_whole_seconds_is_the_same_with_an_index(self, database) -> None:
        ensure_indexes(database, ["evidence"])
        times = [NOON + timedelta(milliseconds=ms) for ms in (-1, 0, 1, 999, 1000)]
        documents: list[dict[str, Any]] = [
            {"_id": f"t{number}", "first_seen": time} for number, time in enumerate(times)
        ]
        others = [{"_id": f"o{n}", "first_seen": v} for n, v in enumerate(["", "~", 7, None])]
        database.evidence.bulk_write(upserts([*documents, *others]), ordered=False)
        second = {"$gte": NOON, "$lt": NOON + timedelta(seconds=1)}
        for bounds, found in (
            (second, ["t1", "t2", "t3"]),
            ({"$gte": NOON}, ["t1", "t2", "t3", "t4"]),
            ({"$lt": NOON}, ["t0"]),
        ):
            assert ids(database.evidence.find({"first_seen": bounds}).sort("_id", 1)) == found
        assert database.evidence.delete_many({"first_seen": second}).deleted_count == 3
        assert ids(database.evidence.find().sort("_id", 1)) == ["o0", "o1", "o2", "o3", "t0", "t4"]


class TestWhatTheEmbeddedServerGetsWrong:
    """What the rules keep the project from; a server that was mended fails here."""

    @pytest.fixture(autouse=True)
    def _wrong(self, request: pytest.FixtureRequest) -> None:
        if request.node.callspec.params["database"] == "embedded":
            request.applymarker(pytest.mark.xfail(strict=True, raises=AssertionError))

    @pytest.mark.parametrize("path", ["time", "more.time"])
    def test_a_time_that_is_set_is_a_time(self, database, path: str) -> None:
        database.things.insert_one({"_id": "a", "more": {"time": None}})
        database.things.update_one({"_id": "a"}, {"$set": {path: NOON}})
        assert ids(database.things.find({path: NOON})) == ["a"]
        document = database.things.find_one({"_id": "a"})
        assert NOON in (document.get("time"), document["more"]["time"])

    def test_a_range_of_times_holds_beside_or(self, events) -> None:
        some = {"$or": [{"number": 0}, {"number": 3}]}
        span = {"@timestamp": {"$gte": NOON + timedelta(seconds=2)}}
        assert ids(events.find({**some, **span})) == ["event3"]

    def test_a_range_of_times_begins_between_seconds(self, events) -> None:
        late = {"@timestamp": {"$gte": NOON + timedelta(seconds=4.5)}}
        assert ids(events.find(late)) == ["event5"]

    def test_a_range_of_times_is_matched(self, events) -> None:
        late = {"$match": {"@timestamp": {"$gte": NOON + timedelta(seconds=4)}}}
        assert sorted(ids(events.aggregate([late]))) == ["event4", "event5"]

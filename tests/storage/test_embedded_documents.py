"""What the embedded server does with documents: all that MongoDB takes, and refuses the same."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import ReplaceOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from network_security.storage import open_database

Document = dict[str, Any]

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
    | st.builds(ObjectId, st.binary(min_size=12, max_size=12)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=12,
)


@pytest.fixture
def collection(embedded_uri: str) -> Iterator[Collection[Document]]:
    name = f"documents_{uuid4().hex[:12]}"
    database = open_database(embedded_uri, embedded_directory=Path("/nonexistent"), name=name)
    yield database["documents"]
    database.client.drop_database(name)


def nested(levels: int) -> Document:
    document: Document = {}
    for _ in range(levels - 1):
        document = {"in": document}
    return document


def test_object_ids_and_bytes_come_back_however_they_are_written(
    collection: Collection[Document],
) -> None:
    value = {"made": ObjectId(), "raw": b"\x00\xff", "list": [ObjectId(), {"raw": b""}]}
    inserted, upserted = {"_id": "inserted", "value": value}, {"_id": "upserted", "value": value}
    collection.insert_many([inserted, {"_id": "replaced"}])
    replaced = {"_id": "replaced", "value": value}
    for document in (upserted, replaced):
        collection.replace_one({"_id": document["_id"]}, document, upsert=True)
    for document in (inserted, upserted, replaced):
        assert collection.find_one({"_id": document["_id"]}) == document
    own = collection.insert_one({"value": value}).inserted_id
    assert collection.find_one({"_id": own}) == {"_id": own, "value": value}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES)
def test_what_is_stored_comes_back(collection: Collection[Document], value: Any) -> None:
    document = {"_id": "any", "value": value, "at": datetime(2026, 3, 1, tzinfo=UTC)}
    collection.replace_one({"_id": "any"}, document, upsert=True)
    assert collection.find_one({"_id": "any"}) == document


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        ({"value": float("nan")}, "not JSON"),
        ({"value": [1, {"value": float("-inf")}]}, "not JSON"),
        ({"value": nested(180)}, "deeper than 180 levels"),
    ],
)
@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_a_document_that_cannot_be_stored_is_refused_alone(
    collection: Collection[Document], refused: Document, why: str, known: bool
) -> None:
    if known:
        collection.insert_one({"_id": "refused", "value": "before"})
    documents = [{"_id": "one"}, {"_id": "refused", **refused}, {"_id": "other"}]
    requests = [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in documents]
    with pytest.raises(BulkWriteError) as caught:
        collection.bulk_write(requests, ordered=False)
    [problem] = caught.value.details["writeErrors"]
    assert problem["index"] == 1
    assert why in problem["errmsg"]
    assert sorted(each["_id"] for each in collection.find()) == ["one", "other"] + known * [
        "refused"
    ]
    if known:
        assert collection.find_one({"_id": "refused"}) == {"_id": "refused", "value": "before"}


def test_what_is_nested_as_deep_as_may_be_comes_back(collection: Collection[Document]) -> None:
    document = {"_id": "deep", "value": nested(179)}
    collection.insert_one(document)
    assert collection.find_one() == document

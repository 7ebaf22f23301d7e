"""A collection as a Kedro dataset."""

import inspect
import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kedro.io import DataCatalog, DatasetError
from omegaconf import OmegaConf

from network_security.storage import MongoCollectionDataset, document_id, open_database
from network_security.storage.collections import INDEXES, TRAINING_SETS

DATABASE = "dataset_tests"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "detector": ["phishing"] * 5,
            "row": range(5),
            "URL_Length": [-1, 0, 1, 1, -1],
            "score": [0.25, None, 0.5, 0.75, 1.0],
            "seen": pd.to_datetime([NOON] * 4 + [None], utc=True).as_unit("us"),
        }
    )


@pytest.fixture
def dataset(embedded_directory: Path):
    """Make a dataset of the training sets, which are empty at first."""

    def make(**arguments: Any) -> MongoCollectionDataset:
        return MongoCollectionDataset(
            **{
                "collection": TRAINING_SETS,
                "database": DATABASE,
                "key": ["detector", "row"],
                "sort": {"row": 1},
                "projection": {"_id": 0},
                "batch_size": 2,
                "embedded_directory": embedded_directory,
                **arguments,
            }
        )

    yield make
    client = open_database(None, embedded_directory=embedded_directory).client
    client.drop_database(DATABASE)


Make = Callable[..., MongoCollectionDataset]


def test_loads_what_was_saved(dataset: Make, frame: pd.DataFrame) -> None:
    assert not dataset().exists()
    dataset().save(frame)
    assert dataset().exists()
    pd.testing.assert_frame_equal(dataset().load(), frame)


def test_saving_again_changes_nothing_and_saving_a_change_replaces(
    dataset: Make, frame: pd.DataFrame
) -> None:
    everything = dataset(projection=None)
    everything.save(frame)
    first = everything.load()
    everything.save(frame)
    pd.testing.assert_frame_equal(everything.load(), first)
    assert first["_id"].tolist() == [document_id("phishing", row) for row in range(5)]

    everything.save(frame.iloc[[2]].assign(URL_Length=0))
    assert dataset().load()["URL_Length"].tolist() == [-1, 0, 0, 1, -1]


def test_loaded_ids_are_kept_when_saved_elsewhere(dataset: Make, frame: pd.DataFrame) -> None:
    dataset().save(frame)
    loaded = dataset(projection=None).load()
    other = dataset(collection="copies", projection=None, key=())
    other.save(loaded)
    pd.testing.assert_frame_equal(other.load(), loaded)


def test_query_projection_and_sort_choose_what_is_loaded(
    dataset: Make, frame: pd.DataFrame
) -> None:
    dataset().save(frame)
    chosen = dataset(
        query={"URL_Length": {"$in": [0, 1]}},
        projection={"row": 1, "origin": 1, "_id": 0},
        sort={"row": -1},
    ).load()
    assert chosen["row"].tolist() == [3, 2, 1]
    # A field that no document has is a column nevertheless.
    assert chosen["origin"].isna().all()
    assert list(dataset(projection=["row"]).load().columns) == ["_id", "row"]
    assert list(dataset(projection={"_id": 1}).load().columns) == ["_id"]
    assert "score" not in dataset(projection={"score": 0}).load().columns


def test_batches_are_frames_of_the_batch_size(dataset: Make, frame: pd.DataFrame) -> None:
    dataset().save(frame)
    assert [len(batch) for batch in dataset().batches()] == [2, 2, 1]


def test_empty_collection_is_an_empty_frame_with_the_projected_columns(dataset: Make) -> None:
    assert dataset(projection={"row": 1, "score": 1, "_id": 0}).load().columns.tolist() == [
        "row",
        "score",
    ]
    assert dataset().load().shape == (0, 0)
    assert list(dataset().batches()) == []


def test_saving_creates_the_declared_indexes(dataset: Make, frame: pd.DataFrame) -> None:
    dataset().save(frame)
    collection = dataset()._open()
    assert len(collection.index_information()) == 1 + len(INDEXES[TRAINING_SETS])


def test_nested_documents_are_the_cells_values(dataset: Make) -> None:
    events = pd.DataFrame({"_id": ["a"], "source": [{"ip": "192.0.2.1", "port": None}]})
    everything = dataset(collection="nested", projection=None, sort=None)
    everything.save(events)
    pd.testing.assert_frame_equal(everything.load(), events)


def test_preview_is_a_table_that_json_can_hold(dataset: Make, frame: pd.DataFrame) -> None:
    dataset().save(frame.assign(source=[{"ip": "192.0.2.1"}] * 5))
    preview = dataset().preview(nrows=2)
    assert json.loads(json.dumps(preview, allow_nan=False)) == {
        "index": [0, 1],
        "columns": ["detector", "row", "URL_Length", "score", "seen", "source"],
        "data": [
            ["phishing", 0, -1, 0.25, "2026-03-01 12:00:00+00:00", "{'ip': '192.0.2.1'}"],
            ["phishing", 1, 0, None, "2026-03-01 12:00:00+00:00", "{'ip': '192.0.2.1'}"],
        ],
    }
    # Kedro-Viz reads the kind of preview from the annotation's name.
    annotation = inspect.signature(dataset().preview).return_annotation
    assert getattr(annotation, "__name__", annotation) == "TablePreview"


def test_is_pickled_before_and_after_use(dataset: Make, frame: pd.DataFrame) -> None:
    used = dataset()
    used.save(frame)
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(used)).load(), frame)


def test_works_in_a_catalog_without_credentials_and_with_empty_ones(
    embedded_directory: Path, dataset: Make, frame: pd.DataFrame
) -> None:
    entry = {
        "type": "network_security.storage.MongoCollectionDataset",
        "collection": TRAINING_SETS,
        "database": DATABASE,
        "key": ["detector", "row"],
        "projection": {"_id": 0},
        "sort": {"row": 1},
        "embedded_directory": str(embedded_directory),
    }
    catalog = DataCatalog.from_config(
        {"plain": entry, "empty": {**entry, "credentials": "mongodb"}},
        credentials={"mongodb": {"uri": None}},
    )
    catalog.save("plain", frame)
    pd.testing.assert_frame_equal(catalog.load("empty"), frame)


def test_credentials_of_a_fresh_clone_name_no_server() -> None:
    conf = Path(__file__).parents[2] / "conf"
    assert OmegaConf.load(conf / "base" / "credentials.yml").mongodb.uri is None
    # Kedro reads the example too, beside credentials.yml.
    assert OmegaConf.load(conf / "local" / "credentials.example.yml") == {}


def test_server_of_the_credentials_is_used_unless_the_environment_names_one(
    monkeypatch: pytest.MonkeyPatch, dataset: Make, embedded_uri: str, frame: pd.DataFrame
) -> None:
    elsewhere = dataset(credentials={"uri": "mongodb://ana:s3cret@127.0.0.1:1/"})
    assert elsewhere._describe()["server"] == "mongodb://ana:***@127.0.0.1:1/"
    assert "s3cret" not in repr(elsewhere)
    monkeypatch.setenv("MONGODB_URI", embedded_uri)
    elsewhere.save(frame)
    pd.testing.assert_frame_equal(elsewhere.load(), frame)


@pytest.mark.parametrize(
    "use",
    [
        lambda dataset: dataset.load(),
        lambda dataset: dataset.save(pd.DataFrame({"_id": ["a"]})),
        lambda dataset: dataset.exists(),
        lambda dataset: dataset.preview(),
        lambda dataset: list(dataset.batches()),
    ],
)
def test_error_says_what_where_and_what_to_do_without_the_password(dataset: Make, use: Any) -> None:
    wrong = dataset(credentials={"uri": "mongodb://ana:s3cret@db.example.net/?tsl=true"})
    with pytest.raises(DatasetError) as raised:
        use(wrong)
    message = str(raised.value)
    assert "collection 'training_sets': The MongoDB URI's option 'tsl' is wrong" in message
    assert "(mongodb://ana:***@db.example.net/)" in message
    assert "Write mongodb://" in message
    assert "s3cret" not in message


def test_frame_that_cannot_be_stored_writes_nothing(dataset: Make, frame: pd.DataFrame) -> None:
    frame.loc[4, "score"] = float("inf")
    with pytest.raises(DatasetError, match="column 'score', row 4: an infinite number"):
        dataset().save(frame)
    assert not dataset().exists()


def test_write_that_is_not_acknowledged_is_an_error(
    dataset: Make, embedded_uri: str, frame: pd.DataFrame
) -> None:
    careless = dataset(credentials={"uri": f"{embedded_uri}&w=0"})
    with pytest.raises(DatasetError, match="acknowledges no write"):
        careless.save(frame)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"projection": ["source.ip"]}, "top-level fields only"),
        ({"batch_size": 0}, "at least 1"),
        ({"limit": -1}, "at least 1 and 0"),
    ],
)
def test_arguments_that_cannot_work_are_refused(
    dataset: Make, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        dataset(**arguments)

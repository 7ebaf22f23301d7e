import logging
from dataclasses import replace
from functools import partial
from uuid import uuid4

import pandas as pd
import pytest
from kedro.io import DataCatalog, DatasetError
from pymongo.collection import Collection

from network_security.storage import open_database
from network_security.training_sets import checks, source
from network_security.training_sets.dataset import TrainingSetDataset
from network_security.training_sets.simulation import simulate
from network_security.training_sets.training_set import COLUMNS, table_digest


@pytest.fixture(autouse=True)
def _few_rows(monkeypatch, caplog):
    """A tenth of the rows would do elsewhere too, did not the canaries need more to be certain."""
    monkeypatch.setattr(checks, "MIN_ROWS", 250)
    monkeypatch.setattr(source, "simulate", partial(simulate, rows=250))
    caplog.set_level(logging.INFO)


@pytest.fixture
def table():
    return simulate(rows=300, seed=9)


@pytest.fixture
def store(embedded_directory):
    """Where a test's documents are, apart from those of the others."""
    name = f"training_{uuid4().hex[:12]}"
    database = open_database(None, embedded_directory=embedded_directory, name=name)
    yield {"embedded_directory": embedded_directory, "database": name}
    database.client.drop_database(name)


@pytest.fixture
def collection(store):
    database = open_database(
        None, embedded_directory=store["embedded_directory"], name=store["database"]
    )
    return database["training_sets"]


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "01_raw"
    path.mkdir()
    return path


@pytest.fixture
def local_file(folder, table):
    path = folder / "phishing_websites.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture
def new_dataset(store, folder, published):
    """Makes a dataset as a new run would: it remembers nothing of an earlier one."""

    def make(**options):
        defaults = {"folders": [folder], "offline": True, "published": published}
        return TrainingSetDataset(**(store | defaults | options))

    return make


def documents(collection):
    return list(collection.find().sort("_id", 1))


class TestFirstLoad:
    def test_it_gives_the_rows_of_the_file_in_their_order(self, new_dataset, local_file, table):
        training_set = new_dataset().load()
        assert training_set.table.equals(table)
        assert training_set.provenance.location == str(local_file)

    def test_it_fills_the_collection(self, new_dataset, local_file, collection, table):
        provenance = new_dataset().load().provenance
        first = documents(collection)[0]
        assert collection.count_documents({}) == len(table)
        assert first["_id"].startswith("phishing/phishing_websites/000000/")
        assert (first["detector"], first["row"]) == ("phishing", 0)
        assert {name: first[name] for name in COLUMNS} == table.iloc[0].to_dict()
        assert first["source"]["sha256"] == provenance.sha256
        assert first["source"]["licence"] == "CC-BY-4.0"

    def test_it_downloads_what_is_not_there(self, new_dataset, folder, table):
        training_set = new_dataset(offline=False, download_to=folder).load()
        assert training_set.table.equals(table)
        assert training_set.provenance.kind == "download"

    def test_it_simulates_what_cannot_be_had(self, new_dataset, caplog):
        training_set = new_dataset().load()
        assert training_set.provenance.simulated
        assert len(training_set.table) == 250
        assert "SIMULATED" in caplog.text

    def test_a_broken_file_is_an_error_and_leaves_the_collection_alone(
        self, new_dataset, local_file, collection
    ):
        local_file.write_text(local_file.read_text().replace("SFH", "sfh"))
        with pytest.raises(DatasetError, match="missing SFH; unknown sfh"):
            new_dataset().load()
        assert collection.count_documents({}) == 0

    def test_so_is_an_inverted_label(self, new_dataset, local_file, collection, table):
        table.assign(Result=-table["Result"]).to_csv(local_file, index=False)
        with pytest.raises(DatasetError, match="Result is inverted"):
            new_dataset().load()
        assert collection.count_documents({}) == 0


class TestLaterLoads:
    def test_loading_twice_changes_nothing(self, new_dataset, local_file, collection):
        first = new_dataset().load()
        before = documents(collection)
        second = new_dataset().load()
        assert documents(collection) == before
        assert second.table.equals(first.table)
        assert second.provenance == first.provenance

    def test_the_collection_is_enough(self, new_dataset, local_file, table, caplog):
        new_dataset().load()
        local_file.unlink()
        caplog.clear()
        assert new_dataset().load().table.equals(table)
        assert "Training set: phishing_websites: 300 rows, local" in caplog.text

    @pytest.mark.parametrize("lost", [1, 200, 299])
    def test_a_set_that_was_loaded_in_part_is_completed(
        self, lost, new_dataset, local_file, collection, table
    ):
        new_dataset().load()
        before = documents(collection)
        collection.delete_many({"_id": {"$in": [each["_id"] for each in before[:lost]]}})
        assert new_dataset().load().table.equals(table)
        assert documents(collection) == before

    def test_an_altered_row_is_put_right(self, new_dataset, local_file, collection):
        new_dataset().load()
        before = documents(collection)
        collection.update_one({"_id": before[3]["_id"]}, {"$set": {"Result": -before[3]["Result"]}})
        new_dataset().load()
        assert documents(collection) == before

    def test_the_rest_may_come_from_a_file_in_another_order(
        self, new_dataset, local_file, collection, table
    ):
        new_dataset().load()
        collection.delete_one({"_id": documents(collection)[0]["_id"]})
        shuffled = table.sample(frac=1, random_state=2).reset_index(drop=True)
        shuffled.to_csv(local_file, index=False)
        assert new_dataset().load().table.equals(shuffled)
        assert collection.count_documents({}) == len(table)

    def test_part_of_a_set_without_its_source_is_neither_used_nor_lost(
        self, new_dataset, local_file, collection
    ):
        new_dataset().load()
        collection.delete_one({"_id": documents(collection)[0]["_id"]})
        local_file.unlink()
        with pytest.raises(
            DatasetError, match=r"holds 299 rows of phishing_websites.*Put its file"
        ):
            new_dataset().load()
        assert collection.count_documents({}) == 299


class TestSimulatedSample:
    def test_it_stays_while_there_is_nothing_better(self, new_dataset, collection, caplog):
        new_dataset().load()
        before = documents(collection)
        caplog.clear()
        assert new_dataset().load().provenance.simulated
        assert documents(collection) == before
        assert [record.levelname for record in caplog.records if "source" in record.name] == [
            "WARNING"
        ]

    def test_a_local_file_replaces_it(self, new_dataset, collection, folder, table):
        new_dataset().load()
        table.to_csv(folder / "phishing_websites.csv", index=False)
        training_set = new_dataset().load()
        assert training_set.table.equals(table)
        assert not training_set.provenance.simulated
        assert collection.count_documents({}) == len(table)

    def test_the_download_replaces_it_once_there_is_a_network(self, new_dataset, folder, table):
        new_dataset().load()
        training_set = new_dataset(offline=False, download_to=folder).load()
        assert training_set.table.equals(table)

    def test_offline_never_tries_the_network(self, new_dataset, folder, file_server):
        for _ in range(2):
            new_dataset(offline=True, download_to=folder).load()
        assert file_server.requests == []

    def test_a_run_tries_the_download_once(self, new_dataset, folder, file_server):
        file_server.content = b"<title>Log in</title>"
        dataset = new_dataset(offline=False, download_to=folder)
        for _ in range(3):
            assert dataset.load().provenance.simulated
        assert len(file_server.requests) == 1

    @pytest.mark.parametrize("written", [1, 100, 300])
    def test_a_replacement_that_was_killed_is_finished(
        self, written, new_dataset, collection, local_file, table
    ):
        new_dataset().load()
        real = documents(collection)[:written]
        collection.delete_many({})
        local_file.rename(local_file.with_suffix(".away"))
        new_dataset().load()
        collection.insert_many(real)
        local_file.with_suffix(".away").rename(local_file)
        assert new_dataset().load().table.equals(table)
        assert collection.count_documents({}) == len(table)


def test_detectors_have_sets_of_their_own(new_dataset, local_file, collection, table):
    new_dataset(detector="phishing").load()
    new_dataset(detector="phishing_beta").load()
    assert collection.count_documents({"detector": "phishing"}) == len(table)
    assert collection.count_documents({"detector": "phishing_beta"}) == len(table)


@pytest.mark.parametrize("source_", [{}, {"source": {"sha256": "0"}}, {"source": None}])
def test_other_rows_of_the_detector_are_an_error(source_, new_dataset, local_file, collection):
    new_dataset().load()
    collection.insert_one({"_id": "other", "detector": "phishing"} | source_)
    with pytest.raises(DatasetError, match="are no training set of this version"):
        new_dataset().load()


@pytest.mark.parametrize(
    ("text", "offline"),
    [("1", True), ("True", True), (" yes ", True), ("", False), ("0", False), ("False", False)],
)
def test_offline_may_be_the_text_of_a_variable(text, offline, new_dataset, folder, file_server):
    new_dataset(offline=text, download_to=folder).load()
    assert bool(file_server.requests) != offline


def test_offline_must_say_yes_or_no(new_dataset):
    with pytest.raises(DatasetError, match="offline is 'maybe'"):
        new_dataset(offline="maybe")


def test_folders_that_are_not_named_are_left_out(new_dataset, folder, local_file, table):
    assert new_dataset(folders=["", None, str(folder)]).load().table.equals(table)


def test_a_preview_shows_the_first_rows_and_loads_nothing(new_dataset, local_file, table):
    dataset = new_dataset()
    assert dataset.preview()["data"] == []
    assert not dataset.exists()
    dataset.load()
    preview = dataset.preview(nrows=2)
    assert preview["columns"] == list(COLUMNS)
    assert preview["data"] == table.head(2).to_numpy().tolist()
    assert dataset.exists()


def test_it_cannot_be_saved(new_dataset, local_file):
    dataset = new_dataset()
    with pytest.raises(DatasetError, match="cannot be saved"):
        dataset.save(dataset.load())


class TestInTheCatalog:
    @pytest.fixture
    def catalog(self, store, folder):
        config = {
            "type": "network_security.training_sets.dataset.TrainingSetDataset",
            "folders": [str(folder)],
            "offline": "1",
            "validator": {
                "class": "network_security.training_sets.checks.validate_training_set",
                "on": ["load"],
            },
            **{name: str(value) for name, value in store.items()},
        }
        return DataCatalog.from_config({"phishing_training_set": config})

    def test_it_is_loaded_and_validated(self, catalog, local_file, table):
        training_set = catalog.load("phishing_training_set")
        assert training_set.table.equals(table)
        assert training_set.provenance.name == "phishing_websites_unpublished"

    def test_a_collection_with_an_inverted_label_is_refused(self, catalog, collection, local_file):
        catalog.load("phishing_training_set")
        rows = documents(collection)
        for each in rows:
            each["Result"] = -each["Result"]
        table = replace_source(rows)
        collection.delete_many({})
        collection.insert_many(table)
        with pytest.raises(DatasetError, match="Result is inverted"):
            catalog.load("phishing_training_set")

    def test_its_description_names_the_server_and_no_secret(self, new_dataset):
        uri = "mongodb://ana:hunter2@db.example.net/security"
        description = str(new_dataset(credentials={"uri": uri}))
        assert "db.example.net/security" in description
        assert "hunter2" not in description


def replace_source(rows):
    """The rows with a provenance that fits them, as if they had been loaded like that."""
    table = pd.DataFrame(rows).sort_values("row")[list(COLUMNS)].astype("int8")
    sha256 = table_digest(table)
    return [each | {"source": each["source"] | {"sha256": sha256}} for each in rows]


def test_a_load_that_is_interrupted_between_batches_can_be_repeated(
    new_dataset, drawn_table, folder, collection, monkeypatch
):
    drawn_table.to_csv(folder / "phishing_websites.csv", index=False)
    bulk_write, calls = Collection.bulk_write, iter([True])

    def interrupted(*args, **kwargs):
        if not next(calls, False):
            raise KeyboardInterrupt
        return bulk_write(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(Collection, "bulk_write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            new_dataset().load()
    assert collection.count_documents({}) == 1_000
    assert new_dataset().load().table.equals(drawn_table)


def test_the_published_set(new_dataset, published_set, folder, collection):
    published_set.to_csv(folder / "phishing_websites.csv", index=False)
    dataset = new_dataset(published=replace(source.PHISHING_WEBSITES))
    assert dataset.load().table.equals(published_set)
    assert dataset.load().provenance.name == "phishing_websites"
    assert collection.count_documents({}) == 11_055

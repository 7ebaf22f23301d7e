import pytest

from network_security.training_sets.documents import stored_sets, to_documents
from network_security.training_sets.training_set import Provenance, TrainingSet, table_digest


@pytest.fixture
def training_set(table):
    provenance = Provenance(
        name="phishing_websites",
        kind="local",
        location="/data/phishing_websites.csv",
        sha256=table_digest(table),
        rows=len(table),
        licence="CC-BY-4.0",
        citation="A. Author (2015)",
        url="https://example.org/set.zip",
        simulated=False,
    )
    return TrainingSet(table, provenance)


def test_a_set_survives_being_stored(training_set):
    (stored,) = stored_sets(to_documents("phishing", training_set))
    assert stored.training_set.table.equals(training_set.table)
    assert stored.training_set.provenance == training_set.provenance
    assert stored.complete
    assert not stored.simulated


def test_ids_are_distinct_and_the_same_every_time(training_set):
    ids = to_documents("phishing", training_set)["_id"]
    assert ids.is_unique
    assert ids.equals(to_documents("phishing", training_set)["_id"])
    assert ids[41].startswith("phishing/phishing_websites/000041/")


def test_a_set_with_a_row_missing_is_not_complete(training_set):
    (stored,) = stored_sets(to_documents("phishing", training_set).drop(index=7))
    assert not stored.complete


def test_nor_is_one_with_a_row_altered(training_set):
    documents = to_documents("phishing", training_set)
    documents.loc[7, "Result"] = -documents.loc[7, "Result"]
    (stored,) = stored_sets(documents)
    assert not stored.complete

import logging

import pytest

from network_security.training_sets.download import PHISHING_WEBSITES
from network_security.training_sets.formats import TableFormatError
from network_security.training_sets.source import (
    TrainingSetError,
    find_real,
    find_training_set,
    simulated_training_set,
)


@pytest.fixture(autouse=True)
def _logged(caplog):
    caplog.set_level(logging.INFO)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "01_raw"
    path.mkdir()
    return path


def test_a_local_file_comes_first(folder, table, published, file_server, caplog):
    table.to_csv(folder / "phishing_websites.csv", index=False)
    found = find_training_set([folder], download_to=folder, offline=False, published=published)
    assert found.table.equals(table)
    assert found.provenance.kind == "local"
    assert found.provenance.location == str(folder / "phishing_websites.csv")
    assert found.provenance.licence == "CC-BY-4.0"
    assert not found.provenance.simulated
    assert file_server.requests == []
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert str(found.provenance) in caplog.text


def test_folders_are_searched_in_order(folder, tmp_path, table, published):
    other = tmp_path / "other"
    other.mkdir()
    table.to_csv(other / "phishing_websites.csv", index=False)
    table.to_csv(folder / "phishing_websites.csv.gz", index=False)
    found = find_real([folder, other], download_to=None, offline=True, published=published)
    assert found is not None
    assert found.provenance.location.endswith("01_raw/phishing_websites.csv.gz")


def test_the_archive_may_be_put_there_by_hand(folder, published, file_server):
    (folder / "phishing+websites.zip").write_bytes(file_server.content)
    found = find_training_set([folder], download_to=None, offline=True, published=published)
    assert (found.provenance.name, found.provenance.kind) == ("phishing_websites", "local")


def test_then_comes_the_download(folder, table, published, caplog):
    found = find_training_set([folder], download_to=folder, offline=False, published=published)
    assert found.table.equals(table)
    assert found.provenance.kind == "download"
    assert found.provenance.url == published.url
    assert "Training set: phishing_websites" in caplog.messages[-1]
    again = find_training_set([folder], download_to=folder, offline=False, published=published)
    assert again.provenance.kind == "local"


def test_offline_leaves_the_network_alone(folder, published, file_server):
    found = find_training_set([folder], download_to=folder, offline=True, published=published)
    assert found.provenance.simulated
    assert file_server.requests == []


def test_without_a_network_a_sample_is_simulated_and_says_so(
    folder, published, file_server, caplog
):
    file_server.content = b"<title>Log in</title>"
    found = find_training_set([folder], download_to=folder, offline=False, published=published)
    assert found.provenance.simulated
    assert found.provenance.kind == "simulated"
    assert found.provenance.name == "phishing_websites_simulated"
    assert "was not downloaded" in caplog.text
    last = caplog.records[-1]
    assert last.levelname == "WARNING"
    assert "SIMULATED" in last.message
    assert "put phishing_websites.csv into data/01_raw" in last.message


def test_the_simulated_sample_names_the_set_that_its_model_was_fitted_to():
    provenance = simulated_training_set().provenance
    assert provenance.citation == PHISHING_WEBSITES.citation
    assert provenance.rows == PHISHING_WEBSITES.rows
    assert provenance.sha256 != PHISHING_WEBSITES.sha256


def test_a_broken_local_file_is_an_error_and_not_passed_over(folder, published):
    (folder / "phishing_websites.csv").write_text("having_IP_Address,Result\n1,1\n")
    with pytest.raises(TableFormatError, match=r"01_raw/phishing_websites\.csv"):
        find_training_set([folder], download_to=folder, offline=False, published=published)


def test_so_is_one_with_the_label_inverted(folder, table, published):
    table["Result"] = -table["Result"]
    table.to_csv(folder / "phishing_websites.csv", index=False)
    with pytest.raises(TrainingSetError, match=r"phishing_websites\.csv is refused: .*inverted"):
        find_training_set([folder], download_to=folder, offline=False, published=published)


def test_so_is_one_with_values_outside_a_feature_s_domain(folder, table, published):
    table.loc[3, "port"] = 0
    table.to_csv(folder / "phishing_websites.csv", index=False)
    with pytest.raises(TrainingSetError, match="port"):
        find_training_set([folder], download_to=folder, offline=False, published=published)


def test_another_table_is_used_and_not_passed_off_as_the_published_one(folder, table, caplog):
    table.to_csv(folder / "phishing_websites.csv", index=False)
    found = find_real([folder], download_to=None, offline=True)
    assert found is not None
    assert found.provenance.name == "phishing_websites_unpublished"
    assert found.provenance.licence == found.provenance.citation == found.provenance.url == ""
    assert "is not the published table" in caplog.text


def test_a_folder_that_is_not_there_is_mentioned(tmp_path, caplog):
    assert find_real([tmp_path / "absent"], download_to=None, offline=True) is None
    assert f"No folder {tmp_path / 'absent'}" in caplog.text


def test_the_published_set_is_recognised(published_set, folder):
    published_set.sample(frac=1).to_csv(folder / "phishing_websites.csv", index=False)
    found = find_real([folder], download_to=None, offline=True)
    assert found is not None
    assert found.provenance.name == "phishing_websites"
    assert found.provenance.citation == PHISHING_WEBSITES.citation

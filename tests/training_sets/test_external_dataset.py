import logging

import pandas as pd
import pytest
from kedro.io import DatasetError

from network_security.training_sets.external_dataset import ExternalSetDataset
from network_security.training_sets.hannousse import FILE, load_external_set
from network_security.training_sets.hannousse_columns import CORRESPONDENCES


def page(url: str) -> dict[str, object]:
    columns = {column: 0 for row in CORRESPONDENCES for column in row.columns}
    return {"url": url, **columns, "status": "phishing"}


@pytest.fixture
def folder(tmp_path):
    """A folder of data that holds the set."""
    path = tmp_path / "data" / FILE
    path.parent.mkdir(parents=True)
    pd.DataFrame([page("http://example.com/a")]).to_csv(path, index=False)
    return tmp_path / "data"


def test_the_first_folder_that_has_the_file_wins(folder, tmp_path):
    dataset = ExternalSetDataset(folders=["", tmp_path / "none", folder])

    external = dataset.load()

    assert external is not None
    assert external.sha256 == load_external_set(folder / FILE).sha256
    assert dataset.exists()


def test_a_set_that_is_not_at_hand_is_none_and_said_to_be_had(tmp_path, caplog):
    dataset = ExternalSetDataset(folders=[tmp_path])

    with caplog.at_level(logging.INFO):
        assert dataset.load() is None

    assert "https://data.mendeley.com/datasets/c2gw7fy2j4" in caplog.text
    assert not dataset.exists()


def test_a_file_that_is_another_is_an_error_and_not_none(folder):
    (folder / FILE).write_bytes(b"no gzip")

    with pytest.raises(DatasetError, match=r"external set: .*hannousse_yahiouche_2021"):
        ExternalSetDataset(folders=[folder]).load()


def test_it_cannot_be_saved(folder):
    with pytest.raises(DatasetError):
        ExternalSetDataset(folders=[folder]).save(None)

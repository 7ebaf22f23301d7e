from pathlib import Path
from typing import Any

import pytest
from kedro.io import DataCatalog, DatasetError

from network_security.training_sets.urls.dataset import UrlListsDataset
from network_security.training_sets.urls.published import UrlList

BOTH = UrlList("both", "lists/both.csv", label_column="status", home="https://lists.example/both")
KNOWN = UrlList("known", "lists/known.txt", label=0, home="https://lists.example/known")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds the first of two lists."""
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "both.csv").write_text(
        "url,status\nhttp://verify.example/a,phishing\nhttp://museum.example/,legitimate\n"
    )
    return tmp_path


def test_the_lists_that_are_there_are_read(folder: Path) -> None:
    table = UrlListsDataset(folders=["", folder], lists=[BOTH, KNOWN]).load()

    assert table.frame["label"].tolist() == [0, 1]
    assert [own.source for own in table.lists] == ["both"]


def test_a_catalog_may_name_lists_of_its_own(folder: Path) -> None:
    entry: dict[str, Any] = {
        "type": "network_security.training_sets.urls.dataset.UrlListsDataset",
        "folders": [str(folder)],
        "lists": [{"source": "ours", "file": "lists/both.csv", "label_column": "status"}],
    }

    table = DataCatalog.from_config({"lists": entry}).load("lists")

    assert set(table.frame["source"]) == {"ours"}


def test_without_any_list_the_error_names_where_each_is_had(tmp_path: Path) -> None:
    dataset = UrlListsDataset(folders=[tmp_path], lists=[BOTH, KNOWN])

    assert not dataset.exists()
    with pytest.raises(
        DatasetError, match=r"lists/both.csv: https://lists.example/both(.|\n)*known"
    ):
        dataset.load()


def test_a_broken_list_is_named(folder: Path) -> None:
    (folder / "lists" / "both.csv").write_text("url,status\nhttp://a.example/,perhaps\n")

    with pytest.raises(DatasetError, match=r"both.csv, line 2: the label 'perhaps'"):
        UrlListsDataset(folders=[folder], lists=[BOTH]).load()


@pytest.mark.parametrize(
    "wrong", [{"source": "ours"}, {"source": "ours", "file": "a", "label": -1}]
)
def test_a_list_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(DatasetError, match="a URL list of the catalog"):
        UrlListsDataset(folders=[], lists=[wrong])


def test_nothing_is_saved(folder: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be saved"):
        UrlListsDataset(folders=[folder]).save("a table")  # type: ignore[arg-type]

import gzip
from pathlib import Path

import pandas as pd
import pytest

from network_security.training_sets.urls import reading
from network_security.training_sets.urls.published import UrlList
from network_security.training_sets.urls.reading import UrlListError, read_url_list

LABELLED = UrlList(source="own", file="own.csv")


def write(folder: Path, text: str, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["own.csv", "own.csv.gz"])
def test_a_csv_list_is_read(tmp_path: Path, name: str) -> None:
    path = write(
        tmp_path,
        "\ufeffDate,URL,Label\n"
        "2024-05-01,http://a.example/x,phishing\n"
        ",http://b.example/?q=1,Benign\n"
        '2024/05/02 10:00:00,"http://c.example/,d",1\n',
        name,
    )

    table = read_url_list(path, LABELLED)

    assert table["url"].tolist() == ["http://a.example/x", "http://b.example/?q=1",
                                     "http://c.example/,d"]  # fmt: skip
    assert table["label"].tolist() == [1, 0, 1]
    assert set(table["source"]) == {"own"}
    assert table["date"].isna().tolist() == [False, True, False]
    assert table["date"][2] == pd.Timestamp("2024-05-02 10:00", tz="UTC")


def test_a_list_of_one_class_needs_no_label_column(tmp_path: Path) -> None:
    path = write(tmp_path, "when,address\n2024-05-01,http://a.example\n")

    described = UrlList("own", "own.csv", label=1, url_column="address", date_column="when")

    assert read_url_list(path, described)["label"].tolist() == [1]


def test_a_csv_list_may_tell_whom_each_url_comes_from(tmp_path: Path) -> None:
    path = write(tmp_path, "url,label,source\nhttp://a.example,1,help desk\nhttp://b.example,0,\n")

    assert read_url_list(path, LABELLED)["source"].tolist() == ["help desk", "own"]


def test_a_plain_list_has_one_url_a_line(tmp_path: Path) -> None:
    path = write(tmp_path, "# from nowhere\nhttp://a.example\r\n\n b.example/c \n", "own.txt.gz")

    table = read_url_list(path, UrlList("own", "own.txt.gz", label=0))

    assert table["url"].tolist() == ["http://a.example", "b.example/c"]
    assert table["label"].tolist() == [0, 0]
    assert table["date"].isna().all()


def test_a_plain_list_without_a_label_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "http://a.example\n", "own.txt")

    with pytest.raises(ValueError, match="needs a label"):
        read_url_list(path, UrlList("own", "own.txt"))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("url,label\nhttp://a.example,1\nhttp://b.example,-1\n", 3, "label '-1'"),
        ("url,verdict\nhttp://a.example,1\n", 1, "no column 'label'"),
        ("url,label\nhttp://a.example\n", 2, "fewer cells"),
        ("url,label,date\nhttp://a.example,1,soon\n", 2, "'soon' is no date"),
        ("url,label\n", None, "holds no URL"),
        ("", 1, "it has nothing"),
    ],
)
def test_a_fault_is_told_with_its_line(
    tmp_path: Path, text: str, line: int | None, said: str
) -> None:
    path = write(tmp_path, text)

    with pytest.raises(UrlListError, match=said) as refused:
        read_url_list(path, LABELLED)

    assert refused.value.line == line
    assert refused.value.path == path


def test_a_damaged_archive_is_told(tmp_path: Path) -> None:
    path = tmp_path / "own.csv.gz"
    path.write_bytes(gzip.compress(b"url,label\n" * 100)[:-12])

    with pytest.raises(UrlListError, match="damaged gzip"):
        read_url_list(path, LABELLED)


def test_too_large_a_list_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 20)
    path = write(tmp_path, "url,label\nhttp://a.example,1\n", "own.csv.gz")

    with pytest.raises(UrlListError, match="more than 20 bytes"):
        read_url_list(path, LABELLED)


def test_lines_without_a_url_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path, "url,label\n\n,\nhttp://a.example,1\n")

    assert read_url_list(path, LABELLED)["url"].tolist() == ["http://a.example"]


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(b"url,label\n\xff\xfe,1\n")

    with pytest.raises(UrlListError, match="not UTF-8 text"):
        read_url_list(path, LABELLED)


@pytest.mark.parametrize("wrong", [{"source": ""}, {"file": ""}, {"label": -1}])
def test_a_list_is_described_completely(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"URL list needs|must be 1"):
        UrlList(**{"source": "own", "file": "own.csv", **wrong})

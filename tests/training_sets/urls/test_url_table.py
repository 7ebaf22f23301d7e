import os
from pathlib import Path

import pytest

from network_security.training_sets.urls.domains import registered_domain
from network_security.training_sets.urls.published import PUBLISHED, UrlList
from network_security.training_sets.urls.table import NoUrlListsError, build_training_frame

LISTS = (UrlList("first", "first.csv"), UrlList("second", "second.txt", label=0, home="a shelf"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "first.csv").write_text(
        "url,label,date\n"
        "http://login.bad.example.co.uk/a,1,2024-03-01\n"
        "http://login.bad.example.co.uk/a,1,2024-01-01\n"
        "http://both.test/,1,2024-02-01\n"
    )
    (tmp_path / "second.txt").write_text("http://both.test/\nhttps://fine.test/news\n")
    return tmp_path


def test_lists_become_one_table_of_distinct_urls(folder: Path) -> None:
    table = build_training_frame([folder], LISTS)

    rows = table.frame[["url", "label", "source", "domain"]].to_numpy().tolist()
    assert rows == [
        ["http://login.bad.example.co.uk/a", 1, "first", "example.co.uk"],
        ["https://fine.test/news", 0, "second", "fine.test"],
    ]
    assert table.counts == {
        "read": {"first": 3, "second": 2}, "contradictions": 2, "duplicates": 1, "kept": 2
    }  # fmt: skip


def test_the_earliest_of_equal_urls_is_kept(folder: Path) -> None:
    frame = build_training_frame([folder], LISTS).frame

    assert frame["date"][0].month == 1


def test_the_first_folder_that_has_a_list_wins(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "second.txt").write_text("http://elsewhere.test/\n")

    frame = build_training_frame([other, folder], LISTS).frame

    assert "http://elsewhere.test/" in set(frame["url"])
    assert "https://fine.test/news" not in set(frame["url"])


def test_the_registered_domain_can_be_told_otherwise(folder: Path) -> None:
    frame = build_training_frame([folder], LISTS, domain_of=lambda url: url[:5]).frame

    assert set(frame["domain"]) == {"http:", "https"}


def test_without_any_list_it_says_where_they_are(tmp_path: Path) -> None:
    with pytest.raises(NoUrlListsError, match=r"NETWORK_SECURITY_DATA:\n.*\n  second.txt: a shelf"):
        build_training_frame([tmp_path], LISTS)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://a.b.example.com/x", "example.com"),
        ("HTTP://WWW.EXAMPLE.COM", "example.com"),
        ("http://someone.github.io/", "github.io"),
        ("http://192.0.2.7/x", "192.0.2.7"),
        ("http://intranet/x", "intranet"),
        ("http://mail.office.corp/x", "office.corp"),
        ("http://co.uk/", "co.uk"),
        ("", ""),
    ],
)
def test_registered_domain(url: str, domain: str) -> None:
    assert registered_domain(url) == domain


def test_the_published_lists_are_read() -> None:
    folder = Path(os.environ.get("NETWORK_SECURITY_DATA", ""))
    if not all((folder / described.file).is_file() for described in PUBLISHED):
        pytest.skip("NETWORK_SECURITY_DATA names no folder with the published URL lists")

    table = build_training_frame([folder])

    assert set(table.frame["source"]) == {described.source for described in PUBLISHED}
    assert table.frame["url"].is_unique
    assert set(table.frame["label"]) == {0, 1}

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.scoring import url_lists
from network_security.scoring.rows import Rows, TableError, cut
from network_security.scoring.url_lists import UrlList


def urls(rows: Iterator[Rows]) -> dict[int, str]:
    return {
        int(number): url
        for piece in rows
        for number, url in zip(piece.numbers, piece.frame["url"], strict=True)
    }


def test_each_line_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    path.write_bytes(b"\xef\xbb\xbfexample.org\r\n\n# not this\n  https://b.test/\xff \nlast.test")

    read = urls(UrlList(path).rows())

    assert read == {1: "example.org", 2: "https://b.test/\\xff", 3: "last.test"}
    assert urls(UrlList(path).rows(behind=2)) == {3: "last.test"}


def test_compressed_lists_are_read_and_what_is_torn_off_is_told(tmp_path: Path) -> None:
    lines = "".join(f"https://host-{n}.test/\n" for n in range(30_000))
    (tmp_path / "whole").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "torn").write_bytes(gzip.compress(lines.encode())[:-2000])

    assert len(urls(UrlList(tmp_path / "whole").rows())) == 30_000
    *_, last = UrlList(tmp_path / "torn").rows()
    (problem,) = last.unreadable.values()
    assert problem.startswith("from here on the file cannot be read")


def test_lines_without_end_are_no_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url_lists, "LONGEST_LINE", 100)
    (tmp_path / "urls").write_bytes(b"a.test\n" + b"x" * 350 + b"\nb.test\n")

    (rows,) = UrlList(tmp_path / "urls").rows()

    assert urls(iter([rows])) == {1: "a.test", 3: "b.test"}
    assert rows.unreadable == {2: "a line of more than 100 bytes"}


def test_a_list_that_is_written_to_meanwhile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "urls"
    path.write_text("a.test\n")
    source = UrlList(path)
    path.write_text("a.test\nb.test\n")

    with pytest.raises(TableError, match="was changed while it was read"):
        list(source.rows())


@given(st.binary(max_size=400), st.integers(1, 5))
def test_any_bytes_are_rows_that_can_be_gone_on_from(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, size: int
) -> None:
    path = tmp_path_factory.mktemp("lists") / "urls"
    path.write_bytes(content)
    source = UrlList(path)
    whole = urls(source.rows())

    assert list(whole) == list(range(1, len(whole) + 1))
    for portion in range(len(whole) // size):
        behind = portion * size
        rest = urls(cut(source.rows(behind), size, behind=behind))
        assert rest == {number: url for number, url in whole.items() if number > behind}

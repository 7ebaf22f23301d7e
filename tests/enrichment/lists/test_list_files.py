import gzip
import os
import zipfile
from pathlib import Path

import pytest

from network_security.enrichment.lists.errors import ListError, Skipped
from network_security.enrichment.lists.files import LONGEST_LINE, MOST_BYTES, lines_of, opened


def read(path: Path, most_bytes: int = MOST_BYTES) -> str:
    with opened(path, most_bytes) as text:
        return text.read()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_by_its_mark(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "list").write_text("b\u00fccher.example\n", encoding=encoding)

    assert read(tmp_path / "list") == "b\u00fccher.example\n"


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.gz").write_bytes(gzip.compress(b"a.example\n" * 1_000_000))
    with zipfile.ZipFile(tmp_path / "list.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("list.txt", b"a.example\n" * 1_000_000)

    for name in ("list.gz", "list.zip"):
        with pytest.raises(ListError, match="holds more than 1,000,000 bytes; split it"):
            read(tmp_path / name, 1_000_000)


def test_a_zip_holds_one_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as archive:
        archive.writestr("a", "x")
        archive.writestr("b", "y")

    with pytest.raises(ListError, match="holds 2 files, not one"):
        read(tmp_path / "list.zip")


def test_a_missing_file_and_what_is_no_file_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ListError, match="list: is missing; put it there"):
        read(tmp_path / "list")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(ListError, match="is no file; give a file"):
            read(path)


def test_a_line_that_is_too_long_is_left_out_and_counted(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("a\n" + "x" * (3 * LONGEST_LINE) + "\n \nb\n")
    skipped = Skipped()

    with opened(tmp_path / "list") as text:
        assert list(lines_of(text, skipped)) == [(1, "a"), (4, "b")]
    assert list(skipped.reasons.values()) == [1]


def test_reasons_and_examples_stay_few() -> None:
    skipped = Skipped()
    for number in range(1_000):
        skipped.add(f"reason {number}", f"line {number}", "x" * 1_000)

    assert skipped.reasons.total() == 1_000
    assert len(skipped.reasons) == 51
    assert len(skipped.examples) == 5
    assert len(skipped.examples[0]) < 120

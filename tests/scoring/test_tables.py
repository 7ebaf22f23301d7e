import gzip
import logging
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from network_security.scoring import tables
from network_security.scoring.rows import Rows, TableError
from network_security.scoring.tables import REST_LOST, TableFile
from network_security.streaming import progress

FRAME = pd.DataFrame({"url": ["a.example", None, "c, d"], "port": [1, -1, 0]})
TEXT = 'url,port\na.example,1\n\n,-1\n"c, d",0\n'


def read(path: Path, behind: int = 0) -> Rows:
    """All rows of a table."""
    pieces = list(TableFile(path).rows(behind))
    return Rows(
        np.concatenate([piece.numbers for piece in pieces]),
        pd.concat([piece.frame for piece in pieces], ignore_index=True),
        {number: why for piece in pieces for number, why in piece.unreadable.items()},
    )


# --- kinds of files -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        gzip.compress(TEXT.encode(), mtime=0),
        gzip.compress(TEXT[:20].encode(), mtime=0) + gzip.compress(TEXT[20:].encode(), mtime=0),
    ],
    ids=["lines", "CRLF", "byte order mark", "gzip", "gzip of two members"],
)
def test_csv_is_read_as_text_whatever_the_file_is_called(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "table.txt").write_bytes(content)

    rows = read(tmp_path / "table.txt")

    assert rows.numbers.tolist() == [1, 2, 3]
    assert rows.frame.to_dict("list") == {
        "url": ["a.example", "", "c, d"],
        "port": ["1", "-1", "0"],
    }


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    frame = FRAME.assign(kind=pd.Categorical(["x", "y", "x"]))
    frame.set_index("kind").to_parquet(tmp_path / "table", row_group_size=2)

    rows = read(tmp_path / "table")

    assert rows.numbers.tolist() == [1, 2, 3]
    assert rows.frame["port"].tolist() == [1, -1, 0]
    assert rows.frame["url"].isna().tolist() == [False, True, False]
    assert rows.frame["kind"].tolist() == ["x", "y", "x"]
    assert rows.frame.dtypes.equals(TableFile(tmp_path / "table").empty.dtypes)


def test_delimiter_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("url;port\na;1\n")

    assert list(TableFile(tmp_path / "table.csv", delimiter=";").empty) == ["url", "port"]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_reading_goes_on_behind_a_row(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table.{suffix}"
    many = pd.DataFrame({"port": np.arange(1, 1001)})
    if suffix == "csv":
        many.to_csv(path, index=False)
    else:
        many.to_parquet(path, row_group_size=300)

    for behind in (0, 299, 300, 601, 1000):
        pieces = list(TableFile(path).rows(behind))
        numbers = [number for piece in pieces for number in piece.numbers]
        values = [int(value) for piece in pieces for value in piece.frame["port"]]
        assert numbers == values == list(range(behind + 1, 1001))


# --- what cannot be read ------------------------------------------------------------------------


def test_rows_of_too_many_cells_are_numbered_across_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "BLOCK_BYTES", 200)
    torn = {7, 8, 123, 400, 500}
    lines = [f"{n},0,0" if n in torn else f"{n},0" for n in range(1, 501)]
    (tmp_path / "table.csv").write_text("\n".join(["number,port", *lines]))

    rows = read(tmp_path / "table.csv")

    assert rows.unreadable == dict.fromkeys(sorted(torn), "3 cells, the heading has 2")
    assert rows.numbers.tolist() == [int(number) for number in rows.frame["number"]]
    assert len(rows.numbers) == 495


def test_text_of_another_encoding_is_kept_as_escapes(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"url,port\ncaf\xe9,1\n\xc3\xa9,0\n")

    assert read(tmp_path / "table.csv").frame["url"].tolist() == ["caf\\xe9", "é"]


@pytest.mark.parametrize("suffix", ["csv.gz", "parquet"])
def test_rows_before_a_damage_are_read_and_the_rest_is_told(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table.{suffix}"
    random = np.random.default_rng(0)
    many = pd.DataFrame({"url": random.bytes(3_000_000).hex(sep="\n").split("\n")})
    many = pd.DataFrame({"url": many["url"].str.cat([many["url"]] * 3), "port": 0})
    if suffix == "parquet":
        many.to_parquet(path, row_group_size=200_000, compression="gzip")
        content = bytearray(path.read_bytes())
        content[len(content) // 2 : len(content) // 2 + 5000] = b"\0" * 5000
        path.write_bytes(content)
    else:
        many.to_csv(path, index=False)
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])

    rows = read(path)

    assert 0 < len(rows.numbers) < len(many)
    (first_lost,) = rows.unreadable
    assert first_lost == len(rows.numbers) + 1
    assert rows.unreadable[first_lost].startswith(REST_LOST)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "no CSV or Parquet table can be read"),
        (b"PAR1 and no more", "no CSV or Parquet table can be read"),
        (b"\x1f\x8b\x08damaged", "no CSV or Parquet table can be read"),
        (b"port,url,port\n1,a,0\n", "the column 'port' stands there twice"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / "table.csv").write_bytes(content)

    with pytest.raises(TableError, match=f"table.csv: {complaint}"):
        TableFile(tmp_path / "table.csv")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"nowhere\.csv"):
        TableFile(tmp_path / "nowhere.csv")


def test_a_file_that_is_changed_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TEXT)
    rows = TableFile(path).rows()
    next(rows)
    os.utime(path, ns=(1, 1))

    with pytest.raises(TableError, match="was changed while it was read"):
        list(rows)


# --- what is known before ------------------------------------------------------------------------


def test_the_fingerprint_is_of_the_content(tmp_path: Path) -> None:
    for name, content in {"a": TEXT, "b": TEXT, "c": TEXT.replace("-1", "1")}.items():
        (tmp_path / name).write_text(content)
    first, second, third = (TableFile(tmp_path / name).fingerprint for name in "abc")

    assert first == second != third


def test_progress_is_of_the_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(progress, "LOGGED_SECONDS", 0.0)
    (tmp_path / "table.csv").write_text(TEXT)

    with caplog.at_level(logging.INFO):
        list(TableFile(tmp_path / "table.csv").rows())

    assert "table.csv: 100%, 3 records" in caplog.messages[-1]

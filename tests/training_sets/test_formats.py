import contextlib
import gzip
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.training_sets import formats
from network_security.training_sets.formats import TableFormatError, read_table
from network_security.training_sets.training_set import COLUMNS


@pytest.fixture
def path(tmp_path):
    return tmp_path / "phishing_websites"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("formats") / "file"


def quoted_header(text):
    header, rows = text.split("\n", 1)
    return ",".join(f'"{name}"' for name in header.split(",")) + "\n" + rows


def quoted_cells(text):
    return "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()
    )


CSV_DIALECTS = {
    "plain": lambda text: text,
    "quoted header": quoted_header,
    "quoted cells": quoted_cells,
    "byte order mark": lambda text: "\ufeff" + text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "spaces": lambda text: text.replace(",", " , "),
    "empty lines": lambda text: text.replace("\n", "\n\n"),
    "no last line feed": lambda text: text.rstrip("\n"),
}


@pytest.mark.parametrize("dialect", CSV_DIALECTS)
def test_every_dialect_of_csv_gives_the_same_table(dialect, path, table):
    table = table.head(20)
    path.write_text(CSV_DIALECTS[dialect](table.to_csv(index=False)), newline="")
    read = read_table(path)
    assert read.equals(table)
    assert tuple(read.columns) == COLUMNS
    assert set(read.dtypes) == {np.dtype("int8")}


@pytest.mark.parametrize("header", ["", "id", "index", "Unnamed: 0"])
def test_a_leading_index_column_is_left_out(header, path, table):
    table.rename_axis(header).to_csv(path)
    assert read_table(path).equals(table)


def test_the_columns_may_stand_in_another_order(path, table):
    table[list(reversed(COLUMNS))].to_csv(path, index=False)
    assert read_table(path).equals(table)


def test_arff_as_the_uci_archive_has_it(path, table, as_arff):
    path.write_text(as_arff(table), newline="")
    assert read_table(path).equals(table)


def test_arff_with_comments_quotes_and_capitals(path, table, as_arff):
    table = table.head(3)
    text = "% made by hand\n" + as_arff(table).replace("\r\n", "\n")
    text = text.replace("@attribute SFH ", "@ATTRIBUTE\t'SFH' ").replace("@data", "@DATA\n% rows")
    text = text.rstrip("\n").rpartition("\n")
    path.write_text(text[0] + "\n" + ",".join(f"'{cell}'" for cell in text[2].split(",")))
    assert read_table(path).equals(table)


def test_gzip(path, table, as_arff):
    path.write_bytes(gzip.compress(as_arff(table).encode()))
    assert read_table(path).equals(table)


def test_the_archive_of_the_publisher(path, table, as_archive):
    path.write_bytes(as_archive(table))
    assert read_table(path).equals(table)


def test_a_wrong_cell_is_named_by_file_line_and_column(path, table):
    table = table.astype(object)
    table.loc[4, "SSLfinal_State"] = 2
    table.to_csv(path, index=False)
    with pytest.raises(TableFormatError, match="expected -1, 0 or 1") as caught:
        read_table(path)
    assert (caught.value.path, caught.value.line, caught.value.column) == (
        path,
        6,
        "SSLfinal_State",
    )
    assert str(caught.value).startswith(f"{path}, line 6, column SSLfinal_State: '2'")


def test_lines_of_an_arff_file_are_counted_from_its_beginning(path, table, as_arff):
    lines = as_arff(table).split("\r\n")
    first_row = lines.index("@data") + 1
    lines[first_row + 2] = lines[first_row + 2].replace("1", "x", 1)
    path.write_text("\n".join(lines))
    with pytest.raises(TableFormatError) as caught:
        read_table(path)
    assert caught.value.line == first_row + 3


@pytest.mark.parametrize("cell", ["", "NaN", "?", "1.0", "-2", "01", "one", "1e0", "\u0661"])
def test_no_other_value_passes_for_one(cell, path, table):
    table = table.head(2).astype(object)
    table.loc[1, "port"] = cell
    table.to_csv(path, index=False)
    with pytest.raises(TableFormatError) as caught:
        read_table(path)
    assert (caught.value.line, caught.value.column) == (3, "port")


def test_a_row_that_is_cut_short_is_named(path, table):
    path.write_text(table.to_csv(index=False).rstrip("\n").rpartition(",")[0])
    with pytest.raises(TableFormatError, match="30 cells, expected 31") as caught:
        read_table(path)
    assert caught.value.line == len(table) + 1


WRONG_COLUMNS = {
    "missing SFH": lambda table: table.drop(columns="SFH"),
    "missing Result; unknown result": lambda table: table.rename(columns={"Result": "result"}),
    "missing popUpWidnow; unknown popUpWindow": lambda table: table.rename(
        columns={"popUpWidnow": "popUpWindow"}
    ),
    "unknown comment": lambda table: table.assign(comment=1),
    "a column stands there twice": lambda table: table[[*COLUMNS, "SFH"]],
}


@pytest.mark.parametrize("problem", WRONG_COLUMNS)
def test_wrong_columns_are_named(problem, path, table):
    WRONG_COLUMNS[problem](table).to_csv(path, index=False)
    with pytest.raises(TableFormatError, match=problem):
        read_table(path)


def test_a_file_without_names_is_told_so(path, table):
    table.to_csv(path, index=False, header=False)
    with pytest.raises(TableFormatError, match="the first line holds values, not names"):
        read_table(path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "wrong columns"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"a\0b", "NUL"),
        (b"@relation phishing\n@attribute SFH {-1,1}\n", "without an @data line"),
        (b"\x1f\x8b\x08\x00", "broken compressed file"),
        (b"PK\x03\x04", "broken compressed file"),
        (b"<!DOCTYPE html><title>Log in</title>", "wrong columns"),
    ],
)
def test_other_files_are_refused(content, problem, path):
    path.write_bytes(content)
    with pytest.raises(TableFormatError, match=problem):
        read_table(path)


def test_a_table_without_rows_is_refused(path, table):
    table.head(0).to_csv(path, index=False)
    with pytest.raises(TableFormatError, match="no rows"):
        read_table(path)


@pytest.mark.parametrize(
    ("members", "found"), [(["readme.txt"], "none"), (["a.csv", "b.csv"], "a.csv, b.csv")]
)
def test_an_archive_holds_one_table(members, found, path):
    with zipfile.ZipFile(path, "w") as file:
        for member in members:
            file.writestr(member, "")
    with pytest.raises(TableFormatError, match=f"in the archive, found {found}"):
        read_table(path)


def test_a_decompression_bomb_is_refused(path, monkeypatch):
    monkeypatch.setattr(formats, "MAX_BYTES", 1024**2)
    path.write_bytes(gzip.compress(b"0" * 1024**2 * 8))
    with pytest.raises(TableFormatError, match="more than 1 MiB"):
        read_table(path)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x1f\x8b\x08", b"PK\x03\x04", b"@data\n"]))
def test_any_bytes_give_a_table_or_the_error(scratch, content, start):
    scratch.write_bytes(start + content)
    with pytest.raises(TableFormatError):
        read_table(scratch)


@given(st.data())
def test_a_damaged_archive_gives_a_table_or_the_error(scratch, drawn_table, as_archive, data):
    content = bytearray(as_archive(drawn_table.head(40)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    scratch.write_bytes(content)
    with contextlib.suppress(TableFormatError):
        assert tuple(read_table(scratch).columns) == COLUMNS

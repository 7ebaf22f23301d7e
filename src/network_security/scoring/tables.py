"""Table files as rows to score: CSV, gzip CSV and Parquet, told apart by their first bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from network_security.scoring.rows import Rows, TableError
from network_security.streaming.progress import progress

GZIP, PARQUET = b"\x1f\x8b", b"PAR1"
BLOCK_BYTES: Final = 1024 * 1024
"""Of CSV text that is parsed at once, and the longest row; some 32 of them are read ahead."""

PARQUET_ROWS: Final = 50_000
UNREADABLE = (pa.ArrowException, OSError, EOFError)
"""What reading a damaged or cut-off file raises; ArrowInvalid among them."""

REST_LOST: Final = "from here on the file cannot be read"


class TableFile:
    """One table file, read in pieces; its cells are text if it is CSV, else of the file's types.

    Rows are numbered from 1 on; a CSV file's heading and its blank lines are not counted.
    """

    time_column: None = None

    def __init__(
        self,
        path: Path,
        *,
        delimiter: str = ",",
        kind: str = "features",
        id_column: str | None = None,
    ) -> None:
        """Look at the file; rows are read by `rows`.

        Args:
            path: the file.
            delimiter: what separates the cells of CSV.
            kind: what its rows are.
            id_column: the column that says what a row is about.

        Raises:
            TableError: the file is not there, cannot be read, is no table, or a column's name
                stands there twice.
        """
        self.kind = kind
        self.id_column = id_column
        self._path = path
        self._delimiter = delimiter
        try:
            self._status = path.stat()
            with path.open("rb") as file:
                self._magic = file.read(4)
                file.seek(0)
                self.fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
            schema = self._parquet_schema() if self._is_parquet else self._csv_schema()
        except UNREADABLE as error:
            raise TableError(f"{path}: no CSV or Parquet table can be read: {error}") from error
        if twice := sorted({name for name in schema.names if schema.names.count(name) > 1}):
            raise TableError(f"{path}: the column {twice[0]!r} stands there twice: rename one")
        self._schema = schema

    @property
    def name(self) -> str:
        """The file's path."""
        return str(self._path)

    @property
    def modified(self) -> datetime:
        """When the file was last written."""
        return datetime.fromtimestamp(self._status.st_mtime, UTC)

    @cached_property
    def empty(self) -> pd.DataFrame:
        """A frame without rows that has every column in its type."""
        return _frame(self._schema.empty_table())

    def rows(self, behind: int = 0) -> Iterator[Rows]:
        """Yield the rows behind a number, and show how far reading is.

        What cannot be read is an unreadable row of its number; when it is a damaged file's rest,
        the first of them.

        Raises:
            TableError: the file was changed meanwhile.
        """
        read = self._parquet_rows(behind) if self._is_parquet else self._csv_rows()
        with progress(self._status.st_size) as shown:
            before = 0
            for piece, position in read:
                _, wanted = piece.split(behind)
                if wanted.last:
                    yield wanted
                shown.advance(self.name, position - before, len(wanted.numbers))
                before = position
        now = self._path.stat()
        if (now.st_size, now.st_mtime_ns) != (self._status.st_size, self._status.st_mtime_ns):
            raise TableError(f"{self._path} was changed while it was read: score it again")

    @property
    def _is_parquet(self) -> bool:
        return self._magic == PARQUET

    def _csv_schema(self) -> pa.Schema:
        with self._open() as stream:
            names = self._csv_reader(stream, {}, {}).schema.names
        return pa.schema([(name, pa.string()) for name in names])

    def _parquet_schema(self) -> pa.Schema:
        with pa.parquet.ParquetFile(self._path) as file:
            return pa.schema(
                pa.field(field.name, _plain(field.type)) for field in file.schema_arrow
            )

    def _open(self) -> pa.NativeFile:
        self._file = pa.OSFile(str(self._path))
        if self._magic.startswith(GZIP):
            return pa.CompressedInputStream(self._file, "gzip")
        return self._file

    def _csv_reader(
        self, stream: pa.NativeFile, types: dict[str, pa.DataType], unreadable: dict[int, str]
    ) -> pa.csv.CSVStreamingReader:
        def note(row: pa.csv.InvalidRow) -> str:
            # The heading is its row 1.
            unreadable[row.number - 1] = (
                f"{row.actual_columns} cells, the heading has {row.expected_columns}"
            )
            return "skip"

        # One thread, as the reader numbers rows then alone; and text unchecked, as text of another
        # encoding must not stop it.
        return pa.csv.open_csv(
            stream,
            read_options=pa.csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
            parse_options=pa.csv.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=pa.csv.ConvertOptions(
                check_utf8=False, column_types=types, strings_can_be_null=False
            ),
        )

    def _csv_rows(self) -> Iterator[tuple[Rows, int]]:
        unreadable: dict[int, str] = {}
        last = 0
        with self._open() as stream:
            types = dict.fromkeys(self._schema.names, pa.string())
            reader = self._csv_reader(stream, types, unreadable)
            while True:
                try:
                    batch = reader.read_next_batch()
                except StopIteration:
                    break
                except UNREADABLE as error:
                    unreadable[max([last, *unreadable]) + 1] = f"{REST_LOST}: {error}"
                    break
                numbers = _numbers(last, batch.num_rows, unreadable)
                last = int(numbers[-1]) if len(numbers) else last
                noted = {number: unreadable.pop(number) for number in sorted(unreadable)
                         if number < last}  # fmt: skip
                table = pa.table([_text(column) for column in batch.columns], batch.schema.names)
                yield Rows(numbers, _frame(table), noted), self._file.tell()
        yield Rows(np.empty(0, np.int64), self.empty, unreadable), self._status.st_size

    def _parquet_rows(self, behind: int) -> Iterator[tuple[Rows, int]]:
        last = 0
        with pa.parquet.ParquetFile(self._path) as file:
            total = max(file.metadata.num_rows, 1)
            for group in range(file.num_row_groups):
                if last + (rows := file.metadata.row_group(group).num_rows) <= behind:
                    last += rows
                    continue
                batches = file.iter_batches(PARQUET_ROWS, row_groups=[group])
                while True:
                    try:
                        batch = next(batches)
                    except StopIteration:
                        break
                    except UNREADABLE as error:
                        lost = {last + 1: f"{REST_LOST}: {error}"}
                        yield Rows(np.empty(0, np.int64), self.empty, lost), self._status.st_size
                        return
                    numbers = np.arange(last + 1, last + batch.num_rows + 1)
                    last += batch.num_rows
                    frame = _frame(pa.table(batch.columns, batch.schema.names).cast(self._schema))
                    yield Rows(numbers, frame), self._status.st_size * last // total


def _numbers(last: int, count: int, unreadable: dict[int, str]) -> NDArray[np.int64]:
    """The numbers of as many rows behind the last one, unreadable ones left out."""
    left_out = [number for number in list(unreadable) if number > last]
    numbers = np.arange(last + 1, last + 1 + count + len(left_out))
    return numbers[~np.isin(numbers, left_out)][:count] if left_out else numbers


def _plain(type_: pa.DataType) -> pa.DataType:
    return type_.value_type if pa.types.is_dictionary(type_) else type_


def _text(column: pa.Array) -> pa.Array:
    """A column of valid UTF-8; other bytes are written as escapes."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        raw = column.view(pa.binary()).to_pylist()
        return pa.array([value.decode("utf-8", "backslashreplace") for value in raw], pa.string())
    return column


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame

"""Verdicts as one Parquet or CSV file, written and read portion by portion."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from kedro.io import DatasetError
from kedro_datasets._typing import TablePreview

from network_security.scoring.parts import Parts
from network_security.scoring.portions import ROW, VERDICT
from network_security.storage.versioned_file import VersionedFileDataset

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text that begins so is a formula to spreadsheets (OWASP, CSV Injection)."""


class VerdictsDataset(VersionedFileDataset[Parts, Iterator[pd.DataFrame]]):
    """One file, Parquet unless it is called ``.csv``; loads as an iterator of frames.

    In CSV a text that spreadsheets would take for a formula stands behind an apostrophe, which they
    do not show.

    Example of an entry:

    .. code-block:: yaml

        batch_prediction.verdicts:
          type: network_security.scoring.verdict_file.VerdictsDataset
          filepath: data/07_model_output/batch_prediction/verdicts.parquet
          versioned: true

    For all verdicts in memory at once: ``pd.concat(catalog.load("batch_prediction.verdicts"))``.
    """

    def save(self, data: Parts) -> None:
        """Write all parts into the file, which has its name once it is whole; discard the parts.

        Raises:
            DatasetError: there are no parts.
        """
        path = Path(self._get_save_path())
        schema = data.schema()
        path.parent.mkdir(parents=True, exist_ok=True)
        # Outside the version's folder and of the job's name, so that the run that goes on after an
        # interruption takes its place.
        name = f".{path.name}.{data.folder.name}.unfinished"
        unfinished = Path(self._filepath).with_name(name)
        try:
            write = _write_csv if _is_csv(path) else _write_parquet
            write(unfinished, schema, data.tables())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        data.discard()

    def load(self) -> Iterator[pd.DataFrame]:
        """Yield the verdicts in frames: of Parquet, a portion each.

        Raises:
            DatasetError: the file cannot be read.
        """
        path = Path(self._get_load_path())
        try:
            for table in _read_csv(path) if _is_csv(path) else _read_parquet(path):
                yield table.to_pandas(types_mapper=pd.ArrowDtype)
        except (pa.ArrowException, OSError) as error:
            raise DatasetError(f"the verdicts in {path} cannot be read: {error}") from error

    def preview(self, nrows: int = 5) -> TablePreview:
        """The first rows, for kedro-viz, in pandas' split orientation."""
        for frame in self.load():
            return TablePreview(frame.head(nrows).astype(str).to_dict(orient="split"))
        return TablePreview({"index": [], "columns": [], "data": []})


def _is_csv(path: Path) -> bool:
    return path.suffix.lower() == ".csv"


def _write_parquet(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    # A dictionary of probabilities would hold as many values as there are rows.
    encoded = [name for name in schema.names if pa.types.is_string(schema.field(name).type)]
    with pa.parquet.ParquetWriter(
        path, schema, compression="zstd", use_dictionary=encoded
    ) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(len(table), 1))


def _read_parquet(path: Path) -> Iterator[pa.Table]:
    with pa.parquet.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group)


def _write_csv(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    names = [neutral(name) for name in schema.names]
    with pa.csv.CSVWriter(path, pa.schema(zip(names, schema.types, strict=True))) as writer:
        for table in tables:
            columns = [_neutralised(column) for column in table.columns]
            writer.write_table(pa.table(columns, names))


def _read_csv(path: Path) -> Iterator[pa.Table]:
    verdict = {field.name: field.type for field in VERDICT} | {ROW: pa.int64()}
    with path.open("rb") as file:
        heading = next(csv.reader([file.readline().decode()]))
    with pa.csv.open_csv(
        path,
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types={name: verdict.get(name, pa.string()) for name in heading},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    ) as batches:
        for batch in batches:
            yield pa.Table.from_batches([batch])


def _neutralised(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    return pa.chunked_array([[neutral(text) for text in column.to_pylist()]], column.type)


def neutral(text: str | None) -> str | None:
    """A cell's text, behind an apostrophe if spreadsheets would take it for a formula.

    >>> neutral("=1+1"), neutral("plain"), neutral(None)
    ("'=1+1", 'plain', None)
    """
    return f"'{text}" if text is not None and text.startswith(FORMULA) else text

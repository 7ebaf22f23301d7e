"""Verdicts as one Parquet file, written and read portion by portion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from kedro.io import DatasetError
from kedro_datasets._typing import TablePreview

from network_security.scoring.parts import Parts
from network_security.storage.versioned_file import VersionedFileDataset


class VerdictsDataset(VersionedFileDataset[Parts, Iterator[pd.DataFrame]]):
    """One Parquet file, a row group a portion; loads as an iterator of frames.

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
            # A dictionary of probabilities would hold as many values as there are rows.
            encoded = [name for name in schema.names if pa.types.is_string(schema.field(name).type)]
            with pa.parquet.ParquetWriter(
                unfinished, schema, compression="zstd", use_dictionary=encoded
            ) as writer:
                for table in data.tables():
                    writer.write_table(table, row_group_size=max(len(table), 1))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        data.discard()

    def load(self) -> Iterator[pd.DataFrame]:
        """Yield the verdicts in frames, a row group each.

        Raises:
            DatasetError: the file cannot be read.
        """
        path = Path(self._get_load_path())
        try:
            with pa.parquet.ParquetFile(path) as file:
                for group in range(file.num_row_groups):
                    yield file.read_row_group(group).to_pandas(types_mapper=pd.ArrowDtype)
        except (pa.ArrowException, OSError) as error:
            raise DatasetError(f"the verdicts in {path} cannot be read: {error}") from error

    def preview(self, nrows: int = 5) -> TablePreview:
        """The first rows, for kedro-viz, in pandas' split orientation."""
        for frame in self.load():
            return TablePreview(frame.head(nrows).astype(str).to_dict(orient="split"))
        return TablePreview({"index": [], "columns": [], "data": []})

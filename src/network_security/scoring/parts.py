"""Finished portions on disk, each a file: what an interrupted run goes on from.

A portion's file has its name only once it is whole, so whatever moment a run is stopped at, the
files there are finished portions, and the next run begins behind the last of them.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from kedro.io import AbstractDataset, DatasetError

from network_security.scoring.job import Job, Portion


@dataclass(frozen=True)
class Parts:
    """The finished portions of one job."""

    folder: Path

    def __len__(self) -> int:
        """How many there are, from the first on."""
        return sum(1 for _ in self._files())

    def schema(self) -> pa.Schema:
        """Columns and types of every table.

        Raises:
            DatasetError: there is none.
        """
        for file in self._files():
            with pa.OSFile(str(file)) as stream:
                return pa.ipc.open_file(stream).schema
        raise DatasetError(f"{self.folder} holds no scored rows: score the table again")

    def tables(self) -> Iterator[pa.Table]:
        """Yield the verdicts of one portion after the other."""
        for file in self._files():
            with pa.OSFile(str(file)) as stream:
                yield pa.ipc.open_file(stream).read_all()

    def discard(self) -> None:
        """Remove them, once they are kept elsewhere."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, number: int, verdicts: pa.Table) -> None:
        """Add a portion; returns once it is on the disk."""
        path = self._file(number)
        unfinished = path.with_suffix(".unfinished")
        with pa.OSFile(str(unfinished), "wb") as stream:
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            with pa.ipc.new_file(stream, verdicts.schema, options=options) as writer:
                writer.write_table(verdicts)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(path)

    def _files(self) -> Iterator[Path]:
        return takewhile(Path.is_file, map(self._file, count()))

    def _file(self, number: int) -> Path:
        return self.folder / f"part-{number:08d}.arrow"


class PartsDataset(AbstractDataset[Portion, Path]):
    """Takes portions; loads as the folder that holds each job's parts, for `parts_of`.

    Example of an entry:

    .. code-block:: yaml

        batch_prediction.parts:
          type: network_security.scoring.parts.PartsDataset
          folder: data/07_model_output/batch_prediction/unfinished
    """

    def __init__(self, *, folder: str, metadata: dict[str, Any] | None = None) -> None:
        """Keep the parts of each job in a folder of its own inside this one."""
        self._folder = Path(folder)
        self._locks: dict[str, IO[bytes]] = {}
        self.metadata = metadata

    def load(self) -> Path:
        """The folder, which need not be there yet."""
        return self._folder

    def save(self, data: Portion) -> None:
        """Keep a finished portion.

        Raises:
            DatasetError: another process works on the same job.
        """
        parts = parts_of(self._folder, data.job)
        if data.job.key not in self._locks:
            parts.folder.mkdir(parents=True, exist_ok=True)
            self._locks[data.job.key] = _locked(parts.folder)
        parts.write(data.number, data.verdicts)

    def _release(self) -> None:
        for lock in self._locks.values():
            lock.close()
        self._locks.clear()

    def _exists(self) -> bool:
        return self._folder.is_dir()

    def _describe(self) -> dict[str, Any]:
        return {"folder": str(self._folder)}


def parts_of(folder: Path, job: Job) -> Parts:
    """The finished portions of a job."""
    return Parts(folder / job.key)


def _locked(folder: Path) -> IO[bytes]:
    """A lock that the system takes back when the process ends, however it does."""
    lock = (folder / "lock").open("wb")
    try:
        # Of the process, so that a run after one that failed in the same process gets it again.
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise DatasetError(
            f"another process is scoring the same table into {folder}: let it end"
        ) from error
    return lock

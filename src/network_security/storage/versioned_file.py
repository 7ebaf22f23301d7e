"""What data sets of one file, with a version's folder around it, have in common."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from kedro.io import AbstractVersionedDataset, Version

Saved = TypeVar("Saved")
Loaded = TypeVar("Loaded")


class VersionedFileDataset(AbstractVersionedDataset[Saved, Loaded]):
    """A file on the local disk; what is in it is for ``load`` and ``save`` of a subclass to say."""

    def __init__(
        self,
        *,
        filepath: str,
        version: Version | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Keep the file at ``filepath``, or in a version's folder beneath it.

        Args:
            filepath: Where the file is.
            version: Which version to load and save, when it has versions.
            metadata: For Kedro's plugins.
        """
        super().__init__(filepath=PurePosixPath(filepath), version=version)
        self.metadata = metadata

    def _exists(self) -> bool:
        return Path(self._get_load_path()).is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath, "version": self._version}

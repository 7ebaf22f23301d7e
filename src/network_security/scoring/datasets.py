"""What scoring reads: rows from wherever they come, and the models that judge them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kedro.io import DatasetError

from network_security.scoring.models import KINDS, Models
from network_security.scoring.rows import RowSource
from network_security.scoring.sources import open_source
from network_security.scoring.stored_evidence import StoredEvidence
from network_security.storage.collections import EVIDENCE
from network_security.storage.in_time_order import TimeOrderedDataset
from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.storage.spans import time_span


class RowSourceDataset(LoadOnlyDataset[RowSource]):
    """Rows to score; loads as a source, whose rows are read while they are scored.

    Example of an entry:

    .. code-block:: yaml

        batch_prediction.source:
          type: network_security.scoring.datasets.RowSourceDataset
          path: data/01_raw/urls.txt
          embedded_directory: data/mongodb
          credentials: mongodb
    """

    refusal = "rows to score are only read"

    def __init__(
        self,
        *,
        path: str | None,
        kind: str | None = None,
        delimiter: str = ",",
        since: str | date | None = None,
        until: str | date | None = None,
        metadata: dict[str, Any] | None = None,
        **store: Any,
    ) -> None:
        """Describe the source; nothing is read yet.

        Args:
            path: a file, a folder or a pattern; not used for ``evidence``.
            kind: ``features``, ``urls``, ``messages``, or ``evidence`` for the rows that the store
                holds; by default told from the content.
            delimiter: what separates the cells of CSV.
            since: of stored evidence: the day or the time it was first seen from.
            until: likewise before.
            metadata: for Kedro's plugins.
            **store: as for `TimeOrderedDataset`: ``embedded_directory``, ``database``,
                ``credentials``.

        Raises:
            DatasetError: there is no such kind.
        """
        if kind is not None and kind not in KINDS:
            raise DatasetError(f"no kind of rows {kind!r}: one of {', '.join(KINDS)}")
        self._path = path
        self._kind = kind
        self._delimiter = delimiter
        self._span = since, until
        self._evidence = TimeOrderedDataset(collection=EVIDENCE, field="first_seen", **store)
        self.metadata = metadata

    def load(self) -> RowSource:
        """The rows.

        Raises:
            TableError: there are none, or they cannot be read.
            DatasetError: a time is none, the span ends before it begins, or no path is given.
        """
        if self._kind == "evidence":
            return StoredEvidence(self._evidence.load(), *self._bounds())
        if self._path is None:
            raise DatasetError("nothing to score is named: name a file, a folder or a pattern")
        return open_source(self._path, kind=self._kind, delimiter=self._delimiter)

    def _bounds(self) -> tuple[datetime | None, datetime | None]:
        try:
            return time_span(*self._span)
        except ValueError as error:
            raise DatasetError(str(error)) from None

    def _describe(self) -> dict[str, Any]:
        return {"path": self._path, "kind": self._kind, "delimiter": self._delimiter}


class ModelsDataset(LoadOnlyDataset[Models]):
    """The models that judge; each is loaded when rows of its kind are.

    Example of an entry:

    .. code-block:: yaml

        batch_prediction.models:
          type: network_security.scoring.datasets.ModelsDataset
          detector: phishing
          folder: data/06_models
    """

    refusal = "models are saved by their training"

    def __init__(
        self, *, detector: str, folder: str, metadata: dict[str, Any] | None = None
    ) -> None:
        """Look for the detector's versions in its folder among the models."""
        self._models = Models(detector, folder)
        self.metadata = metadata

    def load(self) -> Models:
        """The models."""
        return self._models

    def _exists(self) -> bool:
        return True

    def _describe(self) -> dict[str, Any]:
        return {"detector": self._models.detector, "folder": self._models.folder}

"""What scoring reads: the table, and the newest detector that there is."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, NoReturn

from kedro.io import AbstractDataset, DatasetError

from network_security.detection.detector import Detector, DetectorError, Manifest
from network_security.pretrained import load_detector
from network_security.scoring.rows import RowSource
from network_security.scoring.tables import FeatureTable

log = logging.getLogger(__name__)


class FeatureTableDataset(AbstractDataset[NoReturn, RowSource]):
    """A table file of feature rows; loads as a source, whose rows are read while it is scored.

    Example of an entry:

    .. code-block:: yaml

        batch_prediction.table:
          type: network_security.scoring.datasets.FeatureTableDataset
          filepath: data/01_raw/features.csv.gz
    """

    def __init__(
        self, *, filepath: str, delimiter: str = ",", metadata: dict[str, Any] | None = None
    ) -> None:
        """Read the CSV, gzip CSV or Parquet file at ``filepath``."""
        self._path = Path(filepath)
        self._delimiter = delimiter
        self.metadata = metadata

    def load(self) -> RowSource:
        """The table.

        Raises:
            TableError: it is none, or cannot be read.
        """
        return FeatureTable(self._path, delimiter=self._delimiter)

    def save(self, data: NoReturn) -> NoReturn:
        """Refuse: a table is only read.

        Raises:
            DatasetError: always.
        """
        raise DatasetError("a table of features is only read")

    def _exists(self) -> bool:
        return self._path.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._path), "delimiter": self._delimiter}


class NewestDetectorDataset(AbstractDataset[NoReturn, Detector]):
    """The detector of the newest finished training, else the one that ships with the package.

    Example of an entry:

    .. code-block:: yaml

        batch_prediction.detector:
          type: network_security.scoring.datasets.NewestDetectorDataset
          detector: phishing
          models: data/06_models
    """

    def __init__(
        self, *, detector: str, models: str, metadata: dict[str, Any] | None = None
    ) -> None:
        """Look for the detector's versions in its folder among the models."""
        self._name = detector
        self._folder = Path(models) / detector
        self._loaded: Detector | None = None
        self.metadata = metadata

    def load(self) -> Detector:
        """The detector, its digest checked; the same one until it is released.

        Raises:
            DatasetError: the model and what is known about it do not fit together.
        """
        try:
            self._loaded = self._loaded or self._trained() or load_detector(self._name)
        except (DetectorError, ValueError) as error:
            raise DatasetError(f"{self._folder}: {error}") from error
        return self._loaded

    def save(self, data: NoReturn) -> NoReturn:
        """Refuse: a training saves the model and its manifest.

        Raises:
            DatasetError: always.
        """
        raise DatasetError("a detector is saved by its training")

    def _trained(self) -> Detector | None:
        """The newest version of which a training saved both files; it saves the manifest last."""
        for path in sorted(self._folder.glob("manifest.json/*/manifest.json"), reverse=True):
            model = self._folder / "model.onnx" / path.parent.name / "model.onnx"
            if not model.is_file():
                continue
            manifest = Manifest.from_json(json.loads(path.read_text(encoding="utf-8")))
            if manifest.training.get("simulated"):
                log.warning(
                    "The detector trained %s has seen simulated data only", path.parent.name
                )
            return Detector(model.read_bytes(), manifest)
        return None

    def _release(self) -> None:
        self._loaded = None

    def _exists(self) -> bool:
        return True

    def _describe(self) -> dict[str, Any]:
        return {"detector": self._name, "folder": str(self._folder)}

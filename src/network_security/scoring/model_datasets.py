"""The models of the catalog: the newest of each kind, else the one that ships."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, Generic, TypeVar

from kedro.io import DatasetError

from network_security.detection.detector import Detector, DetectorError
from network_security.detection.fusion import FusedDetector
from network_security.detection.message import MessageDetector
from network_security.detection.url_text.expert import UrlTextExpert
from network_security.scoring.newest import (
    newest_detector,
    newest_fused_detector,
    newest_message_detector,
    newest_url_text,
)
from network_security.storage.load_only_dataset import LoadOnlyDataset

Model = TypeVar("Model")


class NewestModelDataset(LoadOnlyDataset[Model], Generic[Model]):
    """The newest model of a kind; a training saves it, so that it is only read here.

    Example of an entry:

    .. code-block:: yaml

        phishing.fused_detector:
          type: network_security.scoring.model_datasets.NewestFusedDetectorDataset
          models: data/06_models
    """

    refusal = "a model is saved by its training, with its manifest"

    def __init__(self, *, models: str, metadata: dict[str, Any] | None = None) -> None:
        """Look for versions in the folder of the models."""
        self._models = Path(models)
        self._loaded: Model | None = None
        self.metadata = metadata

    def load(self) -> Model:
        """The model, its digest checked; the same one until it is released.

        Raises:
            DatasetError: the model and what is known about it do not fit together.
        """
        try:
            self._loaded = self._loaded or self._newest()
        except (DetectorError, ValueError) as error:
            raise DatasetError(f"{self._models}: {error}") from error
        return self._loaded

    @abstractmethod
    def _newest(self) -> Model: ...

    def _release(self) -> None:
        self._loaded = None

    def _exists(self) -> bool:
        return True

    def _describe(self) -> dict[str, Any]:
        return {"folder": str(self._models)}


class NewestDetectorDataset(NewestModelDataset[Detector]):
    """A detector of features, by its name."""

    def __init__(
        self, *, detector: str, models: str, metadata: dict[str, Any] | None = None
    ) -> None:
        """Look for the detector's versions in its folder among the models."""
        super().__init__(models=models, metadata=metadata)
        self._name = detector

    def _newest(self) -> Detector:
        return newest_detector(self._models, self._name)

    def _describe(self) -> dict[str, Any]:
        return {"detector": self._name, **super()._describe()}


class NewestUrlTextDataset(NewestModelDataset[UrlTextExpert]):
    """The URL text expert."""

    def _newest(self) -> UrlTextExpert:
        return newest_url_text(self._models)


class NewestFusedDetectorDataset(NewestModelDataset[FusedDetector]):
    """The newest fusion with the two models that it was fitted for."""

    def _newest(self) -> FusedDetector:
        return newest_fused_detector(self._models)


class NewestMessageDetectorDataset(NewestModelDataset[MessageDetector]):
    """The newest message detector, its links judged by the newest fused detector."""

    def _newest(self) -> MessageDetector:
        return newest_message_detector(self._models)

"""Kedro data set of an ONNX model."""

from pathlib import Path, PurePosixPath
from typing import Any

import onnx
from kedro.io import AbstractVersionedDataset, Version


class OnnxModelDataset(AbstractVersionedDataset[onnx.ModelProto, onnx.ModelProto]):
    """An ONNX model in one file, its bytes a function of the model alone.

    Example of an entry:

    .. code-block:: yaml

        phishing.model:
          type: network_security.storage.onnx_dataset.OnnxModelDataset
          filepath: data/06_models/phishing/model.onnx
          versioned: true
    """

    def __init__(
        self,
        *,
        filepath: str,
        version: Version | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Keep the model at ``filepath``, or in a version's folder beneath it."""
        super().__init__(filepath=PurePosixPath(filepath), version=version)
        self.metadata = metadata

    def load(self) -> onnx.ModelProto:
        """The model, checked to be well-formed."""
        model = onnx.load(str(self._get_load_path()))
        onnx.checker.check_model(model)
        return model

    def save(self, data: onnx.ModelProto) -> None:
        """Write the model; the folder is made when it is missing."""
        path = Path(self._get_save_path())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.SerializeToString(deterministic=True))

    def _exists(self) -> bool:
        return Path(self._get_load_path()).is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath, "version": self._version}

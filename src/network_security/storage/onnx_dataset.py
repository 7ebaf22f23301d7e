"""Kedro data set of an ONNX model."""

import json
from collections.abc import Iterable
from pathlib import Path

import onnx
from kedro_datasets._typing import JSONPreview

from network_security.storage.versioned_file import VersionedFileDataset


class OnnxModelDataset(VersionedFileDataset[onnx.ModelProto, onnx.ModelProto]):
    """An ONNX model in one file, its bytes a function of the model alone.

    Example of an entry:

    .. code-block:: yaml

        phishing.model:
          type: network_security.storage.onnx_dataset.OnnxModelDataset
          filepath: data/06_models/phishing/model.onnx
          versioned: true
    """

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

    def preview(self) -> JSONPreview:
        """What the model takes, gives and is made of, for kedro-viz."""
        model = self.load()
        described = {
            "bytes": model.ByteSize(),
            "inputs": _tensors(model.graph.input),
            "outputs": _tensors(model.graph.output),
            "operators": [node.op_type for node in model.graph.node],
            "opsets": {each.domain or "ai.onnx": each.version for each in model.opset_import},
            "metadata": {each.key: each.value for each in model.metadata_props},
        }
        return JSONPreview(json.dumps(described))


def _tensors(values: Iterable[onnx.ValueInfoProto]) -> dict[str, str]:
    """Type and shape of each, as ``FLOAT (n, 30)``; n is a dimension that is left open."""
    described = {}
    for value in values:
        tensor = value.type.tensor_type
        shape = ", ".join(str(size.dim_value or "n") for size in tensor.shape.dim)
        described[value.name] = f"{onnx.TensorProto.DataType.Name(tensor.elem_type)} ({shape})"
    return described

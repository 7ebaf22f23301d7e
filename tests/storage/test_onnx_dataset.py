import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from kedro.io import DatasetError, Version

from network_security.detection.additive import AdditiveTrees, Tree
from network_security.detection.export import model_digest, to_onnx
from network_security.storage.onnx_dataset import OnnxModelDataset


@pytest.fixture(scope="module")
def model() -> onnx.ModelProto:
    leaf = Tree(*map(np.array, ([-1], [-1], [-1], [0.0], [0.25], [3.0])))
    return to_onnx(AdditiveTrees((leaf,), bias=0.5), ["a", "b"], {"detector": "phishing"})


class TestOnnxModelDataset:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "models" / "model.onnx"

    def test_the_model_comes_back_as_it_was(self, model: onnx.ModelProto, path: Path) -> None:
        dataset = OnnxModelDataset(filepath=str(path))
        assert not dataset.exists()

        dataset.save(model)

        assert dataset.exists()
        assert dataset.load() == model

    def test_the_file_has_the_model_s_digest(self, model: onnx.ModelProto, path: Path) -> None:
        OnnxModelDataset(filepath=str(path)).save(model)

        assert hashlib.sha256(path.read_bytes()).hexdigest() == model_digest(model)

    @pytest.mark.parametrize("content", [b"", b"not a model"])
    def test_a_file_that_is_no_model_is_refused(self, content: bytes, path: Path) -> None:
        path.parent.mkdir()
        path.write_bytes(content)

        with pytest.raises(DatasetError, match=r"model\.onnx"):
            OnnxModelDataset(filepath=str(path)).load()

    def test_preview_says_what_the_model_takes_and_gives(
        self, model: onnx.ModelProto, path: Path
    ) -> None:
        dataset = OnnxModelDataset(filepath=str(path))
        dataset.save(model)

        preview = json.loads(dataset.preview())

        assert preview["bytes"] == path.stat().st_size
        assert preview["inputs"] == {"features": "FLOAT (n, 2)"}
        assert preview["outputs"] == {"log_odds": "DOUBLE (n, 1)", "probability": "DOUBLE (n, 1)"}
        assert preview["operators"] == ["Cast", "TreeEnsemble", "Add", "Sigmoid"]
        assert preview["metadata"] == {"features": "a,b", "detector": "phishing"}
        # By this name kedro-viz knows what to show.
        assert OnnxModelDataset.preview.__annotations__["return"].__name__ == "JSONPreview"

    def test_a_missing_file_is_named(self, path: Path) -> None:
        with pytest.raises(DatasetError, match=r"model\.onnx"):
            OnnxModelDataset(filepath=str(path)).load()


class TestOnnxModelDatasetVersioned:
    def test_each_version_has_its_file(self, model: onnx.ModelProto, tmp_path: Path) -> None:
        path = tmp_path / "model.onnx"
        version = "2026-01-02T03.04.05.678Z"
        dataset = OnnxModelDataset(filepath=str(path), version=Version(None, version))
        assert not dataset.exists()

        dataset.save(model)

        assert dataset.exists()
        assert (path / version / "model.onnx").is_file()
        assert OnnxModelDataset(filepath=str(path), version=Version(None, None)).load() == model
        with pytest.raises(DatasetError, match="must not exist"):
            dataset.save(model)

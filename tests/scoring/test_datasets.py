import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from kedro.io import DatasetError

from network_security import pretrained
from network_security.detection.detector import Detector
from network_security.scoring.datasets import ModelsDataset, RowSourceDataset
from network_security.scoring.model_datasets import NewestDetectorDataset

SHIPPED = Path(str(files(pretrained))) / "phishing"


def train(models: Path, version: str, *, card: str, promoted: bool = True) -> None:
    """Put a detector where a training of that version leaves it."""
    manifest = json.loads((SHIPPED / "manifest.json").read_text())
    manifest["training"] = {"name": card, "simulated": not promoted}
    gate = models / "phishing" / "gate_decision.json" / version / "gate_decision.json"
    gate.parent.mkdir(parents=True)
    gate.write_text(json.dumps({"promote": promoted}))
    for name in ("model.onnx", "manifest.json"):
        (models / "phishing" / name / version).mkdir(parents=True)
    shutil.copy(SHIPPED / "model.onnx", models / "phishing" / "model.onnx" / version)
    path = models / "phishing" / "manifest.json" / version / "manifest.json"
    path.write_text(json.dumps(manifest))


def newest(models: Path) -> NewestDetectorDataset:
    return NewestDetectorDataset(detector="phishing", models=str(models))


def test_the_shipped_detector_serves_until_one_is_trained(
    tmp_path: Path, detector: Detector
) -> None:
    dataset = newest(tmp_path)

    assert dataset.load().manifest == detector.manifest
    assert dataset.load() is dataset.load()


def test_the_newest_finished_training_that_passed_the_gate_counts(tmp_path: Path) -> None:
    train(tmp_path, "2026-01-01T00.00.00.000Z", card="first")
    train(tmp_path, "2026-01-02T00.00.00.000Z", card="second")
    train(tmp_path, "2026-01-03T00.00.00.000Z", card="interrupted")
    shutil.rmtree(tmp_path / "phishing" / "model.onnx" / "2026-01-03T00.00.00.000Z")
    train(tmp_path, "2026-01-04T00.00.00.000Z", card="no better", promoted=False)

    assert newest(tmp_path).load().manifest.training["name"] == "second"


def test_a_training_before_its_gate_has_decided_does_not_serve(
    tmp_path: Path, detector: Detector
) -> None:
    train(tmp_path, "2026-01-01T00.00.00.000Z", card="first")
    shutil.rmtree(tmp_path / "phishing" / "gate_decision.json")

    assert newest(tmp_path).load().manifest == detector.manifest


@pytest.mark.parametrize("content", ["{}", "not JSON"])
def test_a_manifest_that_does_not_fit_is_named(tmp_path: Path, content: str) -> None:
    train(tmp_path, "2026-01-01T00.00.00.000Z", card="first")
    next(tmp_path.glob("*/manifest.json/*/*")).write_text(content)

    with pytest.raises(DatasetError, match=str(tmp_path)):
        newest(tmp_path).load()


def test_a_model_that_was_swapped_is_refused(tmp_path: Path) -> None:
    train(tmp_path, "2026-01-01T00.00.00.000Z", card="first")
    next(tmp_path.glob("*/model.onnx/*/*")).write_bytes(b"another")

    with pytest.raises(DatasetError, match="restore both"):
        newest(tmp_path).load()


def test_models_and_rows_are_only_read(tmp_path: Path) -> None:
    rows = RowSourceDataset(path=None, embedded_directory=str(tmp_path))
    models = ModelsDataset(detector="phishing", folder=str(tmp_path))
    for dataset in (rows, models, newest(tmp_path)):
        with pytest.raises(DatasetError, match=r"only read|by its training|by their training"):
            dataset.save("anything")  # type: ignore[arg-type]


def test_what_is_to_be_scored_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nothing to score is named"):
        RowSourceDataset(path=None, embedded_directory=str(tmp_path)).load()
    with pytest.raises(DatasetError, match="no kind of rows 'links': one of features, urls"):
        RowSourceDataset(path="x", kind="links", embedded_directory=str(tmp_path))
    evidence = RowSourceDataset(
        path=None, kind="evidence", since="soon", embedded_directory=str(tmp_path)
    )
    with pytest.raises(DatasetError, match="since is 'soon': write a day such as"):
        evidence.load()

import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from kedro.io import DatasetError

from network_security import pretrained
from network_security.pretrained import load_phishing
from network_security.scoring.model_datasets import (
    NewestFusedDetectorDataset,
    NewestMessageDetectorDataset,
    NewestModelDataset,
    NewestUrlTextDataset,
)

SHIPPED = Path(str(files(pretrained)))


def train(models: Path, name: str, version: str, **changed: Any) -> None:
    """Put a model, or the fusion, where a training of that version leaves it."""
    manifest = json.loads((SHIPPED / name / "manifest.json").read_text()) | changed
    for file in ("manifest.json", "model.onnx"):
        if (SHIPPED / name / file).is_file():
            (models / name / file / version).mkdir(parents=True)
            shutil.copy(SHIPPED / name / file, models / name / file / version)
    (models / name / "manifest.json" / version / "manifest.json").write_text(json.dumps(manifest))


def newest(models: Path) -> NewestFusedDetectorDataset:
    return NewestFusedDetectorDataset(models=str(models))


def test_the_shipped_three_serve_until_a_fusion_is_made(tmp_path: Path) -> None:
    train(tmp_path, "url_text", "2026-01-01T00.00.00.000Z")
    dataset = newest(tmp_path)

    assert dataset.load().manifest.digest == load_phishing().manifest.digest
    assert dataset.load() is dataset.load()


def test_the_newest_fusion_serves_with_the_models_it_was_fitted_for(tmp_path: Path) -> None:
    train(tmp_path, "fusion", "2026-01-01T00.00.00.000Z", false_positive_rate=0.02)
    train(tmp_path, "fusion", "2026-01-02T00.00.00.000Z", false_positive_rate=0.03)
    train(tmp_path, "phishing", "2026-01-01T00.00.00.000Z", metrics={"trained": "here"})

    fused = newest(tmp_path).load()

    assert fused.manifest.false_positive_rate == 0.03
    assert fused.features.manifest.metrics == {"trained": "here"}


def test_a_fusion_whose_models_are_gone_is_refused(tmp_path: Path) -> None:
    train(tmp_path, "fusion", "2026-01-01T00.00.00.000Z", url_text_digest="0" * 64)

    with pytest.raises(DatasetError, match="fitted for the URL text model 000000000000"):
        newest(tmp_path).load()


@pytest.mark.parametrize("content", ["{}", "not JSON"])
def test_a_manifest_that_does_not_fit_is_refused(tmp_path: Path, content: str) -> None:
    train(tmp_path, "fusion", "2026-01-01T00.00.00.000Z")
    next(tmp_path.rglob("manifest.json/*/manifest.json")).write_text(content)

    with pytest.raises(DatasetError, match=str(tmp_path)):
        newest(tmp_path).load()


def test_the_newest_expert_with_a_model_counts(tmp_path: Path) -> None:
    train(tmp_path, "url_text", "2026-01-01T00.00.00.000Z", metrics={"trained": "here"})
    train(tmp_path, "url_text", "2026-01-02T00.00.00.000Z")
    shutil.rmtree(tmp_path / "url_text" / "model.onnx" / "2026-01-02T00.00.00.000Z")

    expert = NewestUrlTextDataset(models=str(tmp_path)).load()

    assert expert.manifest is not None
    assert expert.manifest.metrics == {"trained": "here"}


@pytest.mark.parametrize(
    "kind", [NewestFusedDetectorDataset, NewestUrlTextDataset, NewestMessageDetectorDataset]
)
def test_none_is_saved_by_hand(tmp_path: Path, kind: type[NewestModelDataset[Any]]) -> None:
    with pytest.raises(DatasetError, match="saved by its training"):
        kind(models=str(tmp_path)).save("a model")  # type: ignore[arg-type]


def test_the_message_detector_judges_links_by_the_newest_fusion(tmp_path: Path) -> None:
    train(tmp_path, "fusion", "2026-01-01T00.00.00.000Z", false_positive_rate=0.02)
    train(tmp_path, "message", "2026-01-01T00.00.00.000Z")

    detector = NewestMessageDetectorDataset(models=str(tmp_path)).load()

    assert detector.judge.digest == newest(tmp_path).load().manifest.digest

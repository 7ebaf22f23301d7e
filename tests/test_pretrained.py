import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from network_security import pretrained
from network_security.detection.additive import AdditiveTrees, Tree
from network_security.detection.detector import DetectorError, Manifest
from network_security.detection.export import model_digest, to_onnx
from network_security.evidence import SCHEMAS

SCHEMA = SCHEMAS["phishing"]


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that ships a detector, which suspects every row alike."""
    monkeypatch.setattr(pretrained, "files", lambda _: tmp_path)
    leaf = Tree(*map(np.array, ([-1], [-1], [-1], [0.0], [1.0], [3.0])))
    model = to_onnx(AdditiveTrees((leaf,), bias=0.0), SCHEMA.features, {})
    manifest = Manifest.of(
        SCHEMA,
        detector="phishing",
        digest=model_digest(model),
        thresholds=dict.fromkeys(SCHEMA.tiers, 0.5),
        false_positive_rate=0.014,
        ensemble={},
        training={"simulated": False},
        metrics={},
    )
    folder = tmp_path / "phishing"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    (folder / "manifest.json").write_text(json.dumps(manifest.to_json()))
    return folder


def test_a_detector_that_ships_is_ready_to_score(shipped: Path) -> None:
    detector = pretrained.load_detector()

    verdicts = detector.score(pd.DataFrame({"port": [1]}))
    assert verdicts.probability == pytest.approx(1 / (1 + np.exp(-1)))
    assert verdicts.decision.all()


def test_a_detector_that_does_not_ship_is_refused_by_name(shipped: Path) -> None:
    with pytest.raises(DetectorError, match="no pretrained 'intrusion' detector ships"):
        pretrained.load_detector("intrusion")


def test_files_that_do_not_fit_together_are_refused(shipped: Path) -> None:
    (shipped / "model.onnx").write_bytes(b"another model")

    with pytest.raises(DetectorError, match="restore both from the same training run"):
        pretrained.load_detector()


def test_the_three_that_ship_were_made_for_each_other() -> None:
    fused = pretrained.load_phishing()

    verdicts = fused.score(["http://example.org/"], pd.DataFrame(index=[0]))
    assert verdicts.digest[0:12] == fused.manifest.digest[0:12]
    assert set(fused.manifest.thresholds) == set(SCHEMA.tiers)


def test_without_a_fusion_nothing_is_fused(shipped: Path) -> None:
    with pytest.raises(DetectorError, match="no pretrained fusion ships"):
        pretrained.load_phishing()

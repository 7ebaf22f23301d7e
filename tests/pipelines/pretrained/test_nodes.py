from typing import Any

import numpy as np
import onnx
import pytest

from network_security.detection.additive import AdditiveTrees, Tree
from network_security.detection.detector import DetectorError, Manifest
from network_security.detection.export import model_digest, to_onnx
from network_security.evidence import SCHEMAS
from network_security.pipelines.pretrained.nodes import ShippingOptions, UnfitToShipError, ship

SCHEMA = SCHEMAS["phishing"]
OPTIONS = ShippingOptions(max_bytes=100_000)


@pytest.fixture(scope="module")
def model() -> onnx.ModelProto:
    leaf = Tree(*map(np.array, ([-1], [-1], [-1], [0.0], [0.25], [3.0])))
    return to_onnx(AdditiveTrees((leaf,), bias=0.0), SCHEMA.features, {})


@pytest.fixture
def manifest(model: onnx.ModelProto) -> dict[str, Any]:
    return Manifest.of(
        SCHEMA,
        detector="phishing",
        digest=model_digest(model),
        thresholds=dict.fromkeys(SCHEMA.tiers, 0.5),
        false_positive_rate=0.014,
        ensemble={},
        training={"simulated": False},
        metrics={},
    ).to_json()


def test_a_fit_detector_ships_as_it_is(model: onnx.ModelProto, manifest: dict[str, Any]) -> None:
    assert ship(model, manifest, "its card", OPTIONS) == (model, manifest, "its card")


def test_a_detector_of_simulated_data_does_not(
    model: onnx.ModelProto, manifest: dict[str, Any]
) -> None:
    manifest["training"]["simulated"] = True

    with pytest.raises(UnfitToShipError, match=r"phishing .* simulated sample: put the published"):
        ship(model, manifest, "its card", OPTIONS)


def test_a_detector_too_large_does_not(model: onnx.ModelProto, manifest: dict[str, Any]) -> None:
    with pytest.raises(UnfitToShipError, match="bytes, more than 100: train with smaller trees"):
        ship(model, manifest, "its card", ShippingOptions(max_bytes=100))


def test_a_model_with_another_s_manifest_does_not(
    model: onnx.ModelProto, manifest: dict[str, Any]
) -> None:
    manifest["digest"] = "0" * 64

    with pytest.raises(DetectorError, match="restore both from the same training run"):
        ship(model, manifest, "its card", OPTIONS)

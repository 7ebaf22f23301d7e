"""The check that a detector may ship."""

from dataclasses import dataclass
from typing import Any

import onnx

from network_security.detection.detector import Detector, Manifest


@dataclass(frozen=True)
class ShippingOptions:
    """What a detector that ships must keep to.

    Attributes:
        max_bytes: largest model.
    """

    max_bytes: int = 5_000_000


class UnfitToShipError(Exception):
    """The detector must not be given to others."""


def ship(
    model: onnx.ModelProto, manifest: dict[str, Any], card: str, options: ShippingOptions
) -> tuple[onnx.ModelProto, dict[str, Any], str]:
    """The model, its manifest and its card, once they are found fit.

    Raises:
        UnfitToShipError: the model is too large, or was trained on simulated data.
        DetectorError: model and manifest are of different trainings.
    """
    if manifest["training"]["simulated"]:
        raise UnfitToShipError(
            f"the {manifest['detector']} detector was trained on a simulated sample: put the "
            "published data set into data/01_raw and run `make training` first"
        )
    if model.ByteSize() > options.max_bytes:
        raise UnfitToShipError(
            f"the {manifest['detector']} model has {model.ByteSize():,} bytes, more than "
            f"{options.max_bytes:,}: train with smaller trees (members in its parameters)"
        )
    Detector(model.SerializeToString(deterministic=True), Manifest.from_json(manifest))
    return model, manifest, card

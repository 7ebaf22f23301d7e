"""Detectors that ship with the package, so that scoring works before any training.

Each is made by the project's own training on the published data set: ``make training pretrained``.
"""

import json
from importlib.resources import files

from network_security.detection.detector import Detector, DetectorError, Manifest


def load_detector(name: str = "phishing") -> Detector:
    """The detector of that name, its digest checked.

    Raises:
        DetectorError: none of that name ships with the package, or its files do not fit together.
    """
    folder = files(__name__) / name
    if not (folder / "model.onnx").is_file():
        raise DetectorError(f"no pretrained {name!r} detector ships with this package")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return Detector((folder / "model.onnx").read_bytes(), Manifest.from_json(manifest))

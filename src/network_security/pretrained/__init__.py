"""Detectors that ship with the package, so that scoring works before any training.

Each is made by the project's own training on published data: ``make training pretrained``, for the
URL text expert ``kedro run --pipelines=url_text`` and ``--pipelines=url_text_pretrained``, for what
adds the two up ``--pipelines=fusion`` and ``--pipelines=fusion_pretrained``, and for messages
``--pipelines=message`` and ``--pipelines=message_pretrained``.
"""

import json
from importlib.resources import files

from network_security.detection.detector import Detector, DetectorError, Manifest
from network_security.detection.fusion import FusedDetector, FusionManifest
from network_security.detection.message import MessageDetector, MessageManifest
from network_security.detection.message.links import FusedLinks
from network_security.detection.url_text.expert import ExpertError, UrlTextExpert
from network_security.detection.url_text.manifest import UrlTextManifest


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


def load_url_text() -> UrlTextExpert:
    """The expert for raw URL text, its digest checked; what it was trained on is in its manifest.

    Raises:
        ExpertError: it does not ship with this package, or is of another version.
        ManifestError: its files do not fit together.
    """
    folder = files(__name__) / "url_text"
    if not (folder / "model.onnx").is_file():
        raise ExpertError("no pretrained URL text expert ships with this package")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return UrlTextExpert((folder / "model.onnx").read_bytes(), UrlTextManifest.from_json(manifest))


def load_phishing() -> FusedDetector:
    """The phishing detector that serves: the detector of 30 features, the URL text expert, the sum.

    Raises:
        DetectorError: the detector or the fusion does not ship with this package, or was made of
            other models than those that do.
        ExpertError: the URL text expert does not ship with this package, or is of another version.
        ManifestError: the expert's files do not fit together.
    """
    path = files(__name__) / "fusion" / "manifest.json"
    if not path.is_file():
        raise DetectorError("no pretrained fusion ships with this package")
    manifest = FusionManifest.from_json(json.loads(path.read_text(encoding="utf-8")))
    return FusedDetector(load_detector("phishing"), load_url_text(), manifest)


def load_message_manifest() -> MessageManifest:
    """The model for whole messages, which is its manifest; it needs a judge of links besides.

    Raises:
        DetectorError: it does not ship with this package, or its file was altered.
    """
    path = files(__name__) / "message" / "manifest.json"
    if not path.is_file():
        raise DetectorError("no pretrained message detector ships with this package")
    return MessageManifest.from_json(json.loads(path.read_text(encoding="utf-8")))


def load_message_detector() -> MessageDetector:
    """The detector for whole messages, with the phishing detector that judges their links.

    Raises:
        DetectorError: as `load_message_manifest`.
        DetectorError, ExpertError, ManifestError: as `load_phishing`.
    """
    return MessageDetector(load_message_manifest(), FusedLinks(load_phishing()))

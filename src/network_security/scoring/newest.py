"""The newest models that trainings left in a folder, else those that ship with the package.

A model and its manifest are two files of one version. A training saves the manifest last, so that
a version with both is finished. Of the detector of features, which a gate stands before, only
versions count that passed it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from network_security.detection.detector import Detector, Manifest
from network_security.detection.fusion import FusedDetector, FusionManifest
from network_security.detection.message import MessageDetector, MessageManifest
from network_security.detection.message.links import FusedLinks
from network_security.detection.url_text.expert import UrlTextExpert
from network_security.detection.url_text.manifest import UrlTextManifest
from network_security.pretrained import (
    load_detector,
    load_message_manifest,
    load_phishing,
    load_url_text,
)

Part = TypeVar("Part")


def manifests(folder: Path) -> Iterator[Path]:
    """The manifests in a model's folder, the newest version first."""
    yield from sorted(folder.glob("manifest.json/*/manifest.json"), reverse=True)


def newest_detector(models: Path, name: str) -> Detector:
    """The newest promoted detector of features of that name.

    Raises:
        DetectorError: the model and what is known about it do not fit together, or none ships.
    """
    path = next(filter(_promoted, _versions(models / name)), None)
    return load_detector(name) if path is None else _detector(path)


def newest_url_text(models: Path) -> UrlTextExpert:
    """The URL text expert.

    Raises:
        ValueError: the model and what is known about it do not fit together.
    """
    path = next(_versions(models / "url_text"), None)
    return load_url_text() if path is None else _expert(path)


def newest_fused_detector(models: Path) -> FusedDetector:
    """The newest fusion with the two models that it was fitted for.

    A model that was trained after the newest fusion is left alone until it has been fused.

    Raises:
        DetectorError: the fusion does not fit this version, or a model that it was fitted for is
            gone.
    """
    path = next(manifests(models / "fusion"), None)
    if path is None:
        return load_phishing()
    manifest = FusionManifest.from_json(_json(path))
    name = manifest.detector
    features = _of_digest(
        models / name, manifest.features_digest, _detector, lambda: load_detector(name)
    )
    url_text = _of_digest(models / "url_text", manifest.url_text_digest, _expert, load_url_text)
    return FusedDetector(features, url_text, manifest)


def newest_message_manifest(models: Path) -> MessageManifest:
    """The newest model of messages.

    Raises:
        DetectorError: it does not fit this version.
    """
    path = next(manifests(models / "message"), None)
    return load_message_manifest() if path is None else MessageManifest.from_json(_json(path))


def newest_message_detector(models: Path, urls: FusedDetector | None = None) -> MessageDetector:
    """The newest message detector.

    Args:
        models: the folder of models.
        urls: judges the links; the newest fused detector where it is not at hand.

    Raises:
        DetectorError: the models and what is known about them do not fit together.
    """
    links = FusedLinks(urls or newest_fused_detector(models))
    return MessageDetector(newest_message_manifest(models), links)


def _versions(folder: Path) -> Iterator[Path]:
    """The manifests of finished trainings, the newest first."""
    return (path for path in manifests(folder) if _model(path).is_file())


def _promoted(manifest: Path) -> bool:
    """Whether the gate let a version through."""
    version = manifest.parent.name
    decision = manifest.parents[2] / "gate_decision.json" / version / "gate_decision.json"
    return decision.is_file() and _json(decision).get("promote") is True


def _of_digest(
    folder: Path, digest: str, read: Callable[[Path], Part], shipped: Callable[[], Part]
) -> Part:
    """The trained model of that digest, or the shipped one, whichever it turns out to be."""
    for path in _versions(folder):
        if _json(path).get("digest") == digest:
            return read(path)
    return shipped()


def _detector(path: Path) -> Detector:
    return Detector(_model(path).read_bytes(), Manifest.from_json(_json(path)))


def _expert(path: Path) -> UrlTextExpert:
    return UrlTextExpert(_model(path).read_bytes(), UrlTextManifest.from_json(_json(path)))


def _model(path: Path) -> Path:
    """The model that a version's manifest describes."""
    return path.parents[2] / "model.onnx" / path.parent.name / "model.onnx"


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]

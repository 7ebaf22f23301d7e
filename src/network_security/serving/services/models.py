"""The cards of the models that serve."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

from network_security import pretrained
from network_security.detection.fusion import FusionManifest
from network_security.serving.services.model_watch import ServedModels

ModelName = Literal["urls", "url_text", "features", "messages"]

FOLDERS: Final[dict[ModelName, str]] = {
    "urls": "fusion",
    "url_text": "url_text",
    "features": "phishing",
    "messages": "message",
}
"""Under which names the models' trainings keep what they make."""


def model_card(models: ServedModels, name: ModelName, reports: Path | None) -> str | None:
    """A model's card, in Markdown; None where there is none at hand.

    Args:
        models: those that serve.
        name: which of them.
        reports: the folder with the reports of trainings, for a model that does not ship.
    """
    shipped = files(pretrained) / FOLDERS[name]
    card = shipped / "card.md"
    if card.is_file() and _digest_shipped(name) == _digest_served(models, name):
        return card.read_text(encoding="utf-8")
    written = None if reports is None else reports / FOLDERS[name] / "model_card.md"
    if written is None or not written.is_file():
        return None
    return written.read_text(encoding="utf-8")


def _digest_served(models: ServedModels, name: ModelName) -> str:
    return models.urls.url_text.digest if name == "url_text" else models.digests[name]


def _digest_shipped(name: ModelName) -> str:
    manifest = files(pretrained) / FOLDERS[name] / "manifest.json"
    plain = json.loads(manifest.read_text(encoding="utf-8"))
    if name == "urls":
        return FusionManifest.from_json(plain).digest
    return str(plain["digest"])

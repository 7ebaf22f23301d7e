"""The models that serve, and how newer ones take their place while requests go on.

A request takes the models once and keeps them to its end. Newer ones are loaded and checked beside
them, then one reference is changed: no request ever waits, or sees half of each.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from kedro.io import DatasetError

from network_security.detection.detector import Detector, DetectorError
from network_security.detection.fusion import FusedDetector
from network_security.detection.message import MessageDetector
from network_security.detection.verdicts import Examiner
from network_security.scoring.newest import (
    newest_detector,
    newest_fused_detector,
    newest_message_detector,
)

log = logging.getLogger(__name__)

DETECTOR = "phishing"


@dataclass(frozen=True)
class ServedModels:
    """The models of one moment, all of one release or training.

    Attributes:
        urls: judges URLs by their text and the evidence about their sites.
        features: judges the 30 features alone.
        messages: judges messages.
        loaded: when they were loaded.
    """

    urls: FusedDetector
    features: Detector
    messages: MessageDetector
    loaded: datetime

    @cached_property
    def examiner(self) -> Examiner:
        """Explains verdicts on the 30 features."""
        return Examiner(self.features)

    @property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 of each model by what it judges."""
        return {
            "urls": self.urls.manifest.digest,
            "features": self.features.manifest.digest,
            "messages": self.messages.manifest.digest,
        }


def load_models(folder: Path) -> ServedModels:
    """The newest finished models of a folder, else those that ship; ONNX only, digests checked.

    Raises:
        DatasetError: a model and what is known about it do not fit together.
    """
    try:
        urls = newest_fused_detector(folder)
        features = newest_detector(folder, DETECTOR)
        messages = newest_message_detector(folder, urls)
    except (DetectorError, ValueError) as error:
        raise DatasetError(str(error)) from error
    models = ServedModels(urls, features, messages, datetime.now(UTC))
    # The first explanation reads the models' leaves, which no request should wait for.
    urls.examine("https://example.org/", {})
    _ = models.examiner
    return models


class ModelWatch:
    """Has the newest models, and looks for newer ones from time to time."""

    def __init__(self, folder: Path, *, seconds: float) -> None:
        """Load the models there are.

        Args:
            folder: with the models of trainings.
            seconds: how often to look for newer ones.

        Raises:
            DatasetError: they cannot be loaded.
        """
        self._folder = folder
        self._seconds = seconds
        self._signature = _signature(folder)
        self.current = load_models(folder)
        self.problem: str | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="models", daemon=True)

    def start(self) -> None:
        """Begin to look for newer ones."""
        self._thread.start()

    def stop(self) -> None:
        """End that."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def refresh(self) -> bool:
        """Look once; whether other models serve from now on.

        Models that cannot be loaded are told of in `problem`, and those that serve go on.
        """
        signature = _signature(self._folder)
        if signature == self._signature:
            return False
        self._signature = signature
        try:
            found = load_models(self._folder)
        except Exception as error:  # whatever is wrong with a file, the service goes on
            self.problem = f"newer models cannot be loaded: {error}"
            log.exception("Newer models cannot be loaded; those that serve go on")
            return False
        self.problem = None
        if found.digests == self.current.digests:
            return False
        self.current = found
        log.info("Other models serve from now on: %s", dict(found.digests))
        return True

    def _watch(self) -> None:
        while not self._stopped.wait(self._seconds):
            self.refresh()


def describe(models: ServedModels) -> list[dict[str, Any]]:
    """What is known of each model: its manifest, and what it is for."""
    text = models.urls.url_text.manifest
    return [
        {
            "name": "urls",
            "judges": "URLs by their text and the evidence about their sites",
            "digest": models.urls.manifest.digest,
            "manifest": models.urls.manifest.to_json(),
        },
        {
            "name": "url_text",
            "judges": "the URL's text, as part of the above",
            "digest": models.urls.url_text.digest,
            "manifest": {} if text is None else text.to_json(),
        },
        {
            "name": "features",
            "judges": "rows of the 30 features",
            "digest": models.features.manifest.digest,
            "manifest": models.features.manifest.to_json(),
        },
        {
            "name": "messages",
            "judges": "messages by their words and their links",
            "digest": models.messages.manifest.digest,
            "manifest": models.messages.manifest.to_json(),
        },
    ]


def _signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes with any finished training or fusion, and with what the gate says of it."""
    found = []
    told = [f"*/{name}/*/{name}" for name in ("manifest.json", "gate_decision.json")]
    for path in sorted(path for pattern in told for path in folder.glob(pattern)):
        state = path.stat()
        found.append((str(path), state.st_mtime_ns, state.st_size))
    return tuple(found)

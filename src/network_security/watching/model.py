"""The models that judge, and others as soon as they are promoted."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from network_security.detection.detector import DetectorError
from network_security.detection.fusion import FusedDetector
from network_security.detection.message import MessageDetector, MessageManifest
from network_security.detection.message.links import FusedLinks
from network_security.scoring.newest import (
    manifests,
    newest_fused_detector,
    newest_message_manifest,
)

log = logging.getLogger(__name__)

Model = TypeVar("Model")


class NewestModel:
    """The newest fused detector, and that of messages over it, looked for now and then."""

    def __init__(
        self, models: Path, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Look for them in a folder of models.

        Args:
            models: The folder; the detectors that ship serve where it has none.
            seconds: How often they are looked for.
            clock: Seconds.
        """
        self._models = models
        self._urls = _Newest(models / "fusion", self._load_urls, seconds, clock)
        self._manifest = _Newest(models / "message", self._load_manifest, seconds, clock)
        self._messages: tuple[FusedDetector, MessageDetector] | None = None

    def current(self) -> FusedDetector:
        """The detector; the one before it where a new one cannot be used, which is logged.

        Raises:
            DetectorError, ValueError: There is none that can be used.
        """
        return self._urls.current()

    def messages(self) -> MessageDetector:
        """The detector of messages, whose links `current` judges; likewise.

        Raises:
            DetectorError, ValueError: There is none that can be used.
        """
        urls, manifest = self._urls.current(), self._manifest.current()
        if self._messages is not None:
            over, made = self._messages
            if over is urls and made.manifest is manifest:
                return made
        detector = MessageDetector(manifest, FusedLinks(urls))
        self._messages = urls, detector
        return detector

    def _load_urls(self) -> FusedDetector:
        found = newest_fused_detector(self._models)
        log.info("Judging by %s", found.manifest.digest[:12])
        return found

    def _load_manifest(self) -> MessageManifest:
        found = newest_message_manifest(self._models)
        log.info("Judging messages by %s", found.digest[:12])
        return found


class _Newest(Generic[Model]):
    """One model."""

    def __init__(
        self, folder: Path, load: Callable[[], Model], seconds: float, clock: Callable[[], float]
    ) -> None:
        self._folder = folder
        self._load = load
        self._seconds = seconds
        self._clock = clock
        self._looked = float("-inf")
        self._version: Path | None = None
        self._found: Model | None = None

    def current(self) -> Model:
        if self._found is not None and self._clock() - self._looked < self._seconds:
            return self._found
        self._looked = self._clock()
        version = next(manifests(self._folder), None)
        if self._found is not None and version == self._version:
            return self._found
        try:
            self._found = self._load()
        except (DetectorError, ValueError) as error:
            if self._found is None:
                raise
            log.error("The promoted model cannot be used, the one before it goes on: %s", error)
        self._version = version
        return self._found

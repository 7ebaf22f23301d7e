"""The model that judges, and another one as soon as it is promoted."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from network_security.detection.detector import DetectorError
from network_security.detection.fusion import FusedDetector
from network_security.scoring.newest import newest_fused_detector

log = logging.getLogger(__name__)


class NewestModel:
    """The newest fused detector, looked for now and then."""

    def __init__(
        self, models: Path, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Look for it in a folder of models.

        Args:
            models: The folder; the detector that ships serves where it has none.
            seconds: How often it is looked for.
            clock: Seconds.
        """
        self._models = models
        self._seconds = seconds
        self._clock = clock
        self._looked = float("-inf")
        self._version: Path | None = None
        self._detector: FusedDetector | None = None

    def current(self) -> FusedDetector:
        """The detector; the one before it where a new one cannot be used, which is logged.

        Raises:
            DetectorError, ValueError: There is none that can be used.
        """
        if self._detector is not None and self._clock() - self._looked < self._seconds:
            return self._detector
        self._looked = self._clock()
        version = max(self._models.glob("fusion/manifest.json/*/manifest.json"), default=None)
        if self._detector is not None and version == self._version:
            return self._detector
        try:
            self._detector = newest_fused_detector(self._models)
        except (DetectorError, ValueError) as error:
            if self._detector is None:
                raise
            log.error("The promoted model cannot be used, the one before it goes on: %s", error)
        else:
            log.info("Judging by %s", self._detector.manifest.digest[:12])
        self._version = version
        return self._detector

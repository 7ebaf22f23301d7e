"""Which model judges which kind of rows: the newest that was trained, else the one that ships."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from kedro.io import DatasetError

from network_security.detection.detector import DetectorError
from network_security.scoring import newest
from network_security.scoring.judges import FeatureJudge, RowJudge, UrlJudge
from network_security.scoring.message_judge import MessageJudge

KINDS: Final = ("features", "urls", "messages", "evidence")
"""What rows may be; all but the first are judged by what URLs say as well."""


@dataclass(frozen=True)
class Models:
    """Where models are; small, so that a process elsewhere can be told which ones are meant.

    Attributes:
        detector: the name of the detector of features.
        folder: the folder with the models of trainings.
    """

    detector: str
    folder: str

    def judge(self, kind: str, *, workers: int = 1, unknown: tuple[str, ...] = ()) -> RowJudge:
        """The judge of rows of a kind.

        Args:
            kind: one of `KINDS`.
            workers: threads that score features.
            unknown: words that stand for unknown evidence.

        Raises:
            DatasetError: a model and what is known about it do not fit together, or does not ship.
        """
        try:
            models = Path(self.folder)
            if kind == "features":
                detector = newest.newest_detector(models, self.detector)
                return FeatureJudge(detector, workers=workers, unknown=unknown)
            urls = newest.newest_fused_detector(models)
            if kind != "messages":
                return UrlJudge(urls, unknown=unknown)
            messages = newest.newest_message_detector(models, urls)
            return MessageJudge(messages.manifest, messages.judge)
        except (DetectorError, ValueError) as error:
            raise DatasetError(f"no model for {kind} in {self.folder}: {error}") from error


@lru_cache(maxsize=4)
def judge_of_process(models: Models, kind: str, unknown: tuple[str, ...]) -> RowJudge:
    """The judge, loaded once a process."""
    return models.judge(kind, unknown=unknown)

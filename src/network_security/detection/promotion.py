"""The gate between a trained model and the one in service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit


@dataclass(frozen=True)
class PromotionOptions:
    """What a challenger must show.

    Attributes:
        metric: figure of the grouped protocol on which it must be better; higher is better.
        confidence: one-sided confidence that it is, in (0.5, 1).
        calibration_tolerance: by how much its calibration error may exceed the champion's.
    """

    metric: str = "roc_auc"
    confidence: float = 0.95
    calibration_tolerance: float = 0.003

    def __post_init__(self) -> None:
        """Refuse a confidence that is none."""
        if not 0.5 < self.confidence < 1:  # noqa: PLR2004
            raise ValueError(f"confidence is {self.confidence}, must be between 0.5 and 1")


def decide_promotion(
    challenger: Mapping[str, Any], champion: Mapping[str, Any] | None, options: PromotionOptions
) -> dict[str, Any]:
    """Whether the challenger takes the champion's place.

    It does when there is no champion, or when it is better on the grouped protocol beyond what
    chance would bring and its calibration is not worse. A model of simulated data is never
    promoted.

    Args:
        challenger: the report of metrics of the new model.
        champion: that of the model in service, or None.
        options: what must be shown.

    Returns:
        ``promote``, the ``reason`` in a sentence, and the figures it rests on.

    Raises:
        ValueError: the metric is none of the reports' figures.
    """
    if challenger["data"]["simulated"]:
        return _decision(False, "it was trained on a simulated sample")
    if champion is None:
        return _decision(True, "there is no champion yet")
    new, old = (report["protocols"]["grouped"] for report in (challenger, champion))
    if options.metric not in new:
        raise ValueError(f"there is no figure {options.metric!r}; there are {', '.join(new)}")
    paired = challenger["data"]["folds_digest"] == champion["data"]["folds_digest"]
    gain, noise = _gain(new[options.metric]["folds"], old[options.metric]["folds"], options, paired)
    worse = new["ece"]["mean"] - old["ece"]["mean"]
    figures = {"gain": gain, "noise": noise, "calibration_change": worse, "paired": paired}
    # Put so that figures that are no numbers promote nothing.
    if not gain > noise:
        reason = f"its {options.metric} gain of {gain:+.4f} is within the noise of {noise:.4f}"
        return _decision(False, reason, **figures)
    if not worse <= options.calibration_tolerance:
        return _decision(False, f"its calibration error is worse by {worse:.4f}", **figures)
    return _decision(
        True, f"its {options.metric} is better by {gain:.4f}, noise {noise:.4f}", **figures
    )


def _gain(
    new: Sequence[float], old: Sequence[float], options: PromotionOptions, paired: bool
) -> tuple[float, float]:
    """The mean gain over folds, and how large chance alone would make it.

    Equal folds are compared pairwise with the corrected resampled t-test, whose variance allows for
    training sets that overlap (C. Nadeau, Y. Bengio, "Inference for the Generalization Error",
    2003); other folds by Welch's test with the same correction.
    """
    ours, theirs = np.asarray(new), np.asarray(old)
    gain = float(ours.mean() - theirs.mean())
    if paired:
        k = len(ours)
        scale = float(np.std(ours - theirs, ddof=1)) * np.sqrt(1 / k + 1 / (k - 1))
        freedom = float(k - 1)
    else:
        parts = [float(np.var(x, ddof=1)) * (1 / len(x) + 1 / (len(x) - 1)) for x in (ours, theirs)]
        scale = float(np.sqrt(sum(parts)))
        freedom = float(min(len(ours), len(theirs)) - 1)
    return gain, float(stdtrit(freedom, options.confidence) * scale)


def _decision(promote: bool, reason: str, **figures: Any) -> dict[str, Any]:
    return {"promote": promote, "reason": reason, **figures}

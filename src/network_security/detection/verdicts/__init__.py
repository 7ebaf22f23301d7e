"""Verdicts on single entities that say what they know, what they do not, and what would help."""

from network_security.detection.verdicts.completions import SearchOptions
from network_security.detection.verdicts.conformal import Conformal, conformal_quantiles
from network_security.detection.verdicts.examiner import Examiner
from network_security.detection.verdicts.rendering import render
from network_security.detection.verdicts.verdict import Verdict

__all__ = [
    "Conformal",
    "Examiner",
    "SearchOptions",
    "Verdict",
    "conformal_quantiles",
    "render",
]

"""Whether a stated probability is the frequency that is observed, as a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

SIDE: Final = 240
"""Width and height of the drawing's square, in its own units."""
LARGEST: Final = 7.0
SMALLEST: Final = 2.0


@dataclass(frozen=True)
class Dot:
    """Rows of about the same stated probability.

    Attributes:
        x, y: place in the drawing.
        radius: by how many rows there are.
        stated, observed: mean probability, and share of phishing.
        rows: how many.
    """

    x: float
    y: float
    radius: float
    stated: float
    observed: float
    rows: int


@dataclass(frozen=True)
class Reliability:
    """The drawing's parts.

    Attributes:
        dots: by stated probability.
        error: expected calibration error.
    """

    dots: tuple[Dot, ...]
    error: float


def read_reliability(metrics: Mapping[str, Any]) -> Reliability:
    """The drawing of a report's calibrated probabilities at full evidence.

    Raises:
        KeyError: the report has none.
    """
    measured = metrics["calibration"]["all"]["after"]
    curve = measured["reliability"]
    most = max(curve["rows"], default=1)
    dots = tuple(
        Dot(
            round(SIDE * stated, 1),
            round(SIDE * (1 - observed), 1),
            round(SMALLEST + (LARGEST - SMALLEST) * (rows / most) ** 0.5, 1),
            float(stated),
            float(observed),
            int(rows),
        )
        for stated, observed, rows in zip(
            curve["probability"], curve["frequency"], curve["rows"], strict=True
        )
    )
    return Reliability(dots, float(measured["ece"]))

"""How severe a finding is: how sure it is, and how near it came to anybody.

=====================  ======================  ===========================  ====================
..                     not known to have come  delivered, or asked for and  somebody got through
                       to anybody              denied
=====================  ======================  ===========================  ====================
above the threshold    informational           low                          medium
sure                   low                     medium                       high
confirmed by others    medium                  high                         critical
=====================  ======================  ===========================  ====================

The order of what raises it is that of triage by likelihood and impact (NIST SP 800-30 rev. 1,
appendix I). Nothing that becomes known can lower it: what is not known counts as what is not so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

SEVERITIES = ("informational", "low", "medium", "high", "critical")
Severity = Literal["informational", "low", "medium", "high", "critical"]


class Confidence(IntEnum):
    """How sure it is that a finding is what the detector says."""

    ABOVE_THRESHOLD = 0
    SURE = 1
    CONFIRMED = 2


class Exposure(IntEnum):
    """How near it came to anybody."""

    UNKNOWN = 0
    OFFERED = 1
    REACHED = 2


@dataclass(frozen=True, slots=True)
class SeverityOptions:
    """When a finding is sure.

    Attributes:
        sure_from: The least probability.
        poor_tiers: Evidence tiers that are never sure by the probability alone.

    Raises:
        ValueError: If the probability is none.
    """

    sure_from: float = 0.95
    poor_tiers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no probability; a list of tiers is taken as well, as files have it."""
        object.__setattr__(self, "poor_tiers", tuple(self.poor_tiers))
        if not 0 <= self.sure_from <= 1:
            raise ValueError(f"sure_from is {self.sure_from}: a probability is between 0 and 1")


def confidence(
    probability: float, tier: str, *, confirmed: bool, options: SeverityOptions
) -> Confidence:
    """Return how sure a finding is.

    Args:
        probability: Of the verdict.
        tier: Its evidence tier.
        confirmed: Whether a threat list has it, or a mail system judged it bad too.
        options: When it is sure.
    """
    if confirmed:
        return Confidence.CONFIRMED
    sure = probability >= options.sure_from and tier not in options.poor_tiers
    return Confidence.SURE if sure else Confidence.ABOVE_THRESHOLD


def exposure(*, offered: bool, reached: bool) -> Exposure:
    """Return how near it came.

    Args:
        offered: Whether it was delivered, or asked for.
        reached: Whether somebody who asked for it was let through.
    """
    if reached:
        return Exposure.REACHED
    return Exposure.OFFERED if offered else Exposure.UNKNOWN


def severity(sure: Confidence, near: Exposure) -> Severity:
    """Return the severity that the table above gives.

    >>> severity(Confidence.SURE, Exposure.REACHED)
    'high'
    """
    return SEVERITIES[sure + near]  # type: ignore[return-value]


def rank(name: Severity) -> int:
    """Return a severity's place, 0 for informational to 4 for critical."""
    return SEVERITIES.index(name)

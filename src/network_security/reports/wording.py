"""Figures and names as a person reads them, the same in every plot and in the model card."""

from collections.abc import Mapping
from typing import Any

from network_security.evidence import SCHEMAS


def percent(share: float, digits: int = 1) -> str:
    """A share of 1 as ``95.8%``."""
    return f"{100 * share:.{digits}f}%"


def count(number: float) -> str:
    """A count as ``11,055``."""
    return f"{number:,.0f}"


def spread_percent(figure: Mapping[str, Any]) -> str:
    """Mean and standard deviation over folds of a share, as ``95.8 ± 0.6%``."""
    return f"{100 * figure['mean']:.1f} ± {100 * figure['std']:.1f}%"


def spread_number(figure: Mapping[str, Any]) -> str:
    """Mean and standard deviation over folds of a number, as ``0.9944 ± 0.0011``."""
    return f"{figure['mean']:.4f} ± {figure['std']:.4f}"


def rate(share: float) -> str:
    """A rate without needless zeros, as ``1.4%`` or ``0.1%``."""
    return f"{100 * share:.4g}%"


def one_in(share: float) -> str:
    """A base rate as ``1 in 1,000``."""
    return f"1 in {count(1 / share)}"


def plain(name: str) -> str:
    """A name of the code in words: ``random_forest`` as ``random forest``."""
    return name.replace("_", " ")


def tier_label(detector: str, tier: str) -> str:
    """The evidence groups of a tier, as ``url + tls + dns``, or that it holds all of them."""
    schema = SCHEMAS[detector]
    groups = schema.tiers[tier]
    if set(groups) == set(schema.groups):
        return "all evidence"
    return " + ".join(plain(group) for group in groups)


def feature_labels(detector: str) -> dict[str, str]:
    """Each feature with the evidence group that supplies it, as ``SSLfinal_State (tls)``."""
    return {
        feature: f"{feature} ({plain(group)})"
        for group, features in SCHEMAS[detector].groups.items()
        for feature in features
    }

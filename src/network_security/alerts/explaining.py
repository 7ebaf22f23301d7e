"""Says why a finding is one, where its verdict does not: what each known feature adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Protocol

from network_security.alerts.finding import Finding
from network_security.detection.verdicts import Verdict


class Model(Protocol):
    """What is known about a model."""

    @property
    def digest(self) -> str: ...  # noqa: D102


class Explainer(Protocol):
    """A detector that gives its reasons; `FusedDetector` is one."""

    @property
    def manifest(self) -> Model: ...  # noqa: D102

    def examine(self, url: str, evidence: Mapping[str, Any]) -> Verdict:
        """Return the verdict on one URL, with its reasons."""


def explained(finding: Finding, explainer: Explainer) -> Finding:
    """Return a finding with the contributions to its verdict, the strongest first.

    It stays as it is where it has them, where the verdict is another model's, whose reasons these
    would not be, and where its input was not kept.

    Args:
        finding: The finding.
        explainer: The detector.
    """
    receipt = finding.receipt
    if finding.contributions or finding.digest != explainer.manifest.digest:
        return finding
    if receipt.features is None or finding.entity.kind == "message":
        return finding
    verdict = explainer.examine(receipt.subject, receipt.features)
    pieces = [asdict(piece) for piece in verdict.pieces]
    contributions = tuple(
        # The URL's text is the one that has no code; what in it speaks for that is told with it.
        {**asdict(each), "pieces": pieces if each.value is None else []}
        for each in verdict.contributions
    )
    return replace(finding, contributions=contributions)

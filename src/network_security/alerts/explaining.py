"""Says why a finding is one, where its verdict does not: what each known feature adds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import asdict, replace
from typing import Any, Final, Protocol

from network_security.alerts.finding import Finding
from network_security.detection.verdicts import Verdict

Contributions = tuple[Mapping[str, Any], ...]

MOST_REMEMBERED: Final = 500


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


class Explanations:
    """The reasons that a detector has; what it said of an input lately is remembered."""

    def __init__(self, explainer: Explainer) -> None:
        """Ask a detector."""
        self.explainer = explainer
        self._known: OrderedDict[Hashable, Contributions] = OrderedDict()

    def explained(self, finding: Finding) -> Finding:
        """Return a finding with the contributions to its verdict, the strongest first.

        It stays as it is where it has them, where the verdict is another model's, whose reasons
        these would not be, and where its input was not kept.
        """
        receipt = finding.receipt
        if finding.contributions or finding.digest != self.explainer.manifest.digest:
            return finding
        if receipt.features is None or finding.entity.kind == "message":
            return finding
        told = receipt.subject, *sorted(receipt.features.items())
        if told not in self._known:
            self._known[told] = _contributions(
                self.explainer.examine(receipt.subject, receipt.features)
            )
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return replace(finding, contributions=self._known[told])


def _contributions(verdict: Verdict) -> Contributions:
    pieces = [asdict(piece) for piece in verdict.pieces]
    return tuple(
        # The URL's text is the one that has no code; what in it speaks for that is told with it.
        {**asdict(each), "pieces": pieces if each.value is None else []}
        for each in verdict.contributions
    )

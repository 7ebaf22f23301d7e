"""What comes out when a URL is judged, for machines and for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from network_security.detection.verdicts import Verdict, render
from network_security.evidence.urls.defang import defang

if TYPE_CHECKING:
    from network_security.enrichment import Findings
    from network_security.enrichment.lists import ThreatMatch
    from network_security.evidence.urls import Layer

OBSERVATIONS = ("certificate", "dns", "http", "registration", "reputation")
"""What `Findings` holds besides the page, of which a judgement keeps the length alone."""


@dataclass(frozen=True)
class UrlJudgement:
    """A URL, what is known of it, and what that amounts to.

    Attributes:
        given: the URL as it was handed over.
        url: as its sender wrote it, without defanging and the recipient's gateways: what is judged.
        layers: wrappers that were taken off, the outermost first.
        features: the 30 features; None where the evidence is missing.
        findings: what was found out about its site; None where nobody was asked.
        threats: entries of threat lists that it matches.
        verdict: of the detector.
        judged: when.
    """

    given: str
    url: str
    layers: tuple[Layer, ...]
    features: Mapping[str, int | None]
    findings: Findings | None
    threats: tuple[ThreatMatch, ...]
    verdict: Verdict
    judged: datetime

    def to_json(self) -> dict[str, Any]:
        """The judgement as plain values; of a page its length alone."""
        return {
            "given": self.given,
            "url": self.url,
            "layers": [
                {"kind": layer.kind, "wrapper": layer.wrapper, "url": layer.url.text}
                for layer in self.layers
            ],
            "judged": self.judged.isoformat(),
            **self.verdict.to_json(),
            "features": dict(self.features),
            "threats": [str(threat) for threat in self.threats],
            "looked_up": self._looked_up(),
            "problems": [str(problem) for problem in self.findings.problems]
            if self.findings
            else [],
        }

    def render(self) -> str:
        """The judgement as lines for a terminal."""
        return "\n".join([render(self.verdict), *map(defang, [*self._found(), *self._limits()])])

    def _found(self) -> Iterator[str]:
        for layer in self.layers:
            yield f"taken out of a link of {layer.wrapper} ({layer.kind})"
        for threat in self.threats:
            yield f"ON A THREAT LIST: {threat}"

    def _limits(self) -> Iterator[str]:
        problems = self.findings.problems if self.findings else ()
        if not problems and not self._looked_up().keys() - {"reputation"}:
            yield "nobody was asked about the site: --lookup asks, --plan says whom"
        for problem in problems:
            yield f"not found out: {problem}"

    def _looked_up(self) -> dict[str, Any]:
        if self.findings is None:
            return {}
        known = {name: getattr(self.findings, name) for name in OBSERVATIONS}
        found = {name: asdict(value) for name, value in known.items() if value is not None}
        if self.findings.page is not None:
            found["page"] = {"characters": len(self.findings.page.html)}
        return found

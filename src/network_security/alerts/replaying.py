"""Makes the verdicts of an alert again, with the models that made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from network_security.alerts.finding import Finding
from network_security.alerts.receipt import (
    Difference,
    FeatureScorer,
    MessageScorer,
    Replay,
    Scorer,
    replay,
    verify,
)
from network_security.detection.detector import Detector
from network_security.detection.message import MessageDetector


@dataclass(frozen=True)
class FindingReplay:
    """What came of making one finding's verdict again.

    Attributes:
        finding: The finding.
        replay: What came of it.
    """

    finding: Finding
    replay: Replay

    def __str__(self) -> str:
        subject = f"{self.finding.receipt.subject} ({self.finding.first_seen:%Y-%m-%d %H:%M} UTC)"
        if self.replay.equal:
            return f"equal     {subject}: probability {self.finding.probability:.6f}"
        differs = "; ".join(map(str, self.replay.differences))
        return f"{'DIFFERENT' if self.replay.recomputed else 'NOT MADE '} {subject}: {differs}"


def scorers(
    detectors: Iterable[Detector],
    fused: Mapping[str, Scorer] | None = None,
    messages: Iterable[MessageDetector] = (),
) -> dict[str, Scorer]:
    """Return what can judge again, by the digest of the model.

    Args:
        detectors: Those that read features alone.
        fused: Others, such as a `FusedDetector`, by their digest.
        messages: Those that judge messages.
    """
    own: dict[str, Scorer] = {each.manifest.digest: FeatureScorer(each) for each in detectors}
    whole = {each.manifest.digest: MessageScorer(each) for each in messages}
    return own | whole | dict(fused or {})


def replay_findings(
    findings: Iterable[Finding], available: Mapping[str, Scorer]
) -> list[FindingReplay]:
    """Make the verdicts of findings again.

    Args:
        findings: As `AlertStore.findings` gives those of an alert.
        available: What can judge, by the digest of the model.
    """
    made = []
    for finding in findings:
        scorer = available.get(finding.digest)
        if scorer is None:
            known = ", ".join(sorted(digest[:12] for digest in available)) or "none"
            missing = Difference("model", finding.digest[:12], f"not at hand, only {known}")
            result = Replay((*verify(finding.receipt), missing), recomputed=False)
        else:
            result = replay(finding.receipt, scorer)
        made.append(FindingReplay(finding, result))
    return made

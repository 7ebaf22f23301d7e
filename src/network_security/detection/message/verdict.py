"""What is said of one message."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from network_security.detection.verdicts.conformal import Answer
from network_security.detection.verdicts.verdict import Verdict


@dataclass(frozen=True)
class Reason:
    """What one term adds.

    Attributes:
        term: its name.
        value: as it was extracted; None where it is not known.
        log_odds: its share of the log-odds of phishing.
        phrase: what was observed, in words, quoting the message where that helps.
    """

    term: str
    value: float | None
    log_odds: float
    phrase: str


@dataclass(frozen=True)
class LinkVerdict:
    """What is said of one link.

    Attributes:
        url: the link as its sender wrote it, what gateways put around it taken off.
        target: the innermost link, where it is another.
        place: what holds it; with its source, as ``anchor in an attachment``.
        shown: what the reader sees of it.
        site: the registered domain or address.
        log_odds: of phishing at equal prior, by the URL detector.
        verdict: that detector's explained verdict; None for the links that are not examined.
    """

    url: str
    target: str | None
    place: str
    shown: str
    site: str
    log_odds: float
    verdict: Verdict | None


@dataclass(frozen=True)
class SenderFacts:
    """Facts of the message's headers, shown beside the probability and no part of it.

    Attributes:
        address, name, reply_to, envelope: as the headers state them.
        authentication: result by method (SPF, DKIM, DMARC), as the topmost Authentication-Results
            states it (RFC 8601). It is worth what the server is worth that wrote it.
        name_spoofs: whether the display name shows an address or host of another site.
        reply_to_differs: whether answers go to another site.
        part_of_score: always False.
    """

    address: str | None
    name: str | None
    reply_to: str | None
    envelope: str | None
    authentication: Mapping[str, str]
    name_spoofs: bool | None
    reply_to_differs: bool | None
    part_of_score: bool = False


@dataclass(frozen=True)
class MessageVerdict:
    """All that can be said of one message.

    Attributes:
        message: SHA-256 of the message's bytes.
        probability: calibrated probability of phishing, at equal prior.
        decision: whether it reaches the threshold.
        threshold: the operating point.
        detector: name of the detector.
        digest: SHA-256 of the model.
        answer: phishing, not phishing, or not sure.
        coverage: the share of each class that is not answered with the other.
        no_reason: the log-odds of a message that gives no reason.
        reasons: what adds to them, the strongest first; with `no_reason` they sum up to the
            message's log-odds.
        links: the worst link of each site, the worst site first, then other links; at most 20.
        links_judged: distinct web links that were judged.
        links_found: links of any kind in the message.
        unknown: what could not be known, in words.
        notes: what else limits the verdict, in words.
        sender: facts of the headers, no part of the score.
    """

    message: str
    probability: float
    decision: bool
    threshold: float
    detector: str
    digest: str
    answer: Answer
    coverage: float
    no_reason: float
    reasons: tuple[Reason, ...]
    links: tuple[LinkVerdict, ...]
    links_judged: int
    links_found: int
    unknown: tuple[str, ...]
    notes: tuple[str, ...]
    sender: SenderFacts

    def to_json(self) -> dict[str, Any]:
        """The verdict as plain values, nested as the classes are."""
        return asdict(self)

"""The message detector as it is served."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from network_security.detection.arrays import Floats
from network_security.detection.detector import Verdicts
from network_security.detection.message.links import (
    JudgedLink,
    LinkJudge,
    LinkOptions,
    judge_links,
    sites,
    worst_site,
)
from network_security.detection.message.manifest import TIER, MessageManifest
from network_security.detection.message.phrases import phrase
from network_security.detection.message.table import message_rows, view_row
from network_security.detection.message.terms import added
from network_security.detection.message.verdict import (
    LinkVerdict,
    MessageVerdict,
    Reason,
    SenderFacts,
)
from network_security.evidence.messages.message import Message
from network_security.evidence.messages.view import MessageView

Row = dict[str, float | None]
"""The features of a message and the log-odds of its worst site, by name."""


@dataclass(frozen=True)
class MessageScores:
    """What the detector says of many messages; arrays are of shape (n_messages,).

    Attributes:
        probability: calibrated probability of phishing, at equal prior.
        decision: whether it reaches the threshold.
        threshold: the operating point, the same for all.
        detector: name of the detector.
        digest: SHA-256 of the model.
    """

    probability: Floats
    decision: NDArray[np.bool_]
    threshold: float
    detector: str
    digest: str

    def verdicts(self) -> Verdicts:
        """The same as every detector says it."""
        count = len(self.probability)
        return Verdicts(
            probability=self.probability,
            decision=self.decision,
            tier=np.full(count, TIER),
            threshold=np.full(count, self.threshold),
            detector=self.detector,
            digest=self.digest,
        )


@dataclass(frozen=True)
class ExaminationOptions:
    """How much a verdict shows.

    Attributes:
        most_links: links that are listed: the worst of each site, then others.
        most_examined: of these, how many are examined in full; one takes up to some hundred ms.
    """

    most_links: int = 20
    most_examined: int = 3


class MessageDetector:
    """Judges messages by their content and by what their links lead to.

    Attributes:
        manifest: the model, and what is known about it.
        judge: judges links.
    """

    def __init__(
        self,
        manifest: MessageManifest,
        judge: LinkJudge,
        links: LinkOptions | None = None,
        examination: ExaminationOptions | None = None,
    ) -> None:
        """Put the model and the URL detector together.

        Args:
            manifest: the model.
            judge: judges links; best the one that the model was fitted with.
            links: which links are judged.
            examination: how much a verdict shows.
        """
        self.manifest = manifest
        self.judge = judge
        self._links = links or LinkOptions()
        self._examination = examination or ExaminationOptions()

    def score(self, messages: Sequence[Message]) -> MessageScores:
        """Judge messages; each one's result is independent of those beside it, to the bit."""
        return self.score_rows(self.rows(messages))

    def rows(self, messages: Sequence[Message]) -> list[Row]:
        """What messages are judged by."""
        return message_rows(messages, self.judge, self._links)

    def score_rows(self, rows: Sequence[Row]) -> MessageScores:
        """Judge messages by what `rows` says of them."""
        probability = np.array([self._probability(row) for row in rows], dtype=np.float64)
        return MessageScores(
            probability=probability,
            decision=probability >= self.manifest.threshold,
            threshold=self.manifest.threshold,
            detector=self.manifest.detector,
            digest=self.manifest.digest,
        )

    def examine(self, message: Message) -> MessageVerdict:
        """The verdict on one message, with its reasons; its figures are those of `score`."""
        view = MessageView(message)
        (judged,) = judge_links([view], self.judge, self._links)
        row = view_row(view, worst_site(judged))
        probability = self._probability(row)
        conformal = self.manifest.conformal
        return MessageVerdict(
            message=message.digest,
            probability=probability,
            decision=probability >= self.manifest.threshold,
            threshold=self.manifest.threshold,
            detector=self.manifest.detector,
            digest=self.manifest.digest,
            answer=conformal.tiers[TIER].answer(probability),
            coverage=conformal.coverage,
            no_reason=self.manifest.intercept,
            reasons=self.reasons(row, view, judged),
            links=self._link_verdicts(judged),
            links_judged=len(judged),
            links_found=message.links_found,
            unknown=_unknown(message, view),
            notes=self._notes(message, view, judged),
            sender=_sender_facts(message),
        )

    def reasons(
        self, row: Row, view: MessageView, links: Sequence[JudgedLink]
    ) -> tuple[Reason, ...]:
        """Why a message is judged as it is, the strongest first.

        Args:
            row: what `rows` says of it.
            view: the message.
            links: its judged links.
        """
        worst = next(iter(sites(links)), None)
        reasons = []
        for name, log_odds in added(self.manifest.weights, row).items():
            value = row[name]
            if log_odds and value is not None:
                reasons.append(Reason(name, value, log_odds, phrase(name, value, view, worst)))
        return tuple(sorted(reasons, key=lambda each: -abs(each.log_odds)))

    def _probability(self, row: Row) -> float:
        log_odds = fsum([self.manifest.intercept, *added(self.manifest.weights, row).values()])
        return float(expit(log_odds))

    def _link_verdicts(self, judged: Sequence[JudgedLink]) -> tuple[LinkVerdict, ...]:
        by_site = sites(judged)
        ranked: list[JudgedLink] = []
        later: list[JudgedLink] = []
        shown: set[str] = set()
        for each in sorted(judged, key=lambda each: -each.log_odds):
            site = each.link.sent.host.site
            (later if site in shown else ranked).append(each)
            shown.add(site)
        ranked.sort(key=lambda each: -by_site[each.link.sent.host.site])
        ranked += later
        return tuple(
            self._link_verdict(each, examined=place < self._examination.most_examined)
            for place, each in enumerate(ranked[: self._examination.most_links])
        )

    def _link_verdict(self, judged: JudgedLink, *, examined: bool) -> LinkVerdict:
        link = judged.link
        url, target = link.sent.text, link.target.text
        where = "" if link.source == "body" else f" in an attached {_SOURCES[link.source]}"
        return LinkVerdict(
            url=url,
            target=target if target != url else None,
            place=f"{link.place}{where}",
            shown=link.shown,
            site=link.sent.host.site,
            log_odds=judged.log_odds,
            verdict=self.judge.examine(url) if examined else None,
        )

    def _notes(
        self, message: Message, view: MessageView, judged: Sequence[JudgedLink]
    ) -> tuple[str, ...]:
        notes = list(message.limits)
        if len(judged) < len(view.web):
            notes.append(f"only the first {len(judged)} of {len(view.web)} web links were judged")
        expected = self.manifest.links["digest"]
        if self.judge.digest != expected:
            notes.append(
                f"links are judged by {self.judge.name} {self.judge.digest[:12]}; the model was "
                f"fitted with {self.manifest.links['detector']} {expected[:12]}"
            )
        return tuple(notes)


_SOURCES = {"attachment": "page", "nested": "message"}


def _unknown(message: Message, view: MessageView) -> tuple[str, ...]:
    found = []
    if not view.web:
        found.append("where it leads: it has no link to the web")
    if not view.words:
        found.append("what it says: it has no text")
    unread = [file for file in message.files if not file.is_html]
    if unread:
        found.append(f"what is in {len(unread)} attached files: they are not opened")
    if message.images:
        found.append(f"what its {message.images} images show")
    return tuple(found)


def _sender_facts(message: Message) -> SenderFacts:
    sender = message.sender
    return SenderFacts(
        address=sender.address,
        name=sender.name,
        reply_to=sender.reply_to,
        envelope=sender.envelope,
        authentication=dict(sender.authentication),
        name_spoofs=sender.name_spoofs,
        reply_to_differs=sender.reply_to_differs,
    )

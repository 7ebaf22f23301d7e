"""A verdict as it is drawn: on its scale, with what pulls which way, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from network_security.detection.message.verdict import MessageVerdict
from network_security.detection.verdicts.conformal import NOT_PHISHING, PHISHING
from network_security.detection.verdicts.phrases import PHRASES
from network_security.detection.verdicts.verdict import Bounds, Flip, TextPiece, Verdict
from network_security.serving.web.filters import percent

SHOWN_PULLS: Final = 8
SHOWN_PIECES: Final = 5
SHOWN_FLIPS: Final = 3
LEAST: Final = 0.005
"""Log-odds that are not rounded to nothing."""
HALF: Final = 50.0
"""Per cent of a bar's width on each side of its middle."""
EDGE: Final = 25.0
"""Per cent of the scale within which a label must not be centred."""


@dataclass(frozen=True)
class Pull:
    """What one thing adds to the log-odds, as a bar from the middle.

    Attributes:
        phrase: what was observed.
        log_odds: its share; positive speaks for phishing.
        start: where the bar begins, in per cent.
        width: its width, in per cent.
        detail: where it was observed.
    """

    phrase: str
    log_odds: float
    start: float
    width: float
    detail: str = ""

    @property
    def kind(self) -> str:
        """Which way it pulls."""
        return "up" if self.log_odds > 0 else "down"


@dataclass(frozen=True)
class Mark:
    """A place on the scale with a label that stays within it.

    Attributes:
        place: in per cent.
        anchor: the side of the label that stands there.
    """

    place: float
    anchor: str


@dataclass(frozen=True)
class VerdictView:
    """What is drawn of a verdict.

    Attributes:
        probability, threshold: of phishing, and from where on it alerts.
        decision: whether it alerts.
        mark: of the threshold.
        lowest, highest: how far it could move, in per cent; None where that is not known.
        reservation: why the three-way answer is not the decision.
        answer: the three-way answer.
        outlook: what the missing evidence could change, in a sentence.
        pulls: what counts, the strongest first.
        rest: how many more there are, and what they add.
        pieces: pieces of the URL's text.
        flips: what would turn the decision round, in sentences.
        nothing_known: the log-odds to begin with.
        tier: what evidence it rests on.
        model: name and digest.
    """

    probability: float
    threshold: float
    decision: bool
    mark: Mark
    lowest: float | None
    highest: float | None
    answer: str
    reservation: str
    outlook: str
    pulls: tuple[Pull, ...]
    rest: tuple[int, float]
    pieces: tuple[Pull, ...]
    flips: tuple[str, ...]
    nothing_known: float | None
    tier: str
    model: str


def of_url(verdict: Verdict) -> VerdictView:
    """What is drawn of the verdict on a URL."""
    counted = [(each.phrase, each.log_odds, "") for each in verdict.contributions]
    pulls, rest = _pulls(counted)
    return VerdictView(
        probability=verdict.probability,
        threshold=verdict.threshold,
        decision=verdict.decision,
        mark=_mark(verdict.threshold),
        lowest=100 * verdict.bounds.lowest,
        highest=100 * verdict.bounds.highest,
        answer=_answer(verdict.answer, verdict.coverage),
        reservation=_reservation(verdict.answer, verdict.decision),
        outlook=_outlook(verdict.bounds) if verdict.next_evidence else "",
        pulls=pulls,
        rest=rest,
        pieces=_pieces(verdict.pieces),
        flips=_flips(verdict),
        nothing_known=verdict.nothing_known,
        tier=verdict.tier,
        model=f"{verdict.detector} {verdict.digest[:12]}",
    )


def of_message(verdict: MessageVerdict) -> VerdictView:
    """What is drawn of the verdict on a message."""
    pulls, rest = _pulls([(each.phrase, each.log_odds, "") for each in verdict.reasons])
    return VerdictView(
        probability=verdict.probability,
        threshold=verdict.threshold,
        decision=verdict.decision,
        mark=_mark(verdict.threshold),
        lowest=None,
        highest=None,
        answer=_answer(verdict.answer, verdict.coverage),
        reservation=_reservation(verdict.answer, verdict.decision),
        outlook="",
        pulls=pulls,
        rest=rest,
        pieces=(),
        flips=(),
        nothing_known=verdict.no_reason,
        tier="message",
        model=f"{verdict.detector} {verdict.digest[:12]}",
    )


def of_stored(
    probability: float,
    threshold: float,
    tier: str,
    model: str,
    contributions: Sequence[Mapping[str, Any]],
) -> VerdictView:
    """What is drawn of a verdict of which no more is at hand than what its alert keeps."""
    counted = [
        (str(each.get("phrase") or each.get("feature", "")), float(each["log_odds"]), "")
        for each in contributions
        if "log_odds" in each
    ]
    pulls, rest = _pulls(counted)
    return VerdictView(
        probability=probability,
        threshold=threshold,
        decision=probability >= threshold,
        mark=_mark(threshold),
        lowest=None,
        highest=None,
        answer="",
        reservation="",
        outlook="",
        pulls=pulls,
        rest=rest,
        pieces=(),
        flips=(),
        nothing_known=None,
        tier=tier,
        model=model,
    )


@dataclass(frozen=True)
class Evidence:
    """What one supplier of evidence said.

    Attributes:
        group: who supplies it.
        known: what was observed, in words.
        unknown: what was not.
    """

    group: str
    known: tuple[str, ...]
    unknown: tuple[str, ...]


def evidence(
    groups: Mapping[str, Sequence[str]], features: Mapping[str, float | None]
) -> tuple[Evidence, ...]:
    """What is known and what is not, by who supplies it, the best known first."""
    found = []
    for group, names in groups.items():
        known = [
            PHRASES[name].of(int(code))
            for name in names
            if (code := features.get(name)) is not None
        ]
        unknown = [PHRASES[name].subject for name in names if features.get(name) is None]
        found.append(Evidence(GROUPS.get(group, group), tuple(known), tuple(unknown)))
    return tuple(sorted(found, key=lambda each: not each.known))


GROUPS: Final = {
    "url": "The URL itself",
    "tls": "The certificate",
    "dns": "The DNS",
    "http": "Redirections",
    "page": "The page",
    "registration": "The domain's registration",
    "reputation": "How well known the site is",
    "threat_list": "Threat lists",
}


def _pulls(
    counted: Sequence[tuple[str, float, str]],
) -> tuple[tuple[Pull, ...], tuple[int, float]]:
    strongest = max((abs(log_odds) for _, log_odds, _ in counted), default=1.0) or 1.0
    telling = [each for each in counted if abs(each[1]) >= LEAST]
    shown = tuple(_pull(*each, strongest) for each in telling[:SHOWN_PULLS])
    idle = [each[1] for each in counted if abs(each[1]) < LEAST]
    rest = [each[1] for each in telling[SHOWN_PULLS:]] + idle
    return shown, (len(rest), sum(rest))


def _pull(phrase: str, log_odds: float, detail: str, strongest: float) -> Pull:
    width = round(HALF * min(1.0, abs(log_odds) / strongest), 2)
    return Pull(phrase, log_odds, HALF if log_odds > 0 else HALF - width, width, detail)


def _pieces(pieces: Sequence[TextPiece]) -> tuple[Pull, ...]:
    strongest = max((abs(piece.log_odds) for piece in pieces), default=1.0) or 1.0
    return tuple(
        _pull(piece.text, piece.log_odds, piece.where, strongest)
        for piece in pieces[:SHOWN_PIECES]
        if abs(piece.log_odds) >= LEAST
    )


def _mark(threshold: float) -> Mark:
    place = round(100 * threshold, 2)
    if place > 100 - EDGE:
        return Mark(place, "end")
    return Mark(place, "start" if place < EDGE else "middle")


def _answer(answer: str | None, coverage: float | None) -> str:
    if answer is None or coverage is None:
        return ""
    return f"Answer that holds for {percent(coverage)} of either class: {answer}"


def _reservation(answer: str | None, decision: bool) -> str:
    if answer == PHISHING and not decision:
        return "It looks like phishing, but too many legitimate ones do as well to alert."
    if answer == NOT_PHISHING and decision:
        return "It could be legitimate, but few legitimate ones look like it, hence the alert."
    return ""


def _outlook(bounds: Bounds) -> str:
    ends = f"between {percent(bounds.lowest)} and {percent(bounds.highest)}"
    if bounds.exact and not bounds.can_change_decision:
        return f"Whatever the missing evidence is, it stays {ends}: the decision stands."
    least = "" if bounds.exact else "at least "
    effect = "no change of the decision was found"
    if bounds.can_change_decision:
        effect = "that can change the decision"
    return f"Were all missing evidence known, it would be {least}{ends}; {effect}."


def _flips(verdict: Verdict) -> tuple[str, ...]:
    opposite = "no alert" if verdict.decision else "an alert"
    said = []
    if verdict.smallest_flip is not None:
        said.append(_flip(f"It would be {opposite} if", verdict.smallest_flip))
    sender = verdict.sender_flip
    if verdict.decision and sender is not None and sender != verdict.smallest_flip:
        said.append(_flip("The sender alone could bring that about: if", sender))
    return tuple(said)


def _flip(opening: str, flip: Flip) -> str:
    phrases = " and ".join(change.phrase for change in flip.changes)
    return f"{opening} {phrases} ({percent(flip.probability)})."

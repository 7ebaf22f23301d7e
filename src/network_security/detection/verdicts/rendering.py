"""A verdict as lines for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from network_security.detection.verdicts.conformal import NOT_PHISHING, PHISHING
from network_security.detection.verdicts.percent import percent
from network_security.detection.verdicts.verdict import Bounds, Flip, TextPiece, Verdict
from network_security.evidence.urls.defang import defang

SHOWN_CONTRIBUTIONS: Final = 6
SHOWN_PIECES: Final = 3
LEAST_SHOWN: Final = 0.005
"""Log-odds that are not rounded to nothing."""
MAX_URL: Final = 150
MAX_PIECE: Final = 50
SHOWN_PROSPECTS: Final = 4
_GROUP_WIDTH: Final = 14


def render(verdict: Verdict) -> str:
    """The verdict in at most 27 lines: what, how sure, what to look up next, why, and what if.

    Whatever of it a sender chose is shown without effect on a terminal, and no link can be clicked.
    """
    lines = [
        *_decision(verdict),
        *_next_evidence(verdict),
        *_reasons(verdict),
        *_flips(verdict),
    ]
    return "\n".join(map(defang, lines))


def _decision(verdict: Verdict) -> Iterator[str]:
    if verdict.url is not None:
        yield _shown(verdict.url, MAX_URL)
    called = "PHISHING" if verdict.decision else "no alert"
    yield (
        f"{called}: probability {percent(verdict.probability)}, alerts from "
        f"{percent(verdict.threshold)} at tier {verdict.tier} "
        f"({verdict.detector} {verdict.digest[:12]})"
    )
    if verdict.answer is not None and verdict.coverage is not None:
        coverage = percent(verdict.coverage)
        yield f"answer: {verdict.answer}, at {coverage} coverage{_reservation(verdict)}"
    if verdict.next_evidence:
        yield f"if all were known: {_range(verdict.bounds)}"


def _reservation(verdict: Verdict) -> str:
    """Why the answer is not the decision: each keeps another promise."""
    if verdict.answer == PHISHING and not verdict.decision:
        return ", but too many legitimate ones look like it to alert"
    if verdict.answer == NOT_PHISHING and verdict.decision:
        return ", but few legitimate ones look like it, hence the alert"
    return ""


def _next_evidence(verdict: Verdict) -> Iterator[str]:
    if not verdict.next_evidence:
        return
    yield "look up next:"
    for prospect in verdict.next_evidence[:SHOWN_PROSPECTS]:
        yield f"  {_plain(prospect.group):<{_GROUP_WIDTH}} {_range(prospect.bounds)}"
    more = [_plain(prospect.group) for prospect in verdict.next_evidence[SHOWN_PROSPECTS:]]
    if more:
        yield f"  unknown as well: {', '.join(more)}"


def _reasons(verdict: Verdict) -> Iterator[str]:
    if not verdict.contributions:
        return
    yield f"why, in log-odds ({verdict.nothing_known:+.2f} with nothing known):"
    telling = [own for own in verdict.contributions if abs(own.log_odds) >= LEAST_SHOWN]
    idle = [own for own in verdict.contributions if abs(own.log_odds) < LEAST_SHOWN]
    for contribution in telling[:SHOWN_CONTRIBUTIONS]:
        yield f"  {contribution.log_odds:+.2f}  {contribution.phrase}"
        if contribution.value is None and contribution.group == "url":
            yield from _pieces(verdict.pieces)
    rest = [*telling[SHOWN_CONTRIBUTIONS:], *idle]
    if rest:
        yield f"  {sum(each.log_odds for each in rest):+.2f}  {len(rest)} more"


def _pieces(pieces: Sequence[TextPiece]) -> Iterator[str]:
    """What of a URL's text counts, each piece by what leaving it out would change."""
    for piece in pieces[:SHOWN_PIECES]:
        if abs(piece.log_odds) >= LEAST_SHOWN:
            yield f"         {piece.log_odds:+.2f}  {_shown(piece.text, MAX_PIECE)} ({piece.where})"


def _flips(verdict: Verdict) -> Iterator[str]:
    if verdict.contributions and all(own.value is None for own in verdict.contributions):
        return
    opposite = "no alert" if verdict.decision else "an alert"
    smallest, by_sender = verdict.smallest_flip, verdict.sender_flip
    if smallest is None:
        yield f"no change of up to three features would make it {opposite}"
        return
    yield from _flip(f"it would be {opposite} if", smallest)
    if not verdict.decision:
        return
    if by_sender is None:
        yield "no change of up to three features in the sender's hands would"
    elif by_sender != smallest:
        yield from _flip("in the sender's hands alone: if", by_sender)


def _flip(opening: str, flip: Flip) -> Iterator[str]:
    phrases = [change.phrase for change in flip.changes]
    yield f"{opening} ({percent(flip.probability)}):"
    for phrase in phrases:
        yield f"  {phrase}"


def _range(bounds: Bounds) -> str:
    """Both ends and what they mean; a search that saw not everything says so."""
    least = "" if bounds.exact else "at least "
    effect = "the same decision"
    if bounds.can_change_decision:
        effect = "can change the decision"
    elif not bounds.exact:
        effect = "no change of the decision found"
    lowest, highest = percent(bounds.lowest), percent(bounds.highest)
    ends = lowest if lowest == highest else f"{lowest} to {highest}"
    return f"{least}{ends}, {effect}"


def _shown(text: str, most: int) -> str:
    """At most so many characters of a text."""
    return text if len(text) <= most else text[: most - 3] + "..."


def _plain(name: str) -> str:
    return name.replace("_", " ")

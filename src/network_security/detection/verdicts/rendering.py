"""A verdict as lines for a terminal."""

from collections.abc import Iterator
from typing import Final

from network_security.detection.verdicts.verdict import Bounds, Flip, Verdict

SHOWN_CONTRIBUTIONS: Final = 6
SHOWN_PROSPECTS: Final = 4
_GROUP_WIDTH: Final = 14


def render(verdict: Verdict) -> str:
    """The verdict in at most 25 lines: what, how sure, what to look up next, why, and what if."""
    return "\n".join(
        [
            *_decision(verdict),
            *_next_evidence(verdict),
            *_reasons(verdict),
            *_flips(verdict),
        ]
    )


def _decision(verdict: Verdict) -> Iterator[str]:
    called = "PHISHING" if verdict.decision else "no alert"
    yield (
        f"{called}: probability {_percent(verdict.probability)}, alerts from "
        f"{_percent(verdict.threshold)} at tier {verdict.tier} "
        f"({verdict.detector} {verdict.digest[:12]})"
    )
    if verdict.answer is not None and verdict.coverage is not None:
        yield f"answer: {verdict.answer}, at {_percent(verdict.coverage)} coverage"
    if verdict.next_evidence:
        yield f"if all were known: {_range(verdict.bounds)}"


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
    for contribution in verdict.contributions[:SHOWN_CONTRIBUTIONS]:
        yield f"  {contribution.log_odds:+.2f}  {contribution.phrase}"
    rest = verdict.contributions[SHOWN_CONTRIBUTIONS:]
    if rest:
        yield f"  {sum(each.log_odds for each in rest):+.2f}  {len(rest)} more"


def _flips(verdict: Verdict) -> Iterator[str]:
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
    yield f"{opening} ({_percent(flip.probability)}):"
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
    lowest, highest = _percent(bounds.lowest), _percent(bounds.highest)
    ends = lowest if lowest == highest else f"{lowest} to {highest}"
    return f"{least}{ends}, {effect}"


def _percent(share: float) -> str:
    """A share of 1 as ``95.8 %``; what is not certain is never shown as 0 or 100 %."""
    rounded = f"{100 * share:.1f}"
    if rounded == "100.0" and share < 1:
        return "over 99.9 %"
    if rounded == "0.0" and share > 0:
        return "under 0.1 %"
    return f"{rounded} %"


def _plain(name: str) -> str:
    return name.replace("_", " ")

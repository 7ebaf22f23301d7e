"""A message's verdict as lines for a terminal.

What a message says is its sender's text: it is shown so that nothing of it can be clicked, or acts
on the terminal.
"""

from collections.abc import Iterator
from typing import Final

from network_security.detection.message.verdict import LinkVerdict, MessageVerdict, SenderFacts
from network_security.detection.verdicts.percent import percent
from network_security.evidence.urls.defang import defang

SHOWN_REASONS: Final = 8
SHOWN_LINKS: Final = 5
SHOWN_PIECES: Final = 3
LONGEST: Final = 100
LONGEST_SHOWN: Final = 40


def render_message(verdict: MessageVerdict) -> str:
    """The verdict in at most 40 lines: what, how sure, why, links, unknown, sender."""
    lines = [
        *_decision(verdict),
        *_reasons(verdict),
        *_links(verdict),
        *_listed("not known:", verdict.unknown),
        *_listed("note:", verdict.notes),
        *_sender(verdict.sender),
    ]
    return "\n".join(map(defang, lines))


def _decision(verdict: MessageVerdict) -> Iterator[str]:
    called = "PHISHING" if verdict.decision else "no alert"
    yield (
        f"{called}: probability {percent(verdict.probability)}, alerts from "
        f"{percent(verdict.threshold)} ({verdict.detector} {verdict.digest[:12]})"
    )
    yield f"answer: {verdict.answer}, at {percent(verdict.coverage)} coverage"


def _reasons(verdict: MessageVerdict) -> Iterator[str]:
    yield f"why, in log-odds ({verdict.no_reason:+.2f} without any reason):"
    for reason in verdict.reasons[:SHOWN_REASONS]:
        yield f"  {reason.log_odds:+.2f}  {reason.phrase}"
    rest = verdict.reasons[SHOWN_REASONS:]
    if rest:
        yield f"  {sum(each.log_odds for each in rest):+.2f}  {len(rest)} more"


def _links(verdict: MessageVerdict) -> Iterator[str]:
    if not verdict.links:
        return
    yield f"links, worst first ({verdict.links_judged} judged of {verdict.links_found} found):"
    for link in verdict.links[:SHOWN_LINKS]:
        yield f"  {link.log_odds:+.2f}  {_link(link)}"


def _link(link: LinkVerdict) -> str:
    text = f"{link.url[:LONGEST]} ({link.place})"
    if link.target is not None:
        text += f" -> {link.target[:LONGEST]}"
    if link.shown and link.shown != link.url:
        text += f' shows "{link.shown[:LONGEST_SHOWN]}"'
    pieces = [piece for piece in link.verdict.pieces if piece.log_odds > 0] if link.verdict else []
    if pieces:
        named = ", ".join(f'"{piece.text}"' for piece in pieces[:SHOWN_PIECES])
        text += f": suspect by {named}"
    return text


def _listed(heading: str, lines: tuple[str, ...]) -> Iterator[str]:
    for line in lines:
        yield f"{heading} {line}"


def _sender(sender: SenderFacts) -> Iterator[str]:
    yield "sender, as the headers say (no part of the score):"
    yield f"  from {sender.name or ''} <{sender.address or 'unknown'}>"
    results = ", ".join(f"{name} {result}" for name, result in sender.authentication.items())
    yield f"  authentication: {results or 'no result'}"
    if sender.name_spoofs:
        yield "  its display name shows another sender"
    if sender.reply_to_differs:
        yield f"  answers go to another site: {sender.reply_to}"

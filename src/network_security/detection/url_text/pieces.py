"""Which pieces of a URL's text make its score: each is left out, and the URL scored again.

Leaving out one part of the input tells what a model makes of it whatever the model is (M.
Robnik-Šikonja and I. Kononenko, "Explaining Classifications For Individual Instances", 2008).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from network_security.detection.arrays import Floats
from network_security.detection.url_text.lexical import is_address
from network_security.detection.url_text.text import UrlText, normalise


class Piece(NamedTuple):
    """A piece of a URL and what it does to the score.

    Attributes:
        text: as the expert reads it: lower case, needless percent-encoding undone.
        where: ``host``, ``path``, ``query``, ``fragment``, or ``authority`` for an ``@`` or a port.
        log_odds: how much higher the log-odds of phishing are than without the piece; above 0 it
            speaks for phishing.
    """

    text: str
    where: str
    log_odds: float


def pieces(
    url: str, score: Callable[[Sequence[UrlText]], Floats], most: int = 5
) -> tuple[Piece, ...]:
    """The pieces of a URL that change its score most, the strongest first.

    A host falls into its labels, the rest into path segments, query parameters and fragment. Pieces
    that change nothing are left out. Their log-odds do not add up to the URL's own: what two pieces
    say together neither says alone, and a piece said twice is not missed once.

    Args:
        url: any text.
        score: log-odds of phishing of texts, shape (n_texts,).
        most: how many pieces at most.
    """
    text = normalise(url)
    found = list(_without_each(text))
    log_odds = score([text, *(without for _, _, without in found)])
    told = [
        Piece(piece, where, float(log_odds[0] - remaining))
        for (piece, where, _), remaining in zip(found, log_odds[1:], strict=True)
        if remaining != log_odds[0]
    ]
    return tuple(sorted(told, key=lambda piece: -abs(piece.log_odds))[: max(most, 0)])


def _without_each(text: UrlText) -> Iterator[tuple[str, str, UrlText]]:
    """Each piece, where it stands, and the text without it."""
    labels = [text.host] if is_address(text.host) else text.host.split(".")
    for piece, others in _left_out(labels):
        yield piece, "host", text._replace(host=".".join(others))
    before, hash_mark, fragment = text.rest.partition("#")
    path, question_mark, query = before.partition("?")
    after_path, after_query = question_mark + query + hash_mark + fragment, hash_mark + fragment
    for piece, others in _left_out(path.split("/")):
        yield piece, "path", text._replace(rest="/".join(others) + after_path)
    for piece, others in _left_out(query.split("&")):
        kept = path + question_mark + "&".join(others) if others else path
        yield piece, "query", text._replace(rest=kept + after_query)
    if fragment:
        yield fragment, "fragment", text._replace(rest=before)
    if text.userinfo:
        yield "@", "authority", text._replace(userinfo=False)
    if text.port:
        yield ":port", "authority", text._replace(port=False)
    if text.foreign:
        yield "letters beyond ASCII", "host", text._replace(foreign=False)


def _left_out(parts: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each part that is not empty, and the others."""
    for place, part in enumerate(parts):
        if part:
            yield part, [*parts[:place], *parts[place + 1 :]]

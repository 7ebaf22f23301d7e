"""What each term observed in a message, in an analyst's words."""

from collections.abc import Callable, Mapping
from typing import Final

from network_security.detection.message.terms import WORST_SITE
from network_security.evidence.correlation.sender import shows_other_site
from network_security.evidence.messages.brands import owns
from network_security.evidence.messages.link_features import named_brands
from network_security.evidence.messages.message import Link
from network_security.evidence.messages.view import MessageView
from network_security.evidence.messages.wording import phrases

MOST_QUOTED: Final = 4

_WORDING: Final = {
    "urgency": "it presses for haste",
    "credentials": "it asks about passwords or the verification of an account",
    "suspension": "it says that an account, mailbox or parcel is withheld",
    "payment": "it speaks of an invoice, a charge or a refund",
    "lure": "it promises a prize, a gift, a loan or quick money",
    "extortion": "it threatens",
    "contact": "it asks for an answer, a call or a look at a file",
}
_SHARES: Final = {
    "shortener_share": "of its links hide behind a URL shortener",
    "address_share": "of its links lead to a bare IP address",
    "free_hosting_share": "of its links lead to pages that anybody can publish",
    "redirector_share": "of its links lead on to another site by a redirector",
    "punycode_share": "of its links have names with letters beyond ASCII",
    "hidden_text_share": "of its characters are hidden from the reader",
}
_FLAGS: Final = {
    "data_links": "a link is a page or script in itself",
    "one_destination": "all its links lead to the very same address",
    "unsubscribe_shares_site": "its unsubscribe link leads where its call to action leads",
    "mailbox_calls": "a call to action opens a mail instead of a page",
    "image_only": "an image stands for its text",
    "forms": "it asks for a password in a form",
    "html_attachment": "an attached file opens as a page",
}


def phrase(term: str, value: float, view: MessageView, worst: str | None) -> str:
    """What a term observed.

    Args:
        term: its name.
        value: as it was extracted.
        view: the message.
        worst: the worst site, if there is one.
    """
    if term == WORST_SITE:
        return f"its links to {worst} look like {'phishing' if value > 0 else 'ordinary ones'}"
    if term in _WORDING:
        return f"{_WORDING[term]}: {_quoted(phrases(term, view.text))}"
    if term in _SHARES:
        return f"{100 * value:.0f} % {_SHARES[term]}"
    if term in _FLAGS:
        return _FLAGS[term]
    return _OTHERS[term](view)


def _quoted(found: tuple[str, ...] | list[str]) -> str:
    named = ", ".join(f'"{one}"' for one in found[:MOST_QUOTED])
    return f"{named} and {len(found) - MOST_QUOTED} more" if len(found) > MOST_QUOTED else named


def _shown_host(view: MessageView) -> str:
    link = _first(view, lambda link: bool(shows_other_site(link.shown, link.sent.text)))
    if link is None:
        return "a link shows another site than it leads to"
    return f'a link shows "{link.shown[:80]}" and leads to {link.sent.host.name}'


def _shown_brand(view: MessageView) -> str:
    link = _first(
        view,
        lambda link: any(
            not owns(brand, link.sent.host) for brand in named_brands(link.shown.lower())
        ),
    )
    if link is None:
        return "a link names a brand and leads to another site"
    return f'a link shows "{link.shown[:80]}" and leads to {link.sent.host.name}'


def _brands(view: MessageView) -> str:
    brands = [
        brand
        for brand in named_brands(view.speaks_as)
        if not any(owns(brand, link.sent.host) for link in view.web)
    ]
    return f"it speaks as {_quoted(brands)} and no link leads there"


def _first(view: MessageView, wanted: Callable[[Link], bool]) -> Link | None:
    return next((link for link in view.web if link.place == "anchor" and wanted(link)), None)


_OTHERS: Final[Mapping[str, Callable[[MessageView], str]]] = {
    "shown_host_differs": _shown_host,
    "shown_brand_differs": _shown_brand,
    "brands_without_link": _brands,
    "action_links": lambda view: (
        f"its links call to act: {_quoted(_calls(view)) or 'by the words before them'}"
    ),
    "generic_greeting": lambda view: (
        f"it greets nobody in particular: {_quoted(phrases('greeting', view.text))}"
    ),
    "lookalike_words": lambda _: "words are disguised by look-alike or invisible characters",
}


def _calls(view: MessageView) -> list[str]:
    return list(dict.fromkeys(link.shown[:40] for link in view.actions if link.shown))

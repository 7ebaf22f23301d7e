"""Features of a message's links: where they stand, what they show, and what kind they are.

Shares are of the distinct web links that a reader can follow, each as its sender wrote it. None
where the message has no such link: that is unknown, not harmless.
"""

from collections.abc import Callable, Iterable
from math import log1p

from network_security.evidence.correlation.sender import shows_other_site
from network_security.evidence.messages.brands import owns, written_brands
from network_security.evidence.messages.hosting import FREE_HOSTING
from network_security.evidence.messages.message import Link
from network_security.evidence.messages.view import MessageView
from network_security.evidence.messages.wording import phrases, plain
from network_security.evidence.urls import unwrap
from network_security.evidence.urls.shorteners import SHORTENERS

MOST_BRANDS = 3


def shown_host_differs(view: MessageView) -> float | None:
    """1 if a link's text is an address of another site than it leads to, else 0.

    I. Fette, N. Sadeh, A. Tomasic, "Learning to Detect Phishing Emails" (WWW 2007), section 3.2.
    """
    if not view.web:
        return None
    return float(any(shows_other_site(link.shown, link.sent.text) for link in _anchors(view)))


def shown_brand_differs(view: MessageView) -> float | None:
    """1 if a link's text names a brand and leads to a site that is not the brand's, else 0."""
    if not view.web:
        return None
    return float(
        any(
            not _one_owns(brand, [link])
            for link in _anchors(view)
            for brand in named_brands(plain(link.shown))
        )
    )


def brands_without_link(view: MessageView) -> float | None:
    """Brands the message speaks as (subject, opening, link texts) with no link to them, up to 3.

    A sender who speaks for a brand and leads nowhere to it borrows its name (D. Cook et al.,
    "Phishwish", 2008).
    """
    if not view.web:
        return None
    brands = named_brands(view.speaks_as)
    return float(min(sum(not _one_owns(brand, view.web) for brand in brands), MOST_BRANDS))


def shortener_share(view: MessageView) -> float | None:
    """Share of links by a public shortener, which hides where they lead."""
    return _share(view, lambda link: link.sent.host.domain in SHORTENERS)


def address_share(view: MessageView) -> float | None:
    """Share of links to a bare IP address (Fette et al. 2007, section 3.2)."""
    return _share(view, lambda link: link.sent.host.address is not None)


def free_hosting_share(view: MessageView) -> float | None:
    """Share of links to pages that anybody can publish under a well-known provider's domain."""
    return _share(view, is_free_hosting)


def redirector_share(view: MessageView) -> float | None:
    """Share of links that lead through a site's own redirector to another site."""
    return _share(view, _is_redirected)


def punycode_share(view: MessageView) -> float | None:
    """Share of links to names with letters beyond ASCII (RFC 3492), which can look like others."""
    return _share(view, lambda link: "xn--" in link.sent.host.name)


def data_links(view: MessageView) -> float | None:
    """1 if a link is a page or a script in itself (`data:`, `javascript:`), else 0."""
    return float(any(link.sent.scheme in ("data", "javascript") for link in view.followed))


def action_links(view: MessageView) -> float | None:
    """Logarithm of 1 + the links that call on the reader to act: click, confirm, claim."""
    return log1p(len({link.sent.text for link in view.actions}))


def one_destination(view: MessageView) -> float | None:
    """1 if all of two or more followed web anchors lead to the very same address, else 0.

    Mail that informs links to what it tells of. Mail that only wants a click has it by every way.
    """
    anchors = [link.sent.text for link in _all_anchors(view)]
    if not anchors:
        return None
    return float(len(anchors) > 1 and len(set(anchors)) == 1)


def unsubscribe_shares_site(view: MessageView) -> float | None:
    """1 if a link called unsubscribe leads exactly where a call to action leads, else 0."""
    ways_out = [link for link in _all_anchors(view) if phrases("unsubscribe", plain(link.shown))]
    if not ways_out:
        return None
    calls = {link.sent.text for link in view.actions if link not in ways_out}
    return float(any(link.sent.text in calls for link in ways_out))


def mailbox_calls(view: MessageView) -> float | None:
    """1 if a call to action opens a mail to the sender instead of a page, else 0."""
    calls = [link for link in view.actions if link.place == "anchor"]
    return float(any(link.sent.scheme == "mailto" for link in calls))


def address_in_link(view: MessageView) -> float | None:
    """1 if a link carries a mailbox address in path, query or fragment, else 0.

    Pages that harvest passwords fill in the victim's address.
    """
    if not view.web:
        return None
    return float(any("@" in _tail(link) or "%40" in _tail(link) for link in view.web))


def named_brands(text: str) -> list[str]:
    """Return the brands whose names stand in text that `plain` returned, as words of their own."""
    return [
        brand
        for written, brand in written_brands().items()
        if written in text and _as_word(written, text)
    ]


def is_free_hosting(link: Link) -> bool:
    """Whether a link leads to such a page: by a list, or by the private part of the suffixes."""
    host = link.sent.host
    private = len(host.sub_domains) < len(host.icann_sub_domains)
    return private or host.name in FREE_HOSTING or host.domain in FREE_HOSTING


def _as_word(written: str, text: str) -> bool:
    start = text.find(written)
    while start >= 0:
        end = start + len(written)
        around = text[start - 1 : start] + text[end : end + 1]
        if not written.isascii() or not any(mark.isalnum() for mark in around):
            return True
        start = text.find(written, start + 1)
    return False


def _one_owns(brand: str, links: Iterable[Link]) -> bool:
    return any(owns(brand, link.sent.host) or owns(brand, link.target.host) for link in links)


def _is_redirected(link: Link) -> bool:
    layers = unwrap(link.sent).layers
    return bool(layers) and layers[-1].url.host.site != link.sent.host.site


def _tail(link: Link) -> str:
    return f"{link.sent.path}?{link.sent.query}#{link.sent.fragment}".lower()


def _anchors(view: MessageView) -> list[Link]:
    return [link for link in view.web if link.place == "anchor" and link.shown]


def _all_anchors(view: MessageView) -> list[Link]:
    return [link for link in view.followed if link.place == "anchor" and link.is_web]


def _share(view: MessageView, is_one: Callable[[Link], bool]) -> float | None:
    return sum(map(is_one, view.web)) / len(view.web) if view.web else None

"""What the message model adds up.

Every term may only speak for phishing: its weight is never negative. What would speak against is
free for a sender to add - a quoted conversation, more words, an unsubscribe link, links to good
sites - and is therefore no evidence. A message is cleared by the absence of reasons.
"""

from collections.abc import Mapping
from math import isnan
from typing import Final

WORST_SITE: Final = "worst_site"
"""Log-odds of phishing of the site that the message's links speak worst of."""

LINK_TERMS: Final = (WORST_SITE,)
CONTENT_TERMS: Final = (
    "shown_host_differs",
    "shown_brand_differs",
    "brands_without_link",
    "shortener_share",
    "address_share",
    "free_hosting_share",
    "redirector_share",
    "punycode_share",
    "data_links",
    "action_links",
    "one_destination",
    "unsubscribe_shares_site",
    "mailbox_calls",
    "urgency",
    "credentials",
    "suspension",
    "payment",
    "lure",
    "extortion",
    "contact",
    "generic_greeting",
    "lookalike_words",
    "hidden_text_share",
    "image_only",
    "forms",
    "html_attachment",
)
TERMS: Final = (*LINK_TERMS, *CONTENT_TERMS)
HTML_TERMS: Final = frozenset({
    "shown_host_differs", "shown_brand_differs", "one_destination", "unsubscribe_shares_site",
    "mailbox_calls", "hidden_text_share", "image_only", "forms",
})  # fmt: skip
"""Terms that only a message with HTML can have."""

UNSEEN: Final[Mapping[str, float]] = {"forms": 2.0, "html_attachment": 2.0, "data_links": 2.0}
"""Log-odds of terms that no training message has: judged, not measured.

A mail that asks for a password in itself, opens as a page from a file (MITRE ATT&CK T1566.001), or
links to a page that it brings along is seldom anything else; 2.0 is odds of seven to one.
"""

FURTHEST: Final = 6.0
"""Log-odds of links are read within this bound, so that no link alone decides."""


def term_value(name: str, value: float | None) -> float:
    """What a term is multiplied by; what is not known counts nothing.

    >>> term_value("worst_site", 9.5), term_value("urgency", None)
    (6.0, 0.0)
    """
    if value is None or isnan(value):
        return 0.0
    return min(max(value, -FURTHEST), FURTHEST) if name in LINK_TERMS else float(value)


def added(weights: Mapping[str, float], row: Mapping[str, float | None]) -> dict[str, float]:
    """What each weighed term of a row adds to its log-odds."""
    return {name: weight * term_value(name, row.get(name)) for name, weight in weights.items()}

"""From a message to the features of its content."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from network_security.evidence.messages import link_features as links
from network_security.evidence.messages import text_features as text
from network_security.evidence.messages.message import Message
from network_security.evidence.messages.view import MessageView

Feature = Callable[[MessageView], float | None]

FEATURES: Final[Mapping[str, Feature]] = MappingProxyType(
    {
        feature.__name__: feature
        for feature in (
            links.shown_host_differs,
            links.shown_brand_differs,
            links.brands_without_link,
            links.shortener_share,
            links.address_share,
            links.free_hosting_share,
            links.redirector_share,
            links.punycode_share,
            links.data_links,
            links.action_links,
            links.one_destination,
            links.unsubscribe_shares_site,
            links.mailbox_calls,
            links.address_in_link,
            text.urgency,
            text.credentials,
            text.suspension,
            text.payment,
            text.lure,
            text.extortion,
            text.contact,
            text.sums_of_money,
            text.generic_greeting,
            text.unsubscribe,
            text.lookalike_words,
            text.hidden_text_share,
            text.image_only,
            text.words_per_link,
            text.length,
            text.quoted_share,
            text.forms,
            text.html_attachment,
        )
    }
)
"""Each feature by its name; its docstring says what it is and why."""


def extract_message(message: Message) -> dict[str, float | None]:
    """Return the features of a message; None where one cannot be known."""
    view = MessageView(message)
    return {name: feature(view) for name, feature in FEATURES.items()}

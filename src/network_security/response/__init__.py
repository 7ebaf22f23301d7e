"""What is done about alerts: actions in words, and a blocklist that firewalls poll.

``actions``      what to do about an alert, in words
``indicators``   what can be blocked, and what covers what
``entries``      an entry of the blocklist or the allow-list, and what was done with it
``protection``, ``well_known``  what is never blocked
``options``      whether entries are recommended or enforced, and for how long
``store``, ``ledger``, ``queries``  adding, withdrawing, undoing, listing
``proposing``    the blocklist as a sink of alerts; ``datasets`` for the catalog
``feeds``        the enforced entries as firewalls read them
"""

from network_security.response.actions import Action, recommend
from network_security.response.entries import AllowEntry, BlockEntry, Change
from network_security.response.errors import (
    ConflictError,
    NotFoundError,
    RefusedError,
    ResponseError,
)
from network_security.response.feeds import FEEDS, Feed, FeedFormat
from network_security.response.options import ResponseOptions
from network_security.response.queries import BlockFilter, BlockPage
from network_security.response.store import BlocklistStore, Proposal

__all__ = [
    "FEEDS",
    "Action",
    "AllowEntry",
    "BlockEntry",
    "BlockFilter",
    "BlockPage",
    "BlocklistStore",
    "Change",
    "ConflictError",
    "Feed",
    "FeedFormat",
    "NotFoundError",
    "Proposal",
    "RefusedError",
    "ResponseError",
    "ResponseOptions",
    "recommend",
]

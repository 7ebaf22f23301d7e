"""URL table aliases of pfSense: addresses and networks in CIDR notation, one a line.

Source: Netgate, pfSense documentation, "Alias Types", section "URL Table Aliases".
"""

from collections.abc import Sequence
from datetime import datetime

from network_security.response.entries import BlockEntry
from network_security.response.feeds.feed import FeedFormat, Written, listed

MOST_LINES = 100_000
"""Half of the table entries that pfSense has room for as shipped: a list that is loaded again
stands beside the old one for a moment."""
LONGEST_LINE = 64


def addresses(entries: Sequence[BlockEntry], now: datetime) -> Written:
    """Return the table."""
    return listed(entries, lambda entry: [entry.value], longest=LONGEST_LINE, most=MOST_LINES)


PFSENSE = (
    FeedFormat(
        "pfsense-ip",
        "pfSense, addresses",
        frozenset({"ip", "network"}),
        "Firewall > Aliases > URLs > Add, type URL Table (IPs)",
        addresses,
    ),
)

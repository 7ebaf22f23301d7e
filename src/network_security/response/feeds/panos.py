"""External dynamic lists of Palo Alto Networks' PAN-OS: one for addresses, domains and URLs each.

Addresses and networks stand one a line. A domain entry matches that name, ``*.`` before it the
names under it. URLs stand without scheme; a name ends with a slash, lest it also match longer
names; ``*`` and ``^`` are patterns, hence URLs that hold them are left out.

Source: Palo Alto Networks, "Formatting Guidelines for an External Dynamic List"; "Guidelines for
URL Category Exceptions" (no scheme, 255 characters, patterns); "Objects > External Dynamic Lists"
for the 50,000 entries that every model takes.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from network_security.response.entries import BlockEntry
from network_security.response.feeds.feed import FeedFormat, Written, domain_lines, encoded, listed

MOST_LINES = 50_000
LONGEST_NAME = 255
LONGEST_URL = 255
WILDCARDS = "*^"
_WHERE = "Objects > External Dynamic Lists > Add, type {}; check for updates every five minutes"


def addresses(entries: Sequence[BlockEntry], now: datetime) -> Written:
    """Return the list of type IP."""
    return listed(entries, lambda entry: [entry.value], longest=LONGEST_NAME, most=MOST_LINES)


def domains(entries: Sequence[BlockEntry], now: datetime) -> Written:
    """Return the list of type Domain."""
    return listed(entries, domain_lines, longest=LONGEST_NAME, most=MOST_LINES)


def urls(entries: Sequence[BlockEntry], now: datetime) -> Written:
    """Return the list of type URL."""
    return listed(entries, _url_lines, longest=LONGEST_URL, most=MOST_LINES, wildcards=WILDCARDS)


def _url_lines(entry: BlockEntry) -> Iterator[str]:
    if entry.kind == "url":
        yield encoded(entry).partition("://")[2] if "://" in entry.value else encoded(entry)
    else:
        yield from (f"{line}/" for line in domain_lines(entry))


PANOS = (
    FeedFormat(
        "panos-ip",
        "PAN-OS, addresses",
        frozenset({"ip", "network"}),
        _WHERE.format("IP List"),
        addresses,
    ),
    FeedFormat(
        "panos-domain",
        "PAN-OS, domains",
        frozenset({"domain", "host"}),
        _WHERE.format("Domain List"),
        domains,
    ),
    FeedFormat(
        "panos-url",
        "PAN-OS, URLs",
        frozenset({"url", "domain", "host"}),
        _WHERE.format("URL List"),
        urls,
    ),
)

"""Threat feeds of Fortinet's FortiGate: IP Address, Domain Name and FortiGuard Category.

One entry a line. In the domain feed ``*.`` before a name stands for the names under it. In the
category feed URLs have their scheme, so that each stands there with http and https; ``*`` is a
pattern, hence URLs that hold it are left out.

Source: Fortinet, "FortiOS Administration Guide", "External feeds" with the formats of each type;
for lines of 4,096 characters and 131,072 entries "External resources file format".
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from network_security.response.entries import BlockEntry
from network_security.response.feeds.feed import FeedFormat, Written, domain_lines, encoded, listed

MOST_LINES = 131_072
LONGEST_LINE = 4096
WILDCARDS = "*"
_WHERE = "Security Fabric > External Connectors > Create New > Threat Feeds > {}"


def addresses(entries: Sequence[BlockEntry], now: datetime) -> Written:
    """Return the feed of type IP Address."""
    return listed(entries, lambda entry: [entry.value], longest=LONGEST_LINE, most=MOST_LINES)


def domains(entries: Sequence[BlockEntry], now: datetime) -> Written:
    """Return the feed of type Domain Name."""
    return listed(entries, domain_lines, longest=LONGEST_LINE, most=MOST_LINES)


def urls(entries: Sequence[BlockEntry], now: datetime) -> Written:
    """Return the feed of type FortiGuard Category."""
    return listed(entries, _url_lines, longest=LONGEST_LINE, most=MOST_LINES, wildcards=WILDCARDS)


def _url_lines(entry: BlockEntry) -> Iterator[str]:
    written = encoded(entry)
    if "://" in entry.value:
        yield written
    else:
        yield f"http://{written}"
        yield f"https://{written}"


FORTIGATE = (
    FeedFormat(
        "fortigate-ip",
        "FortiGate, addresses",
        frozenset({"ip", "network"}),
        _WHERE.format("IP Address"),
        addresses,
    ),
    FeedFormat(
        "fortigate-domain",
        "FortiGate, domains",
        frozenset({"domain", "host"}),
        _WHERE.format("Domain Name"),
        domains,
    ),
    FeedFormat(
        "fortigate-url",
        "FortiGate, URLs",
        frozenset({"url"}),
        _WHERE.format("FortiGuard Category"),
        urls,
    ),
)

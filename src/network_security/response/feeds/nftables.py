"""Sets of Linux's nftables, as a file for ``nft -f`` that replaces their elements in one step.

Everything in a file is one transaction: no packet sees an empty set. Elements end by themselves,
even where nobody asks for the feed any more. Of elements that lie within another only that one
stands, since intervals of a set must not overlap; they come back when it ends.

Source: nft(8), sections "SETS" and "FILES"; nftables wiki, "Element timeouts" and "Atomic rule
replacement".
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from ipaddress import ip_network
from math import ceil

from network_security.response.entries import BlockEntry
from network_security.response.feeds.feed import FeedFormat, Written

TABLE = "inet network_security"
SETS = {4: ("blocked4", "ipv4_addr"), 6: ("blocked6", "ipv6_addr")}
COVERED = "lies within another element"


def script(entries: Sequence[BlockEntry], now: datetime) -> Written:
    """Return the file."""
    lines = [f"table {TABLE} {{"]
    for name, type_ in SETS.values():
        lines.append(f"\tset {name} {{ type {type_}; flags interval, timeout; }}")
    lines.append("}")
    number = 0
    for version, (name, _) in SETS.items():
        elements = list(_elements(entries, version, now))
        number += len(elements)
        lines.append(f"flush set {TABLE} {name}")
        if elements:
            lines.append(f"add element {TABLE} {name} {{")
            lines += [f"\t{element}," for element in elements]
            lines.append("}")
    left_out = Counter({COVERED: len(entries) - number} if len(entries) > number else {})
    return Written("\n".join([*lines, ""]), number, left_out)


def _elements(entries: Sequence[BlockEntry], version: int, now: datetime) -> Iterator[str]:
    networks = [(ip_network(entry.value), entry) for entry in entries]
    of_version = [each for each in networks if each[0].version == version]
    last = -1
    # A network stands before all that lies within it.
    for network, entry in sorted(
        of_version, key=lambda each: (int(each[0].network_address), each[0].prefixlen)
    ):
        if int(network.broadcast_address) <= last:
            continue
        last = int(network.broadcast_address)
        seconds = max(1, ceil((entry.expires - now).total_seconds()))
        yield f"{entry.value} timeout {seconds}s"


NFTABLES = (
    FeedFormat(
        "nftables",
        "Linux nftables, addresses",
        frozenset({"ip", "network"}),
        "nft -f FILE after each fetch; a rule such as `ip daddr @blocked4 drop` uses the sets",
        script,
    ),
)

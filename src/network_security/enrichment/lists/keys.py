"""All that a URL may be found under in a threat list."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

from network_security.enrichment.lists.canonical import canonical
from network_security.enrichment.lists.indicators import Entry
from network_security.enrichment.lists.wording import printable
from network_security.evidence.urls import URL

MOST_ADDRESSES = 64
MOST_LABELS = 128
"""Labels of the longest name that the DNS can hold (RFC 1035, section 2.3.4)."""
LONGEST_SHOWN = 120

_WORDS = {
    "url": "URL", "page": "page", "host": "host", "domain": "domain", "ip": "address",
    "network": "network",
}  # fmt: skip


class Key(NamedTuple):
    """An entry that a URL matches.

    Attributes:
        entry: The entry.
        role: What it is to the URL, behind its name: "which its host is under".
        other_query: Whether only the URL without its query matches.
    """

    entry: Entry
    role: str = ""
    other_query: bool = False

    @property
    def why(self) -> str:
        """What of the URL is listed, a clause."""
        kind, value = self.entry
        what = _WORDS["page" if self.other_query else kind]
        shown = printable(value, LONGEST_SHOWN)
        return f"the {what} {shown}{f', {self.role},' if self.role else ''} is listed"


def keys_of(url: URL, addresses: Iterable[str], prefixes: Sequence[tuple[int, int]]) -> list[Key]:
    """Return the keys of a URL, the most telling first.

    Args:
        url: the URL.
        addresses: what its host resolves to; texts that are no addresses, as the names among the
            records of an answer, are left out. The first 64 count.
        prefixes: versions and prefix lengths of the networks that there are, as (4, 24).

    Returns:
        Nothing for a URL without a host.
    """
    host = url.host
    if not host.name:
        return []
    whole = canonical(url)
    keys = [Key(Entry("url", whole))]
    page, mark, _ = whole.partition("?")
    if mark:
        keys.append(Key(Entry("url", page), other_query=True))
    if host.address is None:
        keys.append(Key(Entry("host", host.name)))
        keys += _domains(host.name)
    else:
        keys += _address_keys(ip_address(host.address), "its host", prefixes)
    for address in _addresses(addresses):
        keys += _address_keys(address, "which its host resolves to", prefixes)
    return keys


def _domains(name: str) -> list[Key]:
    """The name and all names above it."""
    keys = [Key(Entry("domain", name))]
    _, dot, above = name.partition(".")
    while dot and len(keys) < MOST_LABELS:
        keys.append(Key(Entry("domain", above), "which its host is under"))
        _, dot, above = above.partition(".")
    return keys


def _addresses(written: Iterable[str]) -> list[IPv4Address | IPv6Address]:
    found: dict[IPv4Address | IPv6Address, None] = {}
    for one in written:
        try:
            address = ip_address(one)
        except ValueError:
            continue
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or IPv6Address(int(address))  # Without its zone.
        found[address] = None
        if len(found) == MOST_ADDRESSES:
            break
    return list(found)


def _address_keys(
    address: IPv4Address | IPv6Address, role: str, prefixes: Sequence[tuple[int, int]]
) -> list[Key]:
    """The address and the networks that it is in."""
    keys = [Key(Entry("ip", str(address)), role)]
    for version, length in prefixes:
        if version == address.version:
            spare = address.max_prefixlen - length
            network = f"{type(address)(int(address) >> spare << spare)}/{length}"
            keys.append(Key(Entry("network", network), f"with {address}, {role}"))
    return keys

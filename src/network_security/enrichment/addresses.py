"""Which hosts may be contacted: those of the public internet, by whatever way they are written.

A URL comes from an attacker, who may want this program to ask the servers inside the network for
them. So an address must be one that is routed publicly, and a name must be one of the public DNS,
all of whose addresses are such.

Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190); RFC 6052
(NAT64), RFC 3056 (6to4), RFC 4380 (Teredo); IANA Special-Use Domain Names (RFC 6761). The lists are
written out here, since `ipaddress` knows other ones with each version of Python.
"""

import re
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from network_security.enrichment.findings import LookupFailed
from network_security.evidence.urls import Host

_NOT_PUBLIC_4 = [
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; the metadata of Alibaba's cloud as well
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host, though publicly registered
        "169.254.0.0/16",  # link-local; the metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; the metadata of Oracle's cloud
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
_PUBLIC_6 = IPv6Network("2000::/3")
"""All that has been given out for public routing; private, link-local, mapped ... lie outside."""
_NOT_PUBLIC_6 = [
    ip_network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo and benchmarks among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3ffe::/16",  # 6bone, given back
        "3fff::/20",  # documentation
    )
]
_NAT64 = ip_network("64:ff9b::/96")

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+", re.ASCII)
LONGEST_NAME = 253
_NOT_PUBLIC_NAMES = ("localhost", "local", "internal", "home.arpa", "onion", "alt", "localdomain")


def is_public(address: str) -> bool:
    """Whether an address is routed publicly; one that embeds an IPv4 address, if that one is.

    >>> is_public("93.184.216.34"), is_public("169.254.169.254"), is_public("64:ff9b::a00:1")
    (True, False, False)
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        embedded = _embedded(parsed)
        if embedded is None:
            within = parsed in _PUBLIC_6
            return within and not any(parsed in network for network in _NOT_PUBLIC_6)
        parsed = embedded
    return not any(parsed in network for network in _NOT_PUBLIC_4)


def is_public_network(network: IPv4Network | IPv6Network) -> bool:
    """Whether all addresses of a network are routed publicly.

    >>> is_public_network(ip_network("93.184.216.0/24")), is_public_network(ip_network("8.0.0.0/5"))
    (True, False)
    """
    if isinstance(network, IPv4Network):
        return not any(network.overlaps(other) for other in _NOT_PUBLIC_4)
    if network.prefixlen == network.max_prefixlen:
        return is_public(str(network.network_address))
    inside = network.subnet_of(_PUBLIC_6)
    return inside and not any(network.overlaps(other) for other in _NOT_PUBLIC_6)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a system's own network stack, or a NAT64 gateway, makes of it."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def check_address(address: str, where: str, allow: frozenset[str] = frozenset()) -> str:
    """Return the address.

    Args:
        address: an IPv4 or IPv6 address.
        where: what led to it, for the message.
        allow: addresses that are not public and may be contacted all the same.

    Raises:
        LookupFailed: if it is not public.
    """
    if address in allow or is_public(address):
        return address
    raise LookupFailed(f"not contacted: {address} is not a public address", where)


def check_host(host: Host, allow: frozenset[str] = frozenset()) -> str:
    """Return the host's name or address, after a look at how it is written; nothing is resolved.

    Args:
        host: the host.
        allow: as for `check_address`.

    Raises:
        LookupFailed: if it is missing, an address that is not public, or a name that the public
            DNS does not have.
    """
    name = host.name
    if host.address is not None:
        return check_address(host.address, host.written, allow)
    if not name:
        raise LookupFailed("not contacted: the URL has no host", host.written or "URL")
    if len(name) > LONGEST_NAME or _NAME.fullmatch(name) is None:
        raise LookupFailed("not contacted: the host is no name of the public DNS", name)
    if any(name.endswith(f".{special}") for special in _NOT_PUBLIC_NAMES):
        raise LookupFailed("not contacted: the name is for inside of networks", name)
    return name

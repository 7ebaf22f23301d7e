"""Reads what stands in a list: URLs, names, addresses and networks, however they are written."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network

from network_security.enrichment.lists.canonical import canonical, canonical_already
from network_security.enrichment.lists.errors import EntryError
from network_security.enrichment.lists.indicators import Entry, Kind
from network_security.enrichment.lists.options import NameReading
from network_security.evidence.urls import host_of, parse
from network_security.evidence.urls.idna import LONGEST_NAME
from network_security.evidence.urls.refang import refang
from network_security.evidence.urls.suffixes import registered
from network_security.evidence.urls.url import LONGEST

WIDEST = {4: 8, 6: 16}
"""Shortest prefix of a network by IP version. A wider one, as the default route, is a slip, and
would put every site on the list."""

_NAME = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*")
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_NETWORK = re.compile(r"[0-9A-Fa-f:.]{2,45}/[0-9]{1,3}")
_ADDRESS_AND_PORT = re.compile(r"(?P<host>[^\s/:?#@]+):[0-9]{1,5}")

NEITHER = "neither a URL nor a name, an address or a network"
NO_HOST = "a URL without a host"
NO_NAME = "no name of the DNS"
NO_ADDRESS = "no address or network"
TOO_WIDE = "a network that is too wide for a list of threats"
REGISTRY = "all that a registry sells"
TOO_LONG = f"longer than {LONGEST:,} characters"


def read_entry(written: str, names: NameReading) -> Entry:
    """Return what a text stands for; defanged texts are refanged.

    Args:
        written: a URL with or without its scheme, a name, an address, with or without a port, or a
            network. `.example.org` and `*.example.org` are the domain with all hosts under it.
        names: what a name stands for.

    Raises:
        EntryError: for a text that is none of these.

    >>> read_entry("hxxp://example[.]org/a", "registered")
    Entry(kind='url', value='example.org/a')
    >>> read_entry("example.org", "registered"), read_entry("a.example.org", "registered")
    (Entry(kind='domain', value='example.org'), Entry(kind='host', value='a.example.org'))
    >>> read_entry("198.51.100.7:8080", "host"), read_entry("198.51.100.7/24", "host")
    (Entry(kind='ip', value='198.51.100.7'), Entry(kind='network', value='198.51.100.0/24'))
    """
    if (entry := _plain_entry(written, names)) is not None:
        return entry
    if len(written) > LONGEST:
        raise EntryError(TOO_LONG)
    text = refang(written.strip())
    if text.startswith((".", "*.")):
        return _everything_under(_name(text.removeprefix("*").removeprefix(".")))
    if _NETWORK.fullmatch(text):
        return read_address(text)
    if "://" not in text and any(map(str.isspace, text)):
        raise EntryError(NEITHER)
    if "://" in text or "/" in text or "?" in text:
        return read_url(text)
    with_port = _ADDRESS_AND_PORT.fullmatch(text)
    host = host_of(with_port["host"] if with_port else text)
    return (
        Entry("ip", host.address) if host.address else _named(_checked(host.name, NEITHER), names)
    )


def read_url(written: str) -> Entry:
    """Return the entry of a URL.

    Raises:
        EntryError: for a URL without a host, and for one whose host is no host.
    """
    if (already := canonical_already(written)) is not None:
        return Entry("url", already[0])
    if len(written) > LONGEST:
        raise EntryError(TOO_LONG)
    url = parse(written)
    if not url.host.name:
        raise EntryError(NO_HOST)
    if url.host.address is None and not (url.scheme and "." not in url.host.name):
        _checked(url.host.name, NEITHER)
    return Entry("url", canonical(url))


def read_name(written: str, names: NameReading) -> Entry:
    """Return the entry of a name.

    A public suffix, be it one of a registry or of a hosting service, stands for itself alone: what
    is under it belongs to others.

    Raises:
        EntryError: for a text that is no name; an address is none.
    """
    return _named(_name(written), names)


def read_address(written: str) -> Entry:
    """Return the entry of an address, or of a network in CIDR notation.

    Raises:
        EntryError: for a text that is neither, and for a network that is too wide.
    """
    text = refang(written.strip()).removeprefix("[").removesuffix("]")
    try:
        network: IPv4Network | IPv6Network = ip_network(text, strict=False)
    except ValueError as error:
        raise EntryError(NO_ADDRESS) from error
    if network.num_addresses == 1:
        # An IPv6 address that stands for an IPv4 address is that one.
        mapped = getattr(network.network_address, "ipv4_mapped", None)
        return Entry("ip", str(mapped or network.network_address))
    if network.prefixlen < WIDEST[network.version]:
        raise EntryError(TOO_WIDE)
    return Entry("network", str(network))


def read_as(written: str, kind: Kind) -> Entry:
    """Return the entry of a text that is known to be of a kind.

    Raises:
        EntryError: for a text that is not.
    """
    if kind == "url":
        return read_url(written)
    if kind in ("ip", "network"):
        return read_address(written)
    return read_name(written, "domain" if kind == "domain" else "host")


def _plain_entry(written: str, names: NameReading) -> Entry | None:
    """The entry of a text that needs no reading, as most do; None for any other."""
    if (already := canonical_already(written)) is not None:
        return Entry("url", already[0])
    if _NAME.fullmatch(written):
        return read_name(written, names)
    return Entry("ip", written) if _IPV4.fullmatch(written) else None


def _everything_under(name: str) -> Entry:
    """A domain that is meant so, as one of a hosting service may be; not one of a registry."""
    labels = name.split(".")
    if registered(labels).icann_labels == len(labels):
        raise EntryError(REGISTRY)
    return Entry("domain", name)


def _name(written: str) -> str:
    if _NAME.fullmatch(written) and len(written) <= LONGEST_NAME:
        return written
    host = host_of(refang(written.strip()))
    if host.address is not None:
        raise EntryError(NO_NAME)
    return _checked(host.name, NO_NAME)


def _checked(name: str, reason: str) -> str:
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        raise EntryError(reason)
    return name


def _named(name: str, names: NameReading) -> Entry:
    if names == "host":
        return Entry("host", name)
    domain = registered(name.split(".")).domain
    covers = bool(domain) if names == "domain" else domain == name
    return Entry("domain" if covers else "host", name)

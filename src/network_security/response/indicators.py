"""What can be blocked: addresses, networks, domains, hosts and URLs, each in one form."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from network_security.enrichment.lists.entries import read_as, read_entry
from network_security.enrichment.lists.errors import EntryError
from network_security.enrichment.lists.indicators import Entry, Kind
from network_security.evidence.urls import Host, host_of, parse
from network_security.response.errors import RefusedError

KINDS: tuple[Kind, ...] = ("ip", "network", "domain", "host", "url")
LONGEST_URL = 2048
_ADDRESSES = ("ip", "network")


def read_indicator(kind: str, written: str) -> Entry:
    """Return the indicator that a text stands for.

    Args:
        kind: ``ip``, ``network``, ``domain`` (with all hosts under it), ``host`` (alone), ``url``,
            or "" to tell it from the text.
        written: As people write it, defanged or not.

    Raises:
        RefusedError: If it is none of that kind, or too long.

    >>> read_indicator("", "hxxps://login[.]example/a"), read_indicator("domain", "Example.org.")
    (Entry(kind='url', value='login.example/a'), Entry(kind='domain', value='example.org'))
    """
    if kind and kind not in KINDS:
        raise RefusedError(f"kind is {kind!r}: one of {', '.join(KINDS)}")
    try:
        known = next((each for each in KINDS if each == kind), None)
        entry = read_as(written, known) if known else read_entry(written, "registered")
    except EntryError as error:
        raise RefusedError(f"{written[:120]!r}: {error}") from None
    if _is_broken(entry.value):
        raise RefusedError(f"{written[:120]!a}: it holds what is no character")
    if kind and kind != entry.kind:
        raise RefusedError(f"{written[:120]!r} is no {kind}, but a {entry.kind}: {entry.value}")
    if len(entry.value) > LONGEST_URL:
        raise RefusedError(
            f"the URL has {len(entry.value)} characters, at most {LONGEST_URL}: block its host"
        )
    return entry


def _is_broken(text: str) -> bool:
    """Whether a text holds half of a surrogate pair, which no store keeps."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def host_in(indicator: Entry) -> Host | None:
    """Return the host that an indicator names; None for an address or network."""
    if indicator.kind in _ADDRESSES:
        return None
    if indicator.kind == "url":
        return parse(with_scheme(indicator.value)).host
    return host_of(indicator.value)


def with_scheme(canonical_url: str) -> str:
    """Return a URL that is kept without its scheme as one that parses alike."""
    return canonical_url if "://" in canonical_url else f"http://{canonical_url}"


def covers(outer: Entry, inner: Entry) -> bool:
    """Whether all of one indicator lies within another.

    >>> covers(Entry("domain", "a.example"), Entry("url", "x.a.example/y"))
    True
    >>> covers(Entry("host", "a.example"), Entry("domain", "a.example"))
    False
    """
    if outer == inner:
        return True
    if outer.kind in _ADDRESSES:
        address = _address_of(inner)
        return address is not None and _within(address, outer.value)
    host = host_in(inner)
    if host is None or outer.kind == "url":
        return False
    if outer.kind == "domain":
        return host.name == outer.value or host.name.endswith(f".{outer.value}")
    return inner.kind == "url" and host.name == outer.value


def _address_of(indicator: Entry) -> str | None:
    if indicator.kind in _ADDRESSES:
        return indicator.value
    host = host_in(indicator)
    return host.address if host else None


def _within(inner: str, outer: str) -> bool:
    small, large = ip_network(inner), ip_network(outer)
    if small.version != large.version:
        return False
    first, last = int(large.network_address), int(large.broadcast_address)
    return first <= int(small.network_address) and int(small.broadcast_address) <= last


def address_version(value: str) -> int:
    """Return the IP version of an address or network."""
    return ip_address(value.partition("/")[0]).version

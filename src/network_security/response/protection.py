"""What is never blocked: what is not public, one's own, well known, allowed, or too much."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from ipaddress import ip_network

from network_security.enrichment.addresses import is_public_network
from network_security.enrichment.lists.indicators import Entry
from network_security.evidence.urls import Host
from network_security.response.entries import AllowEntry
from network_security.response.indicators import covers, host_in
from network_security.response.options import ResponseOptions

Rank = Callable[[Host], int]
"""The rank of a host's site, 0 for none; `RankList.rank` is one."""


class Protection:
    """Says why an indicator must not be blocked."""

    def __init__(
        self, options: ResponseOptions, allowed: Iterable[AllowEntry], rank: Rank | None = None
    ) -> None:
        """Keep what is spared.

        Args:
            options: One's own networks and domains, and the limits.
            allowed: The allow-list.
            rank: How well known a site is; None for unknown.
        """
        self._options = options
        self._allowed = tuple(allowed)
        self._rank = rank
        networks = (Entry("network", network) for network in options.own_networks)
        domains = (Entry("domain", domain) for domain in options.own_domains)
        self._own = (*networks, *domains)

    def reason(self, indicator: Entry, now: datetime) -> str | None:
        """Return why an indicator must not be blocked, a clause; None if it may be."""
        for own in self._own:
            if _touch(own, indicator):
                return f"{own.value} is one's own (own_networks, own_domains)"
        for allowed in self._allowed:
            if allowed.in_force(now) and _touch(allowed.indicator, indicator):
                return f"{allowed.kind} {allowed.value} is on the allow-list: {allowed.reason}"
        host = host_in(indicator)
        if host is None:
            return self._address(indicator.value)
        if host.address is not None:
            return self._address(host.address)
        if indicator.kind == "url":
            return None if "." in host.name else "the host is no name of the public DNS"
        return self._name(indicator, host)

    def _address(self, value: str) -> str | None:
        network = ip_network(value)
        widest = self._options.widest_ipv4 if network.version == 4 else self._options.widest_ipv6  # noqa: PLR2004
        if network.prefixlen < widest:
            return f"it is wider than /{widest} (widest_ipv{network.version})"
        return None if is_public_network(network) else "it holds addresses that are not public"

    def _name(self, indicator: Entry, host: Host) -> str | None:
        if indicator.kind == "domain" and not host.domain:
            return "all under it belongs to others: block what was registered, or a host"
        rank = self._rank(host) if self._rank else 0
        if 0 < rank <= self._options.protected_ranks:
            return f"its site is number {rank} of the well known ones: block single URLs of it"
        return None


def _touch(spared: Entry, blocked: Entry) -> bool:
    """Whether blocking one would block something of the other."""
    return covers(spared, blocked) or covers(blocked, spared)

"""Whether what is proposed is recommended or enforced, for how long, and what is spared."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final, Literal, get_args

from network_security.alerts.severity import SEVERITIES, Severity
from network_security.evidence.urls import host_of

Mode = Literal["recommend", "enforce"]

LONGEST_DAYS: Final = 365
_BITS: Final = {"widest_ipv4": 32, "widest_ipv6": 128}


@dataclass(frozen=True)
class ResponseOptions:
    """How the blocklist is kept.

    Attributes:
        mode: What becomes of what alerts propose. With ``recommend`` nothing of it is blocked until
            a person says so; with ``enforce`` what severe alerts propose is blocked at once.
        enforce_from: The least severity of those alerts.
        days: How long an entry holds unless its author says otherwise.
        longest_days: How long it may hold at most.
        own_networks: Networks in CIDR notation that are never blocked.
        own_domains: Domains that are never blocked, nor anything under them.
        protected_ranks: A site with this rank or a better one is not blocked as a host or domain;
            single URLs of it may be. 0 protects none.
        widest_ipv4: The shortest prefix of an IPv4 network that may be blocked.
        widest_ipv6: Likewise of IPv6.

    Raises:
        ValueError: If a value is not in its range.
    """

    mode: Mode = "recommend"
    enforce_from: Severity = "high"
    days: float = 7
    longest_days: float = 90
    own_networks: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()
    protected_ranks: int = 10_000
    widest_ipv4: int = 24
    widest_ipv6: int = 48

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        for name, value, known in (
            ("mode", self.mode, get_args(Mode)),
            ("enforce_from", self.enforce_from, SEVERITIES),
        ):
            if value not in known:
                raise ValueError(f"response: {name} is {value!r}: one of {', '.join(known)}")
        if not 0 < self.days <= self.longest_days <= LONGEST_DAYS:
            raise ValueError(
                f"response: days is {self.days}, longest_days {self.longest_days}: both above 0, "
                f"the first at most the second, and that at most {LONGEST_DAYS}"
            )
        for name, bits in _BITS.items():
            if not 0 < getattr(self, name) <= bits:
                raise ValueError(f"response: {name} is {getattr(self, name)}: 1 to {bits}")
        if self.protected_ranks < 0:
            raise ValueError(f"response: protected_ranks is {self.protected_ranks}: 0 or more")
        # As YAML gives them, lists; and as they are compared, in one form.
        networks = tuple(str(_network(each)) for each in self.own_networks)
        object.__setattr__(self, "own_networks", networks)
        domains = tuple(_domain(each) for each in self.own_domains)
        object.__setattr__(self, "own_domains", domains)


def _network(written: str) -> object:
    try:
        return ip_network(written)
    except ValueError as error:
        raise ValueError(f"response: own_networks: {error}; write 192.0.2.0/24") from None


def _domain(written: str) -> str:
    host = host_of(written)
    if not host.name or host.address is not None:
        raise ValueError(f"response: own_domains: {written!r} is no domain; write example.org")
    return host.name

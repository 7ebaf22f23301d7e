"""What is looked up, how patiently, and how long it is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

HIGHEST_PORT = 65_535
MOST_PAGE_BYTES = 4_000_000
"""A page beyond might, in UTF-8, not fit into a document of 16 MB."""


@dataclass(frozen=True, slots=True)
class LookupOptions:
    """One lookup.

    Attributes:
        enabled: Whether it is made at all.
        timeout_seconds: How long it may take.
        keep_seconds: How long what it found is used again.
        keep_absence_seconds: The same where there was nothing, or an error.
    """

    enabled: bool = False
    timeout_seconds: float = 5.0
    keep_seconds: float = 86_400.0
    keep_absence_seconds: float = 600.0

    def __post_init__(self) -> None:
        """Refuse what could not work.

        Raises:
            ValueError: a time is not above 0, or negative.
        """
        if not isinstance(self.enabled, bool):
            raise ValueError(f"enabled is {self.enabled!r}: write true or false")
        if self.timeout_seconds <= 0 or min(self.keep_seconds, self.keep_absence_seconds) < 0:
            raise ValueError(
                f"timeout_seconds is {self.timeout_seconds}, keep_seconds {self.keep_seconds}, "
                f"keep_absence_seconds {self.keep_absence_seconds}: the first must be above 0, "
                "the others 0 or more"
            )


_HOUR, _DAY, _WEEK = 3_600.0, 86_400.0, 604_800.0
DNS = LookupOptions(False, 3.0, keep_seconds=_HOUR, keep_absence_seconds=300.0)
RDAP = LookupOptions(False, 6.0, keep_seconds=_WEEK, keep_absence_seconds=_HOUR)
WHOIS = LookupOptions(False, 8.0, keep_seconds=_WEEK, keep_absence_seconds=_HOUR)
TLS = LookupOptions(False, 5.0, keep_seconds=_DAY, keep_absence_seconds=600.0)
PAGE = LookupOptions(False, 10.0, keep_seconds=_HOUR, keep_absence_seconds=600.0)


@dataclass(frozen=True, slots=True)
class EnrichmentOptions:
    """All lookups; each is off unless it is switched on.

    A lookup may be given as a mapping; what it does not name is as usual for that lookup.

    Attributes:
        dns: The host's addresses.
        rdap: The domain's registration.
        whois: The same, where RDAP gave none.
        tls: The server's certificate.
        page: The page itself.
        deadline_seconds: How long all lookups of a URL together may take.
        requests_per_second: To one server, in the long run; the DNS server is not counted.
        burst: Requests to one server at once.
        dns_server: Address of the DNS server; None for the system's.
        dns_port: Its port.
        dns_records: Types of records that are asked for.
        rdap_servers: Top-level domain -> base URL of its RDAP server, over the built-in table.
        rdap_bootstrap_file: A table of IANA's (RFC 9224, https://data.iana.org/rdap/dns.json) to
            use in place of the built-in one.
        rdap_redirector: Base URL of a service that redirects to the right server, for top-level
            domains that no table has. It learns of every domain it is asked for.
        whois_servers: Top-level domain -> `host` or `host:port`, over the built-in table.
        whois_root: `host` or `host:port` of the server that names the others.
        ports: Ports of web servers that are contacted.
        most_redirects: Redirections that are followed.
        page_bytes: Bytes of a page, after decompression, that are read; the rest is left.
        answer_bytes: Longest answer of a registry.
        user_agent: What this program calls itself.
        trusted_roots: File of the root certificates to trust (PEM); None for Mozilla's, which
            certifi brings along.
    """

    dns: LookupOptions = DNS
    rdap: LookupOptions = RDAP
    whois: LookupOptions = WHOIS
    tls: LookupOptions = TLS
    page: LookupOptions = PAGE
    deadline_seconds: float = 20.0
    requests_per_second: float = 1.0
    burst: int = 10
    dns_server: str | None = None
    dns_port: int = 53
    dns_records: tuple[str, ...] = ("A", "AAAA")
    rdap_servers: Mapping[str, str] = field(default_factory=dict)
    rdap_bootstrap_file: str | None = None
    rdap_redirector: str | None = None
    whois_servers: Mapping[str, str] = field(default_factory=dict)
    whois_root: str = "whois.iana.org"
    ports: tuple[int, ...] = (80, 443, 8080, 8443)
    most_redirects: int = 10
    page_bytes: int = 2_000_000
    answer_bytes: int = 500_000
    user_agent: str = "Mozilla/5.0 (compatible; network-security)"
    trusted_roots: str | None = None

    def __post_init__(self) -> None:
        """Read nested values as parameters have them, and refuse what could not work.

        Raises:
            ValueError: a value makes no sense; it says which.
        """
        usual: dict[str, Any] = {each.name: each.default for each in fields(self)}
        for name in LOOKUPS:
            object.__setattr__(self, name, _lookup(name, usual[name], getattr(self, name)))
        for name in ("dns_records", "ports"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("deadline_seconds", "requests_per_second", "burst", "answer_bytes"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}: it must be above 0")
        if self.most_redirects < 0:
            raise ValueError(f"most_redirects is {self.most_redirects}: it must be 0 or more")
        if not 0 < self.page_bytes <= MOST_PAGE_BYTES:
            raise ValueError(f"page_bytes is {self.page_bytes}: at least 1, at most 4000000")
        wrong = [port for port in (*self.ports, self.dns_port) if not 0 < port <= HIGHEST_PORT]
        if wrong:
            raise ValueError(f"ports has {wrong[0]}: a port is a number from 1 to 65535")
        if not (self.user_agent.isascii() and self.user_agent.isprintable()):
            raise ValueError(f"user_agent is {self.user_agent!r}: write printable ASCII only")
        _check_sources(self)


LOOKUPS = tuple(each.name for each in fields(EnrichmentOptions) if each.type is LookupOptions)
"""Names of the lookups."""


def _lookup(
    name: str, usual: LookupOptions, value: LookupOptions | Mapping[str, Any]
) -> LookupOptions:
    if isinstance(value, LookupOptions):
        return value
    known = {each.name for each in fields(LookupOptions)}
    unknown = sorted(set(value) - known)
    if unknown:
        raise ValueError(f"{name} has {unknown[0]!r}: there are {', '.join(sorted(known))}")
    try:
        return replace(usual, **value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _check_sources(options: EnrichmentOptions) -> None:
    """Refuse servers and files that cannot be meant."""
    if options.dns_server is not None:
        try:
            ip_address(options.dns_server)
        except ValueError:
            raise ValueError(f"dns_server is {options.dns_server!r}: write an address") from None
    bases = [*options.rdap_servers.values(), options.rdap_redirector or "https:"]
    for base in bases:
        if not base.startswith(("https:", "http:")):
            raise ValueError(f"the RDAP server {base!r} must begin with https:// or http://")
    for name in ("rdap_bootstrap_file", "trusted_roots"):
        path = getattr(options, name)
        if path is not None and not Path(path).is_file():
            raise ValueError(f"{name} is {path!r}: there is no such file")

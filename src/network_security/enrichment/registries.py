"""Which server knows the registrations under a top-level domain.

Source: IANA, "Bootstrap Service Registry for Domain Name Space" (RFC 9224), of which the large
registries are here; those of de, io and me as the registries announce them; WHOIS servers as IANA's
own WHOIS server names them.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from network_security.enrichment.addresses import check_host
from network_security.enrichment.findings import LookupFailed
from network_security.evidence.urls import Host

_RDAP = {
    "https://rdap.verisign.com/com/v1/": "com",
    "https://rdap.verisign.com/net/v1/": "net",
    "https://tld-rdap.verisign.com/cc/v1/": "cc",
    "https://tld-rdap.verisign.com/name/v1/": "name",
    "https://rdap.publicinterestregistry.org/rdap/": "org",
    "https://rdap.identitydigital.services/rdap/": (
        "ac agency ai cash center cloud company digital email finance fund global group info io "
        "life live ltd me media money network news ninja pro rocks sale services sh social "
        "solutions studio support systems team technology today tools world zone"
    ),
    "https://pubapi.registry.google/rdap/": "app dad day dev foo how new page phd prof zip mov",
    "https://rdap.radix.host/rdap/": ("fun host online press pw site space store tech website uno"),
    "https://rdap.nic.biz/": "biz",
    "https://rdap.nic.club/": "club",
    "https://rdap.nic.us/": "us",
    "https://rdap.nic.vip/": "vip",
    "https://rdap.zdnsgtld.com/top/": "top",
    "https://rdap.gmoregistry.net/rdap/": "shop",
    "https://rdap.ca.fury.ca/rdap/": "ca",
    "https://rdap.cctld.au/rdap/": "au",
    "https://rdap.denic.de/": "de",
    "https://rdap.dns.pl/": "pl",
    "https://rdap.fi/rdap/rdap/": "fi",
    "https://rdap.nic.ch/": "ch",
    "https://rdap.nic.cz/": "cz",
    "https://rdap.nic.fr/": "fr re pm tf wf yt",
    "https://rdap.nixiregistry.in/rdap/": "in",
    "https://rdap.nominet.uk/uk/": "uk",
    "https://rdap.norid.no/": "no",
    "https://rdap.pandi.id/rdap/": "id",
    "https://rdap.registro.br/": "br",
    "https://rdap.sgnic.sg/rdap/": "sg",
    "https://rdap.sidn.nl/": "nl",
    **{
        f"https://rdap.centralnic.com/{name}/": name
        for name in ("art", "bond", "cfd", "cyou", "icu", "lol", "monster", "quest", "sbs", "xyz")
    },
}
RDAP_SERVERS = {name: base for base, names in _RDAP.items() for name in names.split()}
"""Top-level domain -> base URL of its RDAP server."""

WHOIS_SERVERS = {
    "be": "whois.dns.be",
    "biz": "whois.nic.biz",
    "br": "whois.registro.br",
    "cc": "ccwhois.verisign-grs.com",
    "cn": "whois.cnnic.cn",
    "co": "whois.registry.co",
    "com": "whois.verisign-grs.com",
    "cz": "whois.nic.cz",
    "de": "whois.denic.de",
    "eu": "whois.eu",
    "fr": "whois.nic.fr",
    "info": "whois.nic.info",
    "it": "whois.nic.it",
    "jp": "whois.jprs.jp",
    "kr": "whois.kr",
    "net": "whois.verisign-grs.com",
    "nl": "whois.domain-registry.nl",
    "org": "whois.publicinterestregistry.org",
    "pl": "whois.dns.pl",
    "ru": "whois.tcinet.ru",
    "se": "whois.iis.se",
    "su": "whois.tcinet.ru",
    "top": "whois.nic.top",
    "tv": "whois.nic.tv",
    "uk": "whois.nic.uk",
    "us": "whois.nic.us",
    "xyz": "whois.nic.xyz",
}
"""Top-level domain -> its WHOIS server; IANA's names the others."""


def registered_domain(host: Host) -> str | None:
    """Return the domain that a registry sold; None where the host has none of its own.

    What a hosting service gives away under its own domain, as `alice.github.io`, is registered
    nowhere, and the age of the service's domain says nothing of it. A name of the inside of a
    network is not for registries to hear.
    """
    try:
        check_host(host)
    except LookupFailed:
        return None
    own = len(host.sub_domains) == len(host.icann_sub_domains)
    return host.domain if host.domain and own else None


def top_level(domain: str) -> str:
    """Return a domain's last label."""
    return domain.rpartition(".")[2]


def bootstrap(path: str | Path) -> dict[str, str]:
    """Return the RDAP servers of a table as IANA publishes it; https before http.

    Args:
        path: the JSON file, of `services`: pairs of top-level domains and base URLs.

    Raises:
        ValueError: if it is no such file.
    """
    servers: dict[str, str] = {}
    try:
        services: Any = json.loads(Path(path).read_bytes())["services"]
        for names, bases in services:
            best = sorted(bases, key=lambda base: not base.startswith("https:"))[0]
            servers |= {name.lower().encode("idna").decode(): best for name in names}
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(
            f"{path} is no table of RDAP servers as RFC 9224 describes it ({error}); get "
            "https://data.iana.org/rdap/dns.json anew"
        ) from None
    return servers


def host_and_port(written: str, default: int) -> tuple[str, int]:
    """Return the parts of `host` or `host:port`.

    >>> host_and_port("whois.example:4343", 43), host_and_port("whois.example", 43)
    (('whois.example', 4343), ('whois.example', 43))
    """
    host, colon, port = written.rpartition(":")
    return (host, int(port)) if colon and port.isdigit() else (written, default)


def servers(table: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Return a table with the operator's own entries over it."""
    return {**table, **{name.lower().lstrip("."): server for name, server in own.items()}}

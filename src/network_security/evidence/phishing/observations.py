"""What sensors and enrichments can tell about a site, as plain values.

A field that nobody knows is None. All times are aware of their zone.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page's source.

    Attributes:
        html: The source, or the HTML part of a message.
        url: Where it was found, if not at the URL that is judged (after redirections).
    """

    html: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate, as TLS and X.509 logs describe it.

    Attributes:
        issuer: The issuer's distinguished name, or its organisation.
        not_before: Begin of its validity.
        not_after: End of its validity.
        matches_host: Whether it names the host.
        trusted: Whether its chain was validated up to a trusted root; where that is None, the
            issuer's name decides, which anybody can write into a certificate of their own.
    """

    issuer: str | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    matches_host: bool | None = None
    trusted: bool | None = None


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """What the DNS said of the host.

    Attributes:
        code: The response code by its name, as `NOERROR` or `NXDOMAIN` (RFC 8020).
        records: The records of the answer; empty for an answer without any.
    """

    code: str = "NOERROR"
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpExchange:
    """How a request for the URL went.

    Attributes:
        redirects: Redirections that were followed.
        status: Status code of the last response.
        final_url: Where it ended.
    """

    redirects: int | None = None
    status: int | None = None
    final_url: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A domain's registration, as RDAP or WHOIS give it.

    Attributes:
        created: When the domain was registered.
        expires: Until when it is paid for.
        registrant_domain: The domain that the registration names, as the registry returns it or as
            the registrant's own; "" when there is no registration.
    """

    created: datetime | None = None
    expires: datetime | None = None
    registrant_domain: str | None = None


@dataclass(frozen=True, slots=True)
class Reputation:
    """How well known a site is, by lists that the operator supplies.

    Attributes:
        rank: Place in a list of the most visited sites, from 1 on; 0 for a site not on the list.
        page_rank: Importance by the links that lead to it, from 0 to 1.
        indexed: Whether a search engine knows it.
        inbound_links: Number of links of other sites that lead to it.
        listed: Whether its host or address is on a threat list.
    """

    rank: int | None = None
    page_rank: float | None = None
    indexed: bool | None = None
    inbound_links: int | None = None
    listed: bool | None = None

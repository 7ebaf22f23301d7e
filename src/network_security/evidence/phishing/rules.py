"""Every number of the published rules, in one place.

Source: R. Mohammad, F. Thabtah, L. McCluskey, "Phishing Websites Features", 2015; the number of a
feature there stands beside each value.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Rules:
    """Where a feature turns from legitimate to suspicious, and from suspicious to phishing.

    The shares are of a page's links, in [0, 1].

    Attributes:
        suspicious_length: 1.1.2: characters from which on a URL is suspicious.
        phishing_length: 1.1.2: characters above which it is phishing.
        double_slash_position: 1.1.5: last place, counted from 1, where `//` belongs to the scheme.
        certificate_lifetime: 1.1.8: shortest validity of a legitimate certificate. The rule is of a
            time in which certificates were bought by the year; issuers that hand them out for 90
            days and less fail it.
        registration_left: 1.1.9: time that a legitimate domain is paid for beyond.
        preferred_ports: 1.1.11: ports that a web server is expected on.
        request_url: 1.2.1: shares of objects from elsewhere.
        url_of_anchor: 1.2.2: shares of anchors that lead elsewhere or nowhere.
        links_in_tags: 1.2.3: shares of links in meta, script and link tags that lead elsewhere.
        most_redirects: 1.3.1: redirections of a legitimate site.
        domain_age: 1.4.1: age of a legitimate domain, six months.
        well_known_rank: 1.4.3: place in a list of sites before which a site is legitimate.
        least_page_rank: 1.4.4: page rank from which on a site is legitimate.
        few_links: 1.4.6: number of links to a site up to which it is suspicious.
        trusted_issuers: 1.1.8: organisations, as certificates name them, that browsers trust.
    """

    suspicious_length: int = 54
    phishing_length: int = 75
    double_slash_position: int = 7
    certificate_lifetime: timedelta = timedelta(days=365)
    registration_left: timedelta = timedelta(days=365)
    preferred_ports: frozenset[int] = frozenset({80, 443})
    request_url: tuple[float, float] = (0.22, 0.61)
    url_of_anchor: tuple[float, float] = (0.31, 0.67)
    links_in_tags: tuple[float, float] = (0.17, 0.81)
    most_redirects: int = 1
    domain_age: timedelta = timedelta(days=182)
    well_known_rank: int = 100_000
    least_page_rank: float = 0.2
    few_links: int = 2
    trusted_issuers: frozenset[str] = field(
        default=frozenset({
            "actalis", "amazon", "apple", "buypass", "certum", "cloudflare", "comodo",
            "cybertrust", "d-trust", "digicert", "doster", "entrust", "geotrust", "globalsign",
            "godaddy", "google trust services", "harica", "identrust", "internet2",
            "let's encrypt", "microsoft", "network solutions", "quovadis", "rapidssl", "sectigo",
            "ssl.com", "starfield", "swisssign", "telia", "thawte", "trustwave", "verisign",
            "zerossl",
        })
    )  # fmt: skip


PUBLISHED: Final = Rules()
"""The rules as they were published."""

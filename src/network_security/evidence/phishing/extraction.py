"""Evidence about a URL, as the 30 features of the UCI Phishing Websites data set."""

from datetime import datetime

from network_security.evidence.phishing import site_features as site
from network_security.evidence.phishing.observations import (
    Certificate,
    DnsAnswer,
    HttpExchange,
    Page,
    Registration,
    Reputation,
)
from network_security.evidence.phishing.page import PageParts, parts_of
from network_security.evidence.phishing.page_features import Links, page_features
from network_security.evidence.phishing.rules import PUBLISHED, Rules
from network_security.evidence.phishing.schema import EVIDENCE_GROUPS, FEATURES
from network_security.evidence.phishing.url_features import url_features
from network_security.evidence.urls.url import URL, parse
from network_security.evidence.urls.wrappers import unwrap


def extract(
    url: str | URL,
    *,
    page: Page | None = None,
    certificate: Certificate | None = None,
    dns: DnsAnswer | None = None,
    http: HttpExchange | None = None,
    registration: Registration | None = None,
    reputation: Reputation | None = None,
    now: datetime | None = None,
    rules: Rules = PUBLISHED,
) -> dict[str, int | None]:
    """Return the features of a URL, of what is known about it.

    A link that a mail gateway rewrote is judged as its sender wrote it. Nothing is contacted, and
    no URL and no page raises.

    Args:
        url: the URL, defanged or not; its scheme may be missing.
        page: the page's source.
        certificate: the server's certificate.
        dns: what the DNS said of the host.
        http: how the request went.
        registration: the domain's registration.
        reputation: how well known the site is.
        now: when it is judged, with a zone; without it no age is known.
        rules: the numbers of the rules.

    Returns:
        Every feature by its name, in the order of the data set's columns: -1 (phishing),
        0 (suspicious), 1 (legitimate), or None where the evidence is missing.

    >>> features = extract("http://paypal.com@0x7f.1:8080/login")
    >>> features["having_IP_Address"], features["URL_Length"], features["SFH"]
    (-1, 1, None)
    """
    sent = unwrap(parse(url) if isinstance(url, str) else url).sent
    parts = None if page is None else parts_of(page.html)
    found = url_features(sent, rules)
    where = sent if page is None or page.url is None else parse(page.url)
    found.update(
        dict.fromkeys(EVIDENCE_GROUPS["page"])
        if parts is None
        else page_features(parts, where, rules)
    )
    found |= {
        "SSLfinal_State": site.ssl_final_state(sent, certificate, http, now, rules),
        "DNSRecord": site.dns_record(dns),
        "Redirect": site.redirect(http, _refreshes(parts, where), rules),
        "Domain_registeration_length": site.domain_registeration_length(registration, now, rules),
        "age_of_domain": site.age_of_domain(registration, now, rules),
        "Abnormal_URL": site.abnormal_url(sent, registration),
        "web_traffic": site.web_traffic(reputation, rules),
        "Page_Rank": site.page_rank(reputation, rules),
        "Google_Index": site.google_index(reputation),
        "Links_pointing_to_page": site.links_pointing_to_page(reputation, rules),
        "Statistical_report": site.statistical_report(reputation),
    }
    return {feature: found[feature] for feature in FEATURES}


def _refreshes(parts: PageParts | None, page: URL) -> bool:
    """Whether the page goes on to another site by itself."""
    if parts is None or parts.refresh is None:
        return False
    return Links(page, parts.base).leave(parts.refresh)

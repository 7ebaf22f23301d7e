"""The ten features of a site's certificate, DNS, registration and reputation, and redirections.

The numbers are those of the features in Mohammad, Thabtah, McCluskey, "Phishing Websites Features",
2015. A feature is -1 (phishing), 0 (suspicious) or 1 (legitimate); None where nobody knows.
"""

from datetime import datetime

from network_security.evidence.phishing.observations import (
    Certificate,
    DnsAnswer,
    HttpExchange,
    Registration,
    Reputation,
)
from network_security.evidence.phishing.rules import Rules
from network_security.evidence.urls.hosts import host_of
from network_security.evidence.urls.url import URL, parse

_ANSWERED = frozenset({"NOERROR", "NXDOMAIN"})
"""Any other code tells of the server that was asked, not of the name."""


def ssl_final_state(
    url: URL,
    certificate: Certificate | None,
    http: HttpExchange | None,
    now: datetime | None,
    rules: Rules,
) -> int | None:
    """1.1.8: HTTPS of a trusted issuer for a year is legitimate, of another suspicious.

    All else is phishing. A certificate that is out of date or names another host is trusted by
    nobody. That a URL begins with `http` does not tell what the site does; that the request for it
    ended there does.
    """
    if certificate is None:
        final = parse(http.final_url) if http and http.final_url else url
        return -1 if http is not None and final.scheme == "http" else None
    begin, end = certificate.not_before, certificate.not_after
    trusted = _is_trusted(certificate, rules)
    expired = now is not None and ((end is not None and end < now) or (begin or now) > now)
    if trusted is False or certificate.matches_host is False or expired:
        return 0
    if trusted is None or begin is None or end is None:
        return None
    return 1 if end - begin >= rules.certificate_lifetime else -1


def _is_trusted(certificate: Certificate, rules: Rules) -> bool | None:
    if certificate.trusted is not None or certificate.issuer is None:
        return certificate.trusted
    issuer = certificate.issuer.lower()
    return any(name in issuer for name in rules.trusted_issuers)


def dns_record(dns: DnsAnswer | None) -> int | None:
    """1.4.2: a host without a record in the DNS is phishing."""
    if dns is None or dns.code.upper() not in _ANSWERED:
        return None
    return 1 if dns.records else -1


def redirect(http: HttpExchange | None, refreshes: bool, rules: Rules) -> int | None:
    """1.3.1: how often the site redirects: 0 for at most once, 1 for more.

    The rule says legitimate, suspicious and phishing; the data set holds 0 in 88 % of its rows and
    1 in all others, so that 0 is the usual site. A model knows the data set.

    Args:
        http: the exchange.
        refreshes: whether the page that was found redirects once more, by its own refresh.
        rules: the numbers.
    """
    if http is None or http.redirects is None:
        return None
    return int(http.redirects + refreshes > rules.most_redirects)


def domain_registeration_length(
    registration: Registration | None, now: datetime | None, rules: Rules
) -> int | None:
    """1.1.9: a domain that expires within a year is phishing."""
    if registration is None or registration.expires is None or now is None:
        return None
    return 1 if registration.expires - now > rules.registration_left else -1


def age_of_domain(
    registration: Registration | None, now: datetime | None, rules: Rules
) -> int | None:
    """1.4.1: a domain younger than six months is phishing."""
    if registration is None or registration.created is None or now is None:
        return None
    return 1 if now - registration.created >= rules.domain_age else -1


def abnormal_url(url: URL, registration: Registration | None) -> int | None:
    """1.2.6: a host that the registration does not name is phishing."""
    if registration is None or registration.registrant_domain is None or not url.host.name:
        return None
    return 1 if host_of(registration.registrant_domain).site == url.host.site else -1


def web_traffic(reputation: Reputation | None, rules: Rules) -> int | None:
    """1.4.3: a rank before 100,000 is legitimate, another suspicious, none phishing."""
    if reputation is None or reputation.rank is None:
        return None
    if reputation.rank <= 0:
        return -1
    return 1 if reputation.rank < rules.well_known_rank else 0


def page_rank(reputation: Reputation | None, rules: Rules) -> int | None:
    """1.4.4: a page rank below 0.2 is phishing."""
    if reputation is None or reputation.page_rank is None:
        return None
    return -1 if reputation.page_rank < rules.least_page_rank else 1


def google_index(reputation: Reputation | None) -> int | None:
    """1.4.5: a page that no search engine knows is phishing."""
    if reputation is None or reputation.indexed is None:
        return None
    return 1 if reputation.indexed else -1


def links_pointing_to_page(reputation: Reputation | None, rules: Rules) -> int | None:
    """1.4.6: no link to the page is phishing, one or two suspicious, more legitimate."""
    if reputation is None or reputation.inbound_links is None:
        return None
    if reputation.inbound_links <= 0:
        return -1
    return 0 if reputation.inbound_links <= rules.few_links else 1


def statistical_report(reputation: Reputation | None) -> int | None:
    """1.4.7: a host on a threat list is phishing."""
    if reputation is None or reputation.listed is None:
        return None
    return -1 if reputation.listed else 1

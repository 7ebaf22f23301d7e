from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from network_security.evidence.phishing import (
    Certificate,
    DnsAnswer,
    HttpExchange,
    Page,
    Registration,
    Reputation,
    Rules,
    extract,
)

NOW = datetime(2026, 1, 14, 8, tzinfo=UTC)
YEAR = timedelta(days=365)
URL = "https://www.example.org/login"
GOOD = Certificate(
    issuer="CN=Example CA 1,O=DigiCert Inc,C=US",
    not_before=NOW - YEAR / 2,
    not_after=NOW + YEAR / 2,
    matches_host=True,
)


@pytest.mark.parametrize(
    ("certificate", "value"),
    [
        (GOOD, 1),
        (replace(GOOD, issuer="O=Nobody Knows"), 0),
        (replace(GOOD, issuer="O=Nobody Knows", trusted=True), 1),
        (replace(GOOD, trusted=False), 0),
        (replace(GOOD, matches_host=False), 0),
        (replace(GOOD, not_after=NOW - timedelta(days=1)), 0),
        (replace(GOOD, not_before=NOW + timedelta(days=1)), 0),
        (replace(GOOD, not_after=NOW + timedelta(days=90)), -1),
        (replace(GOOD, not_after=None), None),
        (Certificate(), None),
        (None, None),
    ],
)
def test_a_certificate_is_to_be_trusted_for_a_year(
    certificate: Certificate | None, value: int | None
) -> None:
    assert extract(URL, certificate=certificate, now=NOW)["SSLfinal_State"] == value


def test_the_year_is_a_rule_s_number() -> None:
    quarterly = replace(GOOD, not_before=NOW, not_after=NOW + timedelta(days=90))
    rules = Rules(certificate_lifetime=timedelta(days=90))

    assert extract(URL, certificate=quarterly, now=NOW, rules=rules)["SSLfinal_State"] == 1


@pytest.mark.parametrize(
    ("url", "http", "value"),
    [
        ("http://example.org", None, None),
        ("http://example.org", HttpExchange(), -1),
        ("http://example.org", HttpExchange(final_url="https://example.org/"), None),
        ("https://example.org", HttpExchange(final_url="http://example.org/"), -1),
    ],
)
def test_a_request_that_ended_without_tls_tells(
    url: str, http: HttpExchange | None, value: int | None
) -> None:
    assert extract(url, http=http)["SSLfinal_State"] == value


@pytest.mark.parametrize(
    ("dns", "value"),
    [
        (DnsAnswer(records=("192.0.2.5",)), 1),
        (DnsAnswer(), -1),
        (DnsAnswer(code="NXDOMAIN"), -1),
        (DnsAnswer(code="SERVFAIL"), None),
        (None, None),
    ],
)
def test_a_host_has_records(dns: DnsAnswer | None, value: int | None) -> None:
    assert extract(URL, dns=dns)["DNSRecord"] == value


@pytest.mark.parametrize(
    ("redirects", "value"), [(0, 0), (1, 0), (2, 1), (3, 1), (9, 1), (None, None)]
)
def test_redirections_are_coded_as_in_the_data_set(
    redirects: int | None, value: int | None
) -> None:
    assert extract(URL, http=HttpExchange(redirects=redirects))["Redirect"] == value


def test_a_page_that_goes_on_by_itself_is_one_redirection_more() -> None:
    page = Page('<meta http-equiv="Refresh" content="0; url=https://example.com/">')
    here = Page('<meta http-equiv="refresh" content="30">')

    assert extract(URL, http=HttpExchange(redirects=1), page=page)["Redirect"] == 1
    assert extract(URL, http=HttpExchange(redirects=1), page=here)["Redirect"] == 0
    assert extract(URL, page=page)["Redirect"] is None


@pytest.mark.parametrize(
    ("registration", "left", "age"),
    [
        (Registration(created=NOW - YEAR, expires=NOW + 2 * YEAR), 1, 1),
        (Registration(created=NOW - YEAR / 3, expires=NOW + YEAR), -1, -1),
        (Registration(), None, None),
        (None, None, None),
    ],
)
def test_a_domain_is_old_and_paid_for(
    registration: Registration | None, left: int | None, age: int | None
) -> None:
    features = extract(URL, registration=registration, now=NOW)

    assert features["Domain_registeration_length"] == left
    assert features["age_of_domain"] == age


def test_without_a_now_nothing_has_an_age() -> None:
    features = extract(URL, registration=Registration(created=NOW, expires=NOW))

    assert features["age_of_domain"] is features["Domain_registeration_length"] is None


@pytest.mark.parametrize(
    ("named", "value"),
    [("example.org", 1), ("EXAMPLE.ORG.", 1), ("example.com", -1), ("", -1), (None, None)],
)
def test_a_registration_names_the_host(named: str | None, value: int | None) -> None:
    registration = Registration(registrant_domain=named)

    assert extract(URL, registration=registration)["Abnormal_URL"] == value


@pytest.mark.parametrize(
    ("reputation", "name", "value"),
    [
        (Reputation(rank=1), "web_traffic", 1),
        (Reputation(rank=99_999), "web_traffic", 1),
        (Reputation(rank=100_001), "web_traffic", 0),
        (Reputation(rank=0), "web_traffic", -1),
        (Reputation(page_rank=0.2), "Page_Rank", 1),
        (Reputation(page_rank=0.19), "Page_Rank", -1),
        (Reputation(indexed=True), "Google_Index", 1),
        (Reputation(indexed=False), "Google_Index", -1),
        (Reputation(inbound_links=3), "Links_pointing_to_page", 1),
        (Reputation(inbound_links=2), "Links_pointing_to_page", 0),
        (Reputation(inbound_links=0), "Links_pointing_to_page", -1),
        (Reputation(listed=True), "Statistical_report", -1),
        (Reputation(listed=False), "Statistical_report", 1),
    ],
)
def test_a_reputation_counts(reputation: Reputation, name: str, value: int) -> None:
    assert extract(URL, reputation=reputation)[name] == value
    assert extract(URL, reputation=Reputation())[name] is None
    assert extract(URL)[name] is None

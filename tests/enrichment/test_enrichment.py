"""From a URL to findings, with servers on this machine in place of everybody else's."""

import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.enrichment import Enrichment, EnrichmentOptions, Findings, MongoCache
from network_security.evidence.phishing import (
    Certificate,
    DnsAnswer,
    HttpExchange,
    Page,
    Registration,
    Reputation,
    extract,
)
from network_security.storage.location import StoreLocation

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HTML = "<html><title>Sign in</title></html>"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML.encode()
RDAP = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/rdap+json\r\n\r\n"
    + json.dumps(
        {
            "ldhName": "example.com",
            "events": [
                {"eventAction": "registration", "eventDate": "2026-02-01T00:00:00Z"},
                {"eventAction": "expiration", "eventDate": "2027-02-01T00:00:00Z"},
            ],
        }
    ).encode()
)
REGISTRATION = Registration(
    datetime(2026, 2, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC), "example.com"
)
ON = {"enabled": True}
ALLOW = frozenset({"127.0.0.1"})


class Internet:
    """The servers of shop.example.com, of its registry and of the DNS."""

    def __init__(self, serve, dns_server, authority) -> None:
        self.dns = dns_server
        self.dns.zone["shop.example.com", "A"] = ["127.0.0.1"]
        self.site = serve(PAGE, tls=authority.server("shop.example.com"))
        self.rdap = serve(RDAP)
        self.whois = serve(b"Domain Name: example.com\nCreation Date: 2026-02-01\n")
        self.roots = str(authority.roots)
        self.url = f"https://shop.example.com:{self.site.port}/login"

    def options(self, *switched_on: str, **others) -> EnrichmentOptions:
        return EnrichmentOptions(
            **dict.fromkeys(switched_on, ON),
            **{
                "ports": [self.site.port],
                "dns_server": "127.0.0.1",
                "dns_port": self.dns.port,
                "rdap_servers": {"com": self.rdap.url},
                "whois_servers": {"com": f"127.0.0.1:{self.whois.port}"},
                "trusted_roots": self.roots,
            }
            | others,
        )

    def requests(self) -> list[int]:
        return [len(each.received) for each in (self.site, self.rdap, self.whois)]


@pytest.fixture
def internet(serve, dns_server, authority) -> Internet:
    return Internet(serve, dns_server, authority)


class TestSwitches:
    def test_nobody_is_contacted_by_default(self, internet) -> None:
        enrichment = Enrichment(internet.options(), allow=ALLOW)
        assert enrichment.look_up(internet.url) == Findings()
        assert (internet.requests(), internet.dns.asked) == ([0, 0, 0], [])

    def test_everything(self, internet) -> None:
        options = internet.options("dns", "rdap", "whois", "tls", "page")
        findings = Enrichment(options, allow=ALLOW).look_up(internet.url, now=NOW)
        assert findings.problems == ()
        assert findings.dns == DnsAnswer("NOERROR", ("127.0.0.1",))
        assert findings.registration == REGISTRATION
        assert findings.page == Page(HTML, internet.url)
        assert findings.http == HttpExchange(0, 200, internet.url)
        assert findings.certificate.trusted
        assert findings.certificate.matches_host
        # WHOIS is for what RDAP does not give.
        assert internet.requests()[2] == 0

    def test_findings_are_what_features_are_extracted_from(self, internet) -> None:
        options = internet.options("dns", "rdap", "tls", "page")
        now = datetime.now(UTC)
        found = Enrichment(options, allow=ALLOW).look_up(internet.url, now=now)
        features = extract(
            internet.url,
            page=found.page,
            certificate=found.certificate,
            dns=found.dns,
            http=found.http,
            registration=found.registration,
            now=now,
        )
        assert features["DNSRecord"] == 1
        assert features["SSLfinal_State"] == 1
        assert features["age_of_domain"] == 1
        assert features["Abnormal_URL"] == 1
        assert None in features.values()

    @pytest.mark.parametrize("name", ["dns", "rdap", "whois", "tls", "page"])
    def test_each_switch_is_its_own(self, internet, name: str) -> None:
        findings = Enrichment(internet.options(name), allow=ALLOW).look_up(internet.url)
        given = {
            "dns": {"dns"},
            "rdap": {"registration"},
            "whois": {"registration"},
            "tls": {"certificate"},
            "page": {"page", "http"},
        }
        fields = ("page", "certificate", "dns", "http", "registration", "reputation")
        assert {field for field in fields if getattr(findings, field)} == given[name]

    def test_whois_takes_over_where_rdap_fails(self, internet, serve) -> None:
        broken = serve(b"HTTP/1.1 500 Internal Server Error\r\n\r\n")
        options = internet.options("rdap", "whois", rdap_servers={"com": broken.url})
        findings = Enrichment(options, allow=ALLOW).look_up(internet.url)
        assert findings.registration.created == REGISTRATION.created
        (problem,) = findings.problems
        assert str(problem).startswith("rdap: the server answers 500 (http://127.0.0.1:")


class TestPlan:
    def test_it_contacts_nobody(self, internet, monkeypatch) -> None:
        enrichment = Enrichment(internet.options("dns", "page"), allow=ALLOW)

        def no_socket(*_: object, **__: object) -> None:
            raise AssertionError("a socket was opened")

        monkeypatch.setattr(socket, "socket", no_socket)
        contacts = enrichment.plan(internet.url)
        assert (internet.requests(), internet.dns.asked) == ([0, 0, 0], [])
        on = {(each.lookup, each.protocol, each.port) for each in contacts if each.switched_on}
        assert on == {
            ("dns", "dns", internet.dns.port),
            ("page", "dns", internet.dns.port),
            ("page", "https", internet.site.port),
        }
        off = {each.lookup for each in contacts if not each.switched_on}
        assert off == {"rdap", "whois", "tls"}

    def test_it_names_everybody_who_is_contacted(self, internet) -> None:
        options = internet.options("dns", "rdap", "tls", "page")
        enrichment = Enrichment(options, allow=ALLOW)
        planned = {each.port for each in enrichment.plan(internet.url) if each.switched_on}
        enrichment.look_up(internet.url)
        assert planned == {internet.dns.port, internet.site.port, internet.rdap.port}
        assert internet.requests() == [2, 1, 0]

    def test_what_is_remembered_is_said(self, internet) -> None:
        enrichment = Enrichment(internet.options("dns"), allow=ALLOW)
        assert not any(each.cached for each in enrichment.plan(internet.url))
        enrichment.look_up(internet.url)
        cached = {each.lookup for each in enrichment.plan(internet.url) if each.cached}
        assert cached == {"dns"}

    @pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://localhost/", "", "mailto:a@b.c"])
    def test_what_is_refused_is_not_planned(self, url: str) -> None:
        assert Enrichment(EnrichmentOptions(dns_server="192.0.2.53")).plan(url) == ()

    def test_links_of_gateways_are_planned_as_they_were_sent(self) -> None:
        link = "https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa&d=1"
        contacts = Enrichment(EnrichmentOptions(dns_server="192.0.2.53")).plan(link)
        assert {each.host for each in contacts if each.lookup == "page"} == {
            "192.0.2.53",
            "example.org",
        }


class TestKnown:
    def test_what_sensors_saw_is_not_looked_up(self, internet) -> None:
        known = Findings(
            certificate=Certificate(issuer="CN=seen"),
            dns=DnsAnswer("NXDOMAIN"),
            registration=Registration(),
            http=HttpExchange(2, 200, "http://elsewhere.example/"),
        )
        options = internet.options("dns", "rdap", "whois", "tls", "page")
        findings = Enrichment(options, allow=ALLOW).look_up(internet.url, known=known)
        assert findings.page is not None
        assert findings.http == known.http
        assert findings.certificate == known.certificate
        assert internet.requests() == [1, 0, 0]

    def test_lists_are_asked_for_the_url_that_was_sent(self) -> None:
        class Lists:
            def reputation(self, url, *, addresses=(), now=None):
                return Reputation(rank=7, listed=url.host.name == "example.org")

        link = "https://urldefense.com/v3/__https://example.org/a__;!!x"
        enrichment = Enrichment(EnrichmentOptions(), lists=Lists())
        assert enrichment.look_up(link).reputation == Reputation(rank=7, listed=True)
        seen = Findings(reputation=Reputation(rank=1))
        assert enrichment.look_up(link, known=seen) == seen


class TestMemory:
    def test_the_same_is_not_asked_twice(self, internet) -> None:
        options = internet.options("dns", "rdap", "tls", "page")
        enrichment = Enrichment(options, allow=ALLOW)
        first = enrichment.look_up(internet.url, now=NOW)
        asked = internet.requests()
        assert enrichment.look_up(internet.url, now=NOW + timedelta(minutes=9)) == first
        assert internet.requests() == asked

    def test_it_is_asked_again_when_it_no_longer_holds(self, internet) -> None:
        page = ON | {"keep_seconds": 60}
        enrichment = Enrichment(internet.options(page=page), allow=ALLOW)
        for seconds in (0, 59, 60, 119, 120):
            enrichment.look_up(internet.url, now=NOW + timedelta(seconds=seconds))
        assert internet.requests()[0] == 3

    def test_absence_holds_for_a_shorter_time(self, internet) -> None:
        dns = ON | {"keep_seconds": 3600, "keep_absence_seconds": 10}
        enrichment = Enrichment(internet.options(dns=dns), allow=ALLOW)
        for seconds in (0, 9, 10):
            found = enrichment.look_up("http://gone.example/", now=NOW + timedelta(seconds=seconds))
            assert found.dns == DnsAnswer("NXDOMAIN")
        assert len(internet.dns.asked) == 2

    def test_failures_are_remembered_with_their_reason(self, internet) -> None:
        internet.dns.zone["bad.example.com", "A"] = "SERVFAIL"
        internet.dns.zone["bad.example.com", "AAAA"] = "SERVFAIL"
        enrichment = Enrichment(internet.options("dns"), allow=ALLOW)
        first = enrichment.look_up("http://bad.example.com/", now=NOW)
        asked = len(internet.dns.asked)
        assert enrichment.look_up("http://bad.example.com/", now=NOW) == first
        assert len(internet.dns.asked) == asked
        assert [problem.what for problem in first.problems] == ["the DNS server answers SERVFAIL"]

    def test_store_is_shared_by_processes(self, internet, embedded_directory) -> None:
        store = StoreLocation(None, embedded_directory, "enrichment_test")
        options = internet.options("dns", "rdap", "tls", "page")
        found = [
            Enrichment(options, MongoCache(store), allow=ALLOW).look_up(internet.url, now=NOW)
            for _ in range(2)
        ]
        assert found[0] == found[1]
        assert found[0].problems == ()
        assert internet.requests() == [2, 1, 0]
        assert MongoCache(store).purge(NOW + timedelta(days=30)) == 4
        database = store.open()
        database.client.drop_database("enrichment_test")

    def test_store_that_is_away_stops_nothing(self, internet, tmp_path) -> None:
        away = StoreLocation("mongodb://127.0.0.1:1/", tmp_path)
        enrichment = Enrichment(internet.options("dns"), MongoCache(away), allow=ALLOW)
        found = DnsAnswer("NOERROR", ("127.0.0.1",))
        assert enrichment.look_up(internet.url).dns == found
        # The store is left alone for a while, so that not every lookup waits for it.
        begun = time.monotonic()
        assert enrichment.look_up(internet.url).dns == found
        assert time.monotonic() - begun < 1

    def test_threads_share_equal_lookups(self, internet) -> None:
        enrichment = Enrichment(internet.options("rdap"), allow=ALLOW)
        found: list[Findings] = []
        urls = [f"http://{name}.example.com/" for name in "abcdef"]
        threads = [
            threading.Thread(target=lambda url=url: found.append(enrichment.look_up(url)))
            for url in urls
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [findings.registration for findings in found] == [REGISTRATION] * 6
        assert internet.requests()[1] == 1


class TestFailure:
    def test_private_servers_are_not_contacted(self, internet) -> None:
        options = internet.options("dns", "rdap", "whois", "tls", "page")
        findings = Enrichment(options).look_up(internet.url)
        assert internet.requests() == [0, 0, 0]
        assert {problem.lookup for problem in findings.problems} == {"rdap", "whois", "tls", "page"}
        assert all("not a public address" in problem.what for problem in findings.problems)

    def test_deadline_holds_for_all_together(self, internet, serve) -> None:
        slow = serve(lambda _: time.sleep(3))
        options = internet.options(
            "dns",
            "rdap",
            "whois",
            "tls",
            "page",
            deadline_seconds=0.5,
            ports=[slow.port],
            rdap_servers={"com": slow.url},
            whois_servers={"com": f"127.0.0.1:{slow.port}"},
        )
        url = f"https://shop.example.com:{slow.port}/"
        begun = time.monotonic()
        findings = Enrichment(options, allow=ALLOW).look_up(url)
        assert time.monotonic() - begun < 1.5
        assert findings.dns == DnsAnswer("NOERROR", ("127.0.0.1",))
        assert {problem.lookup for problem in findings.problems} == {"rdap", "whois", "tls", "page"}

    def test_fault_of_a_library_is_a_problem_of_one_lookup(self, internet, monkeypatch) -> None:
        def broken(*_: object) -> None:
            raise RecursionError("deep")

        monkeypatch.setattr("network_security.enrichment.tls.described", broken)
        findings = Enrichment(internet.options("tls", "dns"), allow=ALLOW).look_up(internet.url)
        (problem,) = findings.problems
        assert problem.what == "unexpected RecursionError; the log has the details"
        assert findings.dns is not None

    def test_rate_limit_is_a_problem_that_is_not_remembered(self, internet) -> None:
        options = internet.options(
            page=ON | {"keep_seconds": 0}, requests_per_second=0.001, burst=1, deadline_seconds=1
        )
        enrichment = Enrichment(options, allow=ALLOW)
        assert enrichment.look_up(internet.url, now=NOW).page is not None
        (problem,) = enrichment.look_up(internet.url, now=NOW).problems
        assert problem.what.startswith("not asked: its turn would come in")
        assert not any(each.cached for each in enrichment.plan(internet.url))

    @settings(
        max_examples=50,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(url=st.text(max_size=60) | st.text(max_size=40).map("http://{}/".format))
    def test_no_url_raises(self, dns_server, url: str) -> None:
        options = EnrichmentOptions(
            **dict.fromkeys(("dns", "page", "tls"), ON),
            dns_server="127.0.0.1",
            dns_port=dns_server.port,
        )
        enrichment = Enrichment(options)
        enrichment.plan(url)
        assert isinstance(enrichment.look_up(url), Findings)

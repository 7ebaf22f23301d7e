"""Asking a DNS server."""

import time

import dns.resolver
import pytest

from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.resolver import Resolver
from network_security.evidence.phishing.observations import DnsAnswer

NAME = "shop.example.com"
KINDS = ("A", "AAAA")


def test_records_of_all_types(dns_server, resolver, deadline) -> None:
    dns_server.zone |= {
        (NAME, "A"): ["192.0.2.1", "192.0.2.2"],
        (NAME, "AAAA"): ["2001:db8::1"],
        (NAME, "MX"): ["10 mail.example.com."],
    }
    answer = resolver.answer(NAME, (*KINDS, "MX"), deadline)
    records = ("192.0.2.1", "192.0.2.2", "2001:db8::1", "10 mail.example.com.")
    assert answer == DnsAnswer("NOERROR", records)


def test_name_that_does_not_exist_is_asked_for_once(dns_server, resolver, deadline) -> None:
    assert resolver.answer(NAME, KINDS, deadline) == DnsAnswer("NXDOMAIN", ())
    assert dns_server.asked == [(NAME, "A")]


def test_name_without_records_exists(dns_server, resolver, deadline) -> None:
    dns_server.zone[NAME, "TXT"] = ["x"]
    assert resolver.answer(NAME, KINDS, deadline) == DnsAnswer("NOERROR", ())


@pytest.mark.parametrize("code", ["SERVFAIL", "REFUSED"])
def test_failure_of_the_server_is_no_answer(dns_server, resolver, deadline, code: str) -> None:
    dns_server.zone |= {(NAME, kind): code for kind in KINDS}
    with pytest.raises(LookupFailed, match=f"the DNS server answers {code}"):
        resolver.answer(NAME, KINDS, deadline)


def test_failure_for_one_type_leaves_the_other(dns_server, resolver, deadline) -> None:
    dns_server.zone |= {(NAME, "A"): ["192.0.2.1"], (NAME, "AAAA"): "SERVFAIL"}
    assert resolver.answer(NAME, KINDS, deadline) == DnsAnswer(records=("192.0.2.1",))


def test_silence_ends_at_the_deadline(dns_server, resolver) -> None:
    dns_server.zone[NAME, "A"] = None
    begun = time.monotonic()
    with pytest.raises(LookupFailed, match=r"no DNS answer within 0\.3 s"):
        resolver.ask(NAME, "A", Deadline(0.3))
    assert time.monotonic() - begun < 1.5


def test_server_that_talks_nonsense_is_no_answer(resolver, dns_server, monkeypatch) -> None:
    monkeypatch.setattr(dns_server, "answer", lambda wire: b"\xff" * 600, raising=True)
    with pytest.raises(LookupFailed):
        resolver.ask(NAME, "A", Deadline(0.5))


def test_search_domains_and_hosts_file_are_not_used(dns_server, resolver, deadline) -> None:
    assert resolver.ask("localhost", "A", deadline).code == "NXDOMAIN"
    assert dns_server.asked == [("localhost", "A")]


def test_contacts_are_the_servers() -> None:
    (contact,) = Resolver("192.0.2.53", 5353).contacts("dns", "why")
    assert (contact.host, contact.port, contact.protocol) == ("192.0.2.53", 5353, "dns")


def test_system_without_a_dns_server(monkeypatch, deadline) -> None:
    def unconfigured(configure: bool = True) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", unconfigured)
    assert Resolver().contacts("dns", "why") == ()
    with pytest.raises(LookupFailed, match="set dns_server"):
        Resolver().ask(NAME, "A", deadline)

"""Registrations by WHOIS, from servers on this machine."""

import time

import pytest

from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.options import EnrichmentOptions
from network_security.enrichment.whois import Whois
from network_security.evidence.phishing import Registration
from network_security.evidence.urls import parse

URL = parse("https://www.shop.example.com/login")
ANSWER = b"Domain Name: EXAMPLE.COM\r\nCreation Date: 1995-08-14T04:00:00Z\r\n"


@pytest.fixture
def look_up(resolver, connector, deadline):
    def found(url=URL, until=deadline, **options):
        return Whois(EnrichmentOptions(**options), resolver).run(url, connector, until)

    return found


def at(server) -> str:
    return f"{server.host}:{server.port}"


def test_registration(serve, look_up) -> None:
    server = serve(ANSWER)
    found = look_up(whois_servers={"com": at(server)}).observations["registration"]
    assert (found.created.year, found.registrant_domain) == (1995, "example.com")
    assert server.received == [b"example.com\r\n"]


def test_iana_names_the_server_of_other_domains(serve, look_up, dns_server, monkeypatch) -> None:
    registry = serve(b"domain: example.zz\ncreated: 2001-02-03\n")
    root = serve(b"domain: ZZ\n\nrefer:        whois.example.net\n")
    dns_server.zone["whois.example.net", "A"] = ["127.0.0.1"]
    monkeypatch.setattr("network_security.enrichment.whois.PORT", registry.port)
    found = look_up(parse("http://a.example.zz/"), whois_root=at(root))
    assert found.observations["registration"].created.year == 2001
    assert (root.received, registry.received) == ([b"zz\r\n"], [b"example.zz\r\n"])


@pytest.mark.parametrize("server", ["localhost", "10.0.0.1", "169.254.169.254", "inside.zz"])
def test_referral_does_not_lead_inside(serve, look_up, dns_server, server: str) -> None:
    dns_server.zone["inside.zz", "A"] = ["192.168.0.1"]
    root = serve(f"refer: {server}\n".encode())
    with pytest.raises(LookupFailed, match="not contacted"):
        look_up(parse("http://a.example.zz/"), whois_root=at(root))


def test_no_referral(serve, look_up) -> None:
    root = serve(b"% nothing here\nrefer: two words\n")
    with pytest.raises(LookupFailed, match=r"it names no WHOIS server for \.zz"):
        look_up(parse("http://a.example.zz/"), whois_root=at(root))


def test_what_is_not_registered(serve, look_up) -> None:
    server = serve(b'No match for domain "EXAMPLE.COM".\r\n')
    outcome = look_up(whois_servers={"com": at(server)})
    assert outcome.observations == {"registration": Registration(registrant_domain="")}
    assert outcome.absent


def test_latin_1(serve, look_up) -> None:
    server = serve("holder: Müller\ncreated: 2001-02-03\n".encode("latin-1"))
    found = look_up(whois_servers={"com": at(server)}).observations["registration"]
    assert found.created.year == 2001


def test_endless_answer(serve, look_up) -> None:
    def endless(connection) -> None:
        while True:
            connection.sendall(b"x: y\n" * 1000)

    server = serve(endless)
    with pytest.raises(LookupFailed, match="the answer is longer than 100000 bytes"):
        look_up(whois_servers={"com": at(server)}, answer_bytes=100_000)


def test_trickle_ends_at_the_deadline(serve, look_up) -> None:
    def trickle(connection) -> None:
        while True:
            time.sleep(0.05)
            connection.sendall(b"x")

    server = serve(trickle)
    begun = time.monotonic()
    with pytest.raises(LookupFailed, match=r"no answer within 0\.4 s"):
        look_up(until=Deadline(0.4), whois_servers={"com": at(server)})
    assert time.monotonic() - begun < 1.5


def test_contacts_name_the_server_and_what_it_learns(resolver) -> None:
    whois = Whois(EnrichmentOptions(), resolver)
    contacts = whois.contacts(URL)
    assert [(each.host, each.protocol) for each in contacts] == [
        ("127.0.0.1", "dns"),
        ("whois.verisign-grs.com", "whois"),
    ]
    assert contacts[1].reason == "the registration of example.com"
    unknown = whois.contacts(parse("http://example.zz"))[1]
    assert unknown.host == "whois.iana.org"

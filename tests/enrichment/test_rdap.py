"""Registrations by RDAP."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.options import EnrichmentOptions
from network_security.enrichment.rdap import Rdap, registration_of
from network_security.evidence.phishing import Registration
from network_security.evidence.urls import parse

URL = parse("https://www.shop.example.com/login")
DOMAIN = {
    "objectClassName": "domain",
    "ldhName": "EXAMPLE.COM",
    "events": [
        {"eventAction": "last changed", "eventDate": "2025-08-14T07:01:34Z"},
        {"eventAction": "registration", "eventDate": "1995-08-14T04:00:00Z"},
        {"eventAction": "expiration", "eventDate": "2030-08-13T04:00:00Z"},
    ],
}
FOUND = Registration(
    datetime(1995, 8, 14, 4, tzinfo=UTC), datetime(2030, 8, 13, 4, tzinfo=UTC), "example.com"
)


def answer(document: object, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/rdap+json; charset=utf-8", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + json.dumps(document).encode()


@pytest.fixture
def look_up(resolver, connector, deadline):
    def found(url=URL, **options):
        return Rdap(EnrichmentOptions(**options), resolver).run(url, connector, deadline)

    return found


def test_registration(serve, look_up) -> None:
    server = serve(answer(DOMAIN))
    outcome = look_up(rdap_servers={"com": f"{server.url}v1/"})
    assert outcome.observations == {"registration": FOUND}
    assert server.received[0].startswith(b"GET /v1/domain/example.com HTTP/1.1\r\n")
    assert b"Accept: application/rdap+json, application/json\r\n" in server.received[0]


def test_server_of_https_is_verified(serve, look_up, authority, dns_server) -> None:
    dns_server.zone["rdap.example.net", "A"] = ["127.0.0.1"]
    server = serve(answer(DOMAIN), tls=authority.server("rdap.example.net"))
    base = f"https://rdap.example.net:{server.port}/"
    outcome = look_up(rdap_servers={"com": base}, trusted_roots=str(authority.roots))
    assert outcome.observations == {"registration": FOUND}
    with pytest.raises(LookupFailed, match="certificate"):
        look_up(rdap_servers={"com": base})


def test_404_of_a_registry_is_no_registration(serve, look_up) -> None:
    server = serve(answer({"errorCode": 404}, "404 Not Found"))
    outcome = look_up(rdap_servers={"com": server.url})
    assert outcome.observations == {"registration": Registration(registrant_domain="")}
    assert outcome.absent


def test_404_of_a_redirecting_service_says_nothing(serve, look_up) -> None:
    server = serve(answer({}, "404 Not Found"))
    with pytest.raises(LookupFailed, match="knows no RDAP server"):
        look_up(parse("http://a.example.zz/"), rdap_redirector=server.url)


def test_redirecting_service(serve, look_up, tmp_path) -> None:
    def redirect(connection) -> None:
        location = f"Location: {service.url}registry/domain/example.zz"
        if b"GET /domain/" in service.received[-1]:
            connection.sendall(answer({}, "302 Found", location))
        else:
            connection.sendall(answer({}, "404 Not Found"))

    service = serve(redirect)
    outcome = look_up(parse("http://a.example.zz/"), rdap_redirector=service.url)
    assert outcome.observations == {"registration": Registration(registrant_domain="")}


@pytest.mark.parametrize(
    "location", ["http://10.0.0.1/domain/x", "https://localhost/", "file:///etc/passwd"]
)
def test_redirection_does_not_lead_inside(serve, look_up, location: str) -> None:
    server = serve(answer({}, "302 Found", f"Location: {location}"))
    with pytest.raises(LookupFailed, match="not contacted"):
        look_up(rdap_servers={"com": server.url})


def test_https_is_not_left_for_http(serve, look_up, authority, dns_server) -> None:
    dns_server.zone["rdap.example.net", "A"] = ["127.0.0.1"]
    plain = serve(answer(DOMAIN))
    secure = serve(
        answer({}, "302 Found", f"Location: {plain.url}"), tls=authority.server("rdap.example.net")
    )
    with pytest.raises(LookupFailed, match="not contacted: the scheme is http"):
        look_up(
            rdap_servers={"com": f"https://rdap.example.net:{secure.port}"},
            trusted_roots=str(authority.roots),
        )
    assert plain.received == []


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (answer({}, "429 Too Many Requests"), "the server answers 429"),
        (answer({"objectClassName": "entity"}), "the answer is not about a domain"),
        (answer([DOMAIN]), "the answer is not about a domain"),
        (answer({}), "the answer says nothing of the registration"),
        (b"HTTP/1.1 200 OK\r\n\r\n{", "the answer is no JSON"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 90_000, "the answer is no JSON"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 101_000, "the answer is longer than 100000 bytes"),
    ],
)
def test_useless_answers_are_told(serve, look_up, sent: bytes, problem: str) -> None:
    server = serve(sent)
    with pytest.raises(LookupFailed, match=problem):
        look_up(rdap_servers={"com": server.url}, answer_bytes=100_000)


def test_bootstrap_file_takes_the_place_of_the_table(serve, look_up, tmp_path) -> None:
    server = serve(answer(DOMAIN))
    table = tmp_path / "dns.json"
    table.write_text(json.dumps({"services": [[["com", "net"], [server.url]]]}))
    assert look_up(rdap_bootstrap_file=str(table)).observations == {"registration": FOUND}
    with pytest.raises(LookupFailed, match="no RDAP server is known"):
        look_up(parse("http://example.org"), rdap_bootstrap_file=str(table))


def test_what_is_not_registered_by_itself_is_not_asked_for(resolver) -> None:
    rdap = Rdap(EnrichmentOptions(), resolver)
    for url in ("http://alice.github.io/", "http://192.0.2.1/", "http://nas.local/", "http://com/"):
        assert (rdap.subject(parse(url)), rdap.contacts(parse(url))) == (None, ())


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
hostile = st.fixed_dictionaries(
    {},
    optional={
        "objectClassName": st.just("domain") | json_values,
        "ldhName": json_values,
        "unicodeName": json_values,
        "events": json_values
        | st.lists(
            st.fixed_dictionaries(
                {
                    "eventAction": st.sampled_from(["registration", "expiration"]) | json_values,
                    "eventDate": st.datetimes().map(str) | json_values,
                }
            ),
            max_size=4,
        ),
    },
)


@given(hostile | json_values)
def test_hostile_answers_are_read_or_refused(document: object) -> None:
    try:
        found = registration_of(json.dumps(document).encode(), "rdap.example.net")
    except LookupFailed:
        return
    times = [time for time in (found.created, found.expires) if time is not None]
    assert all(time.tzinfo is UTC for time in times)
    assert found.registrant_domain is None or found.registrant_domain.isascii()


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_way(body: bytes) -> None:
    with pytest.raises(LookupFailed):
        registration_of(body, "rdap.example.net")

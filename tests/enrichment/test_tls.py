"""Certificates of servers."""

from contextlib import suppress
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.options import EnrichmentOptions
from network_security.enrichment.tls import CertificateFetch, described
from network_security.evidence.phishing import Certificate
from network_security.evidence.urls import host_of, parse

ALLOWED = frozenset({"127.0.0.1"})


@pytest.fixture
def look_up(serve, resolver, connector, authority, deadline, dns_server):
    """Looks up a server of a name and a certificate."""

    def found(context, host: str = "shop.example.com") -> Certificate:
        dns_server.zone["shop.example.com", "A"] = ["127.0.0.1"]
        server = serve(b"", tls=context, reads=False)
        options = EnrichmentOptions(ports=(server.port,), trusted_roots=str(authority.roots))
        lookup = CertificateFetch(options, resolver, ALLOWED)
        outcome = lookup.run(parse(f"https://{host}:{server.port}/"), connector, deadline)
        return outcome.observations["certificate"]

    return found


def test_good_certificate(look_up, authority) -> None:
    found = look_up(authority.server("shop.example.com"))
    assert found.issuer == "O=Tests Authority,CN=Tests Root"
    assert found.not_after - found.not_before == timedelta(days=401)
    assert (found.trusted, found.matches_host) == (True, True)


@pytest.mark.parametrize(
    ("names", "host", "matches"),
    [
        (["*.example.com"], "shop.example.com", True),
        (["other.example.com", "shop.example.com"], "shop.example.com", True),
        (["example.com"], "shop.example.com", False),
        (["*.com"], "shop.example.com", False),
        (["127.0.0.1"], "127.0.0.1", True),
        (["shop.example.com"], "127.0.0.1", False),
    ],
)
def test_names_of_a_certificate(look_up, authority, names, host: str, matches: bool) -> None:
    found = look_up(authority.server(*names), host)
    assert (found.trusted, found.matches_host) == (True, matches)


def test_certificate_of_an_unknown_authority_is_told_all_the_same(
    look_up, authority, tmp_path
) -> None:
    stranger = type(authority)(tmp_path)
    found = look_up(stranger.server("shop.example.com"))
    assert (found.trusted, found.matches_host) == (False, True)
    assert found.issuer == "O=Tests Authority,CN=Tests Root"


def test_certificate_out_of_date_is_not_trusted(look_up, authority) -> None:
    context = authority.server("shop.example.com", ends=timedelta(hours=-1))
    assert look_up(context).trusted is False


def test_mozillas_roots_are_trusted_by_default(resolver, authority) -> None:
    roots = CertificateFetch(EnrichmentOptions(), resolver)._chain.get_ca_certs()
    assert len(roots) > 50


def test_site_of_http_is_asked_at_443(resolver) -> None:
    lookup = CertificateFetch(EnrichmentOptions(), resolver)
    assert lookup.subject(parse("http://example.com:8080/")) == "example.com:443"
    assert lookup.subject(parse("https://example.com:8443/")) == "example.com:8443"


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "https://localhost/", "https://a.com:22/"])
def test_what_is_not_contacted(resolver, connector, deadline, url: str) -> None:
    lookup = CertificateFetch(EnrichmentOptions(), resolver)
    assert lookup.contacts(parse(url)) == ()
    with pytest.raises(LookupFailed, match="not contacted"):
        lookup.run(parse(url), connector, deadline)


def test_handshake_that_fails(resolver, connector, deadline, serve) -> None:
    server = serve(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    lookup = CertificateFetch(EnrichmentOptions(ports=(server.port,)), resolver, ALLOWED)
    url = parse(f"https://127.0.0.1:{server.port}/")
    with pytest.raises(LookupFailed, match="the TLS handshake failed"):
        lookup.run(url, connector, deadline)


@given(data=st.data())
def test_damaged_certificates_are_read_or_refused(authority, data) -> None:
    der = bytearray(_root(authority))
    for _ in range(data.draw(st.integers(1, 8))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    # Whatever else were raised would fail the test.
    with suppress(LookupFailed):
        assert described(bytes(der), host_of("shop.example.com"), trusted=False).trusted is False


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(der: bytes) -> None:
    with pytest.raises(LookupFailed):
        described(der, host_of("shop.example.com"), trusted=True)


def _root(authority) -> bytes:
    root = x509.load_pem_x509_certificate(authority.roots.read_bytes())
    return root.public_bytes(serialization.Encoding.DER)

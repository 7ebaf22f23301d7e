"""Servers of registries."""

import json

import pytest

from network_security.enrichment.registries import (
    RDAP_SERVERS,
    WHOIS_SERVERS,
    bootstrap,
    registered_domain,
)
from network_security.evidence.urls import host_of, parse


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.example.co.uk", "example.co.uk"),
        ("B\u00fccher.Example.COM.", "example.com"),
        ("alice.github.io", None),
        ("com", None),
        ("192.0.2.1", None),
        ("printer.local", None),
        ("a_b.example.com", "example.com"),
    ],
)
def test_registered_domain(host: str, domain: str | None) -> None:
    assert registered_domain(host_of(host)) == domain


def test_tables_are_of_public_names() -> None:
    for name, base in RDAP_SERVERS.items():
        url = parse(base)
        assert (url.scheme, base[-1], registered_domain(url.host) is None) == ("https", "/", False)
        assert name.isascii()
    assert all(registered_domain(host_of(server)) for server in WHOIS_SERVERS.values())


def test_table_as_iana_publishes_it(tmp_path) -> None:
    path = tmp_path / "dns.json"
    services = [
        [["one", "Two"], ["http://rdap.example/", "https://rdap.example/"]],
        [["\u0440\u0444"], ["https://rdap.example.net/"]],
    ]
    path.write_text(json.dumps({"version": "1.0", "services": services}))
    assert bootstrap(path) == {
        "one": "https://rdap.example/",
        "two": "https://rdap.example/",
        "xn--p1ai": "https://rdap.example.net/",
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"services": [[["a"], []]]}', '{"services": 1}'])
def test_other_files_are_refused(tmp_path, text: str) -> None:
    path = tmp_path / "dns.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="RFC 9224"):
        bootstrap(path)

"""Which hosts may be contacted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.addresses import check_address, check_host, is_public
from network_security.enrichment.findings import LookupFailed
from network_security.evidence.urls import parse

INSIDE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::10.1.2.3",
    "64:ff9b:1::5db8:d822",
    "2001::5db8:d822",
    "2002:7f00:1::1",
    "2002:5db8:d822::1",
    "2001:db8::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "100::1",
    "no address",
]
OUTSIDE = [
    "1.1.1.1",
    "93.184.216.34",
    "172.32.0.1",
    "192.169.0.1",
    "::ffff:93.184.216.34",
    "64:ff9b::5db8:d822",
    "2606:2800:220:1:248:1893:25c8:1946",
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_the_inside_are_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(LookupFailed, match="not a public address"):
        check_address(address, "evil.example.com")


@pytest.mark.parametrize("address", OUTSIDE)
def test_public_addresses_are_not(address: str) -> None:
    assert check_address(address, "example.com") == address


@given(st.ip_addresses())
def test_what_the_standard_library_calls_private_is_never_public(address) -> None:
    refused = address.is_private or address.is_loopback or address.is_multicast
    if refused or address.is_link_local or address.is_reserved or address.is_unspecified:
        # NAT64 and mapped addresses are judged by the IPv4 address in them.
        embedded = ("64:ff9b::", "::ffff:")
        assert not is_public(str(address)) or str(address).startswith(embedded)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1./",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://[0:0:0:0:0:ffff:127.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://127\u30020\u30020\u30021/",
        "http://%31%32%37.0.0.1/",
        "http://example.com@127.0.0.1/",
        "http://example.com:80@127.0.0.1/",
        "http://example.com%40@[::1]/",
        "http:\\\\127.0.0.1\\",
        "http:///127.0.0.1/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://admin.localhost/",
        "http://printer.local/",
        "http://metadata.google.internal/",
        "http://intranet/",
        "http://router.home.arpa/",
        "http://example.com%00.evil.example/",
        "http://exa<mple>.com/",
        f"http://{'a' * 64}.example.com/",
        f"http://{'a.' * 150}com/",
        "http:///",
        "http://",
    ],
)
def test_hosts_of_the_inside_however_they_are_written(url: str) -> None:
    with pytest.raises(LookupFailed, match="not contacted"):
        check_host(parse(url).host)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://WWW.Example.COM./a", "www.example.com"),
        ("http://b\u00fccher.example.com", "xn--bcher-kva.example.com"),
        ("http://my_shop.example.com", "my_shop.example.com"),
        ("http://0x5db8d822/", "93.184.216.34"),
        ("http://127.0.0.1@example.com/", "example.com"),
    ],
)
def test_other_hosts_are_taken_as_a_browser_reads_them(url: str, host: str) -> None:
    assert check_host(parse(url).host) == host


def test_an_address_may_be_allowed_by_name_only() -> None:
    allow = frozenset({"127.0.0.1"})
    assert check_host(parse("http://127.0.0.1/").host, allow) == "127.0.0.1"
    with pytest.raises(LookupFailed):
        check_host(parse("http://127.0.0.2/").host, allow)


@given(st.text(max_size=80))
def test_any_text_is_either_a_name_or_refused(text: str) -> None:
    try:
        name = check_host(parse(f"http://{text}/").host)
    except LookupFailed:
        return
    assert name.isascii()
    assert name.isprintable()
    assert " " not in name

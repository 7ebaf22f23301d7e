"""What people write, and what covers what."""

import pytest

from network_security.enrichment.lists.indicators import Entry
from network_security.response import RefusedError
from network_security.response.indicators import covers, read_indicator


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        ("", "hxxps://Login[.]shop[.]example/a", Entry("url", "login.shop.example/a")),
        ("", "93.184.216.34", Entry("ip", "93.184.216.34")),
        ("network", "93.184.216.7/24", Entry("network", "93.184.216.0/24")),
        ("ip", "2606:2800:0220::1", Entry("ip", "2606:2800:220::1")),
        ("domain", "Shop.Example.", Entry("domain", "shop.example")),
        ("host", "shop.example", Entry("host", "shop.example")),
    ],
)
def test_read(kind: str, written: str, expected: Entry) -> None:
    assert read_indicator(kind, written) == expected


@pytest.mark.parametrize(
    ("kind", "written", "why"),
    [
        ("ip", "93.184.216.0/24", "is no ip, but a network"),
        ("file", "x", "kind is 'file': one of ip, network"),
        ("", "no indicator", "neither a URL nor a name"),
        ("url", "https://a.example/" + "x" * 3000, "block its host"),
        ("network", "0.0.0.0/0", "too wide"),
        ("domain", "93.184.216.34", "no name"),
        ("url", "https://a.example/\ud800", "no character"),
    ],
)
def test_refused(kind: str, written: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        read_indicator(kind, written)


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        (("domain", "a.example"), ("host", "x.a.example"), True),
        (("domain", "a.example"), ("host", "xa.example"), False),
        (("host", "a.example"), ("url", "a.example/x"), True),
        (("host", "a.example"), ("host", "x.a.example"), False),
        (("url", "a.example/"), ("url", "a.example/x"), False),
        (("network", "93.184.216.0/24"), ("ip", "93.184.216.34"), True),
        (("network", "93.184.216.0/24"), ("url", "93.184.216.34/x"), True),
        (("network", "93.184.216.0/24"), ("ip", "2606:2800::1"), False),
        (("ip", "93.184.216.34"), ("network", "93.184.216.0/24"), False),
        (("domain", "a.example"), ("url", "ftp://x.a.example/"), True),
    ],
)
def test_covers(outer: tuple[str, str], inner: tuple[str, str], expected: bool) -> None:
    assert covers(Entry(*outer), Entry(*inner)) is expected  # type: ignore[arg-type]

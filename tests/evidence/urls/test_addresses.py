from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.urls.addresses import address_of


@pytest.mark.parametrize(
    "written",
    [
        "192.0.2.5",
        "3221225989",
        "0xc0000205",
        "030000001005",
        "0300.0.02.05",
        "0xc0.0x00.0x02.0x05",
        "192.517",
        "192.0.517",
        "0xc0.0.02.5",
        "192.0.2.5.",
    ],
)
def test_an_ipv4_address_is_known_in_every_notation(written: str) -> None:
    assert address_of(written) == "192.0.2.5"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("[2001:db8:0:0::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[fe80::1%eth0]", "fe80::1"),
        ("[::ffff:192.0.2.5]", "192.0.2.5"),
    ],
)
def test_an_ipv6_address_loses_brackets_and_zone(written: str, address: str) -> None:
    assert address_of(written) == address


@pytest.mark.parametrize(
    "name",
    ["", ".", "example.org", "1.example", "1.2.3.4.5", "256.1.1.1", "4294967296", "0x1g", "08",
     "1..2", "1.2.3.", "1.2.65536", "[::1", "[g::1]", "9" * 5000, "\u0661.1.1.1"],
)  # fmt: skip
def test_what_no_browser_takes_for_an_address_is_a_name(name: str) -> None:
    # A trailing dot is allowed, a missing last part is not; "[::1" is read as it was meant.
    expected = {"1.2.3.": "1.2.0.3", "[::1": "::1"}
    assert address_of(name) == expected.get(name)


@given(st.integers(0, 2**32 - 1), st.sampled_from(["d", "#x", "#o"]))
def test_a_number_is_the_address_it_counts(number: int, notation: str) -> None:
    written = format(number, notation).replace("0o", "0")

    assert address_of(written) == str(IPv4Address(number))

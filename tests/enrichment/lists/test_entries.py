import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.lists.entries import (
    NEITHER,
    NO_ADDRESS,
    NO_HOST,
    NO_NAME,
    REGISTRY,
    TOO_LONG,
    TOO_WIDE,
    read_address,
    read_entry,
    read_name,
    read_url,
)
from network_security.enrichment.lists.errors import EntryError


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("http://evil.example/a", "url", "evil.example/a"),
        ("evil.example/a?b=c", "url", "evil.example/a?b=c"),
        ("hxxps[:]//evil[.]example", "url", "evil.example/"),
        ("http://intranet/a", "url", "intranet/a"),
        ("evil.example", "domain", "evil.example"),
        ("EVIL[.]example.", "domain", "evil.example"),
        ("login.evil.example", "host", "login.evil.example"),
        ("*.login.evil.example", "domain", "login.evil.example"),
        (".evil.example", "domain", "evil.example"),
        ("alice.github.io", "domain", "alice.github.io"),
        ("github.io", "host", "github.io"),
        ("*.github.io", "domain", "github.io"),
        ("b\u00fccher.example", "domain", "xn--bcher-kva.example"),
        ("198.51.100.7", "ip", "198.51.100.7"),
        ("198[.]51[.]100[.]7:8080", "ip", "198.51.100.7"),
        ("0xC6336407", "ip", "198.51.100.7"),
        ("2001:DB8::0:7", "ip", "2001:db8::7"),
        ("[2001:db8::7]", "ip", "2001:db8::7"),
        ("::ffff:198.51.100.7", "ip", "198.51.100.7"),
        ("198.51.100.7/32", "ip", "198.51.100.7"),
        ("198.51.100.7/24", "network", "198.51.100.0/24"),
        ("2001:db8::/32", "network", "2001:db8::/32"),
        ("evil.example:8443", "domain", "evil.example"),
    ],
)
def test_an_entry_is_told_from_its_text(written: str, kind: str, value: str) -> None:
    assert read_entry(written, "registered") == (kind, value)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", NEITHER),
        ("two words", NEITHER),
        ("localhost", NEITHER),
        ("a_b!c.example", NEITHER),
        ("mailto:a@b.example/", NO_HOST),
        ("/gate.php", NO_HOST),
        ("0.0.0.0/0", TOO_WIDE),
        ("::/0", TOO_WIDE),
        ("*.co.uk", REGISTRY),
        ("*.com", NO_NAME),
        ("198.51.100.7/33", NO_ADDRESS),
        ("http://evil.example/" + "a" * 20_000, TOO_LONG),
    ],
)
def test_a_text_that_is_no_entry_is_refused(written: str, reason: str) -> None:
    with pytest.raises(EntryError) as refused:
        read_entry(written, "registered")

    assert str(refused.value) == reason


def test_a_list_may_mean_all_names_as_domains_or_as_hosts() -> None:
    assert read_entry("login.evil.example", "domain").kind == "domain"
    assert read_entry("evil.example", "host").kind == "host"
    assert read_name("github.io", "domain").kind == "host"


@pytest.mark.parametrize("read", [read_url, read_address, lambda text: read_name(text, "domain"),
                                  lambda text: read_entry(text, "registered")])  # fmt: skip
@given(written=st.text(max_size=60) | st.text(alphabet="a.:/[]@0129-*%\u00e9\ud800", max_size=40))
def test_any_text_is_an_entry_or_an_entry_error(read, written: str) -> None:
    try:
        told = read(written).value
    except EntryError as error:
        told = str(error)
    assert told

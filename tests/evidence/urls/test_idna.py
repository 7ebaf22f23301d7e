import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.urls.idna import to_ascii, to_unicode


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("EXAMPLE.org", "example.org"),
        ("b\u00dccher.example", "xn--bcher-kva.example"),
        ("fa\u00df.example", "xn--fa-hia.example"),
        ("\uff45xample\u3002org", "example.org"),
        ("\u2460.example", "1.example"),
        ("i\u2764.example", "xn--i-7iq.example"),
    ],
)
def test_a_name_is_mapped_and_encoded_as_browsers_do(written: str, name: str) -> None:
    assert to_ascii(written) == name


def test_punycode_is_shown_as_it_is_meant() -> None:
    assert to_unicode("xn--bcher-kva.example") == "b\u00fccher.example"


@pytest.mark.parametrize(
    "name", ["xn--", "xn--\u00e4", "xn--999999999", "xn--abc-", "xn--a-\u20ac.example"]
)
def test_broken_punycode_stays(name: str) -> None:
    assert to_unicode(name) == name


@given(st.text(max_size=300))
def test_no_name_is_refused(name: str) -> None:
    to_unicode(to_ascii(name)).encode("utf-8", "surrogatepass")
    to_unicode(f"xn--{name}")

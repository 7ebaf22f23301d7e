import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.detection.url_text.text import MAX_HOST, MAX_REST, UrlText, normalise


@pytest.mark.parametrize(
    "spelling",
    [
        "http://example.com/a/b",
        "HTTPS://www.EXAMPLE.com:443/a/b/",
        "https://www2.example.com/a/b?",
        "//example.com/a/b",
        "example.com/a/b",
        "  http:\\\\example.com\\a\\b\n",
        "http://example.com./%61/%62",
        "http://example.com/%2561/b",
        "http://ex%61mple.com/a/b#",
        "http://\u0435x\u0430mple.com/A/B",
        "http://xn--xmple-4ve7a.com/a/b",
    ],
)
def test_spellings_of_one_address_read_alike(spelling: str) -> None:
    read = normalise(spelling)

    assert (read.host, read.rest) == ("example.com", "/a/b")


def test_a_bare_host_has_no_rest() -> None:
    assert normalise("https://example.com/") == UrlText("example.com", "", False, False, False)


def test_a_query_without_a_path_gets_a_slash() -> None:
    assert normalise("http://example.com?a=1").rest == "/?a=1"


@pytest.mark.parametrize(
    ("url", "flag"),
    [
        ("http://bank.example@evil.test/", "userinfo"),
        ("http://example.com:8443/", "port"),
        ("example.com:8443/login", "port"),
        ("http://xn--bcher-kva.example/", "foreign"),
        ("http://b\u00fccher.example/", "foreign"),
    ],
)
def test_what_stands_out_is_flagged(url: str, flag: str) -> None:
    read = normalise(url)

    assert [name for name in ("userinfo", "port", "foreign") if getattr(read, name)] == [flag]


def test_the_host_is_what_follows_the_last_at_sign() -> None:
    assert normalise("http://bank.example@evil.test/").host == "evil.test"


def test_addresses_keep_their_brackets() -> None:
    assert normalise("http://[2001:db8::1]:8080/x").host == "[2001:db8::1]"
    assert normalise("http://[2001:db8::1]/x").host == "[2001:db8::1]"


def test_what_is_no_punycode_is_kept() -> None:
    assert normalise("http://xn--\u00fc.example/").host == "xn--u.example"
    assert normalise("http://xn--a-!!.example/").host == "xn--a-!!.example"


def test_percent_encoding_is_undone_three_times_at_most() -> None:
    assert normalise("http://a.example/%2525252561").rest == "/%2561"


def test_a_domain_called_www_is_kept() -> None:
    assert normalise("http://www.com/").host == "www.com"


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    read = normalise(text)

    assert len(read.host) <= MAX_HOST
    assert len(read.rest) <= MAX_REST
    assert not read.rest or read.rest[0] == "/"


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_letter_case_is_no_evidence(text: str) -> None:
    assert normalise(text.upper()) == normalise(text.lower())


def test_a_long_host_is_read_from_its_registered_end() -> None:
    assert normalise("a." * 500 + "example.com").host.endswith("a.example.com")

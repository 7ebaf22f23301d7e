import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.correlation.entities import (
    entities,
    entity_of,
    host_matches,
    redirected,
)


def name_of(written: str) -> str | None:
    entity = entity_of(written)
    return entity.name if entity else None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("http://example.com", "http://example.com/"),
        ("HTTP://Example.COM:80/A?b#c", "http://example.com/A?b"),
        ("http://bob:pw@example.com:8080/", "http://example.com:8080/"),
        ("https://example.com/a/./b/../c/..", "https://example.com/a/"),
        ("https://example.com/%7ea%2Fb", "https://example.com/%7Ea%2Fb"),
        ("hxxps://example[.]com/a", "https://example.com/a"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://[2001:db8:0::1]:81/", "http://[2001:db8::1]:81/"),
        ("http://b\u00fccher.example/", "http://xn--bcher-kva.example/"),
        ("mailto:bob@example.com", None),
        ("javascript:alert(1)", None),
        ("/relative", None),
        ("", None),
    ],
)
def test_one_url_has_one_name(written: str, name: str | None) -> None:
    assert name_of(written) == name


def test_a_link_of_a_mail_gateway_is_the_link_inside() -> None:
    entity = entity_of("https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fexample.net%2fx&c=E")

    assert entity is not None
    assert (entity.name, entity.wrapped) == ("https://example.net/x", True)


def test_the_end_of_a_very_long_url_does_not_tell_it_from_others() -> None:
    entity = entity_of("http://example.com/" + "a" * 9_000)

    assert entity is not None
    assert (len(entity.name), len(entity.written)) == (2_048, 9_019)


@given(st.text(alphabet="ab./?%2f@:", max_size=30))
def test_a_name_names_itself(rest: str) -> None:
    name = name_of(f"http://example.com/{rest}")

    assert name is not None
    assert name_of(name) == name


@given(st.text(max_size=60))
def test_nothing_that_is_written_raises(written: str) -> None:
    name = name_of(written)

    assert name is None or "://" in name


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ({"full": "http://example.com/a"}, ["http://example.com/a"]),
        ({"full": ["http://example.com/a", "b"]}, ["http://example.com/a"]),
        ({"original": "/a?b", "domain": "example.com"}, ["http://example.com/a?b"]),
        ({"original": "/a", "domain": "example.com", "port": 443}, ["https://example.com/a"]),
        ({"original": "/a", "domain": "2001:db8::1"}, ["http://[2001:db8::1]/a"]),
        ({"original": "example.com/a"}, ["http://example.com/a"]),
        ({"original": "example.com:443"}, ["https://example.com/"]),
        ({"original": "invoice.pdf", "domain": "invoice.pdf"}, []),
        ({"original": "sip:bob@example.com", "scheme": "sip"}, []),
        ({"domain": "example.com"}, []),
        ({"original": 7, "port": "x", "domain": ["example.com"]}, []),
    ],
)
def test_sensors_write_urls_in_pieces(url: dict[str, object], names: list[str]) -> None:
    assert [entity.name for entity in entities({"url": url})] == names


def test_a_web_filter_that_names_a_host_alone_means_its_root() -> None:
    event = {"url": {"domain": "example.com"}, "event": {"category": ["network", "web"]}}

    assert [entity.name for entity in entities(event)] == ["http://example.com/"]


def test_a_redirection_may_be_relative() -> None:
    assert redirected("../b", "http://example.com/a/c") == "http://example.com/b"
    assert redirected("http://[x/", "http://example.com/") is None


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("WWW.example.com.", True),
        ("*.example.com", True),
        ("*.com", False),
        ("*", False),
        ("example.com", False),
    ],
)
def test_names_of_certificates(pattern: str, matches: bool) -> None:
    assert host_matches(pattern, "www.example.com") is matches

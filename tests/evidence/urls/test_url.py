import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from network_security.evidence.urls import parse
from network_security.evidence.urls.url import LONGEST

LABEL = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
PIECES = st.lists(
    st.sampled_from(
        ["http", "hxxps", "://", ":", "/", "\\", "@", "?", "#", "[", "]", "[.]", "(dot)", ".", "%",
         "%25", "%2e", "xn--", "a", "\u00e9", "\u3002", "1", "0x", "99999", " ", "\t", "&url=",
         "\ud800", "-", "*", "__;"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        (
            "https://user:pw@www.example.org:8443/a/b?c=d#e",
            {"scheme": "https", "userinfo": "user:pw", "port": 8443, "path": "/a/b",
             "query": "c=d", "fragment": "e"},
        ),
        ("www.example.org/a", {"scheme": "", "path": "/a"}),
        ("www.example.org:8080", {"scheme": "", "port": 8080}),
        ("//www.example.org/a", {"scheme": "", "path": "/a"}),
        ("HTTP:www.example.org", {"scheme": "http"}),
        ("https:/\\/www.example.org\\a\\b?c\\d", {"path": "/a/b", "query": "c\\d"}),
        ("http://example.com@evil@www.example.org/", {"userinfo": "example.com@evil"}),
        ("  <https://www.example.org/a>\n", {"path": "/a"}),
        ("ht\ntps://www.exam\tple.org/a", {"scheme": "https"}),
        ("hxxps[:]//www [.] example[.]org/a", {"scheme": "https", "path": "/a"}),
        ("http://www.example.org:/", {"port": None}),
        ("http://www.example.org:99999/", {"port": None}),
        ("http://www.example.org?a/b", {"path": "", "query": "a/b"}),
        ("gopher://www.example.org/1", {"scheme": "gopher"}),
    ],
)  # fmt: skip
def test_a_url_is_taken_apart_as_browsers_do(written: str, parts: dict[str, Any]) -> None:
    url = parse(written)

    assert url.original == written
    assert url.host.name == "www.example.org"
    assert {name: getattr(url, name) for name in parts} == parts


@pytest.mark.parametrize(
    "written", ["", "/a/b", "?a", "#top", "javascript:alert(1)", "data:text/html,a", "mailto:a@b.c"]
)
def test_a_url_without_a_host_has_none(written: str) -> None:
    assert parse(written).host.name == ""


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("http://[2001:db8::1]:81/", "2001:db8::1"),
        ("http://2001:db8::1/", "2001:db8::1"),
        ("http://[fe80::1%25eth0]/", "fe80::1"),
        ("http://0x7f.1/", "127.0.0.1"),
    ],
)
def test_a_host_may_be_an_address(written: str, name: str) -> None:
    assert parse(written).host.address == name


def test_a_path_is_decoded_as_often_as_it_was_encoded() -> None:
    url = parse("http://example.org/%252e%252e/a?b=%2541")

    assert (url.decoded_path, url.decoded_query) == ("/../a", "b=A")
    assert url.path == "/%252e%252e/a"


def test_a_url_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        parse("http://example.org").path = "/"


@given(st.one_of(st.text(), PIECES))
@example("http://[")
@example("http://\ud800.example/")
def test_no_text_raises(text: str) -> None:
    assert parse(text).original == text


@given(LABEL, LABEL, st.lists(LABEL), st.integers(1, 65535))
def test_plain_urls_are_read_as_the_standard_library_reads_them(
    label: str, suffix: str, path: list[str], port: int
) -> None:
    written = f"https://{label}.{suffix}:{port}/{'/'.join(path)}?{label}#{suffix}"
    url, split = parse(written), urlsplit(written)

    assert (url.scheme, url.host.name, url.port) == (split.scheme, split.hostname, split.port)
    assert (url.path, url.query, url.fragment) == (split.path, split.query, split.fragment)


@pytest.mark.parametrize(
    "filler", ["[", "[.]", "(dot)", "%25", "@", ":", "/", "\\", ".", "a.", "xn--a.", "\u3002%", " "]
)
def test_a_long_url_takes_no_long_time(filler: str) -> None:
    written = "http://" + filler * 500_000
    started = time.process_time()
    url = parse(written)

    assert time.process_time() - started < 0.5
    assert len(url.text) <= LONGEST

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.lists.canonical import canonical, canonical_already
from network_security.evidence.urls import parse


@pytest.mark.parametrize(
    "written",
    [
        "http://www.example.org/a/b?c=d",
        "https://www.example.org/a/b?c=d",
        "www.example.org/a/b?c=d",
        "hxxp://www[.]example[.]org/a/b?c=d",
        "HTTP://WWW.EXAMPLE.ORG./a/b?c=d",
        "http://user:password@www.example.org:80/a/b?c=d#top",
        "https://www.example.org:443/a/./x/../b?c=d",
        r"http:\\www.example.org\a\b?c=d",
        "http://www.example.org//a//b?c=d",
        "http://www.example.org/%61/%2562?c=%64",
    ],
)
def test_all_ways_to_write_a_url_have_one_form(written: str) -> None:
    assert canonical(parse(written)) == "www.example.org/a/b?c=d"


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("http://example.org", "example.org/"),
        ("http://example.org?", "example.org/"),
        ("http://example.org/A/", "example.org/A/"),
        ("http://example.org/../..", "example.org/"),
        ("http://example.org:8080/", "example.org:8080/"),
        ("https://example.org:80/", "example.org:80/"),
        ("ftp://example.org/a", "ftp://example.org/a"),
        ("http://0x7f.1/a", "127.0.0.1/a"),
        ("http://[2001:DB8::1]/a", "[2001:db8::1]/a"),
        ("http://b\u00fccher.example/", "xn--bcher-kva.example/"),
        ("mailto:a@b.example", ""),
    ],
)
def test_what_tells_urls_apart_stays(written: str, form: str) -> None:
    assert canonical(parse(written)) == form


PLAIN = st.text(alphabet="abZ019-_.~/?=&@:%#[]()\\ ;", max_size=30)


@given(st.sampled_from(["http://", "https://", "ftp://", ""]), PLAIN, PLAIN)
def test_the_short_way_leads_to_the_same_form(scheme: str, host: str, rest: str) -> None:
    for written in (f"{scheme}{host}.org/{rest}", f"{scheme}a.{host}", f"{scheme}a.b-{rest}"):
        already = canonical_already(written)
        if already is not None:
            url = parse(written)
            assert already == (canonical(url), url.host.name)


@given(st.from_regex(r"https?://[a-z]{1,5}(\.[a-z]{2,3}){1,2}(/[a-z]{1,4}){0,3}", fullmatch=True))
def test_the_form_of_the_form_is_the_form(written: str) -> None:
    form = canonical(parse(written))

    assert canonical(parse(form)) == form
    assert canonical_already(f"http://{form}") == (form, parse(form).host.name)

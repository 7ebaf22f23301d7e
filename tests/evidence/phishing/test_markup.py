import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_security.evidence.phishing import Page, extract
from network_security.evidence.phishing.markup import LONGEST_PAGE, tags

PIECES = st.lists(
    st.sampled_from(
        ["<audio src=a>", "<area>", "<img src=a>",
         "<IMG\nSRC = 'b'>", '<img alt=">" src="c">', "<img/src=d/>", "<p title='<'>",
         "<p a=b'c>", '<p "<img src=e>', "</p x='>'>", "<!-- <img src=f> -->", "<!-->", "<!--->",
         "<!-- --!>", "<!doctype html>", "<?a?>", "</ >",
         "<script>'<img src=g>'</script >",
         "<style><img src=h></style>", "<title></titl><img src=i></title>", "<", ">", "=", '"',
         "text", "<textarea><img src=j></TEXTAREA>", "<img src=&amp;k src=l>", "<x-img src=m>"]
    ),
    max_size=30,
).map("".join)  # fmt: skip
HOSTILE = [
    "<div>", "<b>", "<a href=x>", "<a ", '<a "', "<a '", '<a x="', "<a/", "<a =", "<!--", "<!-",
    "<!-->", "<script>", "</script", "<style>", "<form>", "<", "</", "<?", "\n<", "a=", "&",
    "<title", "<img src=//x.y>", '<meta content="http://a">', "onmouseover", "event.button",
    "contextmenu", "<script>prompt", "<script>mail ", "<a href=&amp;", "<iframe>", "<p title=\"<a>",
]  # fmt: skip


def test_tags_are_read_with_their_attributes() -> None:
    (tag,) = tags("<p><A HREF='/?a&amp;b' title = \"x>y\" download>text</A>")

    assert tag.name == "a"
    assert tag.attributes() == {"href": "/?a&b", "title": "x>y", "download": ""}


def test_scripts_are_read_with_their_text() -> None:
    first, second = tags("<script>if (a </b/.exec) '<img>'</script><script src=b></script>")

    assert first.text == "if (a </b/.exec) '<img>'"
    assert second.attributes() == {"src": "b"}


@pytest.mark.parametrize("name", ["style", "title", "textarea", "noscript", "template", "xmp"])
def test_what_is_not_shown_has_no_tags(name: str) -> None:
    assert [tag.name for tag in tags(f"<{name}><a></{name}><img>")] == ["img"]


@settings(max_examples=3000)
@given(PIECES)
def test_images_are_those_that_lexbor_finds(html: str) -> None:
    lexbor = pytest.importorskip("selectolax.lexbor")
    # The end closes what quotes and tags are open: Lexbor drops a tag that never ends.
    html = f"<body>{html}\"'>\"'>"
    tree = lexbor.LexborHTMLParser(html)

    found = [tag.attributes().get("src") for tag in tags(html) if tag.name == "img"]
    assert found == [image.attributes.get("src") for image in tree.css("img")]


@given(st.one_of(st.text(), PIECES))
def test_no_page_raises(html: str) -> None:
    features = extract("http://example.org/", page=Page(html))

    assert set(features.values()) <= {-1, 0, 1, None}


@pytest.mark.parametrize("filler", HOSTILE)
def test_a_megabyte_takes_no_long_time(filler: str) -> None:
    page = Page((filler * (LONGEST_PAGE // len(filler) + 1))[:LONGEST_PAGE])
    started = time.process_time()
    extract("http://example.org/", page=page)

    # Ten times what it takes; a time that grows with the square would be minutes.
    assert time.process_time() - started < 2


def test_many_attributes_and_many_sites_take_no_long_time() -> None:
    attributes = " ".join(f"a{number}" for number in range(150_000))
    sites = "".join(f"<a href=http://{random.getrandbits(64):x}.org>" for _ in range(20_000))
    started = time.process_time()
    extract("http://example.org/", page=Page(f"<a {attributes}>{sites}"))

    assert time.process_time() - started < 2

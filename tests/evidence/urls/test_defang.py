import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.urls.defang import defang, unlinked, visible
from network_security.evidence.urls.refang import refang

# What mail programs, chats and terminals make links of: schemes, names of web hosts, addresses of
# mail, names behind anything but a path's slash, and addresses of four numbers.
CLICKABLE = re.compile(
    r"(?:https?|ftps?|mailto|localhost):\S"
    r"|(?<!hxxp)(?<!hxxps)(?<!fxp)(?<!fxps)://"
    r"|(?<![^\W_])www\.\w"
    r"|(?<!\[)@\w"
    r"|(?:(?<=//)|(?<![\w./-]))[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}"
    r"|(?:(?<=//)|(?<![\w./-]))(?:\d{1,3}\.){3}\d{1,3}",
    re.IGNORECASE,
)
PIECES = st.sampled_from(
    ["http", "https", "HTTPS", "ftp", "hxxp", "fxps", "ldap", "mailto", "localhost", "www",
     "WWW.", "evil", "com", "Ünï", "1", "192.0.2.7", "://", "[:]//", ":", "/", "//", "\\", ".",
     "..", "\u3002", "[.]", "[", "]", "[@]", "@", "?", "#", "=", "&", "%2F", "-", "_", " ", "\n",
     "\u202e", "\u200b", "\x1b[2J", "\ud800", "(", ")", "<", "…", "❤"]
)  # fmt: skip
HOSTILE = st.one_of(st.lists(PIECES, max_size=20).map("".join), st.text(max_size=60))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://login.example.org/a/i.php", "hxxps://login[.]example[.]org/a/i.php"),
        ("HTTP://Example.org", "HxxP://Example[.]org"),
        ("ftp://example.org:21/a.zip", "fxp://example[.]org:21/a.zip"),
        ("ldap://example.org/a", "ldap[:]//example[.]org/a"),
        ("https://a@192.0.2.7:8443/b.c", "hxxps://a[@]192[.]0[.]2[.]7:8443/b.c"),
        ("http://127.1/", "hxxp://127[.]1/"),
        ("http://[2001:db8::1]:80/", "hxxp://[2001:db8::1]:80/"),
        (r"http:\\example.org\a.php", r"hxxp:\\example[.]org\a[.]php"),
        ("https://a.example/x?to=http://b.example/y.z", "hxxps://a[.]example/x?to=hxxp://b[.]example/y.z"),
        ("https://a.example/web/www.b.example", "hxxps://a[.]example/web/www[.]b[.]example"),
        ("see WWW.1", "see WWW[.]1"),
        ("login.example.org/a.php", "login[.]example[.]org/a.php"),
        ("//login.example.org/a.php", "//login[.]example[.]org/a.php"),
        ("b\u00fccher\u3002example", "b\u00fccher[.]example"),
        ("mailto:ana@corp.example", "mailto[:]ana[@]corp[.]example"),
        ("see localhost:3000", "see localhost[:]3000"),
        ("invoice.pdf of 10.0.0.1.", "invoice[.]pdf of 10[.]0[.]0[.]1."),
        ("97.2 % in 1.2.3 at 12:30:00.5 ...", "97.2 % in 1.2.3 at 12:30:00.5 ..."),
    ],
)  # fmt: skip
def test_what_can_be_clicked_is_broken_and_the_rest_stays(text: str, shown: str) -> None:
    assert defang(text) == shown


@given(HOSTILE)
def test_nothing_that_is_shown_can_be_clicked(text: str) -> None:
    assert CLICKABLE.search(defang(text)) is None


@given(HOSTILE)
def test_no_character_is_hidden_or_obeyed(text: str) -> None:
    for shown in (visible(text), unlinked(text), defang(text)):
        assert shown.isprintable()
    assert visible(text, keep="\n").replace("\n", "").isprintable()


@given(HOSTILE)
def test_what_is_defanged_stays_as_it_is(text: str) -> None:
    once = defang(text)

    assert defang(once) == once
    assert unlinked(once) == once


@given(
    st.from_regex(
        r"(https?|ftp)://([a-z0-9]{1,5}@)?([a-z0-9-]{1,9}\.){1,3}[a-z]{2,6}(:[0-9]{2,4})?"
        r"(/[a-z0-9._~-]{0,9}){0,3}(\?[a-z]=[a-z0-9.@]{0,12})?",
        fullmatch=True,
    )
)
def test_what_is_defanged_can_be_read_again(url: str) -> None:
    assert refang(defang(url)) == url

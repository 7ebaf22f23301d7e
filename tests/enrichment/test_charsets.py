"""Text of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.charsets import decoded


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("grün".encode(), None, "grün"),
        ("grün".encode("latin-1"), None, "grün"),
        ("grün".encode("latin-1"), "ISO-8859-1", "grün"),
        ("вход".encode("koi8-r"), " 'KOI8-R' ", "вход"),
        ("登录".encode("gbk"), "gb2312", "登录"),
        ("ログイン".encode("cp932"), "Shift_JIS", "ログイン"),
        (b"\xef\xbb\xbf" + "grün".encode(), "windows-1252", "grün"),
        ("\ufefflogin".encode("utf-16-le"), None, "login"),
        (b"<meta charset=utf-16>login", None, "<meta charset=utf-16>login"),
        (b"+ADw-script+AD4-", "utf-7", "+ADw-script+AD4-"),
        (b"eJxLy0zN", "zlib", "eJxLy0zN"),
        (b"login", "no-such-charset", "login"),
        ("grün".encode()[:-2], None, "gr"),
    ],
)
def test_text_is_read_as_browsers_read_it(body: bytes, charset: str | None, text: str) -> None:
    assert decoded(body, charset) == text


def test_what_the_answer_says_wins_over_what_the_page_says() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">вход'
    assert decoded(page.encode("cp1251")).endswith("вход")
    assert decoded(page.encode("utf-8"), "utf-8").endswith("вход")


@given(st.binary(max_size=200), st.one_of(st.none(), st.text(max_size=20)))
def test_no_bytes_and_no_charset_raise(body: bytes, charset: str | None) -> None:
    assert isinstance(decoded(body, charset), str)


@given(st.text())
def test_utf8_comes_back(text: str) -> None:
    assert decoded(text.encode(), "utf-8") == text.removeprefix("\ufeff")

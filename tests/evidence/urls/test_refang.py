import pytest

from network_security.evidence.urls.refang import refang


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("hxxp://example.org/", "http://example.org/"),
        ("hXXpS://example.org/", "https://example.org/"),
        ("h**p://example.org", "http://example.org"),
        ("htxps://example.org", "https://example.org"),
        ("fxp://example.org", "ftp://example.org"),
        ("hxxps[:]//example[.]org", "https://example.org"),
        ("hxxp[://]example(.)org", "http://example.org"),
        ("http://example{dot}org[/]a", "http://example.org/a"),
        ("hxxp://login [.] example [DOT] org", "http://login.example.org"),
        ("user[at]example[.]org", "user@example.org"),
    ],
)
def test_a_defanged_url_becomes_what_it_was(written: str, meant: str) -> None:
    assert refang(written) == meant


@pytest.mark.parametrize(
    "url",
    ["http://[2001:db8::1]:8080/", "https://example.org/a(b)[c]{d}", "hxxpress.example", "hello"],
)
def test_what_is_not_defanged_stays(url: str) -> None:
    assert refang(url) == url

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.detection.url_text.evasions import EVASIONS, split_url
from network_security.detection.url_text.text import normalise

URL = "http://login.bait.test/verify/x.php?id=7"


def altered(name: str, url: str = URL) -> str:
    return EVASIONS[name](url, np.random.default_rng(0))


@pytest.mark.parametrize("name", EVASIONS)
def test_an_evasion_changes_the_text_and_keeps_the_seed(name: str) -> None:
    assert altered(name) != URL
    assert altered(name) == altered(name)


@pytest.mark.parametrize("name", EVASIONS)
@given(url=st.text(max_size=40))
def test_any_text_can_be_altered(name: str, url: str) -> None:
    assert isinstance(altered(name, url), str)


@pytest.mark.parametrize("name", ["percent_encoding", "upper_case", "www", "scheme", "homoglyphs"])
def test_what_only_respells_is_undone(name: str) -> None:
    respelt, plain = normalise(altered(name)), normalise(URL)

    assert (respelt.host, respelt.rest) == (plain.host, plain.rest)


@pytest.mark.parametrize("name", ["added_path", "padding"])
def test_what_follows_the_host_leaves_the_host(name: str) -> None:
    assert normalise(altered(name)).host == "login.bait.test"
    assert "id=7" in altered(name)


def test_subdomains_stand_before_the_host() -> None:
    assert normalise(altered("subdomain_noise")).host.endswith(".login.bait.test")


def test_www_is_taken_away_again() -> None:
    assert altered("www", altered("www")) == URL


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://a.test/b?c#d", ("https://", "a.test", "/b?c#d")),
        ("a.test#d", ("", "a.test", "#d")),
        ("http://a.test", ("http://", "a.test", "")),
    ],
)
def test_split_url(url: str, parts: tuple[str, str, str]) -> None:
    assert split_url(url) == parts

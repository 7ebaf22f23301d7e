import pytest

from network_security.evidence.correlation.sender import sender_of, shows_other_site
from network_security.sensors import parse_event


def sender(*headers: str):
    text = "\n".join((*headers, "Subject: x", "Message-ID: <1@example.net>", "", "text"))
    return sender_of(parse_event(text, format="email"))


@pytest.mark.parametrize(
    ("header", "spoofs"),
    [
        ("Ann Lee <ann@example.net>", False),
        ("St.John <ann@example.net>", False),
        ('"ann@example.net" <ann@example.net>', False),
        ('"ann@mail.example.net" <ann@example.net>', False),
        ('"ceo@example.org" <ann@example.net>', True),
        ('"Support www.example.org" <ann@example.net>', True),
        ('"example.com Security" <ann@example.net>', True),
        ("=?utf-8?q?P=D0=B0ypal?= <ann@example.net>", True),
    ],
)
def test_names_that_pretend_to_be_somebody_else(header: str, spoofs: bool) -> None:
    assert sender(f"From: {header}").name_spoofs is spoofs


@pytest.mark.parametrize(
    ("address", "differs"),
    [("b@mail.example.net", False), ("b@example.org", True), ("b@EXAMPLE.net", False)],
)
def test_where_answers_go(address: str, differs: bool) -> None:
    told = sender("From: ann@example.net", f"Reply-To: {address}")

    assert told.reply_to_differs is differs


def test_without_a_sender_nothing_is_known_of_tricks() -> None:
    told = sender("To: bob@example.com")

    assert (told.address, told.name_spoofs, told.reply_to_differs) == (None, None, None)


@pytest.mark.parametrize(
    ("shown", "differs"),
    [
        ("Click here", None),
        ("", None),
        ("Version 2.0", None),
        ("https://example.net/other", False),
        ("www.example.net", False),
        ("example.org/login", True),
        ("HTTPS://login.example.org", True),
    ],
)
def test_what_a_link_shows(shown: str, differs: bool | None) -> None:
    assert shows_other_site(shown, "https://login.example.net/a") is differs

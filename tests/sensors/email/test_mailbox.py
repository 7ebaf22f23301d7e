import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors.email import mailbox


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("ann@example.org", "ann@example.org"),
        ("<ann@example.org>", "ann@example.org"),
        ("Ann Lee <ann@example.org>", "ann@example.org"),
        ('"ceo@example.com <ceo@example.com>" <x@example.net>', "x@example.net"),
        ("ann@example.org (Ann Lee)", "ann@example.org"),
        ("<>", "<>"),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_an_address_is_what_stands_in_the_last_brackets(written, address):
    assert mailbox.address(written) == address


@pytest.mark.parametrize(
    ("written", "addresses"),
    [
        ("a@example.org; b@example.org", ["a@example.org", "b@example.org"]),
        ('"Lee, Ann" <a@example.org>, b@example.org', ["a@example.org", "b@example.org"]),
        (["a@example.org", "A <a@example.org>", None, 7], ["a@example.org"]),
        ([], None),
        ({}, None),
    ],
)
def test_lists_come_as_text_and_as_lists(written, addresses):
    assert mailbox.addresses(written) == addresses


@pytest.mark.parametrize(
    ("written", "user"),
    [
        ("ann@example.org", {"email": "ann@example.org", "name": "ann", "domain": "example.org"}),
        (r"CORP\ann", {"name": "ann", "domain": "CORP"}),
        ("ann", {"name": "ann"}),
        ("", {}),
    ],
)
def test_users_are_written_in_three_ways(written, user):
    fields = {}

    mailbox.set_user(fields, written)

    assert fields == {f"user.{name}": value for name, value in user.items()}


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("<a@example.org>", "a@example.org"),
        (" a@example.org ", "a@example.org"),
        (r"\u003ca@example.org\u003e", "a@example.org"),
        ("<>", None),
        (None, None),
        (["<a@example.org>"], None),
    ],
)
def test_a_message_is_found_by_its_bare_id_however_it_is_written(written, bare):
    fields = {}

    mailbox.set_message_id(fields, written, as_written=True, own="7")

    assert fields["email.message_id"] == (written if bare else "7")
    assert fields.get("related.message_id") == ([bare] if bare else None)


@given(st.text(max_size=200))
def test_any_text_gives_addresses_without_blank_ends(text):
    for address in mailbox.addresses(text) or []:
        assert address == address.strip() != ""

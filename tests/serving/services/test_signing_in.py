"""Signing in and out, and the first user."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from network_security.serving.problems import Problem
from network_security.serving.security.doorkeeper import (
    KEPT_SECONDS,
    REMEMBERED_SECONDS,
    Doorkeeper,
)
from network_security.serving.security.roles import Role
from network_security.serving.security.users import BadUserError
from network_security.serving.services.accounts import Accounts
from network_security.serving.services.audit import Audit, AuditFilter
from network_security.serving.services.signing_in import SETUP_LASTS, SigningIn
from network_security.storage import open_database

PASSWORD = "violet-harbour-lantern-41"


class House:
    """What lets people in, with a clock and an empty database of its own."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.ticks = 0.0
        clock = lambda: self.now  # noqa: E731 - read when it is asked
        self.database = database
        self.doorkeeper = Doorkeeper(
            database, session_hours=12, clock=clock, ticks=lambda: self.ticks
        )
        self.audit = Audit(database, clock)
        self.signing_in = SigningIn(database, self.doorkeeper, self.audit, clock)
        self.accounts = Accounts(self.doorkeeper, self.audit, clock)


@pytest.fixture
def house(embedded_uri: str, embedded_directory: Path) -> House:
    """A house that nobody lives in."""
    name = f"house_{uuid4().hex}"
    return House(open_database(embedded_uri, embedded_directory=embedded_directory, name=name))


def test_the_first_user_is_made_by_a_link_that_is_good_once(house: House) -> None:
    token = house.signing_in.allow_first_user()
    assert token is not None
    assert token not in str(list(house.database["sessions"].find()))
    with pytest.raises(BadUserError, match="12 to 256"):
        house.signing_in.create_first_user(token, "ana", "short", address="a")
    user = house.signing_in.create_first_user(token, "ana", PASSWORD, address="a")
    assert user.role == "admin"
    with pytest.raises(Problem) as again:
        house.signing_in.create_first_user(token, "eve", PASSWORD, address="a")
    assert again.value.status == 403
    assert house.signing_in.allow_first_user() is None


@pytest.mark.parametrize("given", ["", "guess", "x" * 43])
def test_another_token_makes_nobody(house: House, given: str) -> None:
    house.signing_in.allow_first_user()
    with pytest.raises(Problem) as refused:
        house.signing_in.create_first_user(given, "eve", PASSWORD, address="a")
    assert refused.value.status == 403
    assert house.signing_in.needs_first_user()


def test_the_link_ends_after_a_day(house: House) -> None:
    token = house.signing_in.allow_first_user() or ""
    house.now += SETUP_LASTS
    with pytest.raises(Problem):
        house.signing_in.create_first_user(token, "ana", PASSWORD, address="a")


def test_a_session_lasts_while_it_is_used_and_ends_with_a_sign_out(house: House) -> None:
    house.accounts.create_user("ana", PASSWORD, Role.ANALYST, by="test")
    session, token = house.signing_in.sign_in("ana", PASSWORD, address="a")
    for _ in range(3):
        house.now += timedelta(hours=8)
        house.ticks += 60
        visit = house.doorkeeper.by_cookie(token)
        assert visit is not None
        assert visit.caller.role is Role.ANALYST
    house.signing_in.sign_out(session)
    assert house.doorkeeper.remembered(token) is None
    assert house.doorkeeper.by_cookie(token) is None
    actions = [each["action"] for each in house.audit.page(AuditFilter(who="ana")).documents]
    assert sorted(actions) == ["signed in", "signed out"]


def test_a_session_that_is_not_used_ends(house: House) -> None:
    house.accounts.create_user("ana", PASSWORD, Role.VIEWER, by="test")
    _, token = house.signing_in.sign_in("ana", PASSWORD, address="a")
    house.now += timedelta(hours=12)
    assert house.doorkeeper.by_cookie(token) is None
    assert house.doorkeeper.sessions.purge(now=house.now) == 1


def test_a_key_is_remembered_for_seconds_and_then_asked_for(house: House) -> None:
    key, text = house.accounts.create_key("gateway", Role.VIEWER, by="test", days=1)
    assert house.doorkeeper.by_key(text) is not None
    # As another process of the service does it.
    house.doorkeeper.keys.revoke(key.id)
    assert house.doorkeeper.remembered(text) is not None
    house.ticks += REMEMBERED_SECONDS + 1
    assert house.doorkeeper.remembered(text) is None
    assert house.doorkeeper.by_key(text) is None


def test_a_key_ends(house: House) -> None:
    _, text = house.accounts.create_key("gateway", Role.VIEWER, by="test", days=1)
    assert house.doorkeeper.by_key(text) is not None
    house.now += timedelta(days=1)
    assert house.doorkeeper.remembered(text, seconds=KEPT_SECONDS) is None
    assert house.doorkeeper.by_key(text) is None


def test_what_was_looked_up_before_rights_changed_is_not_kept_in_mind(house: House) -> None:
    _, text = house.accounts.create_key("gateway", Role.VIEWER, by="test")
    look_up = house.doorkeeper.keys.shown

    def while_rights_change(text: str, *, now: datetime) -> Any:
        found = look_up(text, now=now)
        house.doorkeeper.forget_all()
        return found

    house.doorkeeper.keys.shown = while_rights_change  # type: ignore[method-assign]
    assert house.doorkeeper.by_key(text) is not None
    assert house.doorkeeper.remembered(text) is None


@pytest.mark.parametrize("spoil", [str.upper, lambda text: text[:-1], lambda text: f"{text}x"])
def test_a_key_is_good_as_it_is_only(house: House, spoil: Any) -> None:
    _, text = house.accounts.create_key("gateway", Role.VIEWER, by="test")
    assert house.doorkeeper.by_key(spoil(text)) is None


def test_the_last_admin_stays(house: House) -> None:
    house.accounts.create_user("ana", PASSWORD, Role.ADMIN, by="test")
    for change in ({"disabled": True}, {"role": Role.VIEWER}):
        with pytest.raises(Problem) as refused:
            house.accounts.change_user("ana", by="test", **change)  # type: ignore[arg-type]
        assert refused.value.status == 409
    house.accounts.create_user("ben", PASSWORD, Role.ADMIN, by="test")
    assert house.accounts.change_user("ana", by="ben", disabled=True).disabled


@pytest.mark.parametrize(
    ("name", "password", "why"),
    [
        ("a b", PASSWORD, "other signs"),
        ("$ne", PASSWORD, "other signs"),
        ("ana", "ana-has-a-password", "must not hold the name"),
        ("ana", "aaaaaaaaaaaaab", "few characters"),
        ("ana", "x" * 257, "12 to 256"),
    ],
)
def test_names_and_passwords_that_are_none(
    house: House, name: str, password: str, why: str
) -> None:
    with pytest.raises(Problem, match=why):
        house.accounts.create_user(name, password, Role.VIEWER, by="test")

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from network_security.serving.security.api_keys import ApiKey, ApiKeys
from network_security.serving.security.roles import Role
from network_security.storage import StoreError
from network_security.watching.posting_keys import ASKED_SECONDS, KEPT_SECONDS, PostingKeys

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Gate:
    """Posting keys of a store that can be taken away, and a clock that is set by hand."""

    def __init__(self, database: Any) -> None:
        self.seconds = 0.0
        self.away = False
        self.asked = 0
        self._database = database
        self.keys = PostingKeys(
            self._open,
            clock=lambda: NOW + timedelta(seconds=self.seconds),
            ticks=lambda: self.seconds,
        )

    def _open(self) -> Any:
        self.asked += 1
        if self.away:
            raise StoreError("The store does not answer", "127.0.0.1:1", "Wait.")
        return self._database


@pytest.fixture
def gate(database: Any) -> Gate:
    return Gate(database)


@pytest.fixture
def make(database: Any) -> Callable[..., tuple[ApiKey, str]]:
    def make(role: Role = Role.ANALYST, **terms: Any) -> tuple[ApiKey, str]:
        return ApiKeys(database).create("collector", role, "test", now=NOW, **terms)

    return make


def test_an_analyst_s_key_is_admitted_and_not_looked_up_for_each_post(
    gate: Gate, make: Callable[..., tuple[ApiKey, str]]
) -> None:
    _, key = make()
    assert [gate.keys.admits(key) for _ in range(3)] == [True] * 3
    assert gate.asked == 1


def test_a_reader_s_key_and_a_guessed_one_are_not(
    gate: Gate, make: Callable[..., tuple[ApiKey, str]]
) -> None:
    _, weak = make(Role.VIEWER)
    for key in (weak, "", "ns_0123456789ab_guess", weak + "x"):
        assert not gate.keys.admits(key)


def test_a_key_that_was_taken_back_is_refused_once_the_store_is_asked_again(
    gate: Gate, make: Callable[..., tuple[ApiKey, str]], database: Any
) -> None:
    known, key = make()
    assert gate.keys.admits(key)
    ApiKeys(database).revoke(known.id)
    gate.seconds = ASKED_SECONDS
    assert not gate.keys.admits(key)
    gate.away = True
    with pytest.raises(StoreError):
        gate.keys.admits(key)


def test_while_the_store_is_away_a_known_key_goes_on_and_others_are_told_to_wait(
    gate: Gate, make: Callable[..., tuple[ApiKey, str]]
) -> None:
    (_, key), (_, other) = make(), make()
    assert gate.keys.admits(key)
    gate.away = True
    for gate.seconds in (ASKED_SECONDS, KEPT_SECONDS - 1):
        assert gate.keys.admits(key)
        asked = gate.asked
        assert gate.keys.admits(key)
        assert gate.asked == asked  # Only one of the posts waited for the store.
        with pytest.raises(StoreError):
            gate.keys.admits(other)
    gate.seconds = KEPT_SECONDS
    with pytest.raises(StoreError):
        gate.keys.admits(key)


def test_a_key_ends_when_it_expires_even_while_the_store_is_away(
    gate: Gate, make: Callable[..., tuple[ApiKey, str]]
) -> None:
    _, key = make(expires=NOW + timedelta(seconds=10))
    assert gate.keys.admits(key)
    gate.away = True
    gate.seconds = 9
    assert gate.keys.admits(key)
    gate.seconds = 10
    with pytest.raises(StoreError):
        gate.keys.admits(key)

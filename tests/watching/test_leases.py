"""One process has a lease; another one takes it when it has run out or was given back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from network_security.storage.location import StoreLocation
from network_security.watching.leases import Lease, Leases

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Clock:
    """Both clocks of a lease, which go on when they are told to."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed)

    def ticks(self) -> float:
        return self.passed


@pytest.fixture
def clock() -> Clock:
    return Clock()


def lease_of(holder: str, location: StoreLocation, clock: Clock) -> Lease:
    return Lease(location.open, "judge", holder, 10, clock=clock.now, ticks=clock.ticks)


def test_a_lease_is_one_process_alone(location: StoreLocation, clock: Clock) -> None:
    one, other = lease_of("one", location, clock), lease_of("other", location, clock)
    assert one.acquire()
    assert not other.acquire()
    for _ in range(10):
        clock.passed += 5
        assert one.acquire()
        assert not other.acquire()


def test_a_silent_holder_loses_it(location: StoreLocation, clock: Clock) -> None:
    one, other = lease_of("one", location, clock), lease_of("other", location, clock)
    assert one.acquire()
    clock.passed += 10.1
    assert not one.held
    assert other.acquire()
    assert not one.acquire()


def test_what_is_given_back_is_free_at_once(location: StoreLocation, clock: Clock) -> None:
    one, other = lease_of("one", location, clock), lease_of("other", location, clock)
    assert one.acquire()
    other.release()
    assert not other.acquire()
    one.release()
    assert not one.held
    assert other.acquire()


def test_of_two_that_try_at_once_one_has_it(
    location: StoreLocation, clock: Clock, database: Any
) -> None:
    one, other = lease_of("one", location, clock), lease_of("other", location, clock)
    assert one.acquire()
    clock.passed += 11
    known = database.leases.find_one({"_id": "judge"})
    assert other._replace(known, clock.now())
    assert not one._replace(known, clock.now())


def test_while_the_store_is_away_a_lease_holds_until_it_runs_out(
    location: StoreLocation, clock: Clock
) -> None:
    away: MongoClient[dict[str, Any]] = MongoClient(
        "mongodb://127.0.0.1:1/", serverSelectionTimeoutMS=50
    )
    reached = [location.open()]
    lease = Lease(lambda: reached[0], "judge", "one", 10, clock=clock.now, ticks=clock.ticks)
    assert lease.acquire()
    reached[0] = away["any"]
    clock.passed += 8
    assert lease.acquire()
    clock.passed += 3
    assert not lease.acquire()


def test_leases_of_several_things(location: StoreLocation, clock: Clock) -> None:
    def leases(holder: str) -> Leases:
        return Leases(
            lambda name: Lease(location.open, name, holder, 10, clock=clock.now, ticks=clock.ticks)
        )

    one, other = leases("one"), leases("other")
    assert one.owns("a")
    assert other.owns("b")
    assert not one.owns("b")
    one.release()
    assert other.owns("a")

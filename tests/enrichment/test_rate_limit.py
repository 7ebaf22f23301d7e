"""How often one server is asked."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.rate_limit import MOST_SERVERS, RateLimiter


class Time:
    """A clock that goes on only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds

    def limiter(self, per_second: float, burst: int) -> RateLimiter:
        return RateLimiter(per_second, burst, lambda: self.now, self.sleep)

    def deadline(self, seconds: float) -> Deadline:
        return Deadline(seconds, lambda: self.now)


@pytest.fixture
def time() -> Time:
    return Time()


def test_a_burst_then_one_by_one(time) -> None:
    limiter = time.limiter(2, 3)
    for _ in range(5):
        limiter.wait("a", time.deadline(60))
    assert time.slept == [0.5, 0.5]


def test_servers_do_not_wait_for_each_other(time) -> None:
    limiter = time.limiter(1, 1)
    for server in "abc":
        limiter.wait(server, time.deadline(60))
    assert time.slept == []


def test_rest_fills_the_bucket_again_and_not_beyond(time) -> None:
    limiter = time.limiter(1, 2)
    limiter.wait("a", time.deadline(60))
    time.now += 1000
    for _ in range(3):
        limiter.wait("a", time.deadline(60))
    assert time.slept == [1.0]


def test_turn_after_the_deadline_is_refused_at_once(time) -> None:
    limiter = time.limiter(0.1, 1)
    limiter.wait("a", time.deadline(5))
    with pytest.raises(LookupFailed, match=r"its turn would come in 10\.0 s") as raised:
        limiter.wait("a", time.deadline(5))
    assert raised.value.passing
    assert time.slept == []
    # Who was refused has taken nobody's turn.
    time.now += 10
    limiter.wait("a", time.deadline(5))


@given(st.lists(st.floats(0, 2), min_size=2, max_size=30), st.integers(1, 4))
def test_never_more_than_the_rate_allows(pauses: list[float], burst: int) -> None:
    time = Time()
    limiter = time.limiter(2, burst)
    asked = []
    for pause in pauses:
        time.now += pause
        limiter.wait("a", time.deadline(1000))
        asked.append(time.now)
    for first in range(len(asked)):
        for last in range(first, len(asked)):
            allowed = burst + (asked[last] - asked[first]) * 2
            assert last - first + 1 <= allowed + 1e-6


def test_threads_share_the_bucket() -> None:
    slept: list[float] = []
    limiter = RateLimiter(10, 5, sleep=slept.append)
    deadline = Deadline(60)
    threads = [threading.Thread(target=limiter.wait, args=("a", deadline)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(slept) == 15
    assert 1.2 < max(slept) < 1.6


def test_servers_asked_long_ago_are_forgotten(time) -> None:
    limiter = time.limiter(1, 1)
    for number in range(MOST_SERVERS):
        limiter.wait(str(number), time.deadline(5))
    time.now += 10
    limiter.wait("another", time.deadline(5))
    assert list(limiter._buckets) == ["another"]

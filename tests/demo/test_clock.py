from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.demo.clock import CatchingUp


class TrueTime:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 10_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def true_time() -> TrueTime:
    return TrueTime()


def test_it_begins_in_the_past_runs_fast_and_is_right_in_the_end(true_time: TrueTime) -> None:
    clock = CatchingUp(true_time.now, behind=590, speed=60, now=true_time)
    assert clock.time() == 9410 == clock.start
    true_time.now += 5
    assert clock.time() == 9710
    assert not clock.is_right
    true_time.now += 5
    assert clock.is_right
    true_time.now += 100
    assert clock.time() == true_time.now


def test_a_clock_that_goes_on_while_it_is_read_is_right_as_well() -> None:
    ticks = count(10_000, 0.25)
    clock = CatchingUp(10_000, behind=60, speed=60, now=lambda: next(ticks))
    assert not clock.is_right
    for _ in range(10):
        clock.time()
    assert clock.is_right


@given(
    behind=st.floats(0, 1e5),
    speed=st.floats(1.5, 1000),
    ahead=st.floats(0, 1e6),
)
def test_nothing_is_due_before_it_has_truly_happened(
    behind: float, speed: float, ahead: float
) -> None:
    true_time = TrueTime()
    clock = CatchingUp(true_time.now, behind, speed, now=true_time)
    shown = clock.start + ahead
    true_time.now = clock.due(shown)
    assert true_time.now >= shown
    assert clock.time() == pytest.approx(shown, abs=1e-3)

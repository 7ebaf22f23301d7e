"""A thread goes through an iterable ahead of who asks."""

import threading
import time
from collections.abc import Iterator

import pytest

from network_security.streaming import ahead as module
from network_security.streaming.ahead import ahead


def names() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_items_come_in_their_order() -> None:
    assert list(ahead(range(1000), 3)) == list(range(1000))
    assert list(ahead([], 1)) == []
    assert list(ahead([None, False, "end", "error"], 1)) == [None, False, "end", "error"]


def test_error_is_raised_in_its_place() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise LookupError("third")

    going = ahead(items(), 5)
    assert (next(going), next(going)) == (1, 2)
    with pytest.raises(LookupError, match="third"):
        next(going)


def test_no_more_than_asked_for_is_ahead() -> None:
    made = 0

    def items() -> Iterator[int]:
        nonlocal made
        for number in range(50):
            made += 1
            yield number

    most = 0
    for taken, _ in enumerate(ahead(items(), 2), start=1):
        time.sleep(0.002)
        most = max(most, made - taken)
    # Two that wait, and one that waits for its place.
    assert most <= 3


def test_thread_ends_when_nobody_asks_for_more() -> None:
    going = ahead(iter(int, 1), 2)
    next(going)
    assert "ahead" in names()
    going.close()
    assert "ahead" not in names()


def test_end_does_not_wait_for_an_item_that_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONGEST_END_SECONDS", 0.1)
    silence = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        silence.wait(30)
        yield 2

    going = ahead(items(), 2)
    next(going)
    started = time.monotonic()
    going.close()
    assert time.monotonic() - started < 2
    silence.set()

"""Doing the next thing while the last is being stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")

_PATIENCE_SECONDS = 0.2
_LONGEST_END_SECONDS = 2.0


def ahead(items: Iterable[T], most: int) -> Iterator[T]:
    """Yield the items of an iterable that a thread goes through, at most so many ahead.

    An exception in the iterable is raised here, in its place. When nobody asks for more, the
    thread ends.

    Args:
        items: What to go through.
        most: How many items may wait: the bound on memory when what follows is slower.
    """
    waiting: Queue[tuple[str, T | BaseException | None]] = Queue(most)
    abandoned = Event()

    def put(kind: str, item: T | BaseException | None) -> bool:
        while not abandoned.is_set():
            try:
                waiting.put((kind, item), timeout=_PATIENCE_SECONDS)
                return True
            except Full:
                continue
        return False

    def work() -> None:
        try:
            for item in items:
                if not put("item", item):
                    return
            put("end", None)
        except BaseException as error:
            put("error", error)

    thread = Thread(target=work, name="ahead", daemon=True)
    thread.start()
    try:
        while True:
            kind, item = waiting.get()
            if kind == "end":
                return
            if kind == "error":
                raise item  # type: ignore[misc]
            yield item  # type: ignore[misc]
    finally:
        abandoned.set()
        # Not for ever: it may be waiting for what nobody writes into a pipe.
        thread.join(_LONGEST_END_SECONDS)

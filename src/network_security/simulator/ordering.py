"""Putting in order of time what is produced nearly in order, with little memory."""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import TypeVar

Item = TypeVar("Item")


def in_order_of_time(
    batches: Iterable[tuple[float, Iterable[tuple[float, Item]]]],
) -> Iterator[tuple[float, Item]]:
    """Return the items of all batches in order of time; equal times keep their order.

    Args:
        batches: A time, and items with theirs. No item of this batch or a later one is earlier than
            that time, so only what reaches beyond the next batch's start is held.

    >>> list(in_order_of_time([(1, [(1, "a"), (5, "d")]), (2, [(2, "b"), (3, "c")])]))
    [(1, 'a'), (2, 'b'), (3, 'c'), (5, 'd')]
    """
    held: list[tuple[float, int, Item]] = []
    position = count()
    for start, items in batches:
        while held and held[0][0] < start:
            time, _, item = heappop(held)
            yield time, item
        for time, item in items:
            heappush(held, (time, next(position), item))
    while held:
        time, _, item = heappop(held)
        yield time, item

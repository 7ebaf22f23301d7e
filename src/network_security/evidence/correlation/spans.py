"""Spans of time that were put together: few bytes each, for rows have many."""

from bisect import bisect_right

Span = tuple[float, float]
"""First and last time, in seconds since 1970, both included."""
Spans = tuple[Span, ...]
"""Spans that do not touch, in the order of time."""


def joined(spans: Spans, span: Span) -> Spans:
    """Return spans with one more, joined with those that it touches.

    >>> joined(joined((), (10, 20)), (15, 30))
    ((10, 30),)
    """
    start, end = span
    apart = []
    for known in spans:
        if known[1] < start or known[0] > end:
            apart.append(known)
        else:
            start, end = min(start, known[0]), max(end, known[1])
    # The same object where nothing was joined: several keys share it.
    apart.append(span if span == (start, end) else (start, end))
    return tuple(sorted(apart))


def covers(spans: Spans, time: float) -> bool:
    """Whether a time lies in one of the spans.

    >>> covers(((10, 20), (40, 50)), 45), covers(((10, 20), (40, 50)), 30)
    (True, False)
    """
    place = bisect_right(spans, (time, float("inf"))) - 1
    return place >= 0 and time <= spans[place][1]

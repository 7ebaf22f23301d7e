"""Spans of time that were put together."""

from bisect import bisect_right


class Spans:
    """A set of times, as spans that do not touch; in seconds since 1970, both ends included.

    >>> spans = Spans()
    >>> spans.add(10, 20)
    >>> spans.add(15, 30)
    >>> 25 in spans, 31 in spans
    (True, False)
    """

    __slots__ = ("_spans",)

    def __init__(self) -> None:
        self._spans: list[tuple[float, float]] = []

    def add(self, start: float, end: float) -> None:
        """Add a span, joining it with those that it touches."""
        apart = []
        for span in self._spans:
            if span[1] < start or span[0] > end:
                apart.append(span)
            else:
                start, end = min(start, span[0]), max(end, span[1])
        apart.append((start, end))
        self._spans = sorted(apart)

    def __contains__(self, time: float) -> bool:
        place = bisect_right(self._spans, (time, float("inf"))) - 1
        return place >= 0 and time <= self._spans[place][1]

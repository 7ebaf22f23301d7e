from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.correlation.spans import Spans, covers, joined

TIMES = st.integers(-20, 20)


def of(*added: tuple[float, float]) -> Spans:
    spans: Spans = ()
    for span in added:
        spans = joined(spans, span)
    return spans


def test_spans_that_touch_become_one() -> None:
    assert of((0, 10), (30, 40), (10, 30)) == ((0, 40),)


def test_a_span_that_touches_none_is_kept_as_it_is_given() -> None:
    span = (30.0, 40.0)
    assert of((0, 10), span)[1] is span


@given(st.lists(st.tuples(TIMES, st.integers(0, 9))), TIMES)
def test_a_time_is_in_the_spans_when_it_is_in_one_of_them(
    added: list[tuple[int, int]], time: int
) -> None:
    spans = of(*((start, start + length) for start, length in added))

    assert covers(spans, time) == any(start <= time <= start + length for start, length in added)

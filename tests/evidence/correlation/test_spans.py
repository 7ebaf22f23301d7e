from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.correlation.spans import Spans

TIMES = st.integers(-20, 20)


def test_spans_that_touch_become_one() -> None:
    spans = Spans()
    for start, end in ((0, 10), (30, 40), (10, 30)):
        spans.add(start, end)

    assert 25 in spans
    assert -1 not in spans
    assert 41 not in spans


@given(st.lists(st.tuples(TIMES, st.integers(0, 9))), TIMES)
def test_a_time_is_in_the_spans_when_it_is_in_one_of_them(
    added: list[tuple[int, int]], time: int
) -> None:
    spans = Spans()
    for start, length in added:
        spans.add(start, start + length)

    assert (time in spans) == any(start <= time <= start + length for start, length in added)

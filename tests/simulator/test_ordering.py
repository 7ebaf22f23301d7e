from hypothesis import given
from hypothesis import strategies as st

from network_security.simulator.ordering import in_order_of_time

starts_and_delays = st.lists(st.tuples(st.integers(0, 50), st.lists(st.integers(0, 30))))


@given(starts_and_delays)
def test_every_item_comes_once_and_in_order(drawn):
    batches = [
        (start, [(start + delay, (start, delay)) for delay in delays])
        for start, delays in sorted(drawn, key=lambda batch: batch[0])
    ]
    items = [item for _, batch in batches for item in batch]
    assert list(in_order_of_time(batches)) == sorted(items, key=lambda item: item[0])


def test_only_what_reaches_beyond_the_next_start_is_held():
    begun = []

    def batches():
        for start in range(3):
            begun.append(start)
            yield start, [(start, "now"), (start + 10, "later")]

    ordered = in_order_of_time(batches())
    assert next(ordered) == (0, "now")
    assert begun == [0, 1]

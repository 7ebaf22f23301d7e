from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.correlation.parts import Parts

KEYS = st.tuples(st.sampled_from("abcd"), st.integers(0, 1))


@given(st.lists(KEYS), st.integers(1, 3))
def test_no_two_rows_of_a_key_have_one_number(closed: list[tuple[str, int]], most: int) -> None:
    parts = Parts(most)
    given_out: set[tuple[str, int, int]] = set()
    for key in closed:
        part = parts.of(key)
        assert (*key, part) not in given_out
        given_out.add((*key, part))
        parts.closed(key, part)


def test_a_period_that_is_over_is_forgotten() -> None:
    parts = Parts(1)
    for url in "abc":
        parts.closed((url, 0), 0)
    parts.forget(1)

    assert parts.of(("a", 0)) == 0

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from network_security.scoring.rows import Rows, cut

# Whether each row can be read, and after how many rows the pieces are.
READABLE = st.lists(st.booleans(), max_size=40)
PIECES = st.lists(st.integers(1, 15), min_size=1, max_size=40)


def pieces(readable: list[bool], sizes: list[int], behind: int) -> list[Rows]:
    """Rows whose one column holds their number, in pieces."""
    made, first = [], 0
    while first < len(readable):
        size = sizes[len(made) % len(sizes)]
        part = list(enumerate(readable, behind + 1))[first : first + size]
        numbers = np.array([number for number, fine in part if fine], np.int64)
        lost = {number: "torn" for number, fine in part if not fine}
        made.append(Rows(numbers, pd.DataFrame({"number": numbers}), lost))
        first += size
    return made


@given(READABLE, PIECES, st.integers(1, 12), st.integers(0, 3))
def test_portions_hold_the_same_rows_however_they_were_read(
    readable: list[bool], sizes: list[int], size: int, skipped: int
) -> None:
    behind = skipped * size
    portions = list(cut(pieces(readable, sizes, behind), size, behind=behind))

    assert len(portions) == -(-len(readable) // size)
    for place, portion in enumerate(portions, skipped):
        numbers = sorted([*portion.numbers, *portion.unreadable])
        last = min((place + 1) * size, behind + len(readable))
        assert numbers == list(range(place * size + 1, last + 1))
        assert portion.frame["number"].tolist() == portion.numbers.tolist()
        assert all(readable[number - behind - 1] for number in portion.numbers)


def test_what_is_split_is_on_one_side() -> None:
    rows = pieces([True, False, True, False], [4], 0)[0]

    until, after = rows.split(2)

    assert (until.numbers.tolist(), dict(until.unreadable), until.last) == ([1], {2: "torn"}, 2)
    assert (after.numbers.tolist(), dict(after.unreadable), after.last) == ([3], {4: "torn"}, 4)

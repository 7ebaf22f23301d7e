from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.correlation.facts import Request
from network_security.evidence.correlation.grouped import Grouped
from network_security.evidence.correlation.open_row import OpenRow
from network_security.evidence.correlation.resting import HeldRow

AT = datetime(2026, 3, 2, tzinfo=UTC)
REQUEST = Request(
    AT, AT.timestamp(), "e1", "http://a.test/", "a.test", "http://a.test/",
    None, None, False, None, None, None, (),
)  # fmt: skip
ROWS = [
    HeldRow((f"http://a.test/{n}", 0), OpenRow(REQUEST, 0, 0, most_facts=9, most_clients=9))
    for n in range(4)
]
STEPS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.sampled_from(["add", "remove"]))
)


@given(STEPS)
def test_rows_are_in_the_order_in_which_they_were_added_last(
    steps: list[tuple[str, int, str]],
) -> None:
    grouped: Grouped[str] = Grouped()
    expected: dict[str, list[HeldRow]] = {"a": [], "b": []}
    for key, number, step in steps:
        row, rows = ROWS[number], expected[key]
        if row in rows:
            rows.remove(row)
            if step == "remove":
                grouped.remove(key, row)
        if step == "add":
            grouped.add(key, row)
            rows.append(row)

    assert {key: list(grouped.of(key)) for key in "ab"} == expected
    assert len(grouped) == sum(map(bool, expected.values()))


def test_rows_that_look_for_nothing_any_more_are_let_go() -> None:
    grouped: Grouped[str] = Grouped()
    for row, until in zip(ROWS, (1.0, 2.0, 3.0, 1.0), strict=True):
        row.looks_until = until
    for key, number in (("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 3), ("c", 0), ("d", 1)):
        grouped.add(key, ROWS[number])
    grouped.let_go(2.0)

    assert list(grouped.of("a")) == ROWS[1:3]
    assert list(grouped.of("b")) == list(grouped.of("c")) == []
    assert list(grouped.of("d")) == [ROWS[1]]
    assert len(grouped) == 2

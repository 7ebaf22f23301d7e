from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.correlation.facts import Dns
from network_security.evidence.correlation.open_row import Kept

START = datetime(2026, 3, 2, tzinfo=UTC)
ANSWERS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abcd")), max_size=12)


def answer(seconds: int, record: str) -> Dns:
    at = START + timedelta(seconds=seconds)
    return Dns(at, at.timestamp(), f"{seconds} {record}", "example.com", "NOERROR", (record,))


def kept(answers: list[tuple[int, str]], most: int) -> list[str]:
    facts = Kept(most)
    for seconds, record in answers:
        facts.keep(answer(seconds, record), record)
    return [fact.id for fact in facts.facts]


def test_of_what_tells_the_same_the_earliest_is_kept() -> None:
    assert kept([(5, "a"), (3, "a"), (4, "a"), (9, "b")], most=4) == ["3 a", "9 b"]


def test_of_more_than_may_be_kept_the_earliest_are() -> None:
    assert kept([(5, "a"), (7, "b"), (3, "c"), (9, "d")], most=2) == ["3 c", "5 a"]


def test_what_is_not_new_says_so() -> None:
    facts = Kept(2)

    assert facts.keep(answer(5, "a"), "a")
    assert not facts.keep(answer(5, "a"), "a")
    assert not facts.keep(answer(6, "a"), "a")
    assert facts.keep(answer(4, "a"), "a")


@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(answers: list[tuple[int, str]], random: object) -> None:
    shuffled = list(answers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert kept(shuffled, most=9) == kept(answers, most=9)

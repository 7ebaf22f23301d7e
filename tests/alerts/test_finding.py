"""What becomes known of a finding is joined; how it came never matters."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.alerts.finding import MOST_LISTED, Entity, Finding, union
from network_security.alerts.receipt import Receipt
from network_security.alerts.severity import SeverityOptions, rank

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://login.shop.example/a"
FIRST = Finding(
    id="f",
    verdict="v",
    sighting="row",
    detector="phishing",
    digest="d" * 64,
    entity=Entity("url", URL, "login.shop.example", "shop.example"),
    first_seen=NOON,
    last_seen=NOON,
    tier="url",
    probability=0.97,
    threshold=0.5,
    receipt=Receipt(URL, {"a.b": 1, "SFH": None}, {"": "d" * 64}, {"$x": [1]}, 0.97, True, "url",
                    0.5),
)  # fmt: skip

names = st.lists(st.sampled_from("abcdef"), max_size=4).map(lambda some: tuple(sorted(set(some))))
moments = st.integers(0, 1000).map(lambda minutes: NOON + timedelta(minutes=minutes))
records = st.builds(
    lambda times, offered, reached, messages, clients, lists, contributions: replace(
        FIRST,
        first_seen=min(times),
        last_seen=max(times),
        offered=offered,
        reached=reached,
        messages=messages,
        clients=clients,
        confirmed_by=lists,
        contributions=contributions,
    ),
    st.tuples(moments, moments),
    st.booleans(),
    st.booleans(),
    names,
    names,
    names,
    st.sampled_from([(), ({"feature": "port", "log_odds": 1.5},)]),
)


@given(records, records, records)
def test_joining_is_commutative_associative_and_idempotent(
    a: Finding, b: Finding, c: Finding
) -> None:
    assert a.joined(b) == b.joined(a)
    assert a.joined(b).joined(c) == a.joined(b.joined(c))
    assert a.joined(a) == a


@given(records, records)
def test_joining_never_lowers_the_severity(a: Finding, b: Finding) -> None:
    options = SeverityOptions()
    joined = rank(a.joined(b).severity(options))

    assert joined >= max(rank(a.severity(options)), rank(b.severity(options)))


@given(st.lists(st.lists(st.integers(0, 999).map(str)), min_size=1, max_size=6), st.randoms())
def test_what_a_full_list_keeps_does_not_depend_on_the_order(lists, random) -> None:
    shuffled = random.sample(lists, len(lists))

    one_by_one = reduce(lambda known, more: union((known, more)), shuffled, ())
    assert one_by_one == union(lists)
    assert len(one_by_one) <= MOST_LISTED


@given(records)
def test_a_document_gives_the_finding_back(finding: Finding) -> None:
    assert Finding.from_document(finding.to_document()) == finding


def test_only_records_of_one_finding_are_joined() -> None:
    with pytest.raises(ValueError, match="g is not f"):
        FIRST.joined(replace(FIRST, id="g"))

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.correlation.facts import (
    X509,
    CertificateFields,
    Delivery,
    Dns,
    Fact,
    Request,
    Tls,
)
from network_security.evidence.correlation.packed_facts import PACKED, FactPacking, kind_of, time_of

# Facts are equal to themselves alone: what they hold is compared.
TIMES = st.datetimes(timezones=st.just(UTC))
TEXT = st.text(max_size=20)
SOME = st.none() | TEXT
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
FLAG = st.none() | st.booleans()
FLOWS = st.lists(TEXTS, max_size=2).map(tuple)
CERTIFICATE = st.builds(CertificateFields, SOME, SOME, st.none() | TIMES, st.none() | TIMES, TEXTS)
REST = {
    Request: (TEXT, TEXT, TEXT, SOME, SOME, st.booleans(), st.none() | st.integers(), SOME, SOME,
              FLOWS),
    Delivery: (TEXTS, TEXTS, FLAG, st.booleans()),
    Dns: (TEXT, TEXT, TEXTS),
    Tls: (SOME, SOME, SOME, FLOWS, st.none() | CERTIFICATE, TEXTS, FLAG, FLAG),
    X509: (TEXTS, CERTIFICATE),
}  # fmt: skip


def fact_of(kind: type[Fact], at: datetime, id_: str, rest: tuple[object, ...]) -> Fact:
    return kind(at, at.timestamp(), id_, *rest)


FACTS = st.sampled_from(PACKED).flatmap(
    lambda kind: st.builds(fact_of, st.just(kind), TIMES, TEXT, st.tuples(*REST[kind]))
)


def held(fact: Fact) -> tuple[object, ...]:
    return type(fact), *(getattr(fact, name) for name in fact.__dataclass_fields__)


@given(first=st.lists(FACTS, max_size=5), fact=FACTS)
def test_a_fact_is_unpacked_as_it_was(first: list[Fact], fact: Fact) -> None:
    packing = FactPacking()
    packing.learn(first)

    packed = packing.pack(fact)

    assert held(packing.unpack(packed)) == held(fact)
    assert (kind_of(packed), time_of(packed)) == (kind_of(fact), time_of(fact))


@pytest.mark.parametrize("learned", [True, False])
def test_facts_that_are_alike_take_few_bytes(learned: bool) -> None:
    at = datetime(2026, 3, 2, 9, 0, 0, 123_000, tzinfo=UTC)
    requests = [
        Request(
            at, at.timestamp(), f"{number:038x}", f"https://www{number}.example.net/", "",
            f"https://www{number}.example.net/", f"10.0.0.{number}", f"user{number}", False, 200,
            None, f"192.0.2.{number}",
            (("ends", f"10.0.0.{number} 4{number:04}", f"192.0.2.{number} 443"),),
        )
        for number in range(200)
    ]  # fmt: skip
    packing = FactPacking()
    assert not packing.ready
    if learned:
        packing.learn(requests[:50])

    longest = max(len(packing.pack(request)) for request in requests)
    assert (longest < 100) == learned

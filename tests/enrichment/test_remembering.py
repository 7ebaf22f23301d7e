"""Outcomes of lookups in a cache."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.cache import MemoryCache
from network_security.enrichment.findings import Problem
from network_security.enrichment.lookups import Outcome
from network_security.enrichment.options import EnrichmentOptions
from network_security.enrichment.page import PageFetch
from network_security.enrichment.remembering import PAUSE_SECONDS, Memory, from_entry, to_entry
from network_security.enrichment.resolver import Resolver
from network_security.evidence.phishing import (
    Certificate,
    DnsAnswer,
    HttpExchange,
    Page,
    Registration,
)
from network_security.storage import StoreError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LOOKUP = PageFetch(EnrichmentOptions(), Resolver("192.0.2.53"))
seconds = st.datetimes().map(lambda time: time.replace(microsecond=0, tzinfo=UTC))
outcomes = st.builds(
    Outcome,
    st.fixed_dictionaries(
        {},
        optional={
            "page": st.builds(Page, st.text(), st.none() | st.text()),
            "http": st.builds(HttpExchange, st.none() | st.integers(0, 9), st.integers(100, 599)),
            "dns": st.builds(DnsAnswer, st.just("NOERROR"), st.tuples(st.text(), st.text())),
            "certificate": st.builds(
                Certificate, st.text(), seconds, seconds, st.booleans(), st.none() | st.booleans()
            ),
            "registration": st.builds(Registration, seconds, st.none() | seconds, st.text()),
        },
    ),
    st.lists(st.builds(Problem, st.text(), st.text(), st.text()), max_size=2).map(tuple),
)


@given(outcomes)
def test_outcomes_come_back_as_they_were(outcome: Outcome) -> None:
    entry = to_entry(LOOKUP, "http://example.com/", outcome, NOON)
    assert from_entry(entry) == outcome


def test_entry_of_another_version_is_as_good_as_none() -> None:
    entry = to_entry(LOOKUP, "a", Outcome({"page": Page("<p>")}), NOON)
    entry["observations"]["page"]["colour"] = "red"
    assert from_entry(entry) is None
    assert from_entry({"_id": "a"}) is None


@pytest.mark.parametrize(
    ("outcome", "keep"),
    [
        (Outcome({"page": Page("<p>")}), 3_600),
        (Outcome({"page": Page("<p>")}, absent=True), 600),
        (Outcome(problems=(Problem("page", "gone", "there"),)), 600),
    ],
)
def test_how_long_it_holds(outcome: Outcome, keep: int) -> None:
    assert to_entry(LOOKUP, "a", outcome, NOON)["expires"] == NOON + timedelta(seconds=keep)


def test_cache_that_fails_is_left_alone_for_a_while() -> None:
    times = [0.0]

    class Failing(MemoryCache):
        asked = 0

        def get(self, key, now):
            self.asked += 1
            raise StoreError("away", "there", "wait")

    cache = Failing()
    memory = Memory(cache, lambda: times[-1])
    for seconds in (0.0, 1.0, PAUSE_SECONDS - 1, PAUSE_SECONDS):
        times.append(seconds)
        memory.remember(LOOKUP, "a", Outcome(), NOON)
        assert memory.recall(LOOKUP, "a", NOON) is None
    assert cache.asked == 2

"""Outcomes of lookups, kept in a cache for as long as their options say."""

import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from network_security.enrichment.cache import Cache, Entry
from network_security.enrichment.findings import Problem
from network_security.enrichment.lookups import Lookup, Observation, Outcome
from network_security.evidence.phishing.observations import (
    Certificate,
    DnsAnswer,
    HttpExchange,
    Page,
    Registration,
)
from network_security.storage import StoreError, document_id
from network_security.storage.documents import portable

PAUSE_SECONDS = 60.0
"""How long a store that was away is not asked again: noticing that it is takes seconds."""

_LOGGER = logging.getLogger(__name__)

_KINDS: dict[str, type[Any]] = {
    "page": Page,
    "certificate": Certificate,
    "dns": DnsAnswer,
    "http": HttpExchange,
    "registration": Registration,
}
"""Field of `Findings` -> what it holds."""


class Memory:
    """A cache for outcomes, without which lookups are made all the same."""

    def __init__(self, cache: Cache, clock: Callable[[], float] = time.monotonic) -> None:
        """Keep outcomes in a cache.

        Args:
            cache: the cache.
            clock: gives seconds since any point.
        """
        self._cache = cache
        self._clock = clock
        self._paused_until = clock()

    def recall(self, lookup: Lookup, subject: str, now: datetime) -> Outcome | None:
        """Return what a lookup came to lately, None if that is not known."""
        if self._clock() < self._paused_until:
            return None
        try:
            entry = self._cache.get(key_of(lookup.name, subject), now)
        except StoreError as error:
            self._pause(error)
            return None
        return None if entry is None else from_entry(entry)

    def remember(self, lookup: Lookup, subject: str, outcome: Outcome, now: datetime) -> None:
        """Keep what a lookup came to."""
        if self._clock() < self._paused_until:
            return
        try:
            self._cache.put(to_entry(lookup, subject, outcome, now))
        except StoreError as error:
            self._pause(error)

    def _pause(self, error: StoreError) -> None:
        self._paused_until = self._clock() + PAUSE_SECONDS
        _LOGGER.warning("Lookups are not remembered for %g s: %s", PAUSE_SECONDS, error)


def key_of(lookup: str, subject: str) -> str:
    """Return the `_id` of the entry of a lookup."""
    return document_id(lookup, subject)


def to_entry(lookup: Lookup, subject: str, outcome: Outcome, now: datetime) -> Entry:
    """Return an outcome as an entry, which holds for a shorter time if there was nothing."""
    nothing = outcome.absent or outcome.problems
    options = lookup.options
    seconds = options.keep_absence_seconds if nothing else options.keep_seconds
    return {
        "_id": key_of(lookup.name, subject),
        "lookup": lookup.name,
        "subject": subject,
        "expires": portable(now + timedelta(seconds=seconds)),
        "observations": {
            name: portable(asdict(observation))
            for name, observation in outcome.observations.items()
        },
        "problems": [asdict(problem) for problem in outcome.problems],
    }


def from_entry(entry: Entry) -> Outcome | None:
    """Return the outcome; None for an entry of another version of this program."""
    try:
        observations = {
            name: _observation(name, fields) for name, fields in entry["observations"].items()
        }
        return Outcome(observations, tuple(Problem(**each) for each in entry["problems"]))
    except (KeyError, TypeError):
        return None


def _observation(name: str, fields: dict[str, Any]) -> Observation:
    """An observation; documents have lists only, and observations tuples only."""
    values = {
        field: tuple(value) if isinstance(value, list) else value for field, value in fields.items()
    }
    observation: Observation = _KINDS[name](**values)
    return observation

"""From a URL to what can be found out about it by asking others.

Nothing is asked that is not switched on; `Enrichment.plan` says who would be, and asks nobody.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from network_security.enrichment.cache import Cache, MemoryCache, Shared
from network_security.enrichment.connections import Connector
from network_security.enrichment.contacts import Contact
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.dns import HostRecords
from network_security.enrichment.findings import Findings, LookupFailed, Problem
from network_security.enrichment.lookups import Lookup, Outcome
from network_security.enrichment.options import EnrichmentOptions
from network_security.enrichment.page import PageFetch
from network_security.enrichment.rate_limit import RateLimiter
from network_security.enrichment.rdap import Rdap
from network_security.enrichment.remembering import Memory, key_of
from network_security.enrichment.resolver import Resolver
from network_security.enrichment.tls import CertificateFetch
from network_security.enrichment.whois import Whois
from network_security.evidence.phishing.observations import Reputation
from network_security.evidence.urls import URL, parse, unwrap

GRACE_SECONDS = 0.5
"""Beyond the deadline, for a lookup that is just giving up."""

_LOGGER = logging.getLogger(__name__)


class ReputationSource(Protocol):
    """Knows sites by lists, without asking anybody."""

    def reputation(
        self, url: URL, *, addresses: Iterable[str] = (), now: datetime | None = None
    ) -> Reputation | None:
        """Return what the lists say of a URL's site, whose host has these addresses."""
        ...


@dataclass(frozen=True, slots=True)
class _Inquiry:
    """What the lookups of one URL share."""

    url: URL
    connector: Connector
    deadline: Deadline
    now: datetime


class Enrichment:
    """Looks URLs up; one for all threads of a process."""

    def __init__(
        self,
        options: EnrichmentOptions,
        cache: Cache | None = None,
        lists: ReputationSource | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        allow: frozenset[str] = frozenset(),
    ) -> None:
        """Prepare the lookups; nothing is contacted yet.

        Args:
            options: what is looked up, and how.
            cache: what was looked up lately; by default what this process looked up.
            lists: rank and threat lists.
            clock: gives the time, with a zone.
            allow: addresses that are not public and may be contacted all the same, as those of
                servers that a test has started. No setting leads here, so that none can open the
                network to those who write URLs.

        Raises:
            ValueError: if a file that the options name cannot be used.
        """
        self._options = options
        self._memory = Memory(cache or MemoryCache())
        self._lists = lists
        self._clock = clock
        self._allow = allow
        self._shared = Shared()
        self._limiter = RateLimiter(options.requests_per_second, options.burst)
        self._resolver = resolver = Resolver(options.dns_server, options.dns_port)
        # Side by side; of those in one row each is made where those before it found nothing.
        self._rows: tuple[tuple[Lookup, ...], ...] = (
            (HostRecords(options, resolver),),
            (CertificateFetch(options, resolver, allow),),
            (PageFetch(options, resolver, allow),),
            (Rdap(options, resolver), Whois(options, resolver)),
        )

    def plan(self, url: str | URL) -> tuple[Contact, ...]:
        """Return who is contacted about a URL, and who would be if all were switched on.

        Nobody is contacted for it, the DNS included; only the cache is read.

        Args:
            url: the URL.
        """
        sent = _sent(url)
        now = self._clock()
        return tuple(
            replace(contact, switched_on=lookup.options.enabled, cached=cached)
            for row in self._rows
            for lookup in row
            for cached in [self._is_cached(lookup, sent, now)]
            for contact in lookup.contacts(sent)
        )

    def look_up(
        self, url: str | URL, *, now: datetime | None = None, known: Findings | None = None
    ) -> Findings:
        """Look up what is switched on, at most for the time of the deadline; never raises.

        A link that a mail gateway rewrote is looked up as its sender wrote it.

        Args:
            url: the URL.
            now: when, for what is remembered; by default the clock's time.
            known: what sensors saw already; it stays as it is and is not looked up.

        Returns:
            All that is known, and for what could not be found out, the problems.
        """
        sent = _sent(url)
        known = known or Findings()
        inquiry = _Inquiry(
            sent,
            Connector(self._resolver, self._limiter, self._allow),
            Deadline(self._options.deadline_seconds),
            now or self._clock(),
        )
        wanted = [
            wanted
            for row in self._rows
            if (wanted := [each for each in row if _is_wanted(each, known)])
        ]
        found: dict[str, Any] = {}
        problems = [*known.problems]
        for outcome in self._side_by_side(wanted, inquiry):
            found |= outcome.observations
            problems += outcome.problems
        if self._lists is not None and known.reputation is None:
            dns = known.dns or found.get("dns")
            records = () if dns is None else dns.records
            found["reputation"] = self._lists.reputation(sent, addresses=records, now=now)
        found |= _observations(known)
        return Findings(**found, problems=tuple(dict.fromkeys(problems)))

    def _side_by_side(self, rows: list[list[Lookup]], inquiry: _Inquiry) -> list[Outcome]:
        if not rows:
            return []
        threads = ThreadPoolExecutor(len(rows), thread_name_prefix="enrichment")
        running: dict[Future[Outcome], list[Lookup]] = {
            threads.submit(self._row, row, inquiry): row for row in rows
        }
        done, _ = wait(running, timeout=inquiry.deadline.left() + GRACE_SECONDS)
        threads.shutdown(wait=False, cancel_futures=True)
        late = f"not done within {inquiry.deadline.seconds:g} s"
        # In the order of the rows, whichever was ready first.
        return [
            future.result()
            if future in done
            else Outcome(problems=(Problem(row[0].name, late, inquiry.url.text),))
            for future, row in running.items()
        ]

    def _row(self, row: list[Lookup], inquiry: _Inquiry) -> Outcome:
        """The first lookup that observes something, with the problems of those before it."""
        problems: tuple[Problem, ...] = ()
        for lookup in row:
            outcome = self._outcome(lookup, inquiry)
            problems += outcome.problems
            if outcome.observations:
                return replace(outcome, problems=problems)
        return Outcome(problems=problems)

    def _outcome(self, lookup: Lookup, inquiry: _Inquiry) -> Outcome:
        """What the cache has, or else what the lookup finds."""
        subject = lookup.subject(inquiry.url)
        if subject is None:
            return Outcome()

        def make() -> Outcome:
            try:
                remembered = self._memory.recall(lookup, subject, inquiry.now)
                return remembered or self._made(lookup, subject, inquiry)
            except Exception as error:
                # A stranger's answer has found a fault in a library. The others still count.
                _LOGGER.exception("The lookup %s of %s failed", lookup.name, subject)
                what = f"unexpected {type(error).__name__}; the log has the details"
                return Outcome(problems=(Problem(lookup.name, what, subject),))

        outcome: Outcome = self._shared.once(
            key_of(lookup.name, subject), make, timeout=inquiry.deadline.left()
        )
        return outcome

    def _made(self, lookup: Lookup, subject: str, inquiry: _Inquiry) -> Outcome:
        try:
            own = inquiry.deadline.at_most(lookup.options.timeout_seconds)
            outcome = lookup.run(inquiry.url, inquiry.connector, own)
        except LookupFailed as failed:
            outcome = Outcome(problems=(failed.problem(lookup.name),))
            if failed.passing:
                return outcome
        self._memory.remember(lookup, subject, outcome, inquiry.now)
        return outcome

    def _is_cached(self, lookup: Lookup, url: URL, now: datetime) -> bool:
        subject = lookup.subject(url)
        return subject is not None and self._memory.recall(lookup, subject, now) is not None


def _sent(url: str | URL) -> URL:
    return unwrap(parse(url) if isinstance(url, str) else url).sent


def _observations(findings: Findings) -> Mapping[str, Any]:
    """What was observed, by the field's name."""
    return {
        field.name: value
        for field in fields(findings)
        if field.name != "problems" and (value := getattr(findings, field.name)) is not None
    }


def _is_wanted(lookup: Lookup, known: Findings) -> bool:
    """Whether a lookup is switched on, and would tell something that is not known."""
    unknown = any(getattr(known, field) is None for field in lookup.gives)
    return lookup.options.enabled and unknown

"""The operator's lists, loaded: how well known a site is, and which threats are known of it."""

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from network_security.enrichment.lists.errors import ListError
from network_security.enrichment.lists.indicators import ThreatMatch
from network_security.enrichment.lists.keys import keys_of
from network_security.enrichment.lists.options import (
    ListsOptions,
    RankListOptions,
    ThreatListOptions,
)
from network_security.enrichment.lists.rank_list import UNRANKED, RankList, read_rank_list
from network_security.enrichment.lists.threat_list import ThreatList
from network_security.evidence.phishing.observations import Reputation
from network_security.evidence.urls import URL

logger = logging.getLogger(__name__)

ListOptions = RankListOptions | ThreatListOptions
Stamp = tuple[tuple[str, int, int], ...]
"""Name, time of change in nanoseconds and size of a list's files."""


@dataclass(frozen=True, slots=True)
class ListSummary:
    """What a list holds.

    Attributes:
        name: What it is called.
        path: Its file or folder.
        entries: Number of entries by kind: `site`, or `url`, `domain`, `host`, `ip`, `network`.
        skipped: Number of entries that were left out, by reason.
        examples: The first few of them.
        age: Time since its file was last changed.
        stale: Whether it is older than allowed, and not used.
        problem: Why its file, which has changed since, could not be read; None when it is up to
            date.
    """

    name: str
    path: str
    entries: dict[str, int]
    skipped: dict[str, int]
    examples: tuple[str, ...]
    age: timedelta
    stale: bool
    problem: str | None

    def __str__(self) -> str:
        held = ", ".join(f"{number:,} {kind}" for kind, number in self.entries.items()) or "nothing"
        text = f"{self.name}: {held}; {self.age / timedelta(days=1):.1f} days old"
        if self.stale:
            text += ", too old to be used"
        if self.skipped:
            reasons = ", ".join(f"{number:,} {reason}" for reason, number in self.skipped.items())
            text += f"; left out: {reasons} (first {'; '.join(self.examples)})"
        if self.problem:
            text += f"; still the former content, since {self.problem}"
        return text


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A list with the stamp of the files that it was last tried to be read from."""

    options: ListOptions
    content: RankList | ThreatList
    stamp: Stamp
    changed: datetime
    problem: str | None = None

    def stale(self, now: datetime) -> bool:
        days = self.options.max_age_days
        return days is not None and now - self.changed > timedelta(days=days)


class _State:
    """All lists at one time, so that a look-up sees those before a refresh or those after it."""

    def __init__(self, loaded: Iterable[_Loaded]) -> None:
        self.loaded = tuple(loaded)
        self.ranks = [
            (one, one.content) for one in self.loaded if isinstance(one.content, RankList)
        ]
        self.threats = [
            (one, one.content) for one in self.loaded if isinstance(one.content, ThreatList)
        ]
        self.prefixes = sorted({p for _, content in self.threats for p in content.prefixes})


class Lists:
    """Rank lists and threat lists; the same from several threads.

    A list that is too old says nothing: neither that a site is on it nor that it is not.
    """

    def __init__(self, options: ListsOptions, loaded: Iterable[_Loaded]) -> None:
        self._options = options
        self._refreshing = threading.Lock()
        self._state = _State(loaded)

    @classmethod
    def load(cls, options: ListsOptions) -> Self:
        """Read all lists.

        Raises:
            ListError: If one cannot be read; says which file, which line and what to do.
        """
        every: tuple[ListOptions, ...] = (*options.ranks, *options.threats)
        lists = cls(options, map(_read, every))
        for summary in lists.summary():
            logger.info("%s", summary)
        return lists

    def __reduce__(self) -> tuple[object, ...]:
        # The index lives on the secret of its process: another one reads the files anew.
        return type(self).load, (self._options,)

    def reputation(
        self, url: URL, *, addresses: Iterable[str] = (), now: datetime | None = None
    ) -> Reputation | None:
        """Return what the lists say of a URL's site.

        Args:
            url: the URL.
            addresses: what its host resolves to.
            now: the moment that threats must be valid at, the present by default.

        Returns:
            `rank` is None without a rank list, 0 for a site that none holds; `listed` is None
            without a threat list. None when neither is known, and for a URL without a host.
        """
        moment, state = now or datetime.now(UTC), self._state
        if not url.host.name:
            return None
        ranks = [content.rank(url.host) for one, content in state.ranks if not one.stale(moment)]
        rank = min((one for one in ranks if one != UNRANKED), default=UNRANKED) if ranks else None
        listed = None
        if not all(one.stale(moment) for one, _ in state.threats):
            listed = bool(_threats(state, url, addresses, moment))
        return None if rank is None and listed is None else Reputation(rank=rank, listed=listed)

    def threats(
        self, url: URL, *, addresses: Iterable[str] = (), now: datetime | None = None
    ) -> tuple[ThreatMatch, ...]:
        """Return the matches of a URL with the threat lists, in the lists' order.

        Args:
            url: the URL, as it is followed: links of gateways are not unwrapped here.
            addresses: what its host resolves to.
            now: the moment that they must be valid at, the present by default.
        """
        return _threats(self._state, url, addresses, now or datetime.now(UTC))

    def summary(self, now: datetime | None = None) -> tuple[ListSummary, ...]:
        """Return what each list holds and leaves out, how old it is, and whether it is used."""
        moment = now or datetime.now(UTC)
        return tuple(
            ListSummary(
                name=one.options.name,
                path=one.options.path,
                entries=one.content.counts(),
                skipped=dict(one.content.skipped.reasons),
                examples=tuple(one.content.skipped.examples),
                age=moment - one.changed,
                stale=one.stale(moment),
                problem=one.problem,
            )
            for one in self._state.loaded
        )

    def refresh(self) -> tuple[str, ...]:
        """Read the lists again whose files have changed, by time or size.

        A file that cannot be read leaves the list as it is; the summary says so, and it is tried
        again when it changes once more.

        Returns:
            Names of the lists that were read.
        """
        with self._refreshing:
            before = self._state.loaded
            after = tuple(map(_refreshed, before))
            self._state = _State(after)
        return tuple(
            new.options.name
            for old, new in zip(before, after, strict=True)
            if new.content is not old.content
        )


def _threats(
    state: _State, url: URL, addresses: Iterable[str], now: datetime
) -> tuple[ThreatMatch, ...]:
    used = [content for one, content in state.threats if not one.stale(now)]
    keys = keys_of(url, addresses, state.prefixes) if used else []
    seconds = now.timestamp()
    return tuple(match for content in used for match in content.match(keys, seconds))


def _read(options: ListOptions) -> _Loaded:
    # The stamp comes first, so that a change during the reading is seen by the next refresh.
    stamp = _stamp(Path(options.path))
    changed = max(nanoseconds for _, nanoseconds, _ in stamp) / 1e9
    content = (
        read_rank_list(options)
        if isinstance(options, RankListOptions)
        else ThreatList(options, default_date=changed)
    )
    return _Loaded(options, content, stamp, datetime.fromtimestamp(changed, UTC))


def _refreshed(loaded: _Loaded) -> _Loaded:
    stamp: Stamp = ()
    try:
        stamp = _stamp(Path(loaded.options.path))
        if stamp == loaded.stamp:
            return loaded
        return _read(loaded.options)
    except ListError as error:
        if (str(error), stamp) != (loaded.problem, loaded.stamp):
            logger.warning("list %s keeps its former content: %s", loaded.options.name, error)
        return replace(loaded, stamp=stamp, problem=str(error))


def _stamp(path: Path) -> Stamp:
    """The files of a list: one, or those of a feed's folder."""
    try:
        files = sorted(path.glob("*.json")) if path.is_dir() else [path]
        stats = [(file.name, file.stat()) for file in files]
    except OSError as error:
        raise ListError(path, f"cannot be read ({error.strerror})", "put it there") from error
    if not stats:
        raise ListError(path, "is a folder without a file", "give a file, or a MISP feed's folder")
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)

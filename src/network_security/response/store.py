"""The blocklist and the allow-list of a database, and what people do with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo.database import Database

from network_security.alerts.alert import Alert
from network_security.alerts.canonical import sha256
from network_security.alerts.journal import Journal
from network_security.alerts.severity import rank as severity_rank
from network_security.alerts.triage import LONGEST_NOTE, SYSTEM
from network_security.alerts.triage import Entry as AuditLine
from network_security.enrichment.lists.indicators import Entry
from network_security.response.actions import indicators_of
from network_security.response.entries import (
    AllowEntry,
    BlockEntry,
    Standing,
    State,
    new_entry,
)
from network_security.response.errors import ConflictError, NotFoundError, RefusedError
from network_security.response.feeds import Feed, make_feed
from network_security.response.indicators import read_indicator
from network_security.response.ledger import Ledger
from network_security.response.options import LONGEST_DAYS, ResponseOptions
from network_security.response.protection import Protection, Rank
from network_security.response.queries import BlockFilter, BlockPage
from network_security.storage import document_id, ensure_indexes
from network_security.storage.collections import ALLOWLIST, AUDIT, BLOCKLIST
from network_security.storage.errors import store_errors
from network_security.storage.queries import MOST_ON_A_PAGE, all_pages
from network_security.storage.times import milliseconds, utc_now

COLLECTIONS: Final = (BLOCKLIST, ALLOWLIST, AUDIT)
EVERYTHING: Final = BlockFilter()
_ATTEMPTS: Final = 5

Document = dict[str, Any]


@dataclass(frozen=True)
class Proposal:
    """What an alert proposes to block.

    Attributes:
        entries: Those that stand, old ones too.
        refused: Why others do not, by the indicator's value.
    """

    entries: tuple[BlockEntry, ...]
    refused: dict[str, str]


class BlocklistStore:
    """Keeps what is to be blocked, and what never is.

    Every action takes who does it, is audited, and can be undone by its id. What is added is held
    against the allow-list and all other protection, and again whenever a feed is made.
    """

    def __init__(
        self,
        open_database: Callable[[], Database[Document]],
        *,
        name: str,
        options: ResponseOptions | None = None,
        rank: Rank | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Keep how to reach the store; nothing is contacted yet.

        Args:
            open_database: Connects.
            name: What to call the server in messages, without secrets.
            options: How the list is kept.
            rank: How well known a site is, as `RankList.rank`; None protects none for that.
            clock: Tells the time, with its zone.
        """
        self._open_database = open_database
        self._name = name
        self._options = options or ResponseOptions()
        self._rank = rank
        self._clock = clock
        self._database: Database[Document] | None = None

    def through(self, open_database: Callable[[], Database[Document]]) -> BlocklistStore:
        """Return the same list, with its store reached by another connection."""
        return BlocklistStore(
            open_database,
            name=self._name,
            options=self._options,
            rank=self._rank,
            clock=self._clock,
        )

    def add(
        self,
        kind: str,
        value: str,
        *,
        who: str,
        reason: str,
        days: float | None = None,
        alert: str | None = None,
        enforce: bool = False,
    ) -> BlockEntry:
        """Add an indicator; one that is there takes the new reason and end.

        Args:
            kind: ``ip``, ``network``, ``domain``, ``host``, ``url``, or "" to tell it from the
                value.
            value: The indicator, as people write it.
            who: Who says so.
            reason: Why.
            days: For how long; None for as long as the options say.
            alert: Id of the alert that it comes from.
            enforce: Whether it goes into the feeds at once; else it is recommended.

        Raises:
            RefusedError: If it is no indicator, must not be blocked, or lacks an author, a reason
                or a possible end.
            StoreError: If the store cannot be used; as all methods do.
        """
        indicator = read_indicator(kind, value)
        state: State = "enforced" if enforce else "recommended"
        standing = Standing(
            state, _said("reason", reason), alert, _said("who", who), self._end(days)
        )
        self._check(indicator)
        return self._put(indicator, standing)

    def propose(self, alert: Alert) -> Proposal:
        """Add what an alert is about, as recommended, or enforced where the options say so.

        Whatever people did to an entry since it was proposed first stands.
        """
        severe = severity_rank(alert.severity) >= severity_rank(self._options.enforce_from)
        enforce = self._options.mode == "enforce" and severe
        protection = self._protection()
        entries, refused = [], {}
        for indicator in indicators_of(alert):
            why = protection.reason(indicator, self._now)
            if why is not None:
                refused[indicator.value] = why
                continue
            known = self._read(document_id(*indicator))
            if known is None or self._only_proposed(known, enforce):
                state: State = "enforced" if enforce else "recommended"
                standing = Standing(state, alert.title, alert.id, SYSTEM, self._end(None))
                known = self._put(indicator, standing)
            entries.append(known)
        return Proposal(tuple(entries), refused)

    def enforce(
        self, id_: str, *, who: str, note: str = "", version: int | None = None
    ) -> BlockEntry:
        """Put an entry into the feeds.

        Raises:
            NotFoundError: If there is none; as all actions do.
            ConflictError: If it has another version than the one named; likewise.
            RefusedError: If it must not be blocked now, has expired, or is enforced already.
        """

        def enforced(entry: BlockEntry) -> Standing:
            if entry.in_force(self._now):
                raise RefusedError("the entry is enforced already")
            if entry.expired(self._now):
                raise RefusedError(
                    f"the entry ended {entry.expires:%Y-%m-%d %H:%M} UTC: add it again"
                )
            self._check(entry.indicator)
            return replace(entry.standing, state="enforced")

        return self._act(id_, version, who, "enforced", note, enforced)

    def withdraw(
        self, id_: str, *, who: str, note: str = "", version: int | None = None
    ) -> BlockEntry:
        """Take an entry back.

        Raises:
            RefusedError: If it is withdrawn already.
        """

        def withdrawn(entry: BlockEntry) -> Standing:
            if entry.state == "withdrawn":
                raise RefusedError("the entry is withdrawn already")
            return replace(entry.standing, state="withdrawn")

        return self._act(id_, version, who, "withdrawn", note, withdrawn)

    def undo(self, action: str, *, who: str, note: str = "") -> BlockEntry:
        """Put an entry back to where it stood before its last action; that can be undone, too.

        Args:
            action: The id of the action, from the entry's history.
            who: Who does so.
            note: Why.

        Raises:
            ConflictError: If other actions came after it.
        """
        id_, _, number = action.rpartition("-")
        if not number.isdecimal():
            raise NotFoundError(f"there is no action {action!r}: take its id from a history")

        def undone(entry: BlockEntry) -> Standing:
            last = entry.history[-1]
            if last.id != action:
                raise ConflictError(
                    f"{last.action} by {last.who} came after it: undo that first ({last.id})"
                )
            if last.before is None:
                return replace(entry.standing, state="withdrawn")
            if last.before.state == "enforced":
                self._check(entry.indicator)
            return last.before

        return self._act(id_, None, who, "undone", note or f"action {action}", undone)

    def get(self, id_: str) -> BlockEntry:
        """Return an entry.

        Raises:
            NotFoundError: If there is none.
        """
        entry = self._read(id_)
        if entry is None:
            raise NotFoundError(f"there is no entry {id_!r}: take its id from the blocklist")
        return entry

    def page(
        self, wanted: BlockFilter = EVERYTHING, *, after: str | None = None, size: int = 50
    ) -> BlockPage:
        """Return the entries that are wanted, those last changed first.

        Args:
            wanted: Which.
            after: The cursor of the page before; None for the first.
            size: How many at most, 1 to 500.

        Raises:
            QueryError: If the cursor or the size is none.
        """
        with self._opened() as database:
            return Ledger(database).page(wanted, after=after, size=size)

    def every(self, wanted: BlockFilter = EVERYTHING) -> Iterator[BlockEntry]:
        """Yield all entries that are wanted, read page by page."""
        for page in all_pages(lambda after: self.page(wanted, after=after, size=MOST_ON_A_PAGE)):
            yield from page.entries

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many entries there are, by state and kind; expired ones count."""
        with self._opened() as database:
            return Ledger(database).counts()

    def allow(
        self, kind: str, value: str, *, who: str, reason: str, days: float | None = None
    ) -> AllowEntry:
        """Never block an indicator, nor anything that covers it or lies within it.

        Entries that are enforced leave the feeds at once, and come back when it is disallowed.

        Args:
            kind: As for `add`.
            value: Likewise.
            who: Who says so.
            reason: Why.
            days: For how long; None for good.

        Raises:
            RefusedError: If it is no indicator, or lacks an author or a reason.
        """
        indicator = read_indicator(kind, value)
        if days is not None and not 0 < days <= LONGEST_DAYS:
            raise RefusedError(f"days is {days}: above 0 and at most {LONGEST_DAYS}, or none")
        now = self._now
        ends = None if days is None else milliseconds(now + timedelta(days=days))
        entry = AllowEntry(
            document_id(*indicator),
            indicator.kind,
            indicator.value,
            _said("reason", reason),
            _said("who", who),
            now,
            ends,
        )
        document = entry.to_document()
        with self._opened() as database:
            line = AuditLine(now, who, "allowed", f"{entry.kind} {entry.value}: {reason}")
            Journal(database).note(_allowing(entry.id), line, before=None, after=sha256(document))
            database[ALLOWLIST].replace_one({"_id": entry.id}, document, upsert=True)
        return entry

    def disallow(self, id_: str, *, who: str, note: str = "") -> None:
        """End an entry of the allow-list now.

        Raises:
            NotFoundError: If there is none, or it has ended.
        """
        _said("who", who)
        now = self._now
        with self._opened() as database:
            document = database[ALLOWLIST].find_one({"_id": id_})
            if document is None or not AllowEntry.from_document(document).in_force(now):
                raise NotFoundError(f"there is no entry {id_!r} in force on the allow-list")
            ended = document | {"expires": now}
            line = AuditLine(now, who, "disallowed", note)
            Journal(database).note(
                _allowing(id_), line, before=sha256(document), after=sha256(ended)
            )
            database[ALLOWLIST].replace_one({"_id": id_}, ended)

    def allowed(self) -> list[AllowEntry]:
        """Return the allow-list, ended entries too, the newest first."""
        with self._opened() as database:
            found = [AllowEntry.from_document(each) for each in database[ALLOWLIST].find()]
        return sorted(found, key=lambda entry: (entry.created, entry.id), reverse=True)

    def feed(self, name: str) -> Feed:
        """Return what is enforced now, as a firewall reads it.

        Args:
            name: One of `FEEDS`.

        Raises:
            NotFoundError: If there is no such feed.
        """
        now = self._now
        return make_feed(name, self.every(), self._protection(), self.allowed(), now)

    def settle(self) -> int:
        """Complete what interrupted processes left; returns how many entries that were."""
        with self._opened() as database:
            return Ledger(database).settle_all()

    @property
    def _now(self) -> datetime:
        return milliseconds(self._clock())

    def _protection(self) -> Protection:
        return Protection(self._options, self.allowed(), self._rank)

    def _check(self, indicator: Entry) -> None:
        why = self._protection().reason(indicator, self._now)
        if why is not None:
            raise RefusedError(f"{indicator.kind} {indicator.value} is not blocked: {why}")

    def _end(self, days: float | None) -> datetime:
        days = self._options.days if days is None else days
        if not 0 < days <= self._options.longest_days:
            raise RefusedError(f"days is {days}: above 0 and at most {self._options.longest_days}")
        return milliseconds(self._now + timedelta(days=days))

    def _only_proposed(self, entry: BlockEntry, enforce: bool) -> bool:
        """Whether nobody but the system touched an entry that it would now have otherwise."""
        if any(change.who != SYSTEM for change in entry.history):
            return False
        return entry.expired(self._now) or (enforce and entry.state == "recommended")

    def _put(self, indicator: Entry, standing: Standing) -> BlockEntry:
        id_ = document_id(*indicator)
        for _ in range(_ATTEMPTS):
            before = self._read(id_)
            now = self._now
            if before is None:
                after = new_entry(indicator, standing, now, standing.reason)
            else:
                kept = self._kept(before, standing)
                after = before.with_standing(kept, now, standing.author, "added", standing.reason)
            if self._write(before, after):
                return after
        raise ConflictError(f"entry {id_} was changed by others again and again: try again")

    def _kept(self, before: BlockEntry, standing: Standing) -> Standing:
        """A recommendation takes nothing that is enforced out of the feeds."""
        if standing.state == "recommended" and before.in_force(self._now):
            return replace(standing, state="enforced")
        return standing

    def _act(
        self,
        id_: str,
        version: int | None,
        who: str,
        action: str,
        note: str,
        act: Callable[[BlockEntry], Standing],
    ) -> BlockEntry:
        _said("who", who)
        if len(note) > LONGEST_NOTE:
            raise RefusedError(f"the note has {len(note)} characters, at most {LONGEST_NOTE}")
        for _ in range(_ATTEMPTS):
            before = self.get(id_)
            if version is not None and before.version != version:
                break
            after = before.with_standing(act(before), self._now, who, action, note)
            if self._write(before, after):
                return after
        raise ConflictError(f"entry {id_} was changed by somebody else: read it again, then decide")

    def _read(self, id_: str) -> BlockEntry | None:
        with self._opened() as database:
            return Ledger(database).read(id_)

    def _write(self, before: BlockEntry | None, after: BlockEntry) -> bool:
        with self._opened() as database:
            return Ledger(database).write(before, after)

    @contextmanager
    def _opened(self) -> Iterator[Database[Document]]:
        with store_errors(self._name):
            if self._database is None:
                database = self._open_database()
                ensure_indexes(database, COLLECTIONS)
                self._database = database
            yield self._database


def _allowing(id_: str) -> str:
    return f"{id_}-allowed"


def _said(name: str, text: str) -> str:
    if not text.strip():
        raise RefusedError(f"{name} is empty: every entry needs one")
    if len(text) > LONGEST_NOTE:
        raise RefusedError(f"{name} has {len(text)} characters, at most {LONGEST_NOTE}")
    return text

"""The alerts of a database: lists, counts, and what analysts do with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from pymongo.database import Database

from network_security.alerts.alert import Alert
from network_security.alerts.canonical import sha256
from network_security.alerts.finding import Finding
from network_security.alerts.grouping import GroupingOptions
from network_security.alerts.journal import Journal
from network_security.alerts.queries import AlertFilter, Page
from network_security.alerts.recording import Recorder, Update
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.suppression import Preview, SuppressionRule, preview
from network_security.alerts.triage import (
    STATUSES,
    Closing,
    ClosingVerdict,
    Entry,
    Triage,
    TriageError,
)
from network_security.storage import ensure_indexes
from network_security.storage.collections import (
    ALERTS,
    AUDIT,
    DELIVERIES,
    FINDINGS,
    LABELS,
    SUPPRESSIONS,
)
from network_security.storage.errors import store_errors
from network_security.storage.queries import MOST_ON_A_PAGE, QueryError, all_pages, read_page
from network_security.storage.times import milliseconds, utc_now

COLLECTIONS: Final = (ALERTS, FINDINGS, LABELS, SUPPRESSIONS, AUDIT, DELIVERIES)
MOST_AT_ONCE: Final = 1000
EVERYTHING: Final = AlertFilter()
_ATTEMPTS: Final = 5

Document = dict[str, Any]
Act = Callable[[Alert], Triage]


class AlertNotFoundError(LookupError):
    """There is no alert of that id."""


class ConflictError(Exception):
    """The alert was changed by somebody else in the meantime: read it again, then decide."""


@dataclass(frozen=True)
class Bulk:
    """What became of an action on several alerts; each stands for itself.

    Attributes:
        changed: Those on which it was done.
        problems: Why it was not done on others, by id.
    """

    changed: tuple[Alert, ...]
    problems: dict[str, str]


class AlertStore:
    """Reads alerts, and changes them for people.

    Every action takes who does it, and is audited. An action that names the version it was decided
    on is refused when the alert was changed since; without one it is done on the alert as it is.
    """

    def __init__(
        self,
        open_database: Callable[[], Database[Document]],
        *,
        name: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Keep how to reach the store; nothing is contacted yet.

        Args:
            open_database: Connects.
            name: What to call the server in messages, without secrets.
            clock: Tells the time, with its zone.
        """
        self._open_database = open_database
        self._name = name
        self._clock = clock
        self._database: Database[Document] | None = None
        self._recorders: dict[tuple[GroupingOptions, SeverityOptions], Recorder] = {}

    def record(
        self,
        findings: Iterable[Finding],
        grouping: GroupingOptions | None = None,
        severity: SeverityOptions | None = None,
    ) -> Iterator[Update]:
        """Store findings, and yield what they did to alerts, each once it is stored.

        This is what sinks follow. One process at a time records; recording again what was
        interrupted goes on.

        Args:
            findings: In any order; those recorded before may be among them.
            grouping: What belongs together.
            severity: How severe it is.

        Raises:
            StoreError: If the store cannot be used.
        """
        options = grouping or GroupingOptions(), severity or SeverityOptions()
        rules = self.rules()
        with self._opened() as database:
            if options not in self._recorders:
                self._recorders[options] = Recorder(database, *options)
            yield from self._recorders[options].record(findings, rules, self._now)

    def get(self, id_: str) -> Alert:
        """Return an alert; if it became part of another, that one.

        Raises:
            AlertNotFoundError: If there is none.
            StoreError: If the store cannot be used; so does every method.
        """
        with self._opened() as database:
            journal = Journal(database)
            seen: set[str] = set()
            current: str | None = id_
            while current is not None and current not in seen:
                alert = journal.read(current)
                if alert is not None:
                    return alert
                seen.add(current)
                current = journal.merged_into(current)
        raise AlertNotFoundError(f"there is no alert {id_!r}: take its id from the list of alerts")

    def page(
        self, wanted: AlertFilter = EVERYTHING, *, after: str | None = None, size: int = 50
    ) -> Page:
        """Return the alerts that are wanted, those last seen first.

        Args:
            wanted: Which.
            after: The cursor of the page before; None for the first.
            size: How many at most, 1 to 500.

        Raises:
            QueryError: If the cursor or the size is none.
        """
        query = wanted.to_query(after=after)
        with self._opened() as database:
            found, cursor = read_page(database[ALERTS], query, size=size)
        return Page(tuple(map(Alert.from_document, found)), cursor)

    def every(self, wanted: AlertFilter = EVERYTHING) -> Iterator[Alert]:
        """Yield all alerts that are wanted, read page by page."""
        for page in all_pages(lambda after: self.page(wanted, after=after, size=MOST_ON_A_PAGE)):
            yield from page.alerts

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many alerts there are, by status and severity."""
        counted: dict[str, dict[str, int]] = {}
        with self._opened() as database:
            for status in STATUSES:
                groups = database[ALERTS].aggregate(
                    [
                        {"$match": {"status": status}},
                        {"$group": {"_id": "$severity", "alerts": {"$sum": 1}}},
                    ]
                )
                counted[status] = {group["_id"]: group["alerts"] for group in groups}
        return counted

    def suppressed(self) -> dict[str, int]:
        """Return how many alerts each suppression rule keeps out of the queue now."""
        by_rule = {"$group": {"_id": "$suppressed_by", "alerts": {"$sum": 1}}}
        with self._opened() as database:
            groups = list(database[ALERTS].aggregate([by_rule]))
        return {each["_id"]: each["alerts"] for each in groups if each["_id"] is not None}

    def count(self, wanted: AlertFilter) -> int:
        """Return how many alerts are wanted."""
        steps: list[Document] = [{"$match": wanted.to_query()}, {"$count": "alerts"}]
        with self._opened() as database:
            counted = list(database[ALERTS].aggregate(steps))
        return int(counted[0]["alerts"]) if counted else 0

    def findings(self, alert: Alert) -> list[Finding]:
        """Return the findings that an alert lists, with their receipts; the first ones first."""
        with self._opened() as database:
            found = database[FINDINGS].find({"_id": {"$in": list(alert.findings)}})
            findings = [Finding.from_document(document) for document in found]
        return sorted(findings, key=lambda each: (each.first_seen, each.id))

    def audit_of(self, subject: str) -> list[Document]:
        """Return what was done to an alert or a rule, the first first."""
        with self._opened() as database:
            found = list(database[AUDIT].find({"subject": subject}))
        return sorted(found, key=lambda entry: (entry["@timestamp"], entry["_id"]))

    def acknowledge(
        self, id_: str, *, who: str, note: str = "", version: int | None = None
    ) -> Alert:
        """Take an alert up.

        Raises:
            AlertNotFoundError: If there is none; as all actions do.
            TriageError: If that cannot be done with it as it stands; likewise.
            ConflictError: If it has another version than the one named; likewise.
        """
        return self._act(
            id_, version, lambda alert: alert.triage.acknowledged(who, self._now, note)
        )

    def close(
        self,
        id_: str,
        *,
        who: str,
        verdict: ClosingVerdict,
        note: str = "",
        version: int | None = None,
    ) -> Alert:
        """Close an alert with a verdict, which is stored as a label too."""

        def closed(alert: Alert) -> Triage:
            closing = Closing(verdict, note, who, self._now, alert.severity, alert.last_seen)
            return alert.triage.closed(closing)

        return self._act(id_, version, closed)

    def reopen(self, id_: str, *, who: str, note: str = "", version: int | None = None) -> Alert:
        """Put a closed alert into the queue again; its label is withdrawn."""
        return self._act(id_, version, lambda alert: alert.triage.reopened(who, self._now, note))

    def assign(
        self, id_: str, *, who: str, to: str | None, note: str = "", version: int | None = None
    ) -> Alert:
        """Give an alert to somebody, or with None to nobody."""
        return self._act(
            id_, version, lambda alert: alert.triage.assigned(to, who, self._now, note)
        )

    def bulk(self, ids: Sequence[str], action: Callable[[str], Alert]) -> Bulk:
        """Do something with several alerts; what cannot be done with one stops none of the others.

        Args:
            ids: Of at most 1,000 alerts.
            action: What to do with each, such as ``lambda id_: store.acknowledge(id_, who="ana")``.

        Raises:
            QueryError: If there are more.
        """
        distinct = list(dict.fromkeys(ids))
        if len(distinct) > MOST_AT_ONCE:
            raise QueryError(f"{len(distinct)} alerts at once: at most {MOST_AT_ONCE}")
        changed, problems = [], {}
        for id_ in distinct:
            try:
                changed.append(action(id_))
            except (AlertNotFoundError, ConflictError, TriageError) as error:
                problems[id_] = str(error)
        return Bulk(tuple(changed), problems)

    def rules(self) -> list[SuppressionRule]:
        """Return all suppression rules, expired ones too, the newest first."""
        with self._opened() as database:
            found = [SuppressionRule.from_document(each) for each in database[SUPPRESSIONS].find()]
        return sorted(found, key=lambda rule: (rule.created, rule.id), reverse=True)

    def add_rule(self, rule: SuppressionRule) -> str:
        """Store a rule, for the alerts raised or changed from now on; returns its id."""
        entry = Entry(self._now, rule.author, "added", rule.reason)
        document = rule.to_document()
        with self._opened() as database:
            Journal(database).note(rule.id, entry, before=None, after=sha256(document))
            database[SUPPRESSIONS].replace_one({"_id": rule.id}, document, upsert=True)
        return rule.id

    def remove_rule(self, id_: str, *, who: str, note: str = "") -> None:
        """Remove a rule; its alerts come back when something new is found of them.

        Raises:
            AlertNotFoundError: If there is no such rule.
        """
        with self._opened() as database:
            document = database[SUPPRESSIONS].find_one({"_id": id_})
            if document is None:
                raise AlertNotFoundError(f"there is no suppression rule {id_!r}")
            entry = Entry(self._now, who, "removed", note)
            Journal(database).note(id_, entry, before=sha256(document), after=None)
            database[SUPPRESSIONS].delete_one({"_id": id_})

    def preview_rule(self, rule: SuppressionRule, wanted: AlertFilter = EVERYTHING) -> Preview:
        """Return what a rule would have suppressed of the alerts that there are."""
        return preview(rule, self.every(wanted))

    def settle(self) -> int:
        """Complete what interrupted processes left; returns how many alerts that were."""
        with self._opened() as database:
            return Journal(database).settle_all()

    @property
    def _now(self) -> datetime:
        return milliseconds(self._clock())

    def _act(self, id_: str, version: int | None, act: Act) -> Alert:
        for _ in range(_ATTEMPTS):
            alert = self.get(id_)
            if version is not None and (alert.version != version or alert.id != id_):
                break
            triage = act(alert)
            with self._opened() as database:
                entry = triage.history[-1]
                changed = Journal(database).change(alert, replace(alert, triage=triage), entry)
            if changed is not None:
                return changed
        raise ConflictError(f"alert {id_} was changed by somebody else: read it again, then decide")

    @contextmanager
    def _opened(self) -> Iterator[Database[Document]]:
        with store_errors(self._name):
            if self._database is None:
                database = self._open_database()
                ensure_indexes(database, COLLECTIONS)
                self._database = database
            yield self._database

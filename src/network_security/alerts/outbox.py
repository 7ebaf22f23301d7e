"""The outbox: what is to be sent where, kept in the store until it was.

A delivery is an announcement to a sink. It is written as its alert is recorded, and sent by
`network_security.alerts.couriers`. Its id follows from both, so that writing it again changes
nothing: an alert that was recorded by a process which then ended is announced by `catch_up`.

==========  =====================================================================================
waiting     to be tried when ``due``; while it is being tried, that is when the try counts as lost
sent        the receiver has it
failed      given up, with the reason; to be retried by people
==========  =====================================================================================

Source: Chris Richardson, "Microservices Patterns", 2018, section 3.3 (transactional outbox).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from pymongo.database import Database
from pymongo.errors import BulkWriteError

from network_security.alerts.alert import Alert, order_of
from network_security.alerts.deliveries import (
    STATES,
    Delivery,
    DeliveryFilter,
    DeliveryPage,
)
from network_security.alerts.journal import Journal
from network_security.alerts.queries import AlertFilter
from network_security.alerts.recording import Update
from network_security.alerts.sinks.announcement import OPEN, former_keys, key_of
from network_security.alerts.sinks.sink import Sink
from network_security.alerts.store import AlertStore
from network_security.alerts.triage import Entry, Status
from network_security.storage import document_id, ensure_indexes
from network_security.storage.collections import AUDIT, DELIVERIES
from network_security.storage.errors import store_errors
from network_security.storage.queries import MOST_ON_A_PAGE, all_pages, read_page
from network_security.storage.times import milliseconds, utc_now

_AT_ONCE: Final = 100
_MOST_KNOWN: Final = 100_000
_DUPLICATE_KEY: Final = 11000

Document = dict[str, Any]


class DeliveryNotFoundError(LookupError):
    """There is no failed delivery of that id."""


class _Due(NamedTuple):
    """A delivery that may have to be written.

    Attributes:
        id: Its.
        former: Those of the same announcement under ids that the alert had before.
        key: The announcement's.
        sink: The sink's name.
        alert: The alert.
    """

    id: str
    former: tuple[str, ...]
    key: str
    sink: str
    alert: Alert


class Outbox:
    """The deliveries of a database, and the sinks that they go to."""

    def __init__(
        self,
        open_database: Callable[[], Database[Document]],
        sinks: Sequence[Sink],
        *,
        name: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Keep how to reach the store; nothing is contacted yet.

        Args:
            open_database: Connects.
            sinks: Where alerts go.
            name: What to call the server in messages, without secrets.
            clock: Tells the time, with its zone.
        """
        self.sinks = tuple(sinks)
        self.clock = clock
        self._open_database = open_database
        self._name = name
        self._database: Database[Document] | None = None
        self._known: set[str] = set()

    def tell(self, updates: Sequence[Update]) -> None:
        """Write what is to be sent of alerts that changed; nobody is contacted.

        Args:
            updates: As `AlertStore.record` yields them.

        Raises:
            StoreError: If the store cannot be used; as all methods do.
        """
        self.announce(update.alert for update in updates)

    def announce(self, alerts: Iterable[Alert]) -> int:
        """Write what is to be sent of alerts; returns how many deliveries are new."""
        remaining = iter(self._due(alerts))
        new = 0
        while some := list(islice(remaining, _AT_ONCE)):
            ids = [id_ for due in some for id_ in (due.id, *due.former)]
            with self.opened() as database:
                found = database[DELIVERIES].find({"_id": {"$in": ids}}, {"_id": 1})
                there = {document["_id"] for document in found}
                missing = []
                for due in some:
                    if not there & {due.id, *due.former}:
                        missing.append(self._document(due))
                        there.add(due.id)
                new += _insert(database, missing)
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known.update(due.id for due in some)
        return new

    def catch_up(self, since: datetime) -> int:
        """Announce what an interruption left out, of alerts last seen since then.

        Returns:
            How many deliveries are new.
        """
        store = AlertStore(self._open_database, name=self._name, clock=self.clock)
        statuses: tuple[Status, ...] = OPEN
        return sum(
            self.announce(store.every(AlertFilter(status=status, since=since)))
            for status in statuses
        )

    def page(
        self,
        wanted: DeliveryFilter | None = None,
        *,
        after: str | None = None,
        size: int = 50,
    ) -> DeliveryPage:
        """Return the deliveries that are wanted, the newest first.

        Args:
            wanted: Which; None for all.
            after: The cursor of the page before; None for the first.
            size: How many at most, 1 to 500.

        Raises:
            QueryError: If the cursor or the size is none.
        """
        query = (wanted or DeliveryFilter()).to_query(after=after)
        with self.opened() as database:
            found, cursor = read_page(database[DELIVERIES], query, size=size)
        return DeliveryPage(tuple(map(Delivery.from_document, found)), cursor)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many deliveries there are, by state and sink."""
        by_sink = {"$group": {"_id": "$sink", "deliveries": {"$sum": 1}}}
        counted: dict[str, dict[str, int]] = {}
        with self.opened() as database:
            for state in STATES:
                groups = database[DELIVERIES].aggregate([{"$match": {"state": state}}, by_sink])
                counted[state] = {group["_id"]: group["deliveries"] for group in groups}
        return counted

    def retry(self, id_: str, *, who: str) -> None:
        """Try a failed delivery again, from the first attempt on.

        Raises:
            DeliveryNotFoundError: If there is no failed one of that id.
        """
        now = milliseconds(self.clock())
        entry = Entry(now, who, "retried")
        with self.opened() as database:
            failed = {"_id": id_, "state": "failed"}
            if database[DELIVERIES].find_one(failed) is None:
                raise DeliveryNotFoundError(f"there is no failed delivery {id_!r}")
            Journal(database).note(id_, entry, before=None, after=None)
            again = {"state": "waiting", "attempts": 0, "due": _milliseconds(now)}
            database[DELIVERIES].update_one(failed, {"$set": again})

    def retry_failed(self, sink: str, *, who: str) -> int:
        """Try all failed deliveries to a sink again; returns how many."""
        failed, number = DeliveryFilter("failed", sink), 0
        for page in all_pages(lambda after: self.page(failed, after=after, size=MOST_ON_A_PAGE)):
            for delivery in page.deliveries:
                self.retry(delivery.id, who=who)
            number += len(page.deliveries)
        return number

    def _due(self, alerts: Iterable[Alert]) -> Iterator[_Due]:
        for alert in alerts:
            key = key_of(alert)
            if key is None:
                continue
            for sink in self.sinks:
                name = sink.options.name
                id_ = document_id(key, name)
                if id_ not in self._known and sink.options.wants(alert):
                    former = tuple(document_id(each, name) for each in former_keys(alert))
                    yield _Due(id_, former, key, name, alert)

    def _document(self, due: _Due) -> Document:
        alert = due.alert
        now = milliseconds(self.clock())
        return {
            "_id": due.id,
            "@timestamp": now,
            "order": f"{order_of(now)}-{due.id}",
            "key": due.key,
            "sink": due.sink,
            "alert": alert.id,
            "title": alert.title,
            "severity": alert.severity,
            "state": "waiting",
            "attempts": 0,
            "due": _milliseconds(now),
            "problem": "",
            "sent": None,
            "content": alert.to_document(),
        }

    @contextmanager
    def opened(self) -> Iterator[Database[Document]]:
        """The database, connected at the first use.

        Raises:
            StoreError: For every error of the store in the block.
        """
        with store_errors(self._name):
            if self._database is None:
                database = self._open_database()
                ensure_indexes(database, [DELIVERIES, AUDIT])
                self._database = database
            yield self._database


def _insert(database: Database[Document], documents: list[Document]) -> int:
    """Add those that are still missing; returns how many these were."""
    try:
        if documents:
            database[DELIVERIES].insert_many(documents, ordered=False)
    except BulkWriteError as error:
        problems = error.details["writeErrors"]
        if any(problem["code"] != _DUPLICATE_KEY for problem in problems):
            raise
        return len(documents) - len(problems)
    return len(documents)


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)

"""What may be asked of the events: typed filters over a bounded time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo.database import Database

from network_security.serving.services.newest_first import Page, newest_first
from network_security.storage.collections import EVENTS
from network_security.storage.errors import store_errors

LONGEST_RANGE: Final = timedelta(days=31)
DEFAULT_RANGE: Final = timedelta(days=1)


@dataclass(frozen=True)
class EventFilter:
    """Which events are meant: those that fulfil all that is given.

    Attributes:
        since: from this second on; by default a day before `until`.
        until: before this second; by default now. At most 31 days after `since`.
        source_ip: ``source.ip``.
        url_domain: ``url.domain``.
        message_id: ``email.message_id``.
        module: ``event.module``, such as ``suricata``.
        dataset: ``event.dataset``.
        action: ``event.action``.
        outcome: ``event.outcome``.
        user: ``user.name``.
        host: ``host.name``.
    """

    since: datetime | None = None
    until: datetime | None = None
    source_ip: str | None = None
    url_domain: str | None = None
    message_id: str | None = None
    module: str | None = None
    dataset: str | None = None
    action: str | None = None
    outcome: str | None = None
    user: str | None = None
    host: str | None = None

    def to_query(self) -> dict[str, Any]:
        """What of it is no time, as the store takes it: equality with text, nothing else."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return {path: str(given[name]) for name, path in PATHS.items() if given[name] is not None}


PATHS: Final = {
    "source_ip": "source.ip",
    "url_domain": "url.domain",
    "message_id": "email.message_id",
    "module": "event.module",
    "dataset": "event.dataset",
    "action": "event.action",
    "outcome": "event.outcome",
    "user": "user.name",
    "host": "host.name",
}


class Events:
    """The events in the store."""

    def __init__(self, database: Database[dict[str, Any]], clock: Callable[[], datetime]) -> None:
        """Read them from a database."""
        self._collection = database[EVENTS]
        self._clock = clock

    def span(self, wanted: EventFilter) -> tuple[datetime, datetime]:
        """From when on, and until before when, is searched: a longer span begins later."""
        until = wanted.until or self._clock() + timedelta(seconds=1)
        since = _before(until, DEFAULT_RANGE) if wanted.since is None else wanted.since
        return max(since, _before(until, LONGEST_RANGE)), until

    def page(self, wanted: EventFilter, *, after: str | None = None, size: int = 50) -> Page:
        """Events, the newest first, of the span that `span` gives.

        Raises:
            CursorError: the cursor is none.
            StoreError: the store cannot be used.
        """
        since, until = self.span(wanted)
        with store_errors("events"):
            return newest_first(
                self._collection,
                wanted.to_query(),
                since=since,
                until=until,
                after=after,
                size=size,
            )

    def get(self, id_: str) -> dict[str, Any] | None:
        """One event."""
        with store_errors("events"):
            return self._collection.find_one({"_id": id_})

    def some(self, ids: tuple[str, ...]) -> list[dict[str, Any]]:
        """The events of these ids that are there, the first ones first."""
        with store_errors("events"):
            found = list(self._collection.find({"_id": {"$in": list(ids)}}))
        return sorted(found, key=lambda event: (event["@timestamp"], event["_id"]))


def _before(time: datetime, span: timedelta) -> datetime:
    try:
        return time - span
    except OverflowError:
        return time

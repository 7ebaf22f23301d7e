"""What a judge that starts reads: the stored events that others have judged before it.

Events that wait to be judged are left out: they come, and what is known already would seem to
change nothing. These are the ones that were announced, and those that a receiver stored and had not
announced when it was interrupted: it stores and announces them again. Since a checkpoint is written
after the announcement, they are the ones behind their stream's checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pymongo.database import Database

from network_security.storage.collections import CHECKPOINTS, EVENTS
from network_security.storage.in_time_order import TimeOrdered
from network_security.streaming import messages
from network_security.streaming.checkpoints import Checkpoint
from network_security.streaming.following import is_message
from network_security.watching.arrivals import Arrivals
from network_security.watching.settings import Pace

Document = dict[str, Any]

_SHORTEST: Final = timedelta(seconds=1)


class Acknowledged:
    """Which stored events are accounted for by the checkpoints of one moment."""

    def __init__(self, database: Database[Document]) -> None:
        """Read the checkpoints."""
        found = map(Checkpoint.from_document, database[CHECKPOINTS].find())
        self._checkpoints = {one.stream: one for one in found}
        self._announced = {
            id_
            for one in self._checkpoints.values()
            for id_ in one.header.split()
            if id_.startswith(f"{messages.SCOPE}-")
        }

    def __contains__(self, event: Document) -> bool:
        id_: str = event["_id"]
        scope, _, rest = id_.partition("-")
        if scope == messages.SCOPE:
            return id_ not in self._announced
        checkpoint = self._checkpoints.get(scope)
        if checkpoint is None:
            return True
        if is_message(id_):
            ingested: datetime = event["event"]["ingested"]
            return checkpoint.updated is None or ingested <= checkpoint.updated
        return int(rest.partition("-")[0], 16) < checkpoint.offset


def judged_events(
    database: Database[Document], name: str, pace: Pace, clock: Callable[[], datetime]
) -> Iterator[list[Document]]:
    """Yield the events that were judged before, in the order of their time.

    Args:
        database: Where they are.
        name: What to call the server in messages, without secrets.
        pace: How far back to read, and how many events.
        clock: Tells the time.

    Raises:
        DatasetError, PyMongoError: The store cannot be used.
    """
    # In this order: what is announced between the two is behind the checkpoints.
    acknowledged = Acknowledged(database)
    pending = Arrivals(database).pending_events()
    since = _beginning(database, pace, clock)
    if since is None:
        return
    for events in TimeOrdered(lambda: database[EVENTS], name, "@timestamp").between(since):
        yield [each for each in events if each["_id"] not in pending and each in acknowledged]


def _beginning(
    database: Database[Document], pace: Pace, clock: Callable[[], datetime]
) -> datetime | None:
    """When the events begin that are read; None when there are none."""
    last = database[EVENTS].find({}, {"@timestamp": 1}).sort("@timestamp", -1).limit(1)
    latest: datetime | None = next((event["@timestamp"] for event in last), None)
    if latest is None:
        return None
    now = min(latest, clock().astimezone(UTC)).replace(microsecond=0)
    width = timedelta(hours=pace.history_hours)
    while width > _SHORTEST:
        since = (now - width).replace(microsecond=0)
        if database[EVENTS].count_documents({"@timestamp": {"$gte": since}}) <= pace.history_events:
            return since
        width /= 2
    return now

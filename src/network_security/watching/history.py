"""What a judge that starts reads: the stored events that others have judged before it.

Events that wait to be judged are left out: they come, and what is known already would seem to
change nothing. These are the ones that were announced, and those that a receiver stored and has not
announced yet, or had not when it was interrupted: it stores and announces them again. Since a
checkpoint is written after the announcement, they are the ones behind their stream's checkpoint, or
of a stream that has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database

from network_security.storage.collections import CHECKPOINTS, EVENTS
from network_security.storage.in_time_order import TimeOrdered
from network_security.streaming import messages
from network_security.streaming.checkpoints import Checkpoint
from network_security.streaming.following import is_message
from network_security.watching.arrivals import Arrivals
from network_security.watching.settings import Pace

Document = dict[str, Any]


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
            return False
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
    since = _beginning(database, pace, clock)
    if since is None:
        return
    arrivals, told, waiting = Arrivals(database), set[str](), set[str]()
    for events in TimeOrdered(lambda: database[EVENTS], name, "@timestamp").between(since):
        # Receivers go on. Of an event that was read before, the checkpoints do not tell before it
        # is announced, and what is announced after them is asked for last.
        acknowledged = Acknowledged(database)
        for arrival, ids in arrivals.ids_of_new(told):
            told.add(arrival)
            waiting.update(ids)
        yield [each for each in events if each["_id"] not in waiting and each in acknowledged]


def _beginning(
    database: Database[Document], pace: Pace, clock: Callable[[], datetime]
) -> datetime | None:
    """When the events begin that are read; None when there are none."""
    latest = _time_of_newest(database, 0)
    if latest is None:
        return None
    now = min(latest, clock().astimezone(UTC)).replace(microsecond=0)
    since = now - timedelta(hours=pace.history_hours)
    one_too_many = _time_of_newest(database, pace.history_events)
    if one_too_many is not None and one_too_many >= since:
        since = min(now, one_too_many.replace(microsecond=0) + timedelta(seconds=1))
    return since.replace(microsecond=0)


def _time_of_newest(database: Database[Document], place: int) -> datetime | None:
    """The time of the event that so many are newer than; None if there are not so many."""
    newest = database[EVENTS].find({}, {"@timestamp": 1}).sort("@timestamp", -1)
    return next((event["@timestamp"] for event in newest.skip(place).limit(1)), None)

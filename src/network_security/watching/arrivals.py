"""What tells the judge of stored events: their ids, in documents that are deleted once judged.

The judge of the same process is handed the events themselves, as the store would give them back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pymongo.database import Database

from network_security.evidence.correlation.events import PARTS
from network_security.storage.collections import ARRIVALS, EVENTS
from network_security.storage.documents import as_stored
from network_security.streaming.following import Portion

log = logging.getLogger(__name__)

Document = dict[str, Any]

MOST_AT_ONCE: Final = 200
MOST_IDS: Final = 500
MOST_HANDED: Final = 50
_DIGITS: Final = 13


@dataclass(frozen=True)
class Arrival:
    """Some stored events.

    Attributes:
        id: Sorts by time.
        events: Them.
    """

    id: str
    events: list[Document]


class Handover:
    """What was announced in this process and not taken yet; bounded, the rest is in the store.

    Attributes:
        announced: Is set when there is something new.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.announced = threading.Event()
        self._lock = threading.Lock()
        self._events: OrderedDict[str, list[Document]] = OrderedDict()

    def put(self, id_: str, events: list[Document]) -> None:
        """Hand over the events of an arrival that is in the store."""
        with self._lock:
            if len(self._events) < MOST_HANDED:
                self._events[id_] = events
        self.announced.set()

    def take(self) -> list[Arrival]:
        """Return what was handed over, in its order."""
        self.announced.clear()
        with self._lock:
            taken, self._events = self._events, OrderedDict()
        return [
            Arrival(id_, [as_stored(event) for event in events]) for id_, events in taken.items()
        ]


class Announcer:
    """Makes the documents that tell of stored portions."""

    def __init__(
        self, worker: str, handover: Handover | None, clock: Callable[[], float] = time.time
    ) -> None:
        """Put them together.

        Args:
            worker: Who announces.
            handover: Takes the events, where the judge may be in the same process.
            clock: Seconds since 1970.
        """
        self._worker = worker
        self._handover = handover
        self._clock = clock
        self._number = 0
        self._open: tuple[str, list[Document]] | None = None

    def document(self, portions: Sequence[Portion]) -> Document | None:
        """Return the document of portions, None when they tell nothing that is judged."""
        events = [
            event
            for portion in portions
            for event in portion.events
            if any(part in event for part in PARTS)
        ]
        self._open = None
        if not events:
            return None
        self._number += 1
        time_ = f"{int(self._clock() * 1000):0{_DIGITS}d}"
        id_ = f"{time_}:{self._worker}:{self._number:09d}"
        self._open = id_, events
        return {"_id": id_, "worker": self._worker, "events": [event["_id"] for event in events]}

    def acknowledged(self) -> None:
        """Hand over the events of the last document, which is in the store now."""
        if self._open is not None and self._handover is not None:
            self._handover.put(*self._open)
        self._open = None


class Arrivals:
    """The arrivals of a database, of all workers."""

    def __init__(self, database: Database[Document]) -> None:
        """Keep where they are."""
        self._arrivals = database[ARRIVALS]
        self._events = database[EVENTS]

    def waiting(self) -> int:
        """How many there are."""
        return self._arrivals.count_documents({})

    def new(self, known: Collection[str]) -> list[Arrival]:
        """Return the oldest arrivals but those known, with their events from the store."""
        most = MOST_AT_ONCE + len(known)
        found = self._arrivals.find({}, {"_id": 1}).sort("_id", 1).limit(most)
        ids = [one["_id"] for one in found if one["_id"] not in known][:MOST_AT_ONCE]
        if not ids:
            return []
        documents = list(self._arrivals.find({"_id": {"$in": ids}}))
        return [
            Arrival(one["_id"], self._load(one["events"]))
            for one in sorted(documents, key=lambda each: str(each["_id"]))
        ]

    def ids_of_new(self, known: Collection[str]) -> list[tuple[str, list[str]]]:
        """Return all arrivals there are but those known, with the ids of their events."""
        ids = [one["_id"] for one in self._arrivals.find({}, {"_id": 1})]
        ids = [id_ for id_ in ids if id_ not in known]
        found: list[tuple[str, list[str]]] = []
        for first in range(0, len(ids), MOST_IDS):
            some = {"_id": {"$in": ids[first : first + MOST_IDS]}}
            found += [(one["_id"], one["events"]) for one in self._arrivals.find(some)]
        return found

    def delete(self, ids: Sequence[str]) -> None:
        """Delete arrivals that were judged."""
        for first in range(0, len(ids), MOST_IDS):
            self._arrivals.delete_many({"_id": {"$in": list(ids[first : first + MOST_IDS])}})

    def _load(self, ids: Sequence[str]) -> list[Document]:
        found: dict[str, Document] = {}
        for first in range(0, len(ids), MOST_IDS):
            some = {"_id": {"$in": list(ids[first : first + MOST_IDS])}}
            found |= {event["_id"]: event for event in self._events.find(some)}
        return [found[id_] for id_ in ids if id_ in found]

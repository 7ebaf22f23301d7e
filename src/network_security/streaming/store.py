"""Where events go: into the store, and only then the checkpoint says so."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from typing import TypeVar

import bson
from bson.errors import BSONError
from pymongo import DeleteOne, ReplaceOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError, ConnectionFailure

from network_security.sensors import ParseError
from network_security.storage import ensure_indexes
from network_security.storage.collections import ARRIVALS, CHECKPOINTS, DEAD_LETTERS, EVENTS
from network_security.storage.errors import StoreError, store_errors
from network_security.streaming import dead_letters
from network_security.streaming.checkpoints import Checkpoint
from network_security.streaming.following import Portion, is_message
from network_security.streaming.identity import record_id
from network_security.streaming.parsing import Document

log = logging.getLogger(__name__)

T = TypeVar("T")

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 5.0
_IDS_ASKED_AT_ONCE = 500

EVENTS_AT_ONCE = 250
"""Events in one command: two are on their way at a time, so that the server has something to do
while the next are made ready for it."""
_COUNT_BY_REASON = {"$group": {"_id": "$reason.code", "letters": {"$sum": 1}}}


_pool = ThreadPoolExecutor(2, "store")


class EventStore:
    """Events, dead letters and checkpoints of one database.

    Everything is written by ``_id``, so that what is written again changes nothing. A server that
    goes away is waited for.
    """

    def __init__(
        self,
        open_database: Callable[[], Database[Document]],
        *,
        name: str,
        batch_size: int = 1000,
        patience: float = 60.0,
        announce: Callable[[Sequence[Portion]], Document | None] | None = None,
    ) -> None:
        """Keep how to reach the store; nothing is contacted yet.

        Args:
            open_database: Connects.
            name: What to call the server in messages, without secrets.
            batch_size: Most documents in one command.
            patience: Seconds to wait for a server that cannot be reached.
            announce: Makes of stored portions the document that tells others of their events.
        """
        self._open_database = open_database
        self._name = name
        self._batch_size = batch_size
        self._patience = patience
        self._announce = announce
        self._reached = False
        self._stopped = Event()
        self._indexed = False
        # Stream -> how many of its events and messages were refused: its follower counts them as
        # stored.
        self._refused: dict[str, list[int]] = {}

    def checkpoints(self, folder: str) -> list[Checkpoint]:
        """Return the checkpoints of the streams last read from a folder.

        Raises:
            StoreError: If the store cannot be used.
        """
        return self._find_checkpoints({"folder": folder})

    def beginning_with(self, head_sha256: str) -> list[Checkpoint]:
        """Return the checkpoints of the streams whose first bytes have a hash, in any folder.

        Raises:
            StoreError: If the store cannot be used.
        """
        return self._find_checkpoints({"head_sha256": head_sha256})

    def is_stream(self, id_: str) -> bool:
        """Return whether there is a checkpoint of a stream of that id.

        Raises:
            StoreError: If the store cannot be used.
        """
        return bool(self._find_checkpoints({"_id": id_}))

    def _find_checkpoints(self, query: Document) -> list[Checkpoint]:
        def find(database: Database[Document]) -> list[Document]:
            return list(database[CHECKPOINTS].find(query))

        with store_errors(self._name):
            found = self._patiently(find)
        return [Checkpoint.from_document(document) for document in found]

    def stored(self, ids: list[str]) -> set[str]:
        """Return those of the ids that events or dead letters have.

        Raises:
            StoreError: If the store cannot be used.
        """

        def find(database: Database[Document]) -> set[str]:
            return {
                document["_id"]
                for first in range(0, len(ids), _IDS_ASKED_AT_ONCE)
                for collection in (EVENTS, DEAD_LETTERS)
                for document in database[collection].find(
                    {"_id": {"$in": ids[first : first + _IDS_ASKED_AT_ONCE]}}, {"_id": 1}
                )
            }

        with store_errors(self._name):
            return self._patiently(find)

    def write(self, portion: Portion) -> Portion:
        """Store a portion; returns once all of it is acknowledged.

        Returns:
            The portion as it was stored: an event that the server refuses is a dead letter.

        Raises:
            StoreError: If the store cannot be used; the checkpoint is then as it was.
        """
        return self.write_together([portion])[0]

    def write_together(self, portions: Sequence[Portion]) -> list[Portion]:
        """Store portions, those of a stream in their order; as `write`, in as few commands."""
        with store_errors(self._name):
            # What stands there twice, a message that was completed meanwhile, counts as it is last.
            events = {event["_id"]: event for each in portions for event in each.events}
            refused = self._write_events(list(events.values()))
            of_each = [_refused_of(each, refused) for each in portions]
            if refused:
                portions = [_with_refused(each, refused) for each in portions]
            self._replace(DEAD_LETTERS, [one for each in portions for one in each.dead_letters])
            for each in portions:
                self._settle(each.settled)
            if self._announce and (arrival := self._announce(portions)):
                self._replace(ARRIVALS, [arrival])
            checkpoints = {
                each.checkpoint.stream: self._counted(each.checkpoint, own)
                for each, own in zip(portions, of_each, strict=True)
                if each.checkpoint
            }
            self._replace(CHECKPOINTS, [each.to_document() for each in checkpoints.values()])
            for each in portions:
                if not each.checkpoint:
                    letters = [*each.settled.values(), *each.dead_letters]
                    self._recount({one["stream"] for one in letters if "stream" in one})
        return list(portions)

    def _write_events(self, events: Sequence[Document]) -> dict[str, str]:
        """Write events; returns why some were refused, by their id."""
        size = min(self._batch_size, EVENTS_AT_ONCE)
        batches = [events[first : first + size] for first in range(0, len(events), size)]
        refused: dict[str, str] = {}
        # The first alone: it finds the server, and makes the indexes.
        for batch in batches[:1]:
            refused |= self._write_batch(batch)
        try:
            for why in _pool.map(self._write_batch, batches[1:]):
                refused |= why
        except KeyboardInterrupt:
            self._stopped.set()
            raise
        return refused

    def _write_batch(self, events: Sequence[Document]) -> dict[str, str]:
        try:
            self._bulk_write(EVENTS, events)
        except (BSONError, OverflowError, UnicodeEncodeError, BulkWriteError):
            return self._write_one_by_one(events)
        return {}

    def _write_one_by_one(self, events: Sequence[Document]) -> dict[str, str]:
        refused = {}
        for event in events:
            try:
                bson.encode(event)
                self._bulk_write(EVENTS, [event])
            except BulkWriteError as error:
                problems = error.details.get("writeErrors")
                if not problems:
                    raise
                refused[event["_id"]] = str(problems[0].get("errmsg", error))
            except (BSONError, OverflowError, UnicodeEncodeError) as error:
                refused[event["_id"]] = str(error)
        return refused

    def _counted(self, checkpoint: Checkpoint, refused: Mapping[str, str]) -> Checkpoint:
        """Return a checkpoint whose counts say what was refused, in this portion and before."""
        messages = sum(map(is_message, refused))
        known = self._refused.setdefault(checkpoint.stream, [0, 0])
        known[0] += len(refused) - messages
        known[1] += messages
        if not any(known):
            return checkpoint
        counts = checkpoint.counts
        reasons = dict(counts.dead_letters)
        if known[0]:
            reasons[dead_letters.REFUSED] = reasons.get(dead_letters.REFUSED, 0) + known[0]
        counts = replace(
            counts,
            events=counts.events - known[0],
            messages=counts.messages - known[1],
            dead_letters=reasons,
        )
        return replace(checkpoint, counts=counts)

    def _replace(self, collection: str, documents: Sequence[Document]) -> None:
        for first in range(0, len(documents), self._batch_size):
            self._bulk_write(collection, documents[first : first + self._batch_size])

    def _settle(self, letters: Iterable[str]) -> None:
        """Delete dead letters that are events now."""
        requests = [DeleteOne({"_id": id_}) for id_ in letters]
        if requests:
            self._patiently(lambda database: database[DEAD_LETTERS].bulk_write(requests))

    def _recount(self, streams: Iterable[str]) -> None:
        """Make the counts of streams agree with the dead letters that there are now."""
        for stream in streams:
            by_reason: list[Document] = [{"$match": {"stream": stream}}, _COUNT_BY_REASON]

            def count(database: Database[Document], steps: list[Document] = by_reason) -> Document:
                found = database[DEAD_LETTERS].aggregate(steps)
                return {group["_id"]: group["letters"] for group in found}

            reasons = self._patiently(count)
            for checkpoint in self._find_checkpoints({"_id": stream}):
                events = checkpoint.counts.records - sum(reasons.values())
                counts = replace(checkpoint.counts, events=events, dead_letters=reasons)
                self._replace(CHECKPOINTS, [replace(checkpoint, counts=counts).to_document()])

    def _bulk_write(self, collection: str, documents: Sequence[Document]) -> None:
        requests = [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in documents]

        def write(database: Database[Document]) -> None:
            if not self._indexed:
                ensure_indexes(database, [EVENTS, DEAD_LETTERS, CHECKPOINTS])
                self._indexed = True
            result = database[collection].bulk_write(requests, ordered=False)
            if not result.acknowledged:
                raise StoreError(
                    "The server acknowledges no write", self._name, "Take w=0 out of the URI."
                )

        self._patiently(write)

    def _patiently(self, do: Callable[[Database[Document]], T]) -> T:
        """Do something with the database; again, when a server that was there went away."""
        deadline = time.monotonic() + self._patience
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                done = do(self._open_database())
                self._reached = True
                return done
            except (ConnectionFailure, StoreError) as error:
                # The driver's error may have a cause of its own; a StoreError's is the driver's.
                away = any(isinstance(one, ConnectionFailure) for one in (error, error.__cause__))
                if not (away and self._reached) or time.monotonic() + pause > deadline:
                    raise
                log.warning("The store cannot be reached, trying again in %.1f s", pause)
                if self._stopped.wait(pause):
                    raise
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _refused_of(portion: Portion, refused: Mapping[str, str]) -> dict[str, str]:
    """Return those of the refused events that a portion holds."""
    if not refused:
        return {}
    ids = {event["_id"] for event in portion.events}
    return {id_: why for id_, why in refused.items() if id_ in ids}


def _with_refused(portion: Portion, refused: Mapping[str, str]) -> Portion:
    """Return a portion whose refused events are dead letters."""
    now = datetime.now(UTC)
    errors = {id_: ParseError(dead_letters.REFUSED, why) for id_, why in refused.items()}
    letters = list(portion.dead_letters)
    if batch := portion.batch:
        letters += [
            dead_letters.of_record(batch, index, id_=id_, error=errors[id_], now=now)
            for index, record in enumerate(batch.records)
            if (id_ := record_id(batch.scope, record)) in errors
        ]
    letters += [
        dead_letters.failed_again(letter, errors[id_], now)
        for id_, letter in portion.settled.items()
        if id_ in errors
    ]
    letters += [
        dead_letters.of_message(event, portion.source, errors[event["_id"]], now)
        for event in portion.events
        if event["_id"] in errors and is_message(event["_id"])
    ]
    return replace(
        portion,
        events=[event for event in portion.events if event["_id"] not in refused],
        messages=portion.messages - sum(map(is_message, refused)),
        dead_letters=letters,
        settled={id_: one for id_, one in portion.settled.items() if id_ not in refused},
    )

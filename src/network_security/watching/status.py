"""What a watcher says of itself, in the store, where the service's pages read it."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import PyMongoError

from network_security.storage import StoreError
from network_security.storage.collections import WATCHERS
from network_security.watching.ingesting import IngestCounts
from network_security.watching.intake import ListenerCounts
from network_security.watching.judge import JudgeCounts

log = logging.getLogger(__name__)

Document = dict[str, Any]


class Status:
    """Makes and writes a watcher's document."""

    def __init__(
        self,
        worker: str,
        role: str,
        started: datetime,
        clock: Callable[[], datetime],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin.

        Args:
            worker: The watcher's name on this machine.
            role: What it does.
            started: When it was started.
            clock: Tells the time.
            ticks: Seconds that go on evenly.
        """
        self.id = f"{socket.gethostname()}:{worker}"
        self._fixed = {
            "_id": self.id,
            "worker": worker,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "role": role,
            "started": started,
        }
        self._clock = clock
        self._ticks = ticks
        self._last = (ticks(), 0)

    def document(
        self,
        listeners: Iterable[ListenerCounts],
        journal: Mapping[str, int],
        stored: IngestCounts | None,
        judged: JudgeCounts | None,
        *,
        state: str,
    ) -> Document:
        """Return the document.

        Args:
            listeners: What they counted.
            journal: Bytes that wait, and most that may.
            stored: What was stored; None where nothing is received.
            judged: What was judged; None where nothing is.
            state: ``running``, ``stopping`` or ``stopped``.
        """
        now, records = self._ticks(), stored.records if stored else 0
        before, known = self._last
        rate = (records - known) / (now - before) if now > before else 0.0
        self._last = now, records
        return self._fixed | {
            "state": state,
            "updated": self._clock(),
            "listeners": [asdict(each) for each in listeners],
            "journal": dict(journal),
            "stored": asdict(stored) if stored else None,
            "judged": asdict(judged) if judged else None,
            "records_per_second": round(rate, 1),
        }


def write_status(open_database: Callable[[], Database[Document]], document: Document) -> None:
    """Write a watcher's document; a store that is away is no reason to stop."""
    try:
        watchers = open_database()[WATCHERS]
        watchers.replace_one({"_id": document["_id"]}, document, upsert=True)
    except (PyMongoError, StoreError) as error:
        log.debug("The status was not written: %s", error)


def forget_judges(open_database: Callable[[], Database[Document]]) -> None:
    """Delete the documents of this machine's judges that are gone; each has another name."""
    try:
        watchers = open_database()[WATCHERS]
        known = watchers.find({"host": socket.gethostname(), "role": "judge"}, {"pid": 1})
        for document in list(known):
            if not _is_running(document["pid"]):
                watchers.delete_one({"_id": document["_id"]})
    except (PyMongoError, StoreError) as error:
        log.debug("Documents of judges that are gone were not deleted: %s", error)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def status_line(document: Mapping[str, Any]) -> str:
    """Return a watcher's document in a line."""
    stored, judged = document["stored"], document["judged"]
    parts = []
    if stored is not None:
        parts.append(f"{document['records_per_second']:,.0f} records/s")
        parts.append(f"{stored['events']:,} events")
        if stored["dead_letters"]:
            parts.append(f"{stored['dead_letters']:,} dead letters")
        waiting = document["journal"]["waiting"]
        if waiting:
            parts.append(f"{waiting / 1e6:,.1f} MB wait")
        dropped = sum(each["dropped"] for each in document["listeners"])
        if dropped:
            parts.append(f"{dropped:,} datagrams dropped")
    if judged is not None:
        word = "judging" if judged["judging"] else "not judging"
        parts.append(f"{word}, {judged['rows']:,} rows, {judged['alerts']:,} alerts")
        if judged["failed_messages"]:
            parts.append(f"{judged['failed_messages']:,} messages could not be judged")
    problems = {each["problem"] for each in (stored, judged) if each and each["problem"]}
    return "; ".join([", ".join(parts), *sorted(problems)])

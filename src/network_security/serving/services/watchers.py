"""The processes that receive and judge (`kedro watch`), as they say of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from pymongo.database import Database

from network_security.storage.collections import WATCHERS
from network_security.storage.errors import store_errors

SILENT_AFTER: Final = timedelta(seconds=30)
"""A watcher writes every other second; so long without a word, it is gone or cut off."""
FORGOTTEN_AFTER: Final = timedelta(days=1)

State = Literal["failing", "quiet", "good"]


@dataclass(frozen=True)
class Watcher:
    """A process of ``kedro watch``.

    Attributes:
        name: its machine and its name there.
        state: ``failing`` when something does not work or it has gone silent, ``quiet`` when it
            was stopped, or stands by to judge, ``good`` when it works.
        why: that in words.
        receives: what it listens on; empty when it only judges.
        records: what it received since it was started.
        per_second: what it stores.
        dropped: datagrams that it had no room for.
        waiting: bytes that it has received and not stored.
        alerts: what it raised; None when it does not judge.
        lag_seconds: how long after being stored something was judged, last; None likewise.
        updated: when it said so.
    """

    name: str
    state: State
    why: str
    receives: tuple[str, ...]
    records: int
    per_second: float
    dropped: int
    waiting: int
    alerts: int | None
    lag_seconds: float | None
    updated: datetime


class Watchers:
    """The watchers in the store."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Read them from a database."""
        self._watchers = database[WATCHERS]

    def all(self, now: datetime) -> list[Watcher]:
        """Those of the last day, with what fails first.

        Raises:
            StoreError: the store cannot be used.
        """
        with store_errors("watchers"):
            found = [watcher_of(each, now) for each in self._watchers.find()]
        known = [each for each in found if now - each.updated < FORGOTTEN_AFTER]
        order = ("failing", "good", "quiet")
        return sorted(known, key=lambda each: (order.index(each.state), each.name))


def watcher_of(document: Mapping[str, Any], now: datetime) -> Watcher:
    """What a watcher's document comes to."""
    stored, judged = document["stored"], document["judged"]
    listeners = document["listeners"]
    state, why = _state(document, now)
    return Watcher(
        name=str(document["_id"]),
        state=state,
        why=why,
        receives=tuple(each["name"] for each in listeners),
        records=stored["records"] if stored else 0,
        per_second=document["records_per_second"],
        dropped=sum(each["dropped"] for each in listeners),
        waiting=document["journal"]["waiting"],
        alerts=judged["alerts"] if judged else None,
        lag_seconds=judged["lag_seconds"] if judged else None,
        updated=document["updated"],
    )


def _state(document: Mapping[str, Any], now: datetime) -> tuple[State, str]:
    if document["state"] == "stopped":
        return "quiet", "stopped"
    if now - document["updated"] > SILENT_AFTER:
        return "failing", "says nothing any more: it was killed, or cannot reach the store"
    parts = [document["stored"], document["judged"], *document["listeners"]]
    problems = [each["problem"] for each in parts if each and each["problem"]]
    if problems:
        return "failing", str(problems[0])
    judged = document["judged"]
    if judged and not judged["judging"]:
        return ("quiet", "stands by") if not document["stored"] else ("good", "receives")
    if not judged:
        return "good", "receives"
    return "good", "receives and judges" if document["stored"] else "judges"

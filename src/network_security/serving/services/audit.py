"""The audit log: who did what to what, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from pymongo.database import Database

from network_security.serving.services.newest_first import EARLIEST, Page, newest_first
from network_security.storage.collections import AUDIT
from network_security.storage.errors import store_errors

LONGEST_NOTE: Final = 4000


@dataclass(frozen=True)
class AuditFilter:
    """Which entries are meant: those that fulfil all that is given.

    Attributes:
        subject: of this alert, rule, user, key or job.
        who: by this user or key.
        action: of this kind.
        since: from this second on.
        until: before this second.
    """

    subject: str | None = None
    who: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Audit:
    """The audit log in the store; entries are added, and never changed."""

    def __init__(self, database: Database[dict[str, Any]], clock: Callable[[], datetime]) -> None:
        """Keep it in a database."""
        self._collection = database[AUDIT]
        self._clock = clock

    def note(self, subject: str, *, who: str, action: str, note: str = "") -> None:
        """Add an entry, about something else than an alert or a rule: these note their own.

        Raises:
            StoreError: the store cannot be used.
        """
        entry = {
            "_id": uuid4().hex,
            "@timestamp": self._clock(),
            "subject": subject,
            "who": who,
            "action": action,
            "note": note[:LONGEST_NOTE],
            "before": None,
            "after": None,
        }
        with store_errors("audit log"):
            self._collection.insert_one(entry)

    def page(self, wanted: AuditFilter, *, after: str | None = None, size: int = 50) -> Page:
        """Entries, the newest first.

        Raises:
            CursorError: the cursor is none.
            StoreError: the store cannot be used.
        """
        equal = {"subject": wanted.subject, "who": wanted.who, "action": wanted.action}
        query = {name: value for name, value in equal.items() if value is not None}
        with store_errors("audit log"):
            return newest_first(
                self._collection,
                query,
                since=wanted.since or EARLIEST,
                until=wanted.until or self._clock() + timedelta(seconds=1),
                after=after,
                size=size,
            )

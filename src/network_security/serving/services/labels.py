"""What analysts said of alerts, for the next training."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database

from network_security.serving.services.newest_first import EARLIEST, Page, newest_first
from network_security.storage.collections import LABELS
from network_security.storage.errors import store_errors


class Labels:
    """The labels in the store, which closing an alert writes."""

    def __init__(self, database: Database[dict[str, Any]], clock: Callable[[], datetime]) -> None:
        """Read them from a database."""
        self._collection = database[LABELS]
        self._clock = clock

    def page(self, *, subject: str | None = None, after: str | None = None, size: int = 50) -> Page:
        """Labels, the newest first.

        Args:
            subject: of this alert only.
            after: the cursor of the page before.
            size: how many at most.

        Raises:
            CursorError: the cursor is none.
            StoreError: the store cannot be used.
        """
        query = {} if subject is None else {"subject": subject}
        until = self._clock() + timedelta(seconds=1)
        with store_errors("labels"):
            return newest_first(
                self._collection, query, since=EARLIEST, until=until, after=after, size=size
            )

"""The blocklist as a sink: what alerts propose is delivered as reliably as any message.

So that it holds up nobody who judges, and is made up for after an interruption.
"""

from __future__ import annotations

from network_security.alerts.sinks.announcement import Announcement
from network_security.alerts.sinks.sink import DeliveryError, SinkOptions
from network_security.response.errors import ConflictError
from network_security.response.store import BlocklistStore
from network_security.storage import StoreError

NAME = "blocklist"


class BlocklistSink:
    """Proposes to block what announced alerts are about."""

    def __init__(self, store: BlocklistStore, options: SinkOptions | None = None) -> None:
        """Keep where to propose.

        Args:
            store: The blocklist.
            options: Which alerts propose; those of medium severity or more by default.
        """
        self.options = options or SinkOptions(name=NAME)
        self._store = store

    def deliver(self, announcement: Announcement) -> None:
        """Propose; again, nothing comes of it."""
        try:
            self._store.propose(announcement.alert)
        except (StoreError, ConflictError) as error:
            raise DeliveryError(str(error)) from error

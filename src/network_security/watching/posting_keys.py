"""Who may post events: whoever shows an API key of the service, of an analyst or an admin.

What comes while the store is away waits in the journal. So a key that was good lately goes on being
good while nobody can be asked, longer than the service, which acts on what is stored, takes it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pymongo.database import Database
from pymongo.errors import PyMongoError

from network_security.serving.security.api_keys import ApiKeys
from network_security.serving.security.roles import Role
from network_security.serving.security.tokens import token_hash
from network_security.storage import StoreError
from network_security.storage.times import utc_now

ASKED_SECONDS: Final = 30.0
"""How often the store is asked for a key: how long one that was taken back may go on."""
KEPT_SECONDS: Final = 3600.0
"""The same while the store does not answer."""
MOST_KEPT: Final = 1000


@dataclass
class _Good:
    """A key that was good when the store was asked: until when it is, and when to ask again."""

    expires: datetime | None
    asked_again: float
    kept_until: float


class PostingKeys:
    """Knows the keys that may post; may be asked by several threads."""

    def __init__(
        self,
        open_database: Callable[[], Database[dict[str, Any]]],
        *,
        clock: Callable[[], datetime] = utc_now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look them up in a database; nothing is contacted yet.

        Args:
            open_database: Connects.
            clock: Tells the time.
            ticks: Tells how much of it passes, in seconds.
        """
        self._open = open_database
        self._clock = clock
        self._ticks = ticks
        self._good: OrderedDict[str, _Good] = OrderedDict()

    def admits(self, key: str) -> bool:
        """Whether a key may post events.

        Raises:
            StoreError, PyMongoError: The store does not answer, and the key was not good lately.
        """
        known, now, ticks = token_hash(key), self._clock(), self._ticks()
        good = self._good.get(known)
        if good is not None and not (
            ticks < good.kept_until and (good.expires is None or now < good.expires)
        ):
            del self._good[known]
            good = None
        if good is not None:
            if ticks < good.asked_again:
                return True
            # One post waits for the store's answer, not all that come meanwhile.
            good.asked_again = ticks + ASKED_SECONDS
        try:
            found = ApiKeys(self._open()).shown(key, now=now)
        except (StoreError, PyMongoError):
            if good is None:
                raise
            return True
        if found is None or not found.caller.may(Role.ANALYST):
            self._good.pop(known, None)
            return False
        self._good[known] = _Good(found.expires, ticks + ASKED_SECONDS, ticks + KEPT_SECONDS)
        if len(self._good) > MOST_KEPT:
            self._good.popitem(last=False)
        return True

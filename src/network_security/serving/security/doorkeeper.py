"""Tells who asks, and keeps it in mind for some seconds: judging a URL asks the store nothing."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pymongo.database import Database

from network_security.serving.security.api_keys import ApiKeys
from network_security.serving.security.roles import Caller, Role
from network_security.serving.security.sessions import Session, Sessions
from network_security.serving.security.tokens import new_token, token_hash
from network_security.serving.security.users import Users
from network_security.storage.times import utc_now

REMEMBERED_SECONDS: Final = 5.0
"""How long a key that was taken back, or a user that was shut out, may go on elsewhere."""
MOST_REMEMBERED: Final = 10_000

DEMO_CALLER: Final = Caller("demo", Role.ANALYST, "demo")


@dataclass(frozen=True)
class Visit:
    """Who asks, and the browser's session if there is one."""

    caller: Caller
    session: Session | None = None


class Doorkeeper:
    """Knows keys, users and sessions."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        *,
        session_hours: float,
        clock: Callable[[], datetime] = utc_now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look them up in a database."""
        self.keys = ApiKeys(database)
        self.users = Users(database)
        self.sessions = Sessions(database, hours=session_hours)
        self.clock = clock
        # Its token is new with each start, so that no other site's page can know it.
        forever = datetime.max.replace(tzinfo=UTC)
        self.demo = Visit(DEMO_CALLER, Session("demo", DEMO_CALLER.name, new_token(), forever))
        self._ticks = ticks
        self._remembered: OrderedDict[str, tuple[float, Visit]] = OrderedDict()

    def remembered(self, secret: str) -> Visit | None:
        """Who showed this key or cookie some seconds ago; None for "ask the store"."""
        known = self._remembered.get(token_hash(secret))
        if known is None or self._ticks() - known[0] > REMEMBERED_SECONDS:
            return None
        return known[1]

    def by_key(self, text: str) -> Visit | None:
        """Who shows an API key; None where it is not good."""
        caller = self.keys.caller(text, now=self.clock())
        return None if caller is None else self._remember(text, Visit(caller))

    def by_cookie(self, token: str) -> Visit | None:
        """Whose browser it is; None where nobody is signed in."""
        session = self.sessions.find(token, now=self.clock())
        user = None if session is None else self.users.get(session.user)
        if session is None or user is None or user.disabled:
            return None
        caller = Caller(user.name, Role.named(user.role), "session")
        return self._remember(token, Visit(caller, session))

    def forget_all(self) -> None:
        """Ask the store again for everybody, as after a change of rights or a sign-out."""
        self._remembered.clear()

    def _remember(self, secret: str, visit: Visit) -> Visit:
        self._remembered[token_hash(secret)] = (self._ticks(), visit)
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return visit

"""Tells who asks, and keeps it in mind: judging a URL does not wait for the store.

Who was good some seconds ago still is. After that the store is asked again, and what it says holds;
where it says nothing, whoever was good within the last minute stays so.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pymongo.database import Database

from network_security.serving.security.api_keys import ApiKeys
from network_security.serving.security.roles import Caller, Role
from network_security.serving.security.sessions import Session, Sessions
from network_security.serving.security.tokens import new_token, token_hash
from network_security.serving.security.users import Users
from network_security.storage.errors import StoreError
from network_security.storage.times import utc_now

REMEMBERED_SECONDS: Final = 5.0
"""How long a key that was taken back, or a user that was shut out, may go on elsewhere."""
KEPT_SECONDS: Final = 60.0
"""The same while the store does not answer."""
PATIENCE_SECONDS: Final = 0.25
"""How long who is still kept in mind waits for the store's answer."""
LOOK_UPS: Final = 8
"""How many are looked up at once; in threads of their own, as others may wait for the store too."""
MOST_REMEMBERED: Final = 10_000

DEMO_CALLER: Final = Caller("demo", Role.ANALYST, "demo")


@dataclass(frozen=True)
class Visit:
    """Who asks.

    Attributes:
        caller: name and role.
        session: the browser's, if there is one.
        expires: when the key or session ends; None for never.
    """

    caller: Caller
    session: Session | None = None
    expires: datetime | None = None


class Doorkeeper:
    """Knows keys, users and sessions."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        *,
        session_hours: float,
        store_seconds: float = 4.0,
        clock: Callable[[], datetime] = utc_now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look them up in a database.

        Args:
            database: where they are.
            session_hours: how long a session lasts without use.
            store_seconds: how long somebody unknown waits for the store.
            clock: tells the time.
            ticks: tells how much of it passes.
        """
        self.keys = ApiKeys(database)
        self.users = Users(database)
        self.sessions = Sessions(database, hours=session_hours)
        self.clock = clock
        # Its token is new with each start, so that no other site's page can know it.
        forever = datetime.max.replace(tzinfo=UTC)
        self.demo = Visit(DEMO_CALLER, Session("demo", DEMO_CALLER.name, new_token(), forever))
        self._ticks = ticks
        self._store_seconds = store_seconds
        self._remembered: OrderedDict[str, tuple[float, Visit]] = OrderedDict()
        self._rights = 0
        self._asking: dict[str, tuple[float, Future[Visit | None]]] = {}
        self._threads = ThreadPoolExecutor(LOOK_UPS, thread_name_prefix="who asks")
        self._silent = False

    def remembered(self, secret: str, *, seconds: float = REMEMBERED_SECONDS) -> Visit | None:
        """Who showed this key or cookie within so many seconds; None for "ask the store"."""
        at, visit = self._remembered.get(token_hash(secret), (0.0, None))
        if visit is None or self._ticks() - at > seconds:
            return None
        if visit.expires is not None and visit.expires <= self.clock():
            return None
        return visit

    async def asked(self, secret: str, look_up: Callable[[str], Visit | None]) -> Visit | None:
        """Who shows a key or cookie, as the store has it; None where it is not good.

        While the store is silent, whoever was good within the last minute is.

        Args:
            secret: the key or cookie.
            look_up: `by_key` or `by_cookie`.

        Raises:
            StoreError: the store does not answer, and it is nobody of the last minute.
        """
        kept = self.remembered(secret, seconds=KEPT_SECONDS)
        began, asking = self._ask(secret, look_up)
        patience = self._store_seconds
        if kept is not None:
            waited = time.monotonic() - began
            patience = 0.0 if self._silent else max(0.0, PATIENCE_SECONDS - waited)
        answer = asyncio.wrap_future(asking)
        # Nobody may be left to hear that it failed.
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait([answer], timeout=patience)
        if answer.done():
            try:
                return answer.result()
            except StoreError:
                if kept is None:
                    raise
        elif kept is None:
            raise StoreError("Who asks was not answered", "store", "Try again in some seconds.")
        return kept

    def by_key(self, text: str) -> Visit | None:
        """Who shows an API key; None where it is not good."""
        rights = self._rights
        key = self.keys.shown(text, now=self.clock())
        visit = None if key is None else Visit(key.caller, expires=key.expires)
        return self._remember(text, visit, rights)

    def by_cookie(self, token: str) -> Visit | None:
        """Whose browser it is; None where nobody is signed in."""
        rights = self._rights
        session = self.sessions.find(token, now=self.clock())
        user = None if session is None else self.users.get(session.user)
        visit = None
        if session is not None and user is not None and not user.disabled:
            caller = Caller(user.name, Role.named(user.role), "session")
            visit = Visit(caller, session, session.expires)
        return self._remember(token, visit, rights)

    def forget_all(self) -> None:
        """Ask the store again for everybody, as after a change of rights or a sign-out."""
        self._rights += 1
        self._remembered.clear()
        self._asking.clear()

    def close(self) -> None:
        """Look nobody up any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(
        self, secret: str, look_up: Callable[[str], Visit | None]
    ) -> tuple[float, Future[Visit | None]]:
        """The look-up that is under way, or a new one, and when it began; called by one thread."""
        known = token_hash(secret)
        under_way = self._asking.get(known)
        if under_way is not None and not under_way[1].done():
            return under_way
        asking = time.monotonic(), self._threads.submit(self._look_up, secret, look_up)
        self._asking[known] = asking
        asking[1].add_done_callback(lambda _: self._asking.pop(known, None))
        return asking

    def _look_up(self, secret: str, look_up: Callable[[str], Visit | None]) -> Visit | None:
        try:
            visit = look_up(secret)
        except StoreError:
            self._silent = True
            raise
        self._silent = False
        return visit

    def _remember(self, secret: str, visit: Visit | None, rights: int) -> Visit | None:
        """Keep in mind what the store said, unless rights have changed since it was asked."""
        known = token_hash(secret)
        if visit is None:
            self._remembered.pop(known, None)
        elif rights == self._rights:
            self._remembered[known] = (self._ticks(), visit)
            while len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)
        return visit

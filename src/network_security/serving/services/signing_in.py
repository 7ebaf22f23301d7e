"""Signing in and out, and the first user."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from pymongo.database import Database

from network_security.serving.limits import RateLimit
from network_security.serving.problems import Problem
from network_security.serving.security.doorkeeper import Doorkeeper
from network_security.serving.security.roles import Role
from network_security.serving.security.sessions import Session
from network_security.serving.security.tokens import new_token, token_hash
from network_security.serving.security.users import BadUserError, User
from network_security.serving.services.audit import Audit
from network_security.storage.collections import SESSIONS
from network_security.storage.errors import store_errors

ATTEMPTS_A_SECOND: Final = 1 / 12
ATTEMPTS_AT_ONCE: Final = 5
"""Guesses at one user's password, and of one address: five, then five a minute."""

SETUP: Final = "setup"
"""The document with the hash of the first user's token."""
SETUP_LASTS: Final = timedelta(hours=24)


class SigningIn:
    """Lets people in."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        doorkeeper: Doorkeeper,
        audit: Audit,
        clock: Callable[[], datetime],
    ) -> None:
        """Check them against the users of a database."""
        self._tokens = database[SESSIONS]
        self._doorkeeper = doorkeeper
        self._audit = audit
        self._clock = clock
        self._attempts = RateLimit(ATTEMPTS_A_SECOND, ATTEMPTS_AT_ONCE)

    def sign_in(self, name: str, password: str, *, address: str) -> tuple[Session, str]:
        """Begin a session; returns it, and the token for the cookie.

        Args:
            name: who it is said to be.
            password: likewise.
            address: where the attempt comes from.

        Raises:
            Problem: 401 for a wrong name or password, which are not told apart; 429 after too many
                attempts.
            StoreError: the store cannot be used.
        """
        self._attempts.take(f"address {address}")
        self._attempts.take(f"user {name[:64]}")
        user = self._doorkeeper.users.verify(name, password)
        if user is None:
            self._audit.note(name[:64], who=f"address:{address}", action="sign-in refused")
            raise Problem(
                HTTPStatus.UNAUTHORIZED,
                "The name or the password is wrong.",
                headers={"WWW-Authenticate": "Session"},
            )
        self._audit.note(user.name, who=user.name, action="signed in", note=f"from {address}")
        return self._doorkeeper.sessions.begin(user.name, now=self._clock())

    def sign_out(self, session: Session) -> None:
        """End a session."""
        self._doorkeeper.sessions.end(session)
        self._doorkeeper.forget_all()
        self._audit.note(session.user, who=session.user, action="signed out")

    def needs_first_user(self) -> bool:
        """Whether there is no user yet."""
        return not self._doorkeeper.users.any()

    def allow_first_user(self) -> str | None:
        """A token for `create_first_user`, good for a day; None where there is a user already.

        It is shown once, to whoever starts the service, and kept as a hash.
        """
        if not self.needs_first_user():
            return None
        token = new_token()
        document = {
            "_id": SETUP,
            "user": "",
            "hash": token_hash(token),
            "expires": self._clock() + SETUP_LASTS,
        }
        with store_errors("sessions"):
            self._tokens.replace_one({"_id": SETUP}, document, upsert=True)
        return token

    def create_first_user(self, token: str, name: str, password: str, *, address: str) -> User:
        """Create the first user, an admin; the token is good for one.

        Raises:
            Problem: 403 where the token is not good, or there is a user already.
            BadUserError: the name or password cannot be taken; the token stays good.
        """
        self._attempts.take(f"setup from {address}")
        with store_errors("sessions"):
            found = self._tokens.find_one({"_id": SETUP})
        known = "" if found is None else str(found["hash"])
        good = (
            found is not None
            and found["expires"] > self._clock()
            and hmac.compare_digest(known, token_hash(token))
        )
        if not good or not self.needs_first_user():
            raise Problem(
                HTTPStatus.FORBIDDEN,
                "This link is used up or too old: start the service again for a new one, or ask "
                "an admin for an account.",
            )
        with store_errors("sessions"):
            taken = self._tokens.delete_one({"_id": SETUP}).deleted_count
        if not taken:
            raise Problem(HTTPStatus.FORBIDDEN, "This link was used a moment ago: sign in.")
        try:
            user = self._doorkeeper.users.create(name, password, Role.ADMIN, now=self._clock())
        except BadUserError:
            with store_errors("sessions"):
                self._tokens.replace_one({"_id": SETUP}, found or {}, upsert=True)
            raise
        self._audit.note(user.name, who=user.name, action="created", note="the first admin")
        return user

"""Sign-ins of browsers: a random token in a cookie, its hash in the store."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo.database import Database

from network_security.serving.security.tokens import new_token, token_hash
from network_security.storage.collections import SESSIONS
from network_security.storage.errors import store_errors

COOKIE: Final = "session"
SECURE_COOKIE: Final = "__Host-session"
"""The name under HTTPS: browsers take it with Secure and for the whole host only (RFC 6265bis)."""
RENEW_AFTER: Final = 0.25
"""Share of a session's time after which using it extends it."""


@dataclass(frozen=True)
class Session:
    """One sign-in.

    Attributes:
        id: hash of the cookie's token.
        user: who signed in.
        csrf_token: what forms of this session repeat.
        expires: until when it is good.
    """

    id: str
    user: str
    csrf_token: str
    expires: datetime

    def allows(self, csrf_token: str | None) -> bool:
        """Whether a form was made by a page of this session."""
        given = (csrf_token or "").encode()
        return hmac.compare_digest(self.csrf_token.encode(), given)


class Sessions:
    """The sessions in the store."""

    def __init__(self, database: Database[dict[str, Any]], *, hours: float) -> None:
        """Keep them in a database; each lasts so long after its last use."""
        self._collection = database[SESSIONS]
        self._lasts = timedelta(hours=hours)

    def begin(self, user: str, *, now: datetime) -> tuple[Session, str]:
        """Sign somebody in; returns the session and the token for the cookie."""
        token = new_token()
        session = Session(token_hash(token), user, new_token(), now + self._lasts)
        with store_errors("sessions"):
            self._collection.insert_one({**vars(session), "_id": session.id})
        return session, token

    def find(self, token: str, *, now: datetime) -> Session | None:
        """The session of a cookie's token, extended; None where it is not good any more."""
        with store_errors("sessions"):
            document = self._collection.find_one({"_id": token_hash(token)})
        if document is None or document["expires"] <= now:
            return None
        if document["expires"] - now < self._lasts * (1 - RENEW_AFTER):
            document["expires"] = now + self._lasts
            with store_errors("sessions"):
                # As a whole, lest the time lose its type; nothing where it was ended just now.
                self._collection.replace_one({"_id": document["_id"]}, document)
        return Session(**{name: document[name] for name in Session.__dataclass_fields__})

    def end(self, session: Session) -> None:
        """Sign out."""
        with store_errors("sessions"):
            self._collection.delete_one({"_id": session.id})

    def end_all(self, user: str) -> None:
        """Sign a user out everywhere."""
        with store_errors("sessions"):
            for document in self._collection.find({"user": user}, {"_id": 1}):
                self._collection.delete_one({"_id": document["_id"]})

    def purge(self, *, now: datetime) -> int:
        """Remove the sessions that are over; returns how many."""
        with store_errors("sessions"):
            over = [
                document["_id"]
                for document in self._collection.find({}, {"expires": 1})
                if document["expires"] <= now
            ]
            for session_id in over:
                self._collection.delete_one({"_id": session_id})
        return len(over)

"""Requests that may be sent again: the first one is carried out, the others get its answer.

As the ``Idempotency-Key`` header of the IETF draft of that name has it
(draft-ietf-httpapi-idempotency-key-header).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from network_security.serving.problems import Problem
from network_security.storage import document_id
from network_security.storage.collections import IDEMPOTENCY
from network_security.storage.errors import store_errors

KEPT: Final = timedelta(hours=24)
LONGEST_WORK: Final = timedelta(minutes=5)
"""After which a request that never answered is taken for one that was broken off."""
LONGEST_ANSWER: Final = 1_000_000


@dataclass(frozen=True)
class Answer:
    """What was answered.

    Attributes:
        status: HTTP status.
        media_type: of the body.
        body: the body, in UTF-8.
    """

    status: int
    media_type: str
    body: bytes


class Idempotency:
    """The answers in the store."""

    def __init__(self, database: Database[dict[str, Any]], clock: Callable[[], datetime]) -> None:
        """Keep them in a database for a day."""
        self._collection = database[IDEMPOTENCY]
        self._clock = clock

    def begin(self, caller: str, key: str, fingerprint: str) -> Answer | None:
        """Begin to carry a request out.

        Args:
            caller: who sends it; everybody has keys of their own.
            key: the request's key.
            fingerprint: of what it asks for.

        Returns:
            None where it is to be carried out; else what was answered before.

        Raises:
            Problem: 409 where the key was used for another request, or that one is under way.
            StoreError: the store cannot be used.
        """
        id_, now = document_id(caller, key), self._clock()
        document = {
            "_id": id_,
            "caller": caller,
            "fingerprint": fingerprint,
            "done": False,
            "expires": now + LONGEST_WORK,
        }
        with store_errors("idempotency keys"):
            try:
                self._collection.insert_one(document)
                return None
            except DuplicateKeyError:
                known = self._collection.find_one({"_id": id_})
            if known is None or known["expires"] <= now:
                self._collection.replace_one({"_id": id_}, document, upsert=True)
                return None
        if known["fingerprint"] != fingerprint:
            raise Problem(
                HTTPStatus.CONFLICT,
                "This Idempotency-Key was used for another request: take a new one.",
            )
        if not known["done"]:
            raise Problem(
                HTTPStatus.CONFLICT,
                "The first request with this Idempotency-Key is under way: wait for it.",
                headers={"Retry-After": "1"},
            )
        return Answer(known["status"], known["media_type"], known["body"].encode())

    def finish(self, caller: str, key: str, fingerprint: str, answer: Answer) -> None:
        """Keep the answer; one that is too long is not kept, and the key is free again."""
        if len(answer.body) > LONGEST_ANSWER:
            self.forget(caller, key)
            return
        id_ = document_id(caller, key)
        document = {
            "_id": id_,
            "caller": caller,
            "fingerprint": fingerprint,
            "done": True,
            "expires": self._clock() + KEPT,
            **vars(answer),
            "body": answer.body.decode(),
        }
        with store_errors("idempotency keys"):
            self._collection.replace_one({"_id": id_}, document, upsert=True)

    def forget(self, caller: str, key: str) -> None:
        """Free a key whose request was not carried out."""
        with store_errors("idempotency keys"):
            self._collection.delete_one({"_id": document_id(caller, key)})

    def purge(self) -> int:
        """Remove the answers that are too old; returns how many."""
        now = self._clock()
        with store_errors("idempotency keys"):
            old = [
                document["_id"]
                for document in self._collection.find({}, {"expires": 1})
                if document["expires"] <= now
            ]
            for id_ in old:
                self._collection.delete_one({"_id": id_})
        return len(old)

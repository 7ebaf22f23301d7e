"""API keys: shown once, kept as a hash, with a role and an expiry."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pymongo.database import Database

from network_security.serving.security.roles import Caller, Role
from network_security.serving.security.tokens import new_token, token_hash
from network_security.storage.collections import API_KEYS
from network_security.storage.errors import store_errors

PREFIX: Final = "ns"
"""With which every key begins, so that scanners of leaked secrets can be told about it."""
ID_BYTES: Final = 6
_PARTS: Final = 3


@dataclass(frozen=True)
class ApiKey:
    """What is kept of a key.

    Attributes:
        id: names it in lists and in the audit log.
        name: what it is for.
        role: what it may do.
        hash: SHA-256 of its secret.
        created: when.
        created_by: who made it.
        expires: until when it is good; None for good.
        revoked: whether it was taken back.
    """

    id: str
    name: str
    role: str
    hash: str
    created: datetime
    created_by: str
    expires: datetime | None = None
    revoked: bool = False

    def good(self, now: datetime) -> bool:
        """Whether it may be used."""
        return not self.revoked and (self.expires is None or now < self.expires)

    @property
    def caller(self) -> Caller:
        """Whom it stands for."""
        return Caller(f"key:{self.id}", Role.named(self.role), "key")


class ApiKeys:
    """The keys in the store."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Keep them in a database."""
        self._collection = database[API_KEYS]

    def create(
        self, name: str, role: Role, by: str, *, now: datetime, expires: datetime | None = None
    ) -> tuple[ApiKey, str]:
        """Make a key; returns it, and the text that its owner gets to see this once.

        Raises:
            StoreError: the store cannot be used.
        """
        # Hexadecimal, for a key is taken apart at its underscores.
        key_id, secret = secrets.token_hex(ID_BYTES), new_token()
        key = ApiKey(key_id, name, role.label, token_hash(secret), now, by, expires)
        document = {**vars(key), "_id": key.id}
        with store_errors("API keys"):
            self._collection.insert_one(document)
        return key, f"{PREFIX}_{key_id}_{secret}"

    def shown(self, text: str, *, now: datetime) -> ApiKey | None:
        """The key that somebody shows; None where it is not good.

        Raises:
            StoreError: the store cannot be used.
        """
        parts = text.split("_", _PARTS - 1)
        if len(parts) != _PARTS or parts[0] != PREFIX:
            return None
        key = self.get(parts[1])
        if key is None or not key.good(now):
            return None
        if not hmac.compare_digest(key.hash, token_hash(parts[2])):
            return None
        return key

    def get(self, key_id: str) -> ApiKey | None:
        """The key of that id."""
        with store_errors("API keys"):
            document = self._collection.find_one({"_id": key_id})
        return None if document is None else _key(document)

    def all(self) -> list[ApiKey]:
        """All keys, the newest first."""
        with store_errors("API keys"):
            keys = [_key(document) for document in self._collection.find({})]
        return sorted(keys, key=lambda key: key.created, reverse=True)

    def revoke(self, key_id: str) -> bool:
        """Take a key back; whether there is one."""
        with store_errors("API keys"):
            result = self._collection.update_one({"_id": key_id}, {"$set": {"revoked": True}})
        return bool(result.matched_count)


def _key(document: dict[str, Any]) -> ApiKey:
    return ApiKey(**{name: value for name, value in document.items() if name != "_id"})

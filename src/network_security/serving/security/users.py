"""People who sign in, their passwords kept as Argon2id hashes (RFC 9106)."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from pymongo.database import Database

from network_security.serving.security.roles import Role
from network_security.storage.collections import USERS
from network_security.storage.errors import store_errors

SHORTEST_PASSWORD: Final = 12
"""NIST SP 800-63B asks for 8; a security tool's own door deserves more."""
LONGEST_PASSWORD: Final = 256
NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}"
"""What a user may be called."""

_NAME: Final = re.compile(NAME)
# RFC 9106, section 4: the second recommended option, for little memory.
_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_NOBODYS_HASH: Final = _HASHER.hash(secrets.token_hex())


class BadUserError(ValueError):
    """A name or password that cannot be taken; says why."""


@dataclass(frozen=True)
class User:
    """Somebody who may sign in.

    Attributes:
        name: as it is typed in.
        role: what the user may do.
        password_hash: by Argon2id.
        created: when.
        disabled: whether the user may not sign in any more.
    """

    name: str
    role: str
    password_hash: str
    created: datetime
    disabled: bool = False


class Users:
    """The users in the store."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Keep them in a database."""
        self._collection = database[USERS]

    def any(self) -> bool:
        """Whether there is a user at all."""
        with store_errors("users"):
            return self._collection.find_one({}) is not None

    def create(self, name: str, password: str, role: Role, *, now: datetime) -> User:
        """Add a user.

        Raises:
            BadUserError: the name or password cannot be taken.
            StoreError: the store cannot be used.
        """
        if not _NAME.fullmatch(name):
            raise BadUserError(
                f"the name {name[:64]!r} has other signs than letters, digits and . _ @ -, or is "
                "longer than 64"
            )
        _check_password(password, name)
        if self.get(name) is not None:
            raise BadUserError(f"there is a user {name!r} already")
        user = User(name, role.label, _HASHER.hash(password), now)
        with store_errors("users"):
            self._collection.insert_one({**vars(user), "_id": name})
        return user

    def verify(self, name: str, password: str) -> User | None:
        """The user, if that is the password; takes as long where there is no such user."""
        user = self.get(name) if _NAME.fullmatch(name) else None
        known = _NOBODYS_HASH if user is None else user.password_hash
        try:
            _HASHER.verify(known, password[:LONGEST_PASSWORD])
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return None
        return None if user is None or user.disabled else user

    def get(self, name: str) -> User | None:
        """The user of that name."""
        with store_errors("users"):
            document = self._collection.find_one({"_id": name})
        return None if document is None else _user(document)

    def all(self) -> list[User]:
        """All users by name."""
        with store_errors("users"):
            users = [_user(document) for document in self._collection.find({})]
        return sorted(users, key=lambda user: user.name)

    def change(
        self,
        name: str,
        *,
        role: Role | None = None,
        password: str | None = None,
        disabled: bool | None = None,
    ) -> User | None:
        """Change what is given; returns the user as it is then, None where there is none.

        Raises:
            BadUserError: the password cannot be taken.
        """
        user = self.get(name)
        if user is None:
            return None
        if password is not None:
            _check_password(password, name)
            user = replace(user, password_hash=_HASHER.hash(password))
        if role is not None:
            user = replace(user, role=role.label)
        if disabled is not None:
            user = replace(user, disabled=disabled)
        with store_errors("users"):
            self._collection.replace_one({"_id": name}, {**vars(user), "_id": name})
        return user


def _check_password(password: str, name: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadUserError(
            f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; this one has "
            f"{len(password)}"
        )
    if name.lower() in password.lower() or len(set(password)) < SHORTEST_PASSWORD // 3:
        raise BadUserError("a password must not hold the name, nor repeat a few characters only")


def _user(document: dict[str, Any]) -> User:
    return User(**{name: value for name, value in document.items() if name != "_id"})

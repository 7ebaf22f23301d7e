"""Users and API keys as admins manage them; every change is audited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from network_security.serving.problems import Problem, not_found
from network_security.serving.security.api_keys import ApiKey
from network_security.serving.security.doorkeeper import Doorkeeper
from network_security.serving.security.roles import Role
from network_security.serving.security.users import BadUserError, User
from network_security.serving.services.audit import Audit

LONGEST_NAME: Final = 100


class Accounts:
    """Changes users and keys."""

    def __init__(self, doorkeeper: Doorkeeper, audit: Audit, clock: Callable[[], datetime]) -> None:
        """Change those that the doorkeeper knows."""
        self._doorkeeper = doorkeeper
        self._audit = audit
        self._clock = clock

    def users(self) -> list[User]:
        """All users by name."""
        return self._doorkeeper.users.all()

    def create_user(self, name: str, password: str, role: Role, *, by: str) -> User:
        """Add a user.

        Raises:
            Problem: 409 where there is one of that name, 422 where name or password cannot be
                taken.
        """
        if self._doorkeeper.users.get(name) is not None:
            raise Problem(HTTPStatus.CONFLICT, f"There is a user {name!r} already.")
        try:
            user = self._doorkeeper.users.create(name, password, role, now=self._clock())
        except BadUserError as error:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
        self._audit.note(name, who=by, action="user created", note=role.label)
        return user

    def change_user(
        self,
        name: str,
        *,
        by: str,
        role: Role | None = None,
        password: str | None = None,
        disabled: bool | None = None,
    ) -> User:
        """Change what is given; the user is signed out everywhere.

        Raises:
            Problem: 404 where there is none, 409 where no admin would be left, 422 where the
                password cannot be taken.
        """
        user = self._doorkeeper.users.get(name)
        if user is None:
            raise not_found("user", name)
        loses = disabled is True or (role is not None and role < Role.ADMIN)
        if loses and user.role == Role.ADMIN.label and not self._another_admin(name):
            raise Problem(
                HTTPStatus.CONFLICT,
                f"{name} is the last admin: make another user admin first.",
            )
        try:
            changed = self._doorkeeper.users.change(
                name, role=role, password=password, disabled=disabled
            )
        except BadUserError as error:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
        if changed is None:
            raise not_found("user", name)
        self._doorkeeper.sessions.end_all(name)
        self._doorkeeper.forget_all()
        what = {
            f"role {role.label}" if role is not None else "": role is not None,
            "password": password is not None,
            "disabled" if disabled else "enabled": disabled is not None,
        }
        note = ", ".join(name for name, said in what.items() if said)
        self._audit.note(name, who=by, action="user changed", note=note)
        return changed

    def keys(self) -> list[ApiKey]:
        """All API keys, the newest first."""
        return self._doorkeeper.keys.all()

    def create_key(
        self, name: str, role: Role, *, by: str, days: int | None = None
    ) -> tuple[ApiKey, str]:
        """Make an API key; returns it, and its text, which is shown this once.

        Args:
            name: what it is for.
            role: what it may do.
            by: who makes it.
            days: how long it is good; None for good.
        """
        now = self._clock()
        expires = None if days is None else now + timedelta(days=days)
        key, text = self._doorkeeper.keys.create(
            name[:LONGEST_NAME], role, by, now=now, expires=expires
        )
        self._audit.note(
            f"key:{key.id}", who=by, action="key created", note=f"{name}, {role.label}"
        )
        return key, text

    def revoke_key(self, key_id: str, *, by: str) -> None:
        """Take a key back; on other machines within some seconds.

        Raises:
            Problem: 404 where there is none.
        """
        if not self._doorkeeper.keys.revoke(key_id):
            raise not_found("API key", key_id)
        self._doorkeeper.forget_all()
        self._audit.note(f"key:{key_id}", who=by, action="key revoked")

    def _another_admin(self, name: str) -> bool:
        return any(
            user.role == Role.ADMIN.label and not user.disabled and user.name != name
            for user in self.users()
        )

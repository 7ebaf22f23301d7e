"""Users and API keys, for admins."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from network_security.serving.api.idempotent import IdempotentRoute
from network_security.serving.api.parameters import TEXT, Strict, Whole
from network_security.serving.openapi import problems
from network_security.serving.security.access import Admin, Viewer
from network_security.serving.security.api_keys import ApiKey
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.security.roles import Role
from network_security.serving.security.users import (
    LONGEST_PASSWORD,
    NAME,
    SHORTEST_PASSWORD,
    User,
)
from network_security.serving.services.services import Held

router = APIRouter(tags=["accounts"], route_class=IdempotentRoute)
keys_router = APIRouter(tags=["accounts"], route_class=GuardedRoute)
"""Without answers that are kept: one holds a key's text."""

RoleName = Literal["viewer", "analyst", "admin"]
UserName = Annotated[str, Path(pattern=f"^{NAME}$", description="The user's name.")]
KeyId = Annotated[str, Path(pattern="^[0-9a-f]{12}$", description="The key's id.")]
Password = Annotated[
    str,
    Field(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        description="Without the name, and not of a few characters only.",
        examples=["correct horse battery staple"],
    ),
]


class CallerOut(BaseModel):
    """Who asks."""

    name: str
    role: RoleName


class UserOut(BaseModel):
    """A user; of the password nothing."""

    name: str
    role: str
    created: datetime
    disabled: bool

    @classmethod
    def of(cls, user: User) -> Self:
        """What is told of a user."""
        return cls(name=user.name, role=user.role, created=user.created, disabled=user.disabled)


class UsersOut(BaseModel):
    """All users by name."""

    users: list[UserOut]


class UserIn(Strict):
    """A new user."""

    name: str = Field(pattern=f"^{NAME}$", examples=["ana"])
    password: Password
    role: RoleName


class UserChange(Strict):
    """What is to be changed of a user; what is not given stays."""

    role: RoleName | None = None
    password: Password | None = None
    disabled: bool | None = None


class KeyOut(BaseModel):
    """An API key; of its secret nothing."""

    id: str
    name: str
    role: str
    created: datetime
    created_by: str
    expires: datetime | None
    revoked: bool

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """What is told of a key."""
        return cls(**{name: getattr(key, name) for name in cls.model_fields})


class KeysOut(BaseModel):
    """All keys, the newest first."""

    keys: list[KeyOut]


class KeyIn(Strict):
    """A new API key."""

    name: str = Field(min_length=1, max_length=100, pattern=TEXT, examples=["mail gateway"])
    role: RoleName
    days: Annotated[int, Field(ge=1, le=3650), Whole] | None = Field(
        default=365, description="How long it is good; null for good."
    )


class NewKey(BaseModel):
    """A key, and its text, which is told this once."""

    key: KeyOut
    text: str = Field(description="Send it as `Authorization: Bearer ...`.")


@router.get("/v1/me", operation_id="whoAmI", summary="Who asks", responses=problems())
def me(caller: Viewer) -> CallerOut:
    """The caller, as the service sees it."""
    return CallerOut.model_validate({"name": caller.name, "role": caller.role.label})


@router.get("/v1/users", operation_id="listUsers", summary="List users", responses=problems())
def users(caller: Admin, held: Held) -> UsersOut:
    """All users by name."""
    return UsersOut(users=[UserOut.of(user) for user in held.accounts.users()])


@router.post(
    "/v1/users",
    operation_id="addUser",
    summary="Add a user",
    status_code=HTTPStatus.CREATED,
    responses=problems(HTTPStatus.CONFLICT),
)
def add_user(body: UserIn, caller: Admin, held: Held) -> UserOut:
    """Add a user, who may sign in at once."""
    role = Role.named(body.role)
    return UserOut.of(held.accounts.create_user(body.name, body.password, role, by=caller.name))


@router.patch(
    "/v1/users/{name}",
    operation_id="changeUser",
    summary="Change a user",
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def change_user(name: UserName, body: UserChange, caller: Admin, held: Held) -> UserOut:
    """Change a user's role or password, or whether they may sign in; they are signed out."""
    user = held.accounts.change_user(
        name,
        by=caller.name,
        role=None if body.role is None else Role.named(body.role),
        password=body.password,
        disabled=body.disabled,
    )
    return UserOut.of(user)


@keys_router.get(
    "/v1/api-keys", operation_id="listApiKeys", summary="List API keys", responses=problems()
)
def keys(caller: Admin, held: Held) -> KeysOut:
    """All API keys, the newest first."""
    found = held.accounts.keys()
    return KeysOut(keys=[KeyOut.of(key) for key in found])


@keys_router.post(
    "/v1/api-keys",
    operation_id="createApiKey",
    summary="Make an API key",
    status_code=HTTPStatus.CREATED,
    responses=problems(),
)
def create_key(body: KeyIn, caller: Admin, held: Held) -> NewKey:
    """Make an API key. Its text is told this once, and kept as a hash."""
    role = Role.named(body.role)
    key, text = held.accounts.create_key(body.name, role, by=caller.name, days=body.days)
    return NewKey(key=KeyOut.of(key), text=text)


@keys_router.delete(
    "/v1/api-keys/{id}",
    operation_id="revokeApiKey",
    summary="Revoke an API key",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(HTTPStatus.NOT_FOUND),
)
def revoke_key(id: KeyId, caller: Admin, held: Held) -> Response:
    """Take a key back; it is good for some seconds more at most."""
    held.accounts.revoke_key(id, by=caller.name)
    return Response(status_code=HTTPStatus.NO_CONTENT)

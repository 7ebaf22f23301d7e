"""Users and API keys, for admins."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form
from starlette.responses import Response

from network_security.serving.problems import Problem
from network_security.serving.security.api_keys import ApiKey
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.security.roles import Role
from network_security.serving.security.users import SHORTEST_PASSWORD
from network_security.serving.web.view import AdminPage, View

router: Final = APIRouter(route_class=GuardedRoute)

RoleName = Literal["viewer", "analyst", "admin"]
DAYS: Final = (30, 90, 365)


@router.get("/users")
def users(view: AdminPage) -> Response:
    """The users and the keys."""
    return _page(view)


@router.post("/users")
def create_user(
    view: AdminPage,
    name: Annotated[str, Form(max_length=100)],
    password: Annotated[str, Form(max_length=1000)],
    role: Annotated[RoleName, Form()],
) -> Response:
    """Add a user."""
    try:
        user = view.held.accounts.create_user(name, password, Role.named(role), by=view.caller.name)
    except Problem as problem:
        return _page(view, status=problem.status, user_problem=problem.detail, user_name=name)
    return view.go("/users", f"{user.name} can sign in as {user.role}.")


@router.post("/users/{name}")
def change_user(
    view: AdminPage,
    name: str,
    role: Annotated[RoleName | None, Form()] = None,
    disabled: Annotated[bool | None, Form()] = None,
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Change a user's role or password, or shut them out; they are signed out everywhere."""
    try:
        user = view.held.accounts.change_user(
            name,
            by=view.caller.name,
            role=Role.named(role) if role else None,
            password=password or None,
            disabled=disabled,
        )
    except Problem as problem:
        if problem.status is HTTPStatus.NOT_FOUND:
            raise
        return view.go("/users", f"Not done: {problem.detail}", "wrong")
    state = "cannot sign in" if user.disabled else f"can sign in as {user.role}"
    return view.go("/users", f"{user.name} {state}, and is signed out everywhere.")


@router.post("/keys")
def create_key(
    view: AdminPage,
    name: Annotated[str, Form(min_length=1, max_length=100)],
    role: Annotated[RoleName, Form()],
    days: Annotated[int, Form(ge=1, le=3650)],
) -> Response:
    """Make an API key; its text stands in this answer alone."""
    key, text = view.held.accounts.create_key(
        name, Role.named(role), by=view.caller.name, days=days
    )
    return _page(view, made=(key, text))


@router.post("/keys/{id}/revoke")
def revoke_key(view: AdminPage, id: str) -> Response:
    """Take a key back."""
    view.held.accounts.revoke_key(id, by=view.caller.name)
    return view.go("/users", f"The key {id} is good for nothing within seconds.", "medium")


def _page(
    view: View,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    user_problem: str = "",
    user_name: str = "",
    made: tuple[ApiKey, str] | None = None,
) -> Response:
    return view.page(
        "users.html",
        "users",
        status=status,
        users=view.held.accounts.users(),
        keys=view.held.accounts.keys(),
        roles=tuple(role.label for role in Role),
        days=DAYS,
        shortest=SHORTEST_PASSWORD,
        user_problem=user_problem,
        user_name=user_name,
        made=made,
    )

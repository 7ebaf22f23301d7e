"""What a route asks of its caller, as dependencies."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from network_security.serving.problems import Problem
from network_security.serving.security.doorkeeper import KEPT_SECONDS, Doorkeeper, Visit
from network_security.serving.security.roles import Caller, Role
from network_security.serving.security.sessions import COOKIE, SECURE_COOKIE
from network_security.serving.settings import ServingSettings

UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
CSRF_HEADER: Final = "X-CSRF-Token"
SIGN_IN: Final = "/login"
CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}

_FROM_BROWSERS: Final = ("Origin", "Sec-Fetch-Site", "Referer")

# They only describe the API; `visit_of` reads the headers itself, to take either.
_bearer = HTTPBearer(auto_error=False, description="An API key, as `kedro api-key create` shows it")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="A browser's session")

Admit = Callable[..., Awaitable[Caller]]


async def visit_of(request: Request) -> Visit | None:
    """Who asks; None for somebody unknown. Asked once a request.

    Raises:
        Problem: 429 for an address that shows one unknown key or cookie after the other.
    """
    if not hasattr(request.state, "visit"):
        request.state.visit = await _visit(request)
    visit: Visit | None = request.state.visit
    return visit


async def _visit(request: Request) -> Visit | None:
    services = request.app.state.services
    doorkeeper: Doorkeeper = services.doorkeeper
    authorization = request.headers.get("Authorization")
    if authorization is not None:
        key = _key(request, authorization)
        return None if key is None else await _known(request, key, doorkeeper.by_key)
    token = session_token(request)
    if token:
        visit = await _known(request, token, doorkeeper.by_cookie)
        if visit is not None:
            return visit
    if services.settings.demo:
        return doorkeeper.demo
    return None


def _key(request: Request, authorization: str) -> str | None:
    """The API key in a header; of firewalls that poll and know no other way, a basic password.

    A browser sends a basic password unasked, so that it is good for reading only.
    """
    scheme, given = get_authorization_scheme_param(authorization)
    if scheme.lower() == "bearer":
        return given
    if scheme.lower() == "basic" and request.method == "GET":
        try:
            return b64decode(given, validate=True).decode().partition(":")[2]
        except ValueError:
            return None
    return None


async def _known(
    request: Request, secret: str, look_up: Callable[[str], Visit | None]
) -> Visit | None:
    services = request.app.state.services
    doorkeeper: Doorkeeper = services.doorkeeper
    visit = doorkeeper.remembered(secret)
    if visit is not None:
        return visit
    if doorkeeper.remembered(secret, seconds=KEPT_SECONDS) is None:
        # Before the store is asked: guesses are counted by where they come from.
        services.rate_limit.take(client_address(request))
    return await doorkeeper.asked(secret, look_up)


def session_token(request: Request) -> str | None:
    """What the browser's session cookie holds."""
    return request.cookies.get(_cookie_name(request.app.state.settings))


def set_session_cookie(response: Response, token: str, settings: ServingSettings) -> None:
    """Have the browser keep a session's token, out of the reach of scripts and other sites."""
    response.set_cookie(
        _cookie_name(settings), token, path="/", secure=settings.https, httponly=True,
        samesite="lax",
    )  # fmt: skip


def clear_session_cookie(response: Response, settings: ServingSettings) -> None:
    """Have the browser forget it."""
    response.delete_cookie(
        _cookie_name(settings), path="/", secure=settings.https, httponly=True, samesite="lax"
    )


def client_address(request: Request) -> str:
    """The address that the request came from."""
    return request.client.host if request.client else "unknown"


def unknown_caller(request: Request) -> Problem:
    """The problem that nobody knows who asks; counted against the address.

    Raises:
        Problem: 429 for an address in a hurry.
    """
    request.app.state.services.rate_limit.take(client_address(request))
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        "Send an API key that is good: Authorization: Bearer ns_...",
        headers=CHALLENGE,
    )


def requires(role: Role) -> Admit:
    """A dependency that lets callers of this role and above pass, and gives the caller.

    The rate limit counts here, by key or user, before anything else is done. A browser's request
    that changes something must repeat its session's token, which no other site can know.

    Raises:
        Problem: 401 for somebody unknown, 403 for one of a lesser role or without the token, 429
            for one in a hurry.
    """

    async def admit(
        request: Request,
        _key: Annotated[object, Depends(_bearer)],
        _session: Annotated[object, Depends(_cookie)],
    ) -> Caller:
        return await _admitted(request, role)

    return admit


def page_requires(role: Role) -> Admit:
    """As `requires`, for pages: who is unknown is sent to sign in, and comes back afterwards.

    Raises:
        Problem: 303 for somebody unknown; else as `requires`.
    """

    async def admit(request: Request) -> Caller:
        if await visit_of(request) is None:
            raise _sign_in_first(request)
        return await _admitted(request, role)

    return admit


async def _admitted(request: Request, role: Role) -> Caller:
    visit = await visit_of(request)
    if visit is None:
        raise unknown_caller(request)
    request.app.state.services.rate_limit.take(visit.caller.name)
    if not visit.caller.may(role):
        raise Problem(
            HTTPStatus.FORBIDDEN,
            f"This needs the role {role.label}; {visit.caller.name} has {visit.caller.role.label}.",
        )
    if visit.session is not None and request.method in UNSAFE:
        await _check_csrf(request, visit)
    return visit.caller


async def _check_csrf(request: Request, visit: Visit) -> None:
    """Refuse what a page of another site has a browser send.

    Raises:
        Problem: 403.
    """
    if visit.caller.by == "demo" and not any(name in request.headers for name in _FROM_BROWSERS):
        # Browsers say where a form comes from; this is a program of this machine.
        return
    token = request.headers.get(CSRF_HEADER)
    if token is None and _is_form(request):
        field = (await request.form()).get("csrf_token")
        token = field if isinstance(field, str) else None
    if visit.session is None or not visit.session.allows(token):
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "The form is of another session: load its page again and repeat what you did.",
        )


def _sign_in_first(request: Request) -> Problem:
    back = request.url.path if request.method == "GET" else "/"
    if request.method == "GET" and request.url.query:
        back += f"?{request.url.query}"
    where = f"{SIGN_IN}?next={quote(back, safe='')}"
    if request.headers.get("HX-Request") == "true":
        headers = {"HX-Redirect": where, **CHALLENGE}
        return Problem(HTTPStatus.UNAUTHORIZED, "Sign in again.", headers=headers)
    return Problem(HTTPStatus.SEE_OTHER, "Sign in first.", headers={"Location": where})


def _cookie_name(settings: ServingSettings) -> str:
    return SECURE_COOKIE if settings.https else COOKIE


def _is_form(request: Request) -> bool:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind in {"application/x-www-form-urlencoded", "multipart/form-data"}


Viewer = Annotated[Caller, Depends(requires(Role.VIEWER))]
Analyst = Annotated[Caller, Depends(requires(Role.ANALYST))]
Admin = Annotated[Caller, Depends(requires(Role.ADMIN))]

PageViewer = Annotated[Caller, Depends(page_requires(Role.VIEWER))]
PageAnalyst = Annotated[Caller, Depends(page_requires(Role.ANALYST))]
PageAdmin = Annotated[Caller, Depends(page_requires(Role.ADMIN))]

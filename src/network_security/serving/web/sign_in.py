"""Signing in and out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from network_security.serving.problems import Problem
from network_security.serving.security.access import (
    clear_session_cookie,
    client_address,
    set_session_cookie,
)
from network_security.serving.services.services import Held
from network_security.serving.web.view import ViewerPage, draw, own_path

router: Final = APIRouter()


async def from_here(request: Request) -> None:
    """Refuse a form that another site sent, where there is no session yet whose token would tell.

    Browsers say so of themselves (W3C Fetch Metadata).

    Raises:
        Problem: 403.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Problem(HTTPStatus.FORBIDDEN, "The form was sent by another site: open this page.")


FROM_HERE: Final = Depends(from_here)


@router.get("/login")
def sign_in_form(request: Request, held: Held, next: str = "/") -> Response:
    """The form; whoever starts the service anew makes the first user first."""
    return draw(
        "sign_in.html",
        request,
        next=own_path(next),
        problem="",
        name="",
        first=held.signing_in.needs_first_user(),
    )


@router.post("/login", dependencies=[FROM_HERE])
def sign_in(
    request: Request,
    held: Held,
    name: Annotated[str, Form()],
    password: Annotated[str, Form()],
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Sign in, and go on to the page that was asked for."""
    try:
        _, token = held.signing_in.sign_in(name, password, address=client_address(request))
    except Problem as problem:
        if problem.status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS):
            raise
        return draw(
            "sign_in.html",
            request,
            status=problem.status,
            next=own_path(next),
            problem=problem.detail,
            name=name,
            first=False,
        )
    response = RedirectResponse(own_path(next), HTTPStatus.SEE_OTHER)
    set_session_cookie(response, token, held.settings)
    return response


@router.post("/logout")
def sign_out(view: ViewerPage) -> Response:
    """Sign out."""
    if view.session is not None:
        view.held.signing_in.sign_out(view.session)
    response = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
    clear_session_cookie(response, view.held.settings)
    return response

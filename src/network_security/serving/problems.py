"""Errors as problem details (RFC 9457): what is wrong, where, and what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from network_security.alerts.store import AlertNotFoundError, ConflictError
from network_security.alerts.suppression import RuleError
from network_security.alerts.triage import TriageError
from network_security.response import errors as response
from network_security.serving.services.newest_first import CursorError
from network_security.storage import StoreError
from network_security.storage.queries import QueryError

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
MACHINES: Final = ("/v1/", "/health/", "/metrics")
"""How paths begin that programs ask for: they get documents, and never a page."""
LONGEST_WHERE: Final = 200
MOST_ERRORS: Final = 20


class Problem(Exception):  # noqa: N818 - what RFC 9457 calls it
    """A request that is not answered as it was meant to be.

    Attributes:
        status: HTTP status.
        detail: what is wrong with this request, and what to do.
        headers: of the response.
        members: further members of the document, as RFC 9457, section 3.2, allows.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members

    def document(self) -> dict[str, Any]:
        """The document; its type is ``about:blank``, whose title is the status's own phrase."""
        return {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            **self.members,
        }

    def response(self) -> JSONResponse:
        """The answer to the request."""
        return JSONResponse(self.document(), self.status, self.headers, media_type=MEDIA_TYPE)


RenderProblem = Callable[[Request, Problem], Response]
"""Shows a problem to a person; see `add_handlers`."""


NOTHING_HERE: Final = (
    "The API has nothing at this path: /v1/openapi.json lists what it has, and its ways to ask."
)
NO_PAGE: Final = "No page has this address: it may be mistyped, or what it showed is gone."


def not_found(what: str, name: str) -> Problem:
    """The problem that there is no such thing."""
    return Problem(HTTPStatus.NOT_FOUND, f"There is no {what} {name[:LONGEST_WHERE]!r}.")


REFUSALS: Final[Mapping[type[Exception], HTTPStatus]] = {
    AlertNotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    TriageError: HTTPStatus.CONFLICT,
    response.NotFoundError: HTTPStatus.NOT_FOUND,
    response.ConflictError: HTTPStatus.CONFLICT,
    response.RefusedError: HTTPStatus.CONFLICT,
    QueryError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RuleError: HTTPStatus.UNPROCESSABLE_ENTITY,
    CursorError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""Errors that say themselves what is wrong with a request."""


def problem_of(error: Exception) -> Problem:
    """What to answer where an error ended a request; of one that was not foreseen, no word."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        status = HTTPStatus(error.status_code)
        return Problem(status, str(error.detail), headers=error.headers)
    if isinstance(error, StoreError):
        log.error("The store cannot be used: %s", error)
        return Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The store does not answer. Try again in some seconds.",
            headers={"Retry-After": "5"},
        )
    for kind, status in REFUSALS.items():
        if isinstance(error, kind):
            return Problem(status, str(error))
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed on this request; its log says why."
    )


def add_handlers(app: FastAPI, routes: Sequence[APIRoute] = ()) -> None:
    """Have the application answer every error with a problem.

    Where ``app.state.render_problem`` is set, it answers for paths that people ask for.

    Args:
        app: the application.
        routes: those whose paths several of them share, for the methods that a path allows
            (RFC 9110, section 15.5.6); a route itself knows of its own only.
    """

    async def answer(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        machine = request.url.path.startswith(MACHINES)
        if problem.status is HTTPStatus.NOT_FOUND and isinstance(error, HTTPException):
            problem.detail = NOTHING_HERE if machine else NO_PAGE
        if problem.status is HTTPStatus.METHOD_NOT_ALLOWED:
            path = request.url.path
            methods = {
                method
                for route in routes
                if route.path_regex.match(path)
                for method in route.methods or ()
            }
            if methods:
                allowed = problem.headers["Allow"] = ", ".join(sorted(methods))
                problem.detail = f"{request.method} does nothing here: use {allowed}."
        if problem.status is HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        render: RenderProblem | None = getattr(request.app.state, "render_problem", None)
        if render is None or machine or "Location" in problem.headers:
            return problem.response()
        return render(request, problem)

    for kind in (
        Problem, HTTPException, RequestValidationError, StoreError, *REFUSALS, Exception,
    ):  # fmt: skip
        app.add_exception_handler(kind, answer)


def _invalid(error: RequestValidationError) -> Problem:
    errors = [
        {"where": "/".join(map(str, each["loc"]))[:LONGEST_WHERE], "what": each["msg"]}
        for each in error.errors()[:MOST_ERRORS]
    ]
    first = errors[0] if errors else {"where": "the request", "what": "is not understood"}
    detail = f"{first['where']}: {first['what']}"
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)

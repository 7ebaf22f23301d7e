"""Error pages: what is wrong, and where to go from there."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from network_security.serving.problems import Problem
from network_security.serving.web.view import draw

TITLES: Final = {
    HTTPStatus.UNAUTHORIZED: "Sign in first",
    HTTPStatus.FORBIDDEN: "Not for your role",
    HTTPStatus.NOT_FOUND: "There is no such page",
    HTTPStatus.CONFLICT: "That cannot be done now",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The file is too large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "That was not understood",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests",
    HTTPStatus.SERVICE_UNAVAILABLE: "The store does not answer",
}


def error_page(request: Request, problem: Problem) -> Response:
    """The page of a problem; it asks the store nothing, which may be what is wrong."""
    again = request.url.path if request.method == "GET" else "/"
    response = draw(
        "error.html",
        request,
        status=problem.status,
        title=TITLES.get(problem.status, "The service failed"),
        status_code=int(problem.status),
        detail=problem.detail,
        again=again,
    )
    response.headers.update(problem.headers)
    return response

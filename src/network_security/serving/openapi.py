"""The API's description: what all operations have in common, and how errors look."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI

from network_security.serving.problems import MEDIA_TYPE

DESCRIPTION: Final = """\
Judges URLs, messages and feature rows, and works on the alerts that the sensors' events led to.

Send an API key as `Authorization: Bearer ns_...`; `kedro api-key create` makes one. A viewer reads
and has things judged, an analyst works on alerts, an admin manages users, keys and training.
Errors are problem details (RFC 9457). Times are RFC 3339. Lists come in pages: send a page's
`cursor` back for the next one. Nobody is contacted about a URL unless the service's configuration
says so.
"""

TAGS: Final[list[dict[str, Any]]] = [
    {"name": "judging", "description": "Is it phishing, how sure is that, and why."},
    {"name": "jobs", "description": "Tables to be judged, and trainings."},
    {"name": "alerts", "description": "What the queue holds, and what becomes of it."},
    {"name": "suppressions", "description": "Rules that keep alerts out of the queue."},
    {"name": "response", "description": "What is blocked, what never is, and firewalls' feeds."},
    {"name": "evidence", "description": "Events, sources, labels, and the audit log."},
    {"name": "models", "description": "What judges."},
    {"name": "accounts", "description": "Users and API keys."},
    {"name": "operation", "description": "Whether the service is well."},
]

_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_SCHEMA: Final = {
    "title": "Problem",
    "description": "Problem details (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong, and what to do."},
        "errors": {
            "type": "array",
            "description": "Each value that is wrong.",
            "items": {
                "type": "object",
                "required": ["where", "what"],
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
    "example": {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no job '3f2a'.",
    },
}

_MEANINGS: Final = {
    HTTPStatus.BAD_REQUEST: "The body cannot be read.",
    HTTPStatus.UNAUTHORIZED: "No API key, or one that is not good.",
    HTTPStatus.FORBIDDEN: "The caller's role is not enough.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or it is not the caller's.",
    HTTPStatus.CONFLICT: "It cannot be done as things stand, or was changed in the meantime.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too long.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A value is wrong; `errors` says which.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests; `Retry-After` says how long to wait.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The store does not answer.",
}
_ALWAYS: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)

Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: HTTPStatus) -> Responses:
    """The error responses of an operation that asks for a caller: those of all, and these."""
    return {int(status): _response(_MEANINGS[status]) for status in (*_ALWAYS, *statuses)}


def only(*statuses: HTTPStatus) -> Responses:
    """The error responses of an operation that anybody may ask for."""
    return {int(status): _response(_MEANINGS[status]) for status in statuses}


def describe_problems(app: FastAPI) -> None:
    """Have the description say what a problem is."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        document = describe()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = _SCHEMA
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        return document

    app.openapi = described  # type: ignore[method-assign]


def _response(meaning: str) -> dict[str, Any]:
    return {"description": meaning, "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}

"""Routes that change something, and do so once for requests with the same Idempotency-Key."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from python_multipart.multipart import parse_options_header

from network_security.serving.problems import Problem
from network_security.serving.security.access import visit_of
from network_security.serving.security.guarded import GuardedRoute, Handler
from network_security.serving.services.idempotency import Answer
from network_security.serving.services.services import services_of

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
PARAMETER: Final = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Any text of your own; a request with the same one is carried out once, and "
    "for a day gets the first one's answer.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
_KEY: Final = re.compile(PARAMETER["schema"]["pattern"])  # type: ignore[index]


class IdempotentRoute(GuardedRoute):
    """A route of which a request may be sent again."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """As `GuardedRoute`; the header is described where it has an effect."""
        super().__init__(*args, **options)
        if (self.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            extra = dict(self.openapi_extra or {})
            extra["parameters"] = [*extra.get("parameters", ()), PARAMETER]
            self.openapi_extra = extra

    def get_route_handler(self) -> Handler:
        """The handler, asked once for each key."""
        handler = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method in {"GET", "HEAD"}:
                return await handler(request)
            if not _KEY.fullmatch(key):
                raise Problem(
                    HTTPStatus.UNPROCESSABLE_ENTITY,
                    f"{HEADER}: 1 to 200 visible ASCII signs.",
                )
            visit = await visit_of(request)
            if visit is None:
                return await handler(request)
            keep = services_of(request).idempotency
            caller = visit.caller.name
            fingerprint = await _fingerprint(request)
            known = await run_in_threadpool(keep.begin, caller, key, fingerprint)
            if known is not None:
                headers = {REPLAYED: "true"}
                return Response(known.body, known.status, headers, media_type=known.media_type)
            try:
                response = await handler(request)
            except BaseException:
                await run_in_threadpool(keep.forget, caller, key)
                raise
            media_type = response.headers.get("content-type", "application/json")
            answer = Answer(response.status_code, media_type, bytes(response.body))
            await run_in_threadpool(keep.finish, caller, key, fingerprint, answer)
            return response

        return once


async def _fingerprint(request: Request) -> str:
    """Of what a request asks for; the boundary of a form is another one each time."""
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    _, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    body = await request.body()
    digest.update(body.replace(boundary, b"") if boundary else body)
    return digest.hexdigest()

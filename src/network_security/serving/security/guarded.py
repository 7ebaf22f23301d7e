"""Routes that ask who calls before they read what is sent."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from network_security.serving.security.access import UNSAFE, unknown_caller, visit_of

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class GuardedRoute(APIRoute):
    """A route of which strangers send no body: it is not read, parsed, or kept for them.

    Dependencies come too late for that, as a body is read before any of them is asked.
    """

    def get_route_handler(self) -> Handler:
        """The handler, behind the question who calls."""
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            if request.method in UNSAFE and await visit_of(request) is None:
                raise unknown_caller(request)
            return await handler(request)

        return guarded

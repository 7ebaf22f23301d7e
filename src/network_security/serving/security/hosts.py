"""Which names the service answers to, against DNS rebinding: a page of another site cannot ask."""

from __future__ import annotations

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from network_security.serving.problems import Problem


class KnownHosts:
    """Refuses requests for other hosts than its own."""

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...]) -> None:
        """Answer to these names.

        Args:
            app: the application.
            hosts: names without ports; ``*.example.org`` for all below, ``*`` for any.
        """
        self._app = app
        self._any = "*" in hosts
        self._exact = {host.lower() for host in hosts}
        self._below = tuple(host[1:].lower() for host in hosts if host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, if it is for this service."""
        if scope["type"] == "http" and not self._any and not self._known(scope):
            refusal = Problem(
                HTTPStatus.MISDIRECTED_REQUEST,
                "The request is for another host: add its name to the setting `trusted_hosts`.",
            )
            await refusal.response()(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _known(self, scope: Scope) -> bool:
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        name = _without_port(host.decode("latin-1").lower())
        return name in self._exact or (bool(self._below) and name.endswith(self._below))


def _without_port(host: str) -> str:
    """The name in a Host header.

    >>> _without_port("[::1]:8000"), _without_port("localhost:8000")
    ('[::1]', 'localhost')
    """
    if host.startswith("["):
        return host[: host.find("]") + 1]
    return host.partition(":")[0]

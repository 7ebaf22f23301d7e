"""What Prometheus is told: requests, their time, verdicts, jobs, models. Nothing of what was asked.

Each process counts for itself; with several, the scraper sees one of them at a time.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
UNKNOWN: Final = "unknown"
"""The route of a request that no route answers: its path is anybody's."""
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Counts what a process does."""

    def __init__(self) -> None:
        """Count from nothing."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._requests = Counter(
            "network_security_http_requests_total",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "network_security_http_request_seconds",
            "From a request's head to the end of its answer.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._verdicts = Counter(
            "network_security_verdicts_total",
            "Verdicts given over the API, by what was judged and whether it alerts.",
            ("kind", "alerts"),
            registry=self._registry,
        )
        self._model = Gauge(
            "network_security_model_info",
            "1 for each model that serves.",
            ("name", "digest"),
            registry=self._registry,
        )

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        method = method if method in METHODS else UNKNOWN
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def count_verdicts(self, kind: str, decisions: Iterable[bool]) -> None:
        """Count verdicts on URLs, messages or feature rows."""
        for decision in decisions:
            self._verdicts.labels(kind, "yes" if decision else "no").inc()

    def text(self, digests: Iterable[tuple[str, str]]) -> bytes:
        """All that was counted, in Prometheus' text format.

        Args:
            digests: name and digest of each model that serves.
        """
        self._model.clear()
        for name, digest in digests:
            self._model.labels(name, digest).set(1)
        return generate_latest(self._registry)


class CountRequests:
    """Counts the requests of an application, by route and not by path."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        """Count what this application answers."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", UNKNOWN)
            seconds = time.perf_counter() - started
            self._metrics.count_request(scope["method"], route, status, seconds)

"""Puts the service together: what it holds while it runs, what every request passes, its routes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig

import network_security
from network_security.serving.api import ROUTERS
from network_security.serving.limits import BodyLimit
from network_security.serving.metrics import CountRequests, Metrics
from network_security.serving.openapi import DESCRIPTION, TAGS, describe_problems
from network_security.serving.problems import add_handlers
from network_security.serving.security.headers import SecurityHeaders
from network_security.serving.security.hosts import KnownHosts
from network_security.serving.services.services import make_services
from network_security.serving.settings import ServingSettings
from network_security.serving.web.pages import add_pages

UPLOADS: Final = ("/v1/messages", "/v1/jobs", "/check", "/batch")
"""Beginnings of the paths that take files."""


NO_TELEMETRY: Final[TelemetryConfig] = {
    "auto_configure": False, "tracing": False, "metrics": False, "logs": False,
    "operation_spans": False,
}  # fmt: skip
"""Whatever the environment says, nothing is exported."""


def create_app(settings: ServingSettings) -> FastAPI:
    """The application; it connects to the store when it starts, not before."""
    app = FastAPI(
        title="network-security",
        summary="Explained, calibrated security alerts from raw logs.",
        description=DESCRIPTION,
        version=network_security.__version__,
        openapi_tags=TAGS,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
    )
    app.state.settings = settings
    app.state.metrics = Metrics()
    routes = [each for router in ROUTERS for each in router.routes if isinstance(each, APIRoute)]
    add_handlers(app, routes)
    for router in ROUTERS:
        app.include_router(router)
    describe_problems(app)
    add_pages(app)
    # The last one added is passed first.
    limits = settings.limits
    app.add_middleware(
        BodyLimit,
        limit=limits.body_bytes,
        upload_limit=limits.upload_bytes,
        uploads=UPLOADS,
    )
    app.add_middleware(KnownHosts, hosts=settings.answered_hosts)
    app.add_middleware(SecurityHeaders, https=settings.https)
    app.add_middleware(CountRequests, metrics=app.state.metrics)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold what all requests share."""
    services = await run_in_threadpool(make_services, app.state.settings)
    app.state.services = services
    services.start()
    yield
    await run_in_threadpool(services.stop)

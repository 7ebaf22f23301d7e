"""Whether the service is well, for those who run it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

import pymongo
from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from network_security.serving.openapi import only, problems
from network_security.serving.security.access import Viewer
from network_security.serving.services.metered import Metered
from network_security.serving.services.services import Held
from network_security.storage.errors import store_errors

router = APIRouter(tags=["operation"])

STORE_SECONDS = 2.0
"""Within which the store must answer."""


class Health(BaseModel):
    """That the service is well."""

    status: Literal["ok"]


@router.get("/health/live", operation_id="isAlive", summary="Is it alive", responses={})
async def live() -> Health:
    """The process answers; restart it where it does not."""
    return Health(status="ok")


@router.get(
    "/health/ready",
    operation_id="isReady",
    summary="Is it ready",
    responses=only(HTTPStatus.SERVICE_UNAVAILABLE),
)
def ready(held: Held) -> Health:
    """The models are loaded and the store answers; send requests elsewhere where it does not."""
    with store_errors("store"), pymongo.timeout(STORE_SECONDS):
        held.database.client.admin.command("ping")
    return Health(status="ok")


@router.get(
    "/metrics",
    operation_id="getMetrics",
    summary="Metrics",
    response_class=PlainTextResponse,
    responses={
        **problems(),
        200: {
            "description": "Prometheus' text format.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
    },
)
async def metrics(caller: Viewer, held: Held, metered: Metered) -> PlainTextResponse:
    """Requests, their time, verdicts and models; for a viewer's key. Nothing of what was asked."""
    text = metered.text(held.models.current.digests.items())
    return PlainTextResponse(text, media_type=CONTENT_TYPE_LATEST)

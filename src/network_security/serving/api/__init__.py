"""The API under /v1, a router a resource."""

from typing import Final

from fastapi import APIRouter

from network_security.serving.api import (
    accounts,
    alerts,
    blocklist,
    evidence,
    features,
    jobs,
    messages,
    models,
    operation,
    suppressions,
    urls,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    urls.router,
    messages.router,
    features.router,
    jobs.router,
    alerts.router,
    suppressions.router,
    blocklist.router,
    evidence.router,
    models.router,
    accounts.router,
    accounts.keys_router,
    operation.router,
)
"""In the order in which the description shows them."""

"""Adds the pages to the application."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI

from network_security.serving.web import (
    alert,
    alerts,
    audit,
    batch,
    blocklist,
    check,
    deliveries,
    errors,
    events,
    labels,
    models,
    overview,
    set_up,
    sign_in,
    sources,
    suppressions,
    training,
    users,
)
from network_security.serving.web.assets import PATH, Assets

PAGES: Final = (
    overview, alerts, alert, check, batch, events, sources, labels, suppressions, blocklist,
    deliveries, models, training, audit, users, sign_in, set_up,
)  # fmt: skip


def add_pages(app: FastAPI) -> None:
    """Add every page, what they are made with, and how errors look."""
    app.mount(PATH, Assets(), name="static")
    for page in PAGES:
        app.include_router(page.router, include_in_schema=False)
    app.state.pulse = overview.Pulse()
    app.state.render_problem = errors.error_page

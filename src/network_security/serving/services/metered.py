"""The counts of an application, as a route's argument."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from network_security.serving.metrics import Metrics


def metrics_of(request: Request) -> Metrics:
    """The counts of a request's application."""
    metrics: Metrics = request.app.state.metrics
    return metrics


Metered = Annotated[Metrics, Depends(metrics_of)]

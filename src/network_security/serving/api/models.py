"""The models that serve."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from network_security.serving.openapi import problems
from network_security.serving.problems import not_found
from network_security.serving.security.access import Viewer
from network_security.serving.services.model_watch import describe
from network_security.serving.services.models import ModelName, model_card
from network_security.serving.services.services import Held

router = APIRouter(prefix="/v1/models", tags=["models"])


class ModelOut(BaseModel):
    """A model, and what is known about it."""

    name: str
    judges: str = Field(description="What it is for.")
    digest: str = Field(description="SHA-256 that changes with anything it judges by.")
    manifest: dict[str, Any] = Field(
        description="Training data with their licences, thresholds, metrics."
    )


class ModelsOut(BaseModel):
    """The models that serve now."""

    loaded: datetime = Field(description="When they were loaded.")
    problem: str | None = Field(description="Why newer ones cannot be loaded.")
    models: list[ModelOut]


@router.get("", operation_id="listModels", summary="Models that serve", responses=problems())
def models(caller: Viewer, held: Held) -> ModelsOut:
    """The models that serve now, with digest, training data, thresholds and metrics."""
    now = held.models.current
    return ModelsOut(
        loaded=now.loaded,
        problem=held.models.problem,
        models=[ModelOut(**each) for each in describe(now)],
    )


@router.get(
    "/{name}/card",
    operation_id="getModelCard",
    summary="Get a model's card",
    response_class=PlainTextResponse,
    responses={
        **problems(HTTPStatus.NOT_FOUND),
        200: {
            "description": "Markdown.",
            "content": {"text/markdown": {"schema": {"type": "string"}}},
        },
    },
)
def card(name: ModelName, caller: Viewer, held: Held) -> PlainTextResponse:
    """What a model is for, how it was made and measured, and where it fails."""
    text = model_card(held.models.current, name, held.settings.reports)
    if text is None:
        raise not_found("card of model", name)
    return PlainTextResponse(text, media_type="text/markdown")

"""Judges messages."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import BaseModel, Field

from network_security.serving.api.verdicts import Explanation, Model, ScoreOut, Sha256
from network_security.serving.openapi import problems
from network_security.serving.security.access import Viewer
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.services.judging import check_message, plain, score_messages
from network_security.serving.services.metered import Metered
from network_security.serving.services.services import Held

router = APIRouter(tags=["judging"], route_class=GuardedRoute)

MOST_MESSAGES = 20


class MessageOut(BaseModel):
    """What is said of one message."""

    message: Sha256 = Field(description="SHA-256 of its bytes.")
    score: ScoreOut
    explanation: Explanation = None


class MessagesOut(BaseModel):
    """Verdicts, in the order in which the messages were sent."""

    model: Model
    results: list[MessageOut]


@router.post(
    "/v1/messages",
    operation_id="scoreMessages",
    summary="Judge messages",
    responses=problems(),
)
def score(
    files: Annotated[
        list[UploadFile],
        File(
            min_length=1,
            max_length=MOST_MESSAGES,
            description="Messages as they were received (RFC 5322), .eml files.",
        ),
    ],
    caller: Viewer,
    held: Held,
    metered: Metered,
    explain: Annotated[
        Literal["true", "false"], Form(description="Whether to give the reasons.")
    ] = "false",
) -> MessagesOut:
    """Judge messages by their words and by where their links lead.

    Nothing of a message is opened or run, nobody is contacted, and no message is kept.
    """
    models = held.models.current
    raw = [file.file.read() for file in files]
    scored = score_messages(models, raw)
    metered.count_verdicts("message", (each.decision for _, each in scored))
    results = [
        MessageOut(
            message=digest,
            score=ScoreOut.model_validate(each, from_attributes=True),
            explanation=plain(check_message(models, content)) if explain == "true" else None,
        )
        for content, (digest, each) in zip(raw, scored, strict=True)
    ]
    manifest = models.messages.manifest
    return MessagesOut(
        model=Model(detector=manifest.detector, digest=manifest.digest), results=results
    )

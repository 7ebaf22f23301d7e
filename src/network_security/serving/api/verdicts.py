"""Verdicts as the API answers them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

Probability = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Model(BaseModel):
    """Which model judged."""

    detector: str = Field(description="Its name.", examples=["phishing"])
    digest: Sha256 = Field(description="SHA-256 that changes with anything it judges by.")


class ScoreOut(BaseModel):
    """A verdict without its reasons."""

    probability: Probability = Field(description="Of phishing, calibrated.")
    decision: bool = Field(description="Whether it reaches the threshold.")
    threshold: Probability = Field(description="The operating point of the tier.")
    tier: str = Field(description="What evidence it rests on, such as `url`.")


Explanation = Annotated[
    dict[str, Any] | None,
    Field(
        description="With `explain`: the answer with its confidence, what each piece of evidence "
        "adds (log-odds), what is not known, how far the probability could move, and the smallest "
        "change that turns the decision round."
    ),
]

"""Judges rows of the 30 features."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from network_security.evidence.phishing import FEATURES
from network_security.serving.api.parameters import Strict
from network_security.serving.api.verdicts import Explanation, Model, ScoreOut
from network_security.serving.openapi import problems
from network_security.serving.security.access import Viewer
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.services.judging import check_row, plain, score_rows
from network_security.serving.services.metered import Metered
from network_security.serving.services.services import Held

router = APIRouter(tags=["judging"], route_class=GuardedRoute)

MOST_EXPLAINED = 20

Feature = Literal[tuple(FEATURES)]  # type: ignore[valid-type]
FeatureRow = Annotated[
    dict[Feature, Literal[-1, 0, 1] | None],  # type: ignore[valid-type]
    Field(
        description="-1 suspicious, 0 in doubt, 1 legitimate; null, or no entry: not known. The "
        "features are those of the UCI Phishing Websites data set.",
        examples=[{"having_IP_Address": -1, "SSLfinal_State": 1, "age_of_domain": None}],
    ),
]


class RowsIn(Strict):
    """Rows to judge."""

    rows: list[FeatureRow] = Field(min_length=1, max_length=1000)
    explain: bool = Field(
        default=False, description=f"Give the reasons, of the first {MOST_EXPLAINED} at most."
    )


class RowOut(BaseModel):
    """What is said of one row."""

    score: ScoreOut
    explanation: Explanation = None


class RowsOut(BaseModel):
    """Verdicts, in the order in which the rows were sent."""

    model: Model
    results: list[RowOut]


@router.post(
    "/v1/features",
    operation_id="scoreFeatures",
    summary="Judge rows of features",
    responses=problems(),
)
def score(body: RowsIn, caller: Viewer, held: Held, metered: Metered) -> RowsOut:
    """Judge rows of the 30 features, known as far as they are."""
    models = held.models.current
    scores = score_rows(models, body.rows)
    metered.count_verdicts("features", (each.decision for each in scores))
    results = [RowOut(score=ScoreOut.model_validate(each, from_attributes=True)) for each in scores]
    if body.explain:
        for place, row in enumerate(body.rows[:MOST_EXPLAINED]):
            results[place].explanation = plain(check_row(models, row))
    manifest = models.features.manifest
    return RowsOut(model=Model(detector=manifest.detector, digest=manifest.digest), results=results)

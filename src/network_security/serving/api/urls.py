"""Judges URLs."""

from __future__ import annotations

from typing import Annotated

import orjson
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from network_security.judging import NotAUrlError
from network_security.serving.api.parameters import Strict
from network_security.serving.api.verdicts import Explanation, Model, ScoreOut
from network_security.serving.openapi import problems
from network_security.serving.security.access import Viewer
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.services.judging import UrlScore, check_url, score_urls
from network_security.serving.services.metered import Metered
from network_security.serving.services.model_watch import ServedModels
from network_security.serving.services.services import Held, Services

router = APIRouter(tags=["judging"], route_class=GuardedRoute)

FEW = 4
"""So many URLs are judged at once in less time than handing them to a thread can take."""
MOST_EXPLAINED = 20
JUDGING = CapacityLimiter(40)
"""Threads that judge; in all others requests may be waiting for a store that is silent."""


class UrlsIn(Strict):
    """URLs to judge."""

    urls: list[Annotated[str, Field(max_length=8192)]] = Field(
        min_length=1,
        max_length=1000,
        description="As they stand in a log or message: defanged, wrapped by a gateway, without a "
        "scheme.",
        examples=[["hxxps://login.example[.]org/verify?id=1"]],
    )
    explain: bool = Field(
        default=False, description=f"Give the reasons, of the first {MOST_EXPLAINED} at most."
    )


class UrlOut(BaseModel):
    """What is said of one URL."""

    given: str = Field(description="As it was sent.")
    url: str | None = Field(description="As its sender wrote it: what was judged.")
    score: ScoreOut | None = Field(description="The verdict; null where there is a problem.")
    problem: str | None = Field(description="Why it cannot be judged.")
    explanation: Explanation = None


class UrlsOut(BaseModel):
    """Verdicts, in the order in which the URLs were sent."""

    model: Model
    results: list[UrlOut]


@router.post(
    "/v1/urls",
    operation_id="scoreUrls",
    summary="Judge URLs",
    response_model=UrlsOut,
    responses=problems(),
)
async def score(body: UrlsIn, caller: Viewer, held: Held, metered: Metered) -> Response:
    """Judge URLs by their text; with `explain`, by the lookups that are switched on as well."""
    models = held.models.current
    if len(body.urls) <= FEW and not body.explain:
        results = score_urls(models, body.urls)
    else:
        results = await to_thread.run_sync(score_urls, models, body.urls, limiter=JUDGING)
    answers = [_plain(result) for result in results]
    if body.explain:
        for place, given in enumerate(body.urls[:MOST_EXPLAINED]):
            answers[place] |= await to_thread.run_sync(
                _explained, models, given, held, limiter=JUDGING
            )
    metered.count_verdicts("url", (each.score.decision for each in results if each.score))
    manifest = models.urls.manifest
    about = {"detector": manifest.detector, "digest": manifest.digest}
    answer = orjson.dumps({"model": about, "results": answers}, default=str)
    return Response(answer, media_type="application/json")


def _plain(result: UrlScore) -> dict[str, object]:
    return {
        "given": result.given,
        "url": result.url,
        "score": result.score,
        "problem": result.problem,
        "explanation": None,
    }


def _explained(models: ServedModels, given: str, held: Services) -> dict[str, object]:
    try:
        judgement = check_url(models, given, lookups=held.lookups, now=held.clock())
    except NotAUrlError:
        return {}
    verdict = judgement.verdict
    score = {
        "probability": verdict.probability,
        "decision": verdict.decision,
        "threshold": verdict.threshold,
        "tier": verdict.tier,
    }
    return {"score": score, "explanation": judgement.to_json()}

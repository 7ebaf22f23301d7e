"""Rules that keep alerts out of the queue."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from network_security.alerts.severity import Severity
from network_security.alerts.suppression import LONGEST_LIFE, Preview, SuppressionRule
from network_security.serving.api.idempotent import IdempotentRoute
from network_security.serving.api.parameters import Digest, Filter, Note, Strict, Whole, Word
from network_security.serving.openapi import problems
from network_security.serving.security.access import Analyst, Viewer
from network_security.serving.services.services import Held

router = APIRouter(tags=["suppressions"], route_class=IdempotentRoute)


class RuleIn(Strict):
    """A rule; all of its conditions must hold, and there must be one beside the severity."""

    reason: str = Field(min_length=1, max_length=1000, pattern=r"\S", examples=["Our own scanner"])
    days: Annotated[int, Field(ge=1, le=LONGEST_LIFE.days), Whole] = Field(
        description="How long it is in force."
    )
    detector: Word | None = Field(default=None, description="Only alerts of this detector.")
    host: Word | None = Field(default=None, description="Only these hosts; * and ? stand for any.")
    domain: Word | None = Field(default=None, description="Only hosts of this domain.")
    sender: Word | None = Field(default=None, description="Only messages of this sender.")
    recipient: Word | None = Field(default=None, description="Only for this recipient.")
    source: Word | None = Field(
        default=None, description="Only clients of this address or network.",
        examples=["192.0.2.0/24"],
    )  # fmt: skip
    severity: Severity | None = Field(default=None, description="Only up to this severity.")

    def rule(self, author: str, now: datetime) -> SuppressionRule:
        """The rule, in force from now on.

        Raises:
            RuleError: it cannot be; says why.
        """
        conditions = self.model_dump(exclude={"days"})
        return SuppressionRule(
            author=author, created=now, expires=now + timedelta(days=self.days), **conditions
        )


class RuleOut(BaseModel):
    """A rule, and how many alerts it keeps out of the queue."""

    id: str
    rule: SuppressionRule
    in_force: bool
    suppressed: int


class RulesOut(BaseModel):
    """All rules, expired ones too, the newest first."""

    rules: list[RuleOut]


class RemovalQuery(Filter):
    """Why a rule is removed."""

    note: Note = ""


@router.get(
    "/v1/suppressions", operation_id="listSuppressions", summary="List rules", responses=problems()
)
def rules(caller: Viewer, held: Held) -> RulesOut:
    """All rules, expired ones too, the newest first."""
    now, suppressed = held.clock(), held.alerts.suppressed()
    return RulesOut(
        rules=[
            RuleOut(
                id=rule.id, rule=rule, in_force=rule.in_force(now),
                suppressed=suppressed.get(rule.id, 0),
            )
            for rule in held.alerts.rules()
        ]
    )  # fmt: skip


@router.post(
    "/v1/suppressions",
    operation_id="addSuppression",
    summary="Add a rule",
    status_code=HTTPStatus.CREATED,
    responses=problems(HTTPStatus.CONFLICT),
)
def add(body: RuleIn, caller: Analyst, held: Held) -> RuleOut:
    """Add a rule, for alerts raised or changed from now on. Ask for its preview first."""
    rule = body.rule(caller.name, held.clock())
    held.alerts.add_rule(rule)
    return RuleOut(id=rule.id, rule=rule, in_force=True, suppressed=0)


@router.post(
    "/v1/suppression-previews",
    operation_id="previewSuppression",
    summary="Preview a rule",
    responses=problems(HTTPStatus.CONFLICT),
)
def preview(body: RuleIn, caller: Analyst, held: Held) -> Preview:
    """What a rule would have suppressed of all alerts there are; nothing is changed."""
    return held.alerts.preview_rule(body.rule(caller.name, held.clock()))


@router.delete(
    "/v1/suppressions/{id}",
    operation_id="removeSuppression",
    summary="Remove a rule",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def remove(
    id: Digest,
    query: Annotated[RemovalQuery, Query()],
    caller: Analyst,
    held: Held,
) -> Response:
    """Remove a rule; its alerts come back when something new is found of them."""
    held.alerts.remove_rule(id, who=caller.name, note=query.note)
    return Response(status_code=HTTPStatus.NO_CONTENT)

"""Alerts, and what analysts do with them."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from network_security.alerts.alert import Alert
from network_security.alerts.finding import Finding
from network_security.alerts.queries import AlertFilter
from network_security.alerts.severity import Severity
from network_security.alerts.triage import ClosingVerdict, Status
from network_security.serving.api.documents import json_safe
from network_security.serving.api.idempotent import IdempotentRoute
from network_security.serving.api.parameters import (
    Digest,
    Filter,
    Moment,
    Note,
    Shown,
    Size,
    Strict,
    Version,
    Word,
)
from network_security.serving.openapi import problems
from network_security.serving.security.access import Analyst, Viewer
from network_security.serving.security.roles import Caller
from network_security.serving.services.services import Held, Services

router = APIRouter(tags=["alerts"], route_class=IdempotentRoute)

AlertCursor = Annotated[
    str | None,
    Field(pattern=r"^[0-9]{15}-[0-9a-f]{64}$", description="The page before gave it."),
]
ONE = problems(HTTPStatus.NOT_FOUND)
ACTION = problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


class AlertsQuery(Filter):
    """Which alerts, and which page of them."""

    status: Status | None = None
    severity: Severity | None = None
    detector: Word | None = None
    assignee: Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")] | None = Field(
        default=None, description="Who has it; empty for those of nobody."
    )
    suppressed_by: Word | None = Field(default=None, description="Id of the rule.")
    entity: Shown | None = Field(
        default=None, description="How the URL, host or message id begins."
    )
    since: Moment | None = Field(default=None, description="Last seen then or later.")
    until: Moment | None = Field(default=None, description="Last seen before.")
    cursor: AlertCursor = None
    size: Size = 50


class AlertsOut(BaseModel):
    """Some alerts, those last seen first."""

    alerts: list[Alert]
    cursor: str | None


class CountsOut(BaseModel):
    """How many alerts there are, by status and severity."""

    counts: dict[Status, dict[Severity, int]]


class FindingsOut(BaseModel):
    """The verdicts behind an alert, each with its receipt."""

    findings: list[Finding]


class EventsOfAlert(BaseModel):
    """The raw events behind an alert, as Elastic Common Schema documents."""

    events: list[dict[str, Any]]


class HistoryEntry(BaseModel):
    """One action, as it was audited."""

    at: datetime
    who: str
    action: str
    note: str
    before: str | None = Field(description="SHA-256 of the alert before it.")
    after: str | None = Field(description="The same after it.")


class HistoryOut(BaseModel):
    """What was done to an alert, the first first."""

    entries: list[HistoryEntry]


class ActionIn(Strict):
    """What an analyst says of an action."""

    note: Note = ""
    version: Version = None


class CloseIn(ActionIn):
    """How an alert is closed; kept as a label for the next training."""

    verdict: ClosingVerdict = Field(description="What it was.")


class AssignIn(ActionIn):
    """Who is to have an alert."""

    to: Word | None = Field(description="A user's name; null for nobody.")


class BulkIn(Strict):
    """One action on several alerts; each stands for itself."""

    ids: list[Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] = Field(
        min_length=1, max_length=1000
    )
    action: Literal["acknowledge", "close", "reopen", "assign"]
    verdict: ClosingVerdict = Field(default="benign", description="Of `close`.")
    to: Word | None = Field(default=None, description="Of `assign`.")
    note: Note = ""


class BulkOut(BaseModel):
    """What became of a bulk action."""

    changed: list[Alert]
    problems: dict[str, str] = Field(description="Why it was not done on others, by id.")


@router.get("/v1/alerts", operation_id="listAlerts", summary="List alerts", responses=problems())
def alerts(query: Annotated[AlertsQuery, Query()], caller: Viewer, held: Held) -> AlertsOut:
    """Alerts that fulfil all that is given, those last seen first."""
    given = query.model_dump(exclude={"cursor", "size"})
    page = held.alerts.page(AlertFilter(**given), after=query.cursor, size=query.size)
    return AlertsOut(alerts=list(page.alerts), cursor=page.cursor)


@router.get(
    "/v1/alert-counts", operation_id="countAlerts", summary="Count alerts", responses=problems()
)
def counts(caller: Viewer, held: Held) -> CountsOut:
    """How many alerts there are, by status and severity."""
    return CountsOut.model_validate({"counts": held.alerts.counts()})


@router.post(
    "/v1/alert-actions",
    operation_id="changeAlerts",
    summary="Change alerts",
    responses=problems(HTTPStatus.CONFLICT),
)
def bulk(body: BulkIn, caller: Analyst, held: Held) -> BulkOut:
    """Do one thing with several alerts; what cannot be done with one stops none of the others."""
    done = held.alerts.bulk(body.ids, lambda id_: _act(held, caller, id_, body))
    return BulkOut(changed=list(done.changed), problems=done.problems)


@router.get("/v1/alerts/{id}", operation_id="getAlert", summary="Get an alert", responses=ONE)
def alert(id: Digest, caller: Viewer, held: Held) -> Alert:
    """An alert; where it became part of another, that one."""
    return held.alerts.get(id)


@router.get(
    "/v1/alerts/{id}/findings",
    operation_id="getAlertFindings",
    summary="Get its verdicts",
    responses=ONE,
)
def findings(id: Digest, caller: Viewer, held: Held) -> FindingsOut:
    """The verdicts behind an alert, with receipts by which `kedro replay-alert` repeats them."""
    return FindingsOut(findings=held.alerts.findings(held.alerts.get(id)))


@router.get(
    "/v1/alerts/{id}/events", operation_id="getAlertEvents", summary="Get its events", responses=ONE
)
def events(id: Digest, caller: Viewer, held: Held) -> EventsOfAlert:
    """The raw events behind an alert, as far as they are still stored."""
    found = held.events.some(held.alerts.get(id).events)
    return EventsOfAlert(events=[json_safe(event) for event in found])


@router.get(
    "/v1/alerts/{id}/audit", operation_id="getAlertAudit", summary="Get its history", responses=ONE
)
def history(id: Digest, caller: Viewer, held: Held) -> HistoryOut:
    """What was done to an alert, by whom, with its hash before and after."""
    entries = held.alerts.audit_of(held.alerts.get(id).id)
    return HistoryOut(
        entries=[HistoryEntry(**each | {"at": each["@timestamp"]}) for each in entries]
    )


@router.post(
    "/v1/alerts/{id}/acknowledge",
    operation_id="acknowledgeAlert",
    summary="Take it up",
    responses=ACTION,
)
def acknowledge(id: Digest, body: ActionIn, caller: Analyst, held: Held) -> Alert:
    """Take an alert up; whoever does so has it."""
    return held.alerts.acknowledge(id, who=caller.name, note=body.note, version=body.version)


@router.post(
    "/v1/alerts/{id}/close", operation_id="closeAlert", summary="Close it", responses=ACTION
)
def close(id: Digest, body: CloseIn, caller: Analyst, held: Held) -> Alert:
    """Close an alert with a verdict, which is kept as a label: who said so, when, and why."""
    return held.alerts.close(
        id, who=caller.name, verdict=body.verdict, note=body.note, version=body.version
    )


@router.post(
    "/v1/alerts/{id}/reopen", operation_id="reopenAlert", summary="Reopen it", responses=ACTION
)
def reopen(id: Digest, body: ActionIn, caller: Analyst, held: Held) -> Alert:
    """Put a closed alert into the queue again; its label is withdrawn."""
    return held.alerts.reopen(id, who=caller.name, note=body.note, version=body.version)


@router.post(
    "/v1/alerts/{id}/assign", operation_id="assignAlert", summary="Assign it", responses=ACTION
)
def assign(id: Digest, body: AssignIn, caller: Analyst, held: Held) -> Alert:
    """Give an alert to somebody."""
    return held.alerts.assign(id, who=caller.name, to=body.to, note=body.note, version=body.version)


def _act(held: Services, caller: Caller, id_: str, body: BulkIn) -> Alert:
    store, who, note = held.alerts, caller.name, body.note
    if body.action == "acknowledge":
        return store.acknowledge(id_, who=who, note=note)
    if body.action == "close":
        return store.close(id_, who=who, verdict=body.verdict, note=note)
    if body.action == "reopen":
        return store.reopen(id_, who=who, note=note)
    return store.assign(id_, who=who, to=body.to, note=note)

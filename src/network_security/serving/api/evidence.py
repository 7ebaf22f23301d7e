"""What alerts rest on: events, their sources, analysts' labels; and the audit log."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from pydantic import BaseModel, Field

from network_security.serving.api.documents import json_safe
from network_security.serving.api.parameters import TEXT, Moment, Paged, Shown, Word
from network_security.serving.openapi import problems
from network_security.serving.problems import not_found
from network_security.serving.security.access import Analyst, Viewer
from network_security.serving.services.audit import AuditFilter
from network_security.serving.services.events import EventFilter
from network_security.serving.services.services import Held
from network_security.serving.services.sources import SourceHealth

router = APIRouter(tags=["evidence"])

EventId = Annotated[
    str, PathParameter(max_length=200, pattern="^[A-Za-z0-9:._-]{1,200}$", description="Its id.")
]


class EventsQuery(Paged):
    """Which events, and which page of them; values may be defanged."""

    since: Moment | None = Field(
        default=None, description="By default a day before `until`; at most 31 days are searched."
    )
    until: Moment | None = Field(default=None, description="By default now.")
    source_ip: Shown | None = Field(default=None, examples=["192.0.2.7"])
    url_domain: Shown | None = None
    message_id: Shown | None = None
    module: Shown | None = Field(default=None, examples=["suricata"])
    dataset: Shown | None = None
    action: Shown | None = None
    outcome: Shown | None = None
    user: Shown | None = None
    host: Shown | None = None


class EventsOut(BaseModel):
    """Some events, the newest first, as Elastic Common Schema documents."""

    events: list[dict[str, Any]]
    cursor: str | None
    since: datetime = Field(
        description="From when on was searched: later than asked for where that was over 31 days."
    )
    until: datetime = Field(description="Until before when.")


class SourcesOut(BaseModel):
    """How the sources' parsers do, the worst first."""

    sources: list[SourceHealth]


class DeadLettersQuery(Paged):
    """Which dead letters, and which page of them."""

    format: Word | None = Field(default=None, description="Of this format.")
    cursor: Annotated[str | None, Field(max_length=300, pattern=TEXT)] = None


class DocumentsOut(BaseModel):
    """Some documents."""

    items: list[dict[str, Any]]
    cursor: str | None


class LabelsQuery(Paged):
    """Which labels, and which page of them."""

    subject: Word | None = Field(default=None, description="Of this alert.")


class AuditQuery(Paged):
    """Which entries, and which page of them."""

    subject: Word | None = Field(default=None, description="Of this alert, rule, user, key or job.")
    who: Word | None = Field(default=None, description="By this user or key.")
    action: Word | None = None
    since: Moment | None = None
    until: Moment | None = None


class AuditEntry(BaseModel):
    """Who did what to what."""

    at: datetime
    subject: str
    who: str
    action: str
    note: str
    before: str | None
    after: str | None


class AuditOut(BaseModel):
    """Some entries, the newest first."""

    entries: list[AuditEntry]
    cursor: str | None


@router.get(
    "/v1/events", operation_id="searchEvents", summary="Search events", responses=problems()
)
def events(query: Annotated[EventsQuery, Query()], caller: Viewer, held: Held) -> EventsOut:
    """Events of a span of time whose fields are what is given, the newest first."""
    wanted = EventFilter(**query.model_dump(exclude={"cursor", "size"}))
    since, until = held.events.span(wanted)
    wanted = replace(wanted, since=since, until=until)
    page = held.events.page(wanted, after=query.cursor, size=query.size)
    found = [json_safe(each) for each in page.documents]
    return EventsOut(events=found, cursor=page.cursor, since=since, until=until)


@router.get(
    "/v1/events/{id}",
    operation_id="getEvent",
    summary="Get an event",
    responses=problems(HTTPStatus.NOT_FOUND),
)
def event(id: EventId, caller: Viewer, held: Held) -> dict[str, Any]:
    """One event, with the raw text that it was read from."""
    found = held.events.get(id)
    if found is None:
        raise not_found("event", id)
    safe: dict[str, Any] = json_safe(found)
    return safe


@router.get("/v1/sources", operation_id="listSources", summary="Sources", responses=problems())
def sources(caller: Viewer, held: Held) -> SourcesOut:
    """How each source's parser does: records, dead letters, unknown fields, latency."""
    return SourcesOut(sources=held.sources.health())


@router.get(
    "/v1/dead-letters", operation_id="listDeadLetters", summary="Dead letters",
    responses=problems(),
)  # fmt: skip
def dead_letters(
    query: Annotated[DeadLettersQuery, Query()], caller: Analyst, held: Held
) -> DocumentsOut:
    """Records that could not be parsed, and why; `kedro replay-dead-letters` tries again."""
    found = held.sources.dead_letters(format_=query.format, after=query.cursor, size=query.size)
    return DocumentsOut(items=[json_safe(each) for each in found.letters], cursor=found.cursor)


@router.get("/v1/labels", operation_id="listLabels", summary="Labels", responses=problems())
def labels(query: Annotated[LabelsQuery, Query()], caller: Viewer, held: Held) -> DocumentsOut:
    """What analysts said of alerts: who, when, and why."""
    page = held.labels.page(subject=query.subject, after=query.cursor, size=query.size)
    return DocumentsOut(items=[json_safe(each) for each in page.documents], cursor=page.cursor)


@router.get("/v1/audit", operation_id="listAudit", summary="Audit log", responses=problems())
def audit(query: Annotated[AuditQuery, Query()], caller: Analyst, held: Held) -> AuditOut:
    """Who did what to what, the newest first."""
    wanted = AuditFilter(**query.model_dump(exclude={"cursor", "size"}))
    page = held.audit.page(wanted, after=query.cursor, size=query.size)
    entries = [AuditEntry(**each | {"at": each["@timestamp"]}) for each in page.documents]
    return AuditOut(entries=entries, cursor=page.cursor)

"""Searching the events of all sensors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from network_security.evidence.urls.refang import refang
from network_security.serving.problems import not_found
from network_security.serving.services.events import DEFAULT_RANGE, LONGEST_RANGE, EventFilter
from network_security.serving.web.times import time_of
from network_security.serving.web.view import ViewerPage

router: Final = APIRouter()

PAGE_ROWS: Final = 40
LONGEST: Final = 300
FIRST_FIELDS: Final = {
    "url_domain": "Domain",
    "source_ip": "Source address",
    "user": "User",
    "host": "Host",
}
MORE_FIELDS: Final = {
    "message_id": "Message id",
    "module": "Module",
    "dataset": "Dataset",
    "action": "Action",
    "outcome": "Outcome",
}
FIELDS: Final = {**FIRST_FIELDS, **MORE_FIELDS}
"""What events can be searched by, as links name it, and as people read it."""


@router.get("/events")
def events(
    view: ViewerPage,
    request: Request,
    since: Annotated[str, Query(max_length=40)] = "",
    until: Annotated[str, Query(max_length=40)] = "",
    after: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """A page of events, the newest first."""
    given = {
        name: value
        for name in FIELDS
        # As pages show them, values are copied from there.
        if (value := refang(request.query_params.get(name, "").strip()[:LONGEST]))
    }
    wanted = EventFilter(since=time_of(since, "Since"), until=time_of(until, "Until"), **given)
    begin, end = view.held.events.span(wanted)
    searched = replace(wanted, since=begin, until=end)
    page = view.held.events.page(searched, after=after or None, size=PAGE_ROWS)
    asked = given | {name: value for name, value in (("since", since), ("until", until)) if value}
    older = f"/events?{urlencode(asked | {'after': page.cursor})}" if page.cursor else None
    return view.page(
        "events.html",
        "events",
        events=[(event, what(event)) for event in page.documents],
        first_fields=FIRST_FIELDS,
        more_fields=MORE_FIELDS,
        given=given,
        since=since,
        until=until,
        searched=(begin, end),
        narrowed=wanted.since is not None and wanted.since < begin,
        older=older,
        newest=f"/events?{urlencode(asked)}" if after else None,
        default_hours=DEFAULT_RANGE // timedelta(hours=1),
        longest_days=LONGEST_RANGE.days,
    )


@router.get("/events/{id:path}")
def event_page(view: ViewerPage, id: str) -> Response:
    """One event: its fields, and the record that it was made of."""
    event = view.held.events.get(id)
    if event is None:
        raise not_found("event", id)
    original = event.get("event", {}).get("original", "")
    return view.page(
        "event.html",
        "events",
        event=event,
        what=what(event),
        fields=[each for each in flat(event) if each[0] not in ("event.original", "_id")],
        original=original,
    )


def flat(value: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Fields with their whole names, in the order of the document."""
    for name, each in value.items():
        whole = f"{path}{name}"
        if isinstance(each, Mapping):
            yield from flat(each, f"{whole}.")
        elif isinstance(each, list):
            yield whole, ", ".join(map(str, each[:50]))
        else:
            yield whole, str(each)


def what(event: Mapping[str, Any]) -> str:
    """What an event is about, in a line."""
    for path in ("url.original", "url.full", "url.domain", "email.subject", "dns.question.name",
                 "rule.name", "process.name", "message"):  # fmt: skip
        value: Any = event
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if value:
            return str(value)
    return str(event.get("event", {}).get("action") or "")

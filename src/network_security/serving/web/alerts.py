"""The queue of alerts, and what is done with several of them at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Final, Literal, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import Response

from network_security.alerts.alert import Alert
from network_security.alerts.queries import AlertFilter
from network_security.alerts.severity import SEVERITIES, Severity
from network_security.alerts.store import Bulk
from network_security.alerts.triage import LONGEST_NOTE, STATUSES, ClosingVerdict, Status
from network_security.evidence.urls.refang import refang
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.web.filters import plural
from network_security.serving.web.navigation import counts, counts_changed
from network_security.serving.web.view import AnalystPage, View, ViewerPage, draw
from network_security.storage.queries import LONGEST_TEXT

router: Final = APIRouter(route_class=GuardedRoute)

PAGE_ROWS: Final = 40
MOMENT: Final = timedelta(milliseconds=1)
MOST_UNDONE: Final = 25
"""Alerts whose closing the next page offers to undo."""

Seen = Literal["hour", "day", "week"]
SPANS: Final[dict[Seen, timedelta]] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
Action = Literal["acknowledge", "assign", "reopen", "true_positive", "false_positive", "benign"]
DONE: Final[dict[str, str]] = {
    "acknowledge": "acknowledged",
    "assign": "assigned to you",
    "reopen": "put into the queue again",
    "true_positive": "closed as true positive",
    "false_positive": "closed as false positive",
    "benign": "closed as benign",
}
COMES_BACK: Final[dict[str, str]] = {
    "true_positive": "comes back if it goes on, or grows more severe",
    "false_positive": "comes back if it grows more severe",
    "benign": "comes back if it grows more severe",
}
"""What new evidence does with what was closed so, as `Triage.with_evidence` has it."""


@dataclass(frozen=True)
class Asked:
    """What the link of a queue asks for, each as it stands in the link.

    Attributes:
        status: in this status; "all" for any.
        severity: of this severity.
        entity: the URL, message or host begins so.
        owner: "me", "nobody", or a name.
        seen: within this span.
    """

    status: Status | Literal["all"] = "new"
    severity: Severity | None = None
    entity: str = ""
    owner: str = ""
    seen: Seen | None = None

    @property
    def narrowed(self) -> bool:
        """Whether less than a whole status is asked for."""
        return bool(self.severity or self.entity or self.owner or self.seen)

    def wanted(self, caller: str, now: datetime) -> AlertFilter:
        """The filter that it means."""
        owner = {"": None, "me": caller, "nobody": ""}.get(self.owner, self.owner)
        return AlertFilter(
            status=None if self.status == "all" else self.status,
            severity=self.severity,
            entity=refang(self.entity.strip()) or None,
            assignee=owner,
            since=now - SPANS[self.seen] if self.seen else None,
        )

    def link(self, **changed: str | None) -> str:
        """The link of this queue, or of one that differs in something."""
        values = {**vars(self), **changed}
        query = urlencode({name: value for name, value in values.items() if value})
        return f"/alerts?{query}" if query else "/alerts"


def asked_of(
    status: Annotated[Status | Literal["all"], Query()] = "new",
    severity: Annotated[Severity | Literal[""], Query()] = "",
    entity: Annotated[str, Query(max_length=LONGEST_TEXT)] = "",
    owner: Annotated[str, Query(max_length=100)] = "",
    seen: Annotated[Seen | Literal[""], Query()] = "",
) -> Asked:
    """What a link asks for; fields that a form left empty ask for nothing."""
    return Asked(status, severity or None, entity, owner, seen or None)


Wanted = Annotated[Asked, Depends(asked_of)]


@router.get("/alerts")
def queue(
    view: ViewerPage, asked: Wanted, after: Annotated[str | None, Query(max_length=100)] = None
) -> Response:
    """A page of the queue, those last seen first."""
    wanted = asked.wanted(view.caller.name, view.held.clock())
    page = view.held.alerts.page(wanted, after=after or None, size=PAGE_ROWS)
    counted = counts(view.held.alerts)
    totals = {status: sum(counted[status].values()) for status in STATUSES}
    return view.page(
        "alerts.html",
        "alerts",
        asked=asked,
        tabs=[(name, totals[name]) for name in STATUSES] + [("all", sum(totals.values()))],
        alerts=page.alerts,
        who=who,
        newest=page.alerts[0].last_seen if page.alerts and not after else None,
        older=asked.link(after=page.cursor) if page.cursor else None,
        first=after is None,
        severities=tuple(reversed(SEVERITIES)),
        spans=get_args(Seen),
        any_at_all=sum(totals.values()) > 0,
    )


@router.get("/alerts/news")
def news(view: ViewerPage, asked: Wanted, than: datetime) -> Response:
    """Whether there are alerts that a queue does not show yet; asked every ten seconds."""
    wanted = asked.wanted(view.caller.name, view.held.clock())
    newer = replace(wanted, since=max(filter(None, (wanted.since, than + MOMENT))))
    count = view.held.alerts.count(newer)
    if not count:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return draw("parts/news.html", view.request, count=count, link=asked.link())


@router.post("/alerts/bulk")
def bulk(
    view: AnalystPage,
    action: Annotated[Action, Form()],
    id: Annotated[list[str] | None, Form()] = None,
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
    back: Annotated[str, Form()] = "/alerts",
) -> Response:
    """Do something with the chosen alerts; one with which it cannot be done stops no other."""
    if not id:
        return view.go(back, "Nothing was chosen: choose rows first.", "medium")
    done = _act(view, action, id, note)
    counts_changed(view.held.alerts)
    changed = tuple(alert.id for alert in done.changed)
    said = f"{plural(len(changed), 'alert')} {done_with(action)}." if changed else ""
    if done.problems:
        reasons = "; ".join(sorted(set(done.problems.values()))[:3])
        said = f"{said} {plural(len(done.problems), 'alert')} left as it was: {reasons}.".strip()
    undo = changed if action in get_args(ClosingVerdict) and len(changed) <= MOST_UNDONE else ()
    return view.go(back, said, "medium" if done.problems else "good", undo)


def done_with(action: str) -> str:
    """What was done, and what may undo it without anybody.

    >>> done_with("benign")
    'closed as benign; comes back if it grows more severe'
    """
    return "; ".join(filter(None, (DONE[action], COMES_BACK.get(action))))


def _act(view: View, action: Action, ids: list[str], note: str) -> Bulk:
    store, who_acts = view.held.alerts, view.caller.name
    if action == "acknowledge":
        return store.bulk(ids, lambda id_: store.acknowledge(id_, who=who_acts, note=note))
    if action == "assign":
        return store.bulk(ids, lambda id_: store.assign(id_, who=who_acts, to=who_acts, note=note))
    if action == "reopen":
        return store.bulk(ids, lambda id_: store.reopen(id_, who=who_acts, note=note))
    return store.bulk(ids, lambda id_: store.close(id_, who=who_acts, verdict=action, note=note))


def who(alert: Alert) -> str:
    """Whom an alert is about, in a few words: those who opened it, else those it came to."""
    people = alert.users or alert.clients
    if alert.reached and people:
        first = people[0] if len(people) == 1 else plural(len(people), "client")
        return f"{first} opened it"
    if alert.recipients:
        one = len(alert.recipients) == 1
        return alert.recipients[0] if one else plural(len(alert.recipients), "recipient")
    return (
        people[0]
        if len(people) == 1
        else plural(len(people), "client")
        if people
        else "nobody known"
    )

"""What is blocked, what is recommended to be, and what never is."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from network_security.evidence.urls.refang import refang
from network_security.response import BlockFilter, ResponseError
from network_security.response.entries import STATES
from network_security.response.feeds import FEEDS
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.web.filters import plural
from network_security.serving.web.view import AnalystPage, ViewerPage

router: Final = APIRouter(route_class=GuardedRoute)

PAGE_ROWS: Final = 40
DAYS: Final = (1, 7, 30, 90)
LONGEST: Final = 2000

Text = Annotated[str, Form(max_length=LONGEST)]
Tab = Literal["recommended", "enforced", "withdrawn", "all"]


@router.get("/blocklist")
def blocklist(
    view: ViewerPage,
    state: Annotated[Tab, Query()] = "recommended",
    value: Annotated[str, Query(max_length=LONGEST)] = "",
    after: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """A page of the blocklist, those last changed first, and the allow-list."""
    store, now = view.held.blocklist, view.held.clock()
    wanted = BlockFilter(
        state=None if state == "all" else state,
        value=refang(value.strip()) or None,
    )
    page = store.page(wanted, after=after or None, size=PAGE_ROWS)
    counted = {name: sum(kinds.values()) for name, kinds in store.counts().items()}
    asked = {"state": state, **({"value": value} if value else {})}
    return view.page(
        "blocklist.html",
        "blocklist",
        entries=page.entries,
        state=state,
        value=value,
        tabs=[(name, counted.get(name, 0)) for name in STATES] + [("all", sum(counted.values()))],
        older=f"/blocklist?{urlencode(asked | {'after': page.cursor})}" if page.cursor else None,
        newest=f"/blocklist?{urlencode(asked)}" if after else None,
        allowed=[entry for entry in store.allowed() if entry.in_force(now)],
        feeds=sorted(FEEDS),
        days=DAYS,
    )


@router.post("/blocklist")
def add(
    view: AnalystPage,
    value: Text = "",
    reason: Text = "",
    days: Annotated[int, Form(ge=1, le=365)] = 7,
    list: Annotated[Literal["block", "recommend", "allow"], Form()] = "block",
) -> Response:
    """Block an indicator, recommend that, or never block it."""
    store, who = view.held.blocklist, view.caller.name
    try:
        if list == "allow":
            store.allow("", refang(value.strip()), who=who, reason=reason, days=days)
            return view.go("/blocklist", "It is never blocked.")
        enforce = list == "block"
        store.add("", refang(value.strip()), who=who, reason=reason, days=days, enforce=enforce)
    except ResponseError as error:
        return view.go("/blocklist", f"Not done: {error}.", "wrong")
    state = "enforced" if enforce else "recommended"
    return view.go(f"/blocklist?state={state}", f"It is {state} for {plural(days, 'day')}.")


@router.post("/blocklist/{id}")
def act(
    view: AnalystPage,
    id: str,
    action: Annotated[Literal["enforce", "withdraw", "undo"], Form()],
    version: Annotated[int, Form()],
    change: Annotated[str, Form(max_length=200)] = "",
    back: Annotated[str, Form()] = "/blocklist",
) -> Response:
    """Enforce or withdraw an entry, or undo what was done with it last."""
    store, who = view.held.blocklist, view.caller.name
    try:
        if action == "enforce":
            entry = store.enforce(id, who=who, version=version)
        elif action == "withdraw":
            entry = store.withdraw(id, who=who, version=version)
        else:
            entry = store.undo(change, who=who)
    except ResponseError as error:
        return view.go(back, f"Not done: {error}.", "wrong")
    return view.go(back, f"The entry is {entry.state} now.")


@router.post("/blocklist/allowed/{id}/end")
def disallow(view: AnalystPage, id: str) -> Response:
    """End an entry of the allow-list."""
    try:
        view.held.blocklist.disallow(id, who=view.caller.name)
    except ResponseError as error:
        return view.go("/blocklist", f"Not done: {error}.", "wrong")
    return view.go("/blocklist", "It can be blocked again.")


@router.post("/alerts/{id}/block")
def propose(view: AnalystPage, id: str) -> Response:
    """Put what an alert is about on the list."""
    proposal = view.held.blocklist.propose(view.held.alerts.get(id))
    if not proposal.entries:
        why = "; ".join(sorted(set(proposal.refused.values()))[:3]) or "it names nothing to block"
        return view.go(f"/alerts/{id}", f"Not done: {why}.", "medium")
    said = f"{plural(len(proposal.entries), 'entry', 'entries')} on the list: enforce them there."
    return view.go("/blocklist", said)

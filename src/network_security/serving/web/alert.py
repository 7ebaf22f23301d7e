"""One alert: why, what is known and what is not, who is concerned, and what to do with it."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from starlette.responses import Response

from network_security.alerts.alert import Alert
from network_security.alerts.deliveries import DeliveryFilter
from network_security.alerts.finding import Finding
from network_security.alerts.receipt import verify
from network_security.alerts.replaying import replay_findings, scorers
from network_security.alerts.store import ConflictError
from network_security.alerts.triage import (
    LONGEST_NOTE,
    SYSTEM,
    ClosingVerdict,
    Entry,
    Triage,
    TriageError,
)
from network_security.demo.status import read_status
from network_security.detection.detector import DetectorError
from network_security.response import recommend
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.services.model_watch import ServedModels
from network_security.serving.services.services import Services
from network_security.serving.web import verdict_view
from network_security.serving.web.alert_lookups import similar
from network_security.serving.web.alerts import COMES_BACK, done_with
from network_security.serving.web.navigation import counts_changed
from network_security.serving.web.verdict_view import VerdictView
from network_security.serving.web.view import AnalystPage, ViewerPage

router: Final = APIRouter(route_class=GuardedRoute)

SHOWN_EVENTS: Final = 12
SHOWN_PEOPLE: Final = 30
SHOWN_DELIVERIES: Final = 6


@router.get("/alerts/{id}")
def alert_page(view: ViewerPage, id: str, replay: bool = False) -> Response:
    """The page; an alert that became part of another shows that one."""
    held = view.held
    alert = held.alerts.get(id)
    if alert.id != id:
        return view.go(f"/alerts/{alert.id}", "That alert became part of this one.", "medium")
    models = held.models.current
    findings = held.alerts.findings(alert)
    lead = _lead(alert, findings)
    features = None if lead is None else lead.receipt.features
    groups = models.features.manifest.groups
    truth = read_status(held.database) if held.settings.demo else None
    named = [alert.entity.text, *alert.entities, *alert.hosts, *alert.messages]
    return view.page(
        "alert.html",
        "alerts",
        demonstration=truth,
        attack=truth.attack_of(named) if truth else None,
        alert=alert,
        verdict=_explained(alert, lead, models),
        evidence=verdict_view.evidence(groups, features)
        if features and alert.entity.kind != "message"
        else (),
        recommended=recommend(alert),
        told=held.outbox.page(DeliveryFilter(alert=alert.id), size=SHOWN_DELIVERIES).deliveries,
        events=held.events.some(alert.events[:SHOWN_EVENTS]),
        more_events=max(0, len(alert.events) - SHOWN_EVENTS),
        similar=similar(held.database, alert),
        findings=findings,
        changed=[each for each in findings if verify(each.receipt)],
        replayed=_replayed(findings, models) if replay else None,
        history=tuple(reversed(alert.triage.history)),
        comes_back=COMES_BACK,
        came_back=came_back(alert.triage),
        system=SYSTEM,
        shown_people=SHOWN_PEOPLE,
        people=people(held) if view.may_triage else (),
        suppress=_suppression_link(alert),
    )


@router.post("/alerts/{id}")
def act(
    view: AnalystPage,
    id: str,
    action: Annotated[Literal["acknowledge", "close", "reopen", "assign"], Form()],
    version: Annotated[int, Form()],
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
    verdict: Annotated[ClosingVerdict | None, Form()] = None,
    to: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Do something with the alert as it was shown; not if somebody changed it since."""
    where, store, who = f"/alerts/{id}", view.held.alerts, view.caller.name
    try:
        if action == "close" and verdict is None:
            return view.go(where, "Say what it was, then close it.", "medium")
        if action == "acknowledge":
            store.acknowledge(id, who=who, note=note, version=version)
        elif action == "reopen":
            store.reopen(id, who=who, note=note, version=version)
        elif action == "assign":
            store.assign(id, who=who, to=to or None, note=note, version=version)
        elif verdict is not None:
            store.close(id, who=who, verdict=verdict, note=note, version=version)
    except (ConflictError, TriageError) as error:
        return view.go(where, f"Not done: {error}.", "wrong")
    counts_changed(store)
    done = {"assign": f"assigned to {to}" if to else "assigned to nobody"}
    said = done.get(action) or done_with(verdict if action == "close" and verdict else action)
    return view.go(where, f"{said[:1].upper()}{said[1:]}.")


def came_back(triage: Triage) -> Entry | None:
    """The line of history by which new evidence reopened an alert that is open; None for none."""
    turns = [each for each in triage.history if each.action in ("closed", "reopened")]
    if triage.status == "closed" or not turns:
        return None
    return turns[-1] if (turns[-1].action, turns[-1].who) == ("reopened", SYSTEM) else None


def people(held: Services) -> tuple[str, ...]:
    """Those who can have an alert."""
    return tuple(
        user.name for user in held.accounts.users() if not user.disabled and user.role != "viewer"
    )


def _lead(alert: Alert, findings: list[Finding]) -> Finding | None:
    """The finding whose figures the alert shows."""
    for finding in findings:
        same = finding.entity.text == alert.entity.text
        if same and finding.probability == alert.probability:
            return finding
    return findings[-1] if findings else None


def _explained(alert: Alert, lead: Finding | None, models: ServedModels) -> VerdictView:
    """The verdict, explained anew where the model that made it still serves."""
    model = f"{alert.detector} {alert.models[0][:12] if alert.models else ''}"
    stored = verdict_view.of_stored(
        alert.probability, alert.threshold, alert.tier, model, alert.contributions
    )
    features = None if lead is None else lead.receipt.features
    if lead is None or features is None or lead.digest != models.urls.manifest.digest:
        return stored
    codes = {name: None if code is None else int(code) for name, code in features.items()}
    try:
        verdict = models.urls.examine(lead.receipt.subject, codes)
    except DetectorError:
        return stored
    # Were it another figure than the alert was raised with, the stored reasons are the true ones.
    return verdict_view.of_url(verdict) if verdict.probability == lead.probability else stored


def _replayed(findings: list[Finding], models: ServedModels) -> list[str]:
    available = scorers(
        [models.features], {models.urls.manifest.digest: models.urls}, [models.messages]
    )
    return [str(each) for each in replay_findings(findings, available)]


def _suppression_link(alert: Alert) -> str:
    """The form of a new rule, filled in for alerts like this one."""
    like = {"detector": alert.detector}
    if alert.entity.host:
        like["host"] = alert.entity.host
    elif alert.senders:
        like["sender"] = alert.senders[0]
    return f"/suppressions/new?{urlencode(like)}"

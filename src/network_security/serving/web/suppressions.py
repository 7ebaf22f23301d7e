"""Rules that keep alerts out of the queue: made after a look at what they would have hidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from itertools import islice
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from network_security.alerts.alert import Alert
from network_security.alerts.severity import SEVERITIES, Severity
from network_security.alerts.suppression import (
    LONGEST_LIFE,
    LONGEST_PATTERN,
    Preview,
    RuleError,
    SuppressionRule,
    preview,
)
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.web.navigation import counts, counts_changed
from network_security.serving.web.view import AnalystPage, View, ViewerPage

router: Final = APIRouter(route_class=GuardedRoute)

CONDITIONS: Final = {
    "host": ("Host", "login.example.org, or *.example.org"),
    "domain": ("Domain", "example.org, and all hosts below it"),
    "sender": ("Sender", "news@example.org, or *@example.org"),
    "recipient": ("Recipient", "training@example.org"),
    "source": ("Client's address or network", "192.0.2.7, or 192.0.2.0/24"),
    "detector": ("Detector", "phishing"),
}
"""What a rule can ask for: as people read it, and an example."""
DAYS: Final = (1, 7, 30, 90, 365)
HISTORY: Final = 5000
"""So many of the latest alerts a rule is tried on before it is saved."""
SHOWN: Final = 10

Text = Annotated[str, Form(max_length=LONGEST_PATTERN)]


@dataclass(frozen=True)
class Tried:
    """What a rule would have done.

    Attributes:
        preview: in figures.
        examples: some alerts that it would have kept out of the queue.
        mistakes: some that were found to be real.
        stored: how many alerts there are, older ones than were looked at too.
    """

    preview: Preview
    examples: tuple[Alert, ...]
    mistakes: tuple[Alert, ...]
    stored: int


@router.get("/suppressions")
def suppressions(view: ViewerPage) -> Response:
    """All rules, those in force first."""
    now, hidden = view.held.clock(), view.held.alerts.suppressed()
    rules = [
        (rule, rule.in_force(now), hidden.get(rule.id, 0)) for rule in view.held.alerts.rules()
    ]
    rules.sort(key=lambda each: not each[1])
    return view.page("suppressions.html", "suppressions", rules=rules, conditions=CONDITIONS)


@router.get("/suppressions/new")
def new_rule(
    view: AnalystPage,
    host: Annotated[str, Query(max_length=LONGEST_PATTERN)] = "",
    domain: Annotated[str, Query(max_length=LONGEST_PATTERN)] = "",
    sender: Annotated[str, Query(max_length=LONGEST_PATTERN)] = "",
    recipient: Annotated[str, Query(max_length=LONGEST_PATTERN)] = "",
    source: Annotated[str, Query(max_length=LONGEST_PATTERN)] = "",
    detector: Annotated[str, Query(max_length=LONGEST_PATTERN)] = "",
) -> Response:
    """The form; a link may fill in its conditions."""
    given = {"host": host, "domain": domain, "sender": sender, "recipient": recipient,
             "source": source, "detector": detector}  # fmt: skip
    return _form(view, given)


@router.post("/suppressions")
def save(
    view: AnalystPage,
    step: Annotated[Literal["preview", "save"], Form()],
    reason: Annotated[str, Form(max_length=1000)] = "",
    days: Annotated[int, Form(ge=1, le=LONGEST_LIFE.days)] = 7,
    host: Text = "",
    domain: Text = "",
    sender: Text = "",
    recipient: Text = "",
    source: Text = "",
    detector: Text = "",
    severity: Annotated[Severity | Literal[""], Form()] = "",
) -> Response:
    """Try a rule on the alerts there are, or save it."""
    given = {"host": host, "domain": domain, "sender": sender, "recipient": recipient,
             "source": source, "detector": detector}  # fmt: skip
    now = view.held.clock()
    try:
        rule = SuppressionRule(
            reason=reason.strip(),
            author=view.caller.name,
            created=now,
            expires=now + timedelta(days=days),
            severity=severity or None,
            **{name: value.strip() or None for name, value in given.items()},
        )
    except RuleError as error:
        filled = given | {"reason": reason, "severity": severity}
        said = str(error)
        return _form(view, filled, days=days, problem=f"{said[:1].upper()}{said[1:]}.")
    if step == "preview":
        filled = given | {"reason": reason, "severity": severity}
        return _form(view, filled, days=days, tried=_try(view, rule))
    view.held.alerts.add_rule(rule)
    counts_changed(view.held.alerts)
    return view.go("/suppressions", f"The rule is in force for {days} days.")


@router.post("/suppressions/{id}/end")
def end(view: AnalystPage, id: str, note: Annotated[str, Form(max_length=1000)] = "") -> Response:
    """End a rule."""
    view.held.alerts.remove_rule(id, who=view.caller.name, note=note)
    counts_changed(view.held.alerts)
    said = "The rule is over. Its alerts come back when something new is found of them."
    return view.go("/suppressions", said)


def _try(view: View, rule: SuppressionRule) -> Tried:
    history = list(islice(view.held.alerts.every(), HISTORY))
    found = preview(rule, history)
    hidden = set(found.suppressed)
    real = set(found.true_positives)
    examples = [each for each in history if each.id in hidden and each.id not in real][:SHOWN]
    mistakes = [each for each in history if each.id in real][:SHOWN]
    stored = sum(sum(kinds.values()) for kinds in counts(view.held.alerts).values())
    return Tried(found, tuple(examples), tuple(mistakes), max(stored, found.alerts))


def _form(
    view: View,
    given: dict[str, str],
    *,
    days: int = 7,
    problem: str = "",
    tried: Tried | None = None,
) -> Response:
    return view.page(
        "suppression.html",
        "suppressions",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        given={"reason": "", "severity": "", **given},
        days=days,
        spans=DAYS,
        conditions=CONDITIONS,
        severities=SEVERITIES,
        history=HISTORY,
        problem=problem,
        tried=tried,
    )

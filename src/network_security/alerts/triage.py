"""What becomes of an alert: its status, who has it, how it was closed, and who did what.

=============  ==================================================================================
new            nobody has looked at it
acknowledged   somebody does
closed         somebody judged it: true positive, false positive or benign
suppressed     a rule took it out of the queue (see `network_security.alerts.suppression`)
=============  ==================================================================================

New evidence reopens a closed alert by two rules only: when it is now more severe than when it was
closed, and, if it was a true positive, when it went on after that. Evidence that comes late, of a
time before the closing, does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from network_security.alerts.severity import Severity, rank

Status = Literal["new", "acknowledged", "closed", "suppressed"]
ClosingVerdict = Literal["true_positive", "false_positive", "benign"]

STATUSES: tuple[Status, ...] = get_args(Status)
CLOSING_VERDICTS: tuple[ClosingVerdict, ...] = get_args(ClosingVerdict)
SYSTEM = "system"
"""Who does what nobody asked for."""
LONGEST_NOTE = 4000


class TriageError(Exception):
    """What cannot be done with an alert as it stands; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an alert's history.

    Attributes:
        at: When.
        who: The person, or ``system``.
        action: What was done: ``raised``, ``severity``, ``merged``, ``suppressed``,
            ``unsuppressed``, ``acknowledged``, ``closed``, ``reopened``, ``assigned``.
        note: What is to be said of it.
    """

    at: datetime
    who: str
    action: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """How an alert was closed.

    Attributes:
        verdict: What it was.
        note: Why.
        who: Who says so.
        at: When.
        severity: The alert's at that time.
        last_seen: Likewise.
    """

    verdict: ClosingVerdict
    note: str
    who: str
    at: datetime
    severity: Severity
    last_seen: datetime


@dataclass(frozen=True)
class Triage:
    """Where an alert stands.

    Attributes:
        status: As in the table above.
        assignee: Who has it; None for nobody.
        suppressed_by: The rule; None unless it is suppressed.
        closing: How it was closed last; None if it never was. Remains when it is reopened.
        history: What was done, the first first.
    """

    status: Status = "new"
    assignee: str | None = None
    suppressed_by: str | None = None
    closing: Closing | None = None
    history: tuple[Entry, ...] = ()

    def acknowledged(self, who: str, at: datetime, note: str = "") -> Triage:
        """Return it taken up; whoever does so has it, unless somebody else does.

        Raises:
            TriageError: If it is closed, or acknowledged already.
        """
        if self.status in ("closed", "acknowledged"):
            remedy = "reopen it first" if self.status == "closed" else "assign it instead"
            raise TriageError(f"the alert is {self.status}: {remedy}")
        taken = replace(
            self, status="acknowledged", suppressed_by=None, assignee=self.assignee or who
        )
        return taken.noted(at, who, "acknowledged", note)

    def closed(self, closing: Closing) -> Triage:
        """Return it closed.

        Raises:
            TriageError: If it is closed already, or there is no such verdict.
        """
        if self.status == "closed":
            raise TriageError("the alert is closed: reopen it first")
        if closing.verdict not in CLOSING_VERDICTS:
            raise TriageError(
                f"{closing.verdict!r} is no verdict: one of {', '.join(CLOSING_VERDICTS)}"
            )
        done = replace(self, status="closed", suppressed_by=None, closing=closing)
        note = f"{closing.verdict}: {closing.note}" if closing.note else closing.verdict
        return done.noted(closing.at, closing.who, "closed", note)

    def reopened(self, who: str, at: datetime, note: str = "") -> Triage:
        """Return it new again.

        Raises:
            TriageError: If it is not closed.
        """
        if self.status != "closed":
            raise TriageError(f"the alert is {self.status}: only a closed one can be reopened")
        return replace(self, status="new").noted(at, who, "reopened", note)

    def assigned(self, to: str | None, who: str, at: datetime, note: str = "") -> Triage:
        """Return it with somebody, or with None, nobody."""
        named = f"to {to}" if to else "to nobody"
        return replace(self, assignee=to).noted(
            at, who, "assigned", f"{named}: {note}" if note else named
        )

    def suppressed(self, rule: str | None, at: datetime) -> Triage:
        """Return what the rules make of it: only what nobody has looked at is theirs.

        Args:
            rule: The rule that matches now; None for none.
            at: When that was found.
        """
        if self.status not in ("new", "suppressed") or rule == self.suppressed_by:
            return self
        if rule is None:
            freed = replace(self, status="new", suppressed_by=None)
            return freed.noted(at, SYSTEM, "unsuppressed", f"rule {self.suppressed_by} is over")
        hidden = replace(self, status="suppressed", suppressed_by=rule)
        return hidden.noted(at, SYSTEM, "suppressed", f"by rule {rule}")

    def with_evidence(self, severity: Severity, last_seen: datetime, at: datetime) -> Triage:
        """Return what evidence makes of it: reopened by the rules above, else as it is.

        Args:
            severity: The alert's with the evidence.
            last_seen: Likewise.
            at: When it was found.
        """
        if self.status != "closed" or self.closing is None:
            return self
        closing = self.closing
        if rank(severity) > rank(closing.severity):
            why = f"severity is {severity}, was {closing.severity} when it was closed"
        elif closing.verdict == "true_positive" and last_seen > max(closing.at, closing.last_seen):
            why = f"it went on after it was closed, until {last_seen:%Y-%m-%d %H:%M:%S} UTC"
        else:
            return self
        return self.reopened(SYSTEM, at, why)

    def noted(self, at: datetime, who: str, action: str, note: str = "") -> Triage:
        """Return it with a line of history more.

        Raises:
            TriageError: If nobody is named, or the note is too long.
        """
        if not who.strip():
            raise TriageError("nobody is named: every action has an author")
        if len(note) > LONGEST_NOTE:
            raise TriageError(f"the note has {len(note)} characters, at most {LONGEST_NOTE}")
        return replace(self, history=(*self.history, Entry(at, who, action, note)))


def together(several: Iterable[Triage]) -> Triage:
    """Return the triage of an alert that others became part of, the first ones first.

    What is open in one is open in all: acknowledged before new before closed before suppressed.
    """
    all_ = list(several)
    status = min((each.status for each in all_), key=_MOST_OPEN.index)
    closings = [each.closing for each in all_ if each.closing]
    entries = {entry for each in all_ for entry in each.history}
    return Triage(
        status=status,
        assignee=next((each.assignee for each in all_ if each.assignee), None),
        suppressed_by=next(each.suppressed_by for each in all_ if each.status == status),
        closing=max(closings, key=lambda closing: closing.at, default=None),
        history=tuple(sorted(entries, key=lambda each: (each.at, each.who, each.action))),
    )


_MOST_OPEN: tuple[Status, ...] = ("acknowledged", "new", "closed", "suppressed")

"""An alert's life: whatever people and evidence do, in whatever order, some things always hold."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from network_security.alerts.severity import SEVERITIES, rank
from network_security.alerts.triage import (
    CLOSING_VERDICTS,
    STATUSES,
    SYSTEM,
    Closing,
    Triage,
    TriageError,
    together,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
people = st.sampled_from(["ana", "bob"])


class AlertLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.triage = Triage().noted(START, SYSTEM, "raised")
        self.severity = "informational"
        self.last_seen = START
        self.before = self.triage

    def become(self, triage: Triage) -> None:
        self.before, self.triage = self.triage, triage
        self.now += timedelta(minutes=1)

    @precondition(lambda self: self.triage.status in ("new", "suppressed"))
    @rule(who=people)
    def acknowledge(self, who: str) -> None:
        self.become(self.triage.acknowledged(who, self.now))
        assert self.triage.assignee == (self.before.assignee or who)

    @precondition(lambda self: self.triage.status in ("closed", "acknowledged"))
    @rule(who=people)
    def acknowledge_in_vain(self, who: str) -> None:
        with pytest.raises(TriageError, match=f"the alert is {self.triage.status}: "):
            self.triage.acknowledged(who, self.now)

    @precondition(lambda self: self.triage.status != "closed")
    @rule(who=people, verdict=st.sampled_from(CLOSING_VERDICTS))
    def close(self, who: str, verdict: str) -> None:
        closing = Closing(verdict, "", who, self.now, self.severity, self.last_seen)
        self.become(self.triage.closed(closing))

    @precondition(lambda self: self.triage.status == "closed")
    @rule(who=people)
    def close_in_vain(self, who: str) -> None:
        closing = Closing("benign", "", who, self.now, self.severity, self.last_seen)
        with pytest.raises(TriageError, match="reopen it first"):
            self.triage.closed(closing)

    @precondition(lambda self: self.triage.status == "closed")
    @rule(who=people)
    def reopen(self, who: str) -> None:
        self.become(self.triage.reopened(who, self.now))
        assert self.triage.status == "new"

    @rule(who=people, to=st.none() | people)
    def assign(self, who: str, to: str | None) -> None:
        self.become(self.triage.assigned(to, who, self.now))
        assert self.triage.status == self.before.status

    @rule(matching=st.none() | st.sampled_from(["rule 1", "rule 2"]))
    def apply_rules(self, matching: str | None) -> None:
        self.become(self.triage.suppressed(matching, self.now))
        if self.before.status in ("acknowledged", "closed"):
            assert self.triage == self.before
        else:
            assert self.triage.suppressed_by == matching

    @rule(rise=st.integers(0, 2), late=st.booleans())
    def more_evidence(self, rise: int, late: bool) -> None:
        self.severity = SEVERITIES[min(rank(self.severity) + rise, 4)]
        self.last_seen = self.last_seen if late else self.now
        self.become(self.triage.with_evidence(self.severity, self.last_seen, self.now))
        closing = self.before.closing
        if self.before.status == "closed" and closing:
            risen = rank(self.severity) > rank(closing.severity)
            went_on = closing.verdict == "true_positive" and self.last_seen > closing.at
            assert (self.triage.status == "new") == (risen or went_on)
        else:
            assert self.triage == self.before
        again = self.triage.with_evidence(self.severity, self.last_seen, self.now)
        assert again == self.triage, "the same evidence reopens once"

    @invariant()
    def nothing_is_without_its_history(self) -> None:
        old, new = self.before.history, self.triage.history
        assert new[: len(old)] == old
        if self.triage != self.before and self.triage.history:
            assert len(new) == len(old) + 1
        assert [entry.at for entry in new] == sorted(entry.at for entry in new)

    @invariant()
    def what_is_said_fits_the_status(self) -> None:
        assert self.triage.status in STATUSES
        assert (self.triage.status == "suppressed") == (self.triage.suppressed_by is not None)
        assert self.triage.status != "closed" or self.triage.closing is not None


TestAlertLife = AlertLife.TestCase
TestAlertLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_what_becomes_one_is_as_open_as_the_most_open_part() -> None:
    raised = Triage().noted(START, SYSTEM, "raised")
    closing = Closing("benign", "", "ana", START, "low", START)
    closed = raised.closed(closing)
    acknowledged = raised.acknowledged("bob", START)
    hidden = raised.suppressed("rule", START)

    assert together([closed, raised]).status == "new"
    assert together([closed, raised, acknowledged]).status == "acknowledged"
    assert together([hidden, closed]).status == "closed"
    assert together([hidden, hidden]) == hidden
    assert together([closed, raised]).closing == closing
    actions = [entry.action for entry in together([closed, acknowledged]).history]
    assert sorted(actions) == ["acknowledged", "closed", "raised"]


@pytest.mark.parametrize("who", ["", "  "])
def test_every_action_has_an_author(who: str) -> None:
    with pytest.raises(TriageError, match="nobody is named"):
        Triage().acknowledged(who, START)


def test_a_note_that_is_too_long_is_refused() -> None:
    with pytest.raises(TriageError, match="the note has 4001 characters, at most 4000"):
        Triage().acknowledged("ana", START, "x" * 4001)


def test_a_verdict_that_is_none_is_refused() -> None:
    closing = Closing("maybe", "", "ana", START, "low", START)  # type: ignore[arg-type]
    with pytest.raises(TriageError, match="'maybe' is no verdict: one of true_positive"):
        Triage().closed(closing)

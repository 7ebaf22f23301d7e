"""Alerts follow from the findings alone, however these come and whatever is interrupted."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.collection import Collection
from pymongo.database import Database

from network_security.alerts.alert import Alert
from network_security.alerts.finding import Finding
from network_security.alerts.grouping import GroupingOptions
from network_security.alerts.journal import Journal
from network_security.alerts.recording import Recorder, Update
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.store import AlertStore
from network_security.alerts.suppression import SuppressionRule

MakeFinding = Callable[..., Finding]
Record = Callable[..., list[Update]]

GROUPING = GroupingOptions(quiet_hours=2, longest_hours=8)
SOME = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def record(store: AlertStore) -> Record:
    return lambda *findings: list(store.record(findings, GROUPING))


def told(alerts: Iterator[Alert]) -> list[dict[str, Any]]:
    """All that alerts say, but when and how often they were brought up to date."""
    plain = [alert.to_document() for alert in alerts]
    return sorted(
        ({**each, "history": [], "version": 0} for each in plain), key=lambda each: each["_id"]
    )


def empty(database: Database[dict[str, Any]]) -> None:
    for name in ("alerts", "findings", "audit"):
        database[name].delete_many({"_id": {"$exists": True}})


def test_a_finding_raises_an_alert(record: Record, store: AlertStore, finding: MakeFinding) -> None:
    (update,) = record(
        finding("a", recipients=("bob@corp.example",), offered=True, messages=("m",))
    )

    assert update.kind == "raised"
    alert = store.get(update.alert.id)
    assert alert == update.alert
    assert alert.title == "Phishing link to login.shop.example: came to 1 recipient, not opened"
    assert (alert.severity, alert.count, alert.triage.status) == ("low", 1, "new")
    assert [each.name for each in alert.attack] == ["Phishing: Spearphishing Link"]
    assert (alert.known, alert.unknown) == (("port",), ("SFH",))
    assert [entry.action for entry in alert.triage.history] == ["raised"]


def test_the_same_findings_change_nothing(record: Record, finding: MakeFinding) -> None:
    record(finding("a"), finding("b", 1))

    assert record(finding("b", 1), finding("a"), finding("a")) == []


def test_new_evidence_raises_the_severity(record: Record, finding: MakeFinding) -> None:
    record(finding("a"))
    (update,) = record(finding("a", offered=True, reached=True, clients=("192.0.2.7",)))

    assert update.kind == "escalated"
    assert update.alert.severity == "medium"
    assert update.alert.count == 1
    assert update.alert.title.endswith("opened by 1 client")
    assert update.alert.triage.history[-1].note == "informational to medium"
    assert record(finding("a")) == [], "what is known stays known"


def test_two_models_on_one_sighting_count_once(record: Record, finding: MakeFinding) -> None:
    record(finding("a", sighting="row"), finding("b", sighting="row", digest="e" * 64))
    (update,) = record(finding("c", 1))

    assert update.alert.count == 2
    assert len(update.alert.models) == 2


@pytest.mark.parametrize("many", [1, 1000])
@SOME
@given(data=st.data())
def test_batches_and_order_do_not_matter(
    database, store: AlertStore, finding: MakeFinding, clock, many: int, data: st.DataObject
) -> None:
    hours = data.draw(st.lists(st.integers(0, 200).map(lambda tenth: tenth / 10), max_size=9))
    found = [
        finding(
            f"{number}",
            hour,
            url=f"https://{'ab'[number % 3 == 0]}.example/{number}",
            reached=number % 4 == 0,
        )
        for number, hour in enumerate(hours)
    ]
    empty(database)
    list(store.record(found, GROUPING))
    at_once = told(store.every())

    empty(database)
    recorder = Recorder(database, GROUPING, SeverityOptions(), many=many)
    shuffled = data.draw(st.permutations(found))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(found)), max_size=4)))
    for start, stop in itertools.pairwise([0, *cuts, len(found)]):
        list(recorder.record([*shuffled[start:stop], *shuffled[:1]], [], clock()))
    assert told(store.every()) == at_once


def test_an_alert_of_many_findings_grows_without_reading_them(
    database, finding: MakeFinding, clock, monkeypatch
) -> None:
    recorder = Recorder(database, GROUPING, SeverityOptions(), many=3)

    def record(*findings: Finding) -> Alert:
        (update,) = recorder.record(findings, [], clock())
        return update.alert

    record(finding("a"), finding("b"))
    record(finding("c", 1))
    asked: list[dict[str, Any]] = []
    find = Collection.find

    def noted(collection: Any, query: Any, *given: Any) -> Any:
        if collection.name == "findings":
            asked.append(query)
        return find(collection, query, *given)

    monkeypatch.setattr(Collection, "find", noted)
    assert record(finding("d", 2), finding("a", reached=True)).count == 4
    assert record(finding("e", 2)).count == 5
    assert [[*query] for query in asked] == [["_id"], ["_id"]]

    someone_else = Recorder(database, GROUPING, SeverityOptions())
    list(someone_else.record([finding("f", 2.5)], [], clock()))
    assert record(finding("g", 3)).count == 7, "what others recorded is not lost"


def test_a_late_finding_merges_alerts_and_their_triage(
    record: Record, store: AlertStore, finding: MakeFinding
) -> None:
    record(finding("a", 0), finding("b", 3.5))
    first, second = sorted(store.every(), key=lambda alert: alert.first_seen)
    store.acknowledge(second.id, who="ana", note="mine")
    (update,) = record(finding("c", 1.8))

    assert [alert.id for alert in store.every()] == [first.id]
    alert = store.get(second.id)
    assert alert.id == first.id == update.alert.id
    assert (alert.triage.status, alert.triage.assignee) == ("acknowledged", "ana")
    assert ("ana", "acknowledged") in [(each.who, each.action) for each in alert.triage.history]
    assert [each["action"] for each in store.audit_of(second.id)] == ["acknowledged", "merged"]


def test_what_is_done_to_an_alert_while_it_is_merged_is_not_lost(
    record: Record, store: AlertStore, finding: MakeFinding, monkeypatch
) -> None:
    record(finding("a", 0), finding("b", 3.5))
    first, second = sorted(store.every(), key=lambda alert: alert.first_seen)
    absorb = Journal.absorb
    once = iter([True])

    def absorb_after_somebody_acted(self: Journal, *given: Any) -> bool:
        if next(once, False):
            store.acknowledge(second.id, who="ana")
        return absorb(self, *given)

    monkeypatch.setattr(Journal, "absorb", absorb_after_somebody_acted)
    (update,) = record(finding("c", 1.8))

    assert [alert.id for alert in store.every()] == [first.id]
    assert (update.alert.triage.status, update.alert.triage.assignee) == ("acknowledged", "ana")


def test_an_earlier_finding_moves_the_beginning(
    record: Record, store: AlertStore, finding: MakeFinding
) -> None:
    (before,) = record(finding("b", 1))
    store.assign(before.alert.id, who="ana", to="bob")
    (update,) = record(finding("a", 0))

    assert update.kind == "updated", "what is told already is not raised again"
    assert store.get(before.alert.id).triage.assignee == "bob"
    assert store.get(before.alert.id).first_seen == finding("a", 0).first_seen


class TestClosedAlerts:
    def close(self, store: AlertStore, update: Update, verdict: Any) -> Alert:
        return store.close(update.alert.id, who="ana", verdict=verdict)

    def test_more_of_the_same_leaves_a_false_positive_closed(
        self, record: Record, store: AlertStore, finding: MakeFinding
    ) -> None:
        self.close(store, *record(finding("a")), "false_positive")
        (update,) = record(finding("b", 1))

        assert update.alert.count == 2
        assert update.alert.triage.status == "closed"

    def test_a_higher_severity_reopens_it(
        self, record: Record, store: AlertStore, finding: MakeFinding
    ) -> None:
        self.close(store, *record(finding("a")), "false_positive")
        (update,) = record(finding("b", 1, confirmed_by=("threat list",)))

        assert (update.kind, update.alert.triage.status) == ("reopened", "new")
        assert "severity is medium, was informational" in update.alert.triage.history[-1].note

    def test_a_true_positive_that_goes_on_is_reopened_and_a_late_finding_does_not(
        self, record: Record, store: AlertStore, finding: MakeFinding, clock
    ) -> None:
        clock.now = finding("a").first_seen + timedelta(hours=1)
        self.close(store, *record(finding("a")), "true_positive")

        assert record(finding("b", 0.5))[0].alert.triage.status == "closed"
        (update,) = record(finding("c", 2))
        assert update.alert.triage.status == "new"
        assert update.alert.triage.closing is not None
        assert record(finding("c", 2)) == []

    def test_a_true_positive_of_a_sensor_whose_clock_is_fast_stays_closed(
        self, record: Record, store: AlertStore, finding: MakeFinding, clock
    ) -> None:
        clock.now = finding("a").first_seen - timedelta(hours=1)
        self.close(store, *record(finding("a")), "true_positive")

        assert record(finding("a")) == []


class TestSuppression:
    def rule(self, clock, **known: Any) -> SuppressionRule:
        now = clock()
        known = {"domain": "shop.example"} | known
        return SuppressionRule("our own test", "ana", now, now + timedelta(days=7), **known)

    def test_it_is_stored_and_counted(
        self, record: Record, store: AlertStore, finding: MakeFinding, clock
    ) -> None:
        id_ = store.add_rule(self.rule(clock))
        (update,) = record(finding("a"))

        assert (update.kind, update.alert.triage.status) == ("suppressed", "suppressed")
        assert store.get(update.alert.id).triage.suppressed_by == id_
        assert store.suppressed() == {id_: 1}

    def test_it_ends_with_the_rule(
        self, record: Record, store: AlertStore, finding: MakeFinding, clock
    ) -> None:
        store.add_rule(self.rule(clock))
        record(finding("a"))
        clock.now += timedelta(days=8)
        (update,) = record(finding("b", 1))

        assert (update.kind, update.alert.triage.status) == ("reopened", "new")

    def test_it_ends_when_the_alert_is_more_than_the_rule_says(
        self, record: Record, store: AlertStore, finding: MakeFinding, clock
    ) -> None:
        store.add_rule(self.rule(clock, severity="low"))
        record(finding("a"))
        (update,) = record(finding("a", reached=True))

        assert update.alert.triage.status == "new"

    def test_what_somebody_works_on_is_not_taken_away(
        self, record: Record, store: AlertStore, finding: MakeFinding, clock
    ) -> None:
        (update,) = record(finding("a"))
        store.acknowledge(update.alert.id, who="bob")
        store.add_rule(self.rule(clock))

        assert record(finding("b", 1))[0].alert.triage.status == "acknowledged"


class CrashError(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("survived", range(6))
def test_a_crash_between_any_two_writes_is_made_up_for(
    database, store: AlertStore, record: Record, finding: MakeFinding, monkeypatch, survived: int
) -> None:
    first = [finding("a", 0), finding("b", 3.5), finding("x", url="https://x.example/1")]
    second = [finding("c", 1.8, reached=True), finding("y", 1, url="https://x.example/2")]
    record(*first)
    for alert in store.every():
        store.acknowledge(alert.id, who="ana")
    record(*second)
    expected = told(store.every())

    empty(database)
    record(*first)
    for alert in store.every():
        store.acknowledge(alert.id, who="ana")
    left = itertools.count(survived, -1)

    def or_crash(write: Callable[..., Any]) -> Callable[..., Any]:
        def written(*given: Any, **named: Any) -> Any:
            if next(left) <= 0:
                raise CrashError
            return write(*given, **named)

        return written

    with monkeypatch.context() as patch:
        for name in ("insert_many", "replace_one", "update_one", "delete_one", "bulk_write"):
            patch.setattr(f"pymongo.collection.Collection.{name}",
                          or_crash(getattr(type(database.alerts), name)))  # fmt: skip
        try:
            record(*second)
        except CrashError:
            pass
        else:
            assert survived == 5, "there are five writes"
    record(*second)

    assert told(store.every()) == expected
    assert database.alerts.find_one({"audited": False}) is None


def test_an_alert_that_another_process_raised_meanwhile_is_taken_as_it_is(
    store: AlertStore, record: Record, finding: MakeFinding, monkeypatch
) -> None:
    (update,) = record(finding("a"))
    store.assign(update.alert.id, who="ana", to="bob")
    read = Recorder._read
    outdated = iter([True])
    monkeypatch.setattr(
        Recorder, "_read", lambda *given: [] if next(outdated, False) else read(*given)
    )

    (update,) = record(finding("b", 1))

    alert = store.get(update.alert.id)
    assert (alert.count, alert.triage.assignee) == (2, "bob")


def test_somebody_working_on_an_alert_meanwhile_loses_nothing(
    store: AlertStore, record: Record, finding: MakeFinding, monkeypatch
) -> None:
    (update,) = record(finding("a"))
    change = Journal.change
    once = iter([True])

    def change_after_somebody_else(self: Journal, before: Alert, *given: Any) -> Alert | None:
        if next(once, False):
            triage = before.triage.acknowledged("bob", before.last_seen)
            assert change(self, before, replace(before, triage=triage), triage.history[-1])
        return change(self, before, *given)

    monkeypatch.setattr(Journal, "change", change_after_somebody_else)
    record(finding("b", 1))

    alert = store.get(update.alert.id)
    assert (alert.count, alert.triage.status, alert.triage.assignee) == (2, "acknowledged", "bob")

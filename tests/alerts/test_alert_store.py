"""Lists, counts and actions, on a real server."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from network_security.alerts.alert import Alert
from network_security.alerts.finding import Finding
from network_security.alerts.journal import Journal
from network_security.alerts.queries import AlertFilter
from network_security.alerts.store import AlertNotFoundError, AlertStore, ConflictError
from network_security.alerts.suppression import SuppressionRule
from network_security.alerts.triage import TriageError
from network_security.storage.queries import QueryError

MakeFinding = Callable[..., Finding]


@pytest.fixture
def alerts(store: AlertStore, finding: MakeFinding) -> list[Alert]:
    """Seven alerts, an hour apart, the last first; every other one of a severity."""
    found = [
        finding(
            str(number),
            number,
            url=f"https://site{number}.example/",
            reached=number % 2 == 0,
            detector="phishing" if number else "other",
        )
        for number in range(7)
    ]
    raised = [update.alert for update in store.record(found)]
    return sorted(raised, key=lambda alert: alert.last_seen, reverse=True)


def ids(alerts: Any) -> list[str]:
    return [alert.id for alert in alerts]


class TestLists:
    def test_pages_follow_one_another(self, store: AlertStore, alerts: list[Alert]) -> None:
        first = store.page(size=3)
        second = store.page(size=3, after=first.cursor)
        third = store.page(size=3, after=second.cursor)

        assert ids([*first.alerts, *second.alerts, *third.alerts]) == ids(alerts)
        assert third.cursor is None
        assert ids(store.every()) == ids(alerts)

    def test_an_alert_that_moves_to_the_front_is_not_shown_twice(
        self, store: AlertStore, alerts: list[Alert], finding: MakeFinding
    ) -> None:
        first = store.page(size=3)
        (moved,) = store.record([finding("more", 8, url="https://site1.example/more")])
        assert store.page(size=1).alerts[0].id == moved.alert.id

        rest = store.page(after=first.cursor)
        assert ids(rest.alerts) == [id_ for id_ in ids(alerts)[3:] if id_ != moved.alert.id]

    @pytest.mark.parametrize(
        ("wanted", "numbers"),
        [
            ({"severity": "medium"}, [6, 4, 2, 0]),
            ({"severity": "critical"}, []),
            ({"detector": "other"}, [0]),
            ({"entity": "https://site3"}, [3]),
            ({"entity": "https://"}, [6, 5, 4, 3, 2, 1, 0]),
            ({"entity": "site3"}, []),
            ({"assignee": "ana"}, [6]),
            ({"assignee": ""}, [5, 4, 3, 2, 1, 0]),
            ({"status": "acknowledged", "severity": "medium"}, [6]),
            ({"status": "new", "detector": "phishing", "severity": "informational"}, [5, 3, 1]),
        ],
    )
    def test_filters(
        self, store: AlertStore, alerts: list[Alert], wanted: dict[str, Any], numbers: list[int]
    ) -> None:
        store.acknowledge(alerts[0].id, who="ana")

        found = store.page(AlertFilter(**wanted)).alerts
        assert [alert.entity.host for alert in found] == [f"site{one}.example" for one in numbers]
        assert store.count(AlertFilter(**wanted)) == len(numbers)

    def test_times_are_exact(self, store: AlertStore, alerts: list[Alert]) -> None:
        third = alerts[2].last_seen
        millisecond = timedelta(milliseconds=1)

        def found(**span: Any) -> list[str]:
            return ids(store.page(AlertFilter(**span)).alerts)

        assert found(since=third) == ids(alerts[:3])
        assert found(since=third + millisecond) == ids(alerts[:2])
        assert found(until=third) == ids(alerts[3:])
        assert found(until=third + millisecond, since=third) == ids(alerts[2:3])

    def test_counts(self, store: AlertStore, alerts: list[Alert]) -> None:
        store.close(alerts[0].id, who="ana", verdict="benign")

        assert store.counts() == {
            "new": {"medium": 3, "informational": 3},
            "acknowledged": {},
            "closed": {"medium": 1},
            "suppressed": {},
        }

    @pytest.mark.parametrize("cursor", ["", "x", "0" * 15, "$ne", "0" * 15 + "-" + "g" * 64])
    def test_a_cursor_that_is_none_is_refused(self, store: AlertStore, cursor: str) -> None:
        with pytest.raises(QueryError, match="take it from a page"):
            store.page(after=cursor)

    @pytest.mark.parametrize("size", [0, 501])
    def test_a_page_has_its_limits(self, store: AlertStore, size: int) -> None:
        with pytest.raises(QueryError, match=f"size is {size}: 1 to 500"):
            store.page(size=size)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "open"},
        {"status": {"$ne": "x"}},
        {"severity": "mild"},
        {"detector": {"$ne": None}},
        {"entity": "a\0"},
        {"assignee": 7},
        {"since": "2026-03-01"},
    ],
)
def test_a_filter_takes_no_query_of_the_caller_s_own(wrong: dict[str, Any]) -> None:
    with pytest.raises(QueryError, match=next(iter(wrong))):
        AlertFilter(**wrong)


class TestActions:
    def test_every_action_is_in_the_history_and_in_the_audit(
        self, store: AlertStore, alerts: list[Alert]
    ) -> None:
        id_ = alerts[0].id
        store.assign(id_, who="ana", to="bob", note="yours")
        store.acknowledge(id_, who="bob")
        store.close(id_, who="bob", verdict="true_positive", note="password entered")
        alert = store.reopen(id_, who="ana", note="not yet")

        actions = ["assigned", "acknowledged", "closed", "reopened"]
        assert [entry.action for entry in alert.triage.history] == ["raised", *actions]
        assert store.get(id_) == alert
        audit = store.audit_of(id_)
        assert [entry["action"] for entry in audit] == actions
        assert [entry["who"] for entry in audit] == ["ana", "bob", "bob", "ana"]
        assert audit[0]["before"] == alerts[0].digest
        assert [entry["before"] for entry in audit[1:]] == [entry["after"] for entry in audit[:-1]]
        assert audit[-1]["after"] == alert.digest

    def test_a_closing_verdict_is_a_label_until_it_is_withdrawn(
        self, store: AlertStore, alerts: list[Alert], database
    ) -> None:
        id_ = alerts[0].id
        store.close(id_, who="ana", verdict="false_positive", note="our own campaign")

        (label,) = database.labels.find({"subject": id_})
        assert (label["verdict"], label["who"]) == ("false_positive", "ana")
        assert label["entities"] == ["https://site6.example/"]
        assert label["verdicts"] == ["verdict of 6"]
        assert label["note"] == "our own campaign"

        store.reopen(id_, who="bob")
        labels = sorted(database.labels.find({"subject": id_}), key=lambda one: one["version"])
        assert [label["verdict"] for label in labels] == ["false_positive", "withdrawn"]

    def test_what_was_decided_on_another_version_is_refused(
        self, store: AlertStore, alerts: list[Alert]
    ) -> None:
        id_, version = alerts[0].id, alerts[0].version
        store.acknowledge(id_, who="ana", version=version)

        with pytest.raises(ConflictError, match="changed by somebody else: read it again"):
            store.close(id_, who="bob", verdict="benign", version=version)
        assert store.get(id_).triage.status == "acknowledged"
        store.close(id_, who="bob", verdict="benign", version=version + 1)

    @pytest.mark.usefixtures("atomic_store")
    def test_many_at_once_lose_nothing(self, store: AlertStore, alerts: list[Alert]) -> None:
        id_ = alerts[0].id

        def assign(number: int) -> int:
            done = 0
            while done < 5:
                try:
                    store.assign(id_, who=f"person {number}", to=f"{number}.{done}")
                    done += 1
                except ConflictError:
                    continue
            return done

        with ThreadPoolExecutor(4) as threads:
            assert sum(threads.map(assign, range(4))) == 20
        notes = [entry.note for entry in store.get(id_).triage.history if entry.note]
        assert sorted(notes) == sorted(f"to {one}.{two}" for one in range(4) for two in range(5))
        assert len(store.audit_of(id_)) == 20

    def test_bulk_does_what_it_can(self, store: AlertStore, alerts: list[Alert]) -> None:
        store.close(alerts[0].id, who="ana", verdict="benign")

        done = store.bulk(
            [*ids(alerts[:3]), "nothing"],
            lambda id_: store.close(id_, who="bob", verdict="benign"),
        )

        assert ids(done.changed) == ids(alerts[1:3])
        assert done.problems == {
            alerts[0].id: "the alert is closed: reopen it first",
            "nothing": "there is no alert 'nothing': take its id from the list of alerts",
        }

    def test_bulk_has_its_limit(self, store: AlertStore) -> None:
        with pytest.raises(QueryError, match="1001 alerts at once: at most 1000"):
            store.bulk([str(number) for number in range(1001)], store.get)

    def test_what_cannot_be_done_changes_nothing(
        self, store: AlertStore, alerts: list[Alert], database
    ) -> None:
        with pytest.raises(TriageError, match="only a closed one can be reopened"):
            store.reopen(alerts[0].id, who="ana")
        with pytest.raises(AlertNotFoundError):
            store.acknowledge("nothing", who="ana")
        assert store.get(alerts[0].id) == alerts[0]
        assert database.audit.find_one({}) is None

    @pytest.mark.parametrize("lost", ["audit", "labels"])
    def test_an_action_that_was_interrupted_is_audited_later(
        self, store: AlertStore, alerts: list[Alert], database, monkeypatch, lost: str
    ) -> None:
        def interrupted(self: Journal, document: dict[str, Any]) -> None:
            raise KeyboardInterrupt

        id_ = alerts[0].id
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "settle", interrupted)
            patch.setattr(Journal, "read", lambda self, id_: store.page().alerts[0])
            with pytest.raises(KeyboardInterrupt):
                store.close(id_, who="ana", verdict="benign")
        assert database[lost].find_one({"subject": id_}) is None

        assert store.settle() == 1
        assert store.settle() == 0
        assert database[lost].find_one({"subject": id_})["who"] == "ana"

    def test_the_next_action_settles_the_one_before(
        self, store: AlertStore, alerts: list[Alert], database
    ) -> None:
        id_ = alerts[0].id
        store.acknowledge(id_, who="ana")
        database.audit.delete_many({"_id": {"$in": [f"{id_}-000000001"]}})
        database.alerts.update_one({"_id": id_}, {"$set": {"audited": False}})
        store.close(id_, who="bob", verdict="benign")

        actions = [entry["action"] for entry in store.audit_of(id_)]
        assert actions == ["acknowledged", "closed"]


def test_findings_have_their_receipts(store: AlertStore, alerts: list[Alert]) -> None:
    (finding,) = store.findings(alerts[0])

    assert finding.id == "6"
    assert finding.receipt.subject == "https://site6.example/"


def test_rules_are_kept_and_audited(store: AlertStore, alerts: list[Alert], clock) -> None:
    now = clock()
    rule = SuppressionRule("ours", "ana", now, now + timedelta(days=1), domain="site6.example")

    assert store.preview_rule(rule).suppressed == (alerts[0].id,)
    id_ = store.add_rule(rule)
    assert store.rules() == [rule]
    store.remove_rule(id_, who="bob", note="over")
    assert store.rules() == []
    assert [(one["who"], one["action"]) for one in store.audit_of(id_)] == [
        ("ana", "added"),
        ("bob", "removed"),
    ]
    with pytest.raises(AlertNotFoundError, match="there is no suppression rule"):
        store.remove_rule(id_, who="bob")


def test_an_alert_is_plain_enough_for_json(alerts: list[Alert]) -> None:
    document = alerts[0].to_document()

    assert Alert.from_document(json.loads(json.dumps(document, default=str))).id == alerts[0].id
    assert Alert.from_document(document) == alerts[0]

"""What is written as alerts are recorded, and that nothing is lost or repeated by it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from network_security.alerts.deliveries import DeliveryFilter
from network_security.alerts.finding import Finding
from network_security.alerts.outbox import DeliveryNotFoundError, Outbox
from network_security.alerts.sinks import make_sinks
from network_security.alerts.store import AlertStore
from network_security.storage.queries import QueryError

MakeFinding = Callable[..., Finding]
FILE = {"type": "ndjson", "name": "file", "path": "alerts.ndjson", "least_severity": "low"}
SEVERE = FILE | {"name": "severe", "least_severity": "high"}


@pytest.fixture
def outbox(database, clock) -> Outbox:
    return Outbox(lambda: database, make_sinks([FILE, SEVERE]), name="the server", clock=clock)


def written(outbox: Outbox, **wanted: Any) -> list[tuple[str, str]]:
    """Sink and severity of the deliveries, the newest first."""
    page = outbox.page(DeliveryFilter(**wanted))
    return [(delivery.sink, delivery.severity) for delivery in page.deliveries]


def record(outbox: Outbox, store: AlertStore, *findings: Finding) -> list[Any]:
    updates = list(store.record(findings))
    outbox.tell(updates)
    return updates


def test_an_alert_is_written_for_each_sink_that_wants_it(
    outbox: Outbox, store: AlertStore, finding: MakeFinding
) -> None:
    (update,) = record(outbox, store, finding("1", reached=True))

    assert written(outbox) == [("file", "medium")]
    (delivery,) = outbox.page().deliveries
    assert delivery.key == f"{update.alert.id}-medium-0"
    assert (delivery.alert, delivery.title) == (update.alert.id, update.alert.title)
    assert (delivery.state, delivery.attempts, delivery.sent) == ("waiting", 0, None)
    assert outbox.counts() == {"waiting": {"file": 1}, "sent": {}, "failed": {}}


def test_once_at_each_severity_that_it_reaches(
    outbox: Outbox, store: AlertStore, finding: MakeFinding
) -> None:
    record(outbox, store, finding("1", reached=True))
    record(outbox, store, finding("2", 1, reached=True))
    assert written(outbox) == [("file", "medium")]

    record(outbox, store, finding("3", 2, reached=True, probability=0.99))
    assert sorted(written(outbox)) == [("file", "high"), ("file", "medium"), ("severe", "high")]
    record(outbox, store, finding("4", 3, reached=True, probability=0.99))
    assert len(written(outbox)) == 3


def test_again_when_evidence_reopens_it_but_not_when_people_do(
    outbox: Outbox, store: AlertStore, finding: MakeFinding, clock
) -> None:
    clock.now = finding("1").first_seen
    (update,) = record(outbox, store, finding("1", reached=True))
    id_ = update.alert.id
    store.close(id_, who="ana", verdict="true_positive")
    store.reopen(id_, who="ana")
    outbox.announce([store.get(id_)])
    assert len(written(outbox)) == 1

    store.close(id_, who="ana", verdict="true_positive")
    record(outbox, store, finding("2", 5, reached=True))
    assert written(outbox) == [("file", "medium")] * 2


@pytest.mark.parametrize("status", ["closed", "suppressed"])
def test_what_nobody_has_to_look_at_is_not_announced(
    outbox: Outbox, store: AlertStore, finding: MakeFinding, status: Any
) -> None:
    (update,) = store.record([finding("1", reached=True)])
    triage = replace(update.alert.triage, status=status)
    assert outbox.announce([replace(update.alert, triage=triage)]) == 0
    assert written(outbox) == []


def test_writing_again_changes_nothing(
    outbox: Outbox, store: AlertStore, finding: MakeFinding, database, clock
) -> None:
    alerts = [update.alert for update in store.record(
        finding(str(number), url=f"https://s{number}.example/", reached=True)
        for number in range(130)
    )]  # fmt: skip
    assert outbox.announce(alerts) == 130
    assert outbox.announce(alerts) == 0
    other = Outbox(lambda: database, outbox.sinks, name="another process", clock=clock)
    assert other.announce(alerts) == 0


def test_a_process_that_ends_between_recording_and_announcing(
    outbox: Outbox, store: AlertStore, finding: MakeFinding
) -> None:
    (update,) = store.record([finding("1", reached=True)])  # and here it ends
    assert written(outbox) == []

    since = update.alert.last_seen - timedelta(hours=1)
    assert outbox.catch_up(since) == 1
    assert outbox.catch_up(since) == 0
    assert record(outbox, store, finding("1", reached=True)) == []
    assert written(outbox) == [("file", "medium")]


def test_an_alert_that_began_earlier_than_was_known_is_not_announced_again(
    outbox: Outbox, store: AlertStore, finding: MakeFinding, database, clock
) -> None:
    (first,) = record(outbox, store, finding("1", 5, reached=True))
    (moved,) = record(outbox, store, finding("2", 0, reached=True))
    assert moved.alert.id != first.alert.id
    other = Outbox(lambda: database, outbox.sinks, name="another process", clock=clock)
    other.tell([moved])
    assert written(outbox) == [("file", "medium")]

    (escalated,) = record(outbox, store, finding("3", 1, reached=True, probability=0.99))
    assert escalated.alert.id == moved.alert.id
    assert sorted(written(outbox)) == [("file", "high"), ("file", "medium"), ("severe", "high")]


def test_pages_and_filters(outbox: Outbox, store: AlertStore, finding: MakeFinding) -> None:
    for number in range(5):
        url = f"https://s{number}.example/"
        record(outbox, store, finding(str(number), url=url, reached=True, probability=0.99))

    first = outbox.page(size=6)
    rest = outbox.page(size=6, after=first.cursor)
    ids = [delivery.id for delivery in (*first.deliveries, *rest.deliveries)]
    assert (len(ids), len(set(ids)), rest.cursor) == (10, 10, None)
    assert written(outbox, sink="severe") == [("severe", "high")] * 5
    alert = first.deliveries[0].alert
    assert len(written(outbox, alert=alert)) == 2
    assert written(outbox, state="failed") == []


@pytest.mark.parametrize("wrong", [{"state": "gone"}, {"sink": {"$ne": 1}}, {"alert": "a\0"}])
def test_a_filter_takes_no_query_of_the_caller_s_own(wrong: dict[str, Any]) -> None:
    with pytest.raises(QueryError, match=next(iter(wrong))):
        DeliveryFilter(**wrong)


def test_only_what_failed_is_retried(
    outbox: Outbox, store: AlertStore, finding: MakeFinding
) -> None:
    record(outbox, store, finding("1", reached=True))
    with pytest.raises(DeliveryNotFoundError, match="no failed delivery"):
        outbox.retry(outbox.page().deliveries[0].id, who="ana")

"""Findings from what judging and correlation leave in the store."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from network_security.alerts.finding import Entity
from network_security.alerts.sightings import finding_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "http://login.shop.example/a"
VERDICT: dict[str, Any] = {
    "_id": "v",
    "@timestamp": NOON,
    "entity": URL,
    "detector": "phishing",
    "tier": "page",
    "probability": 0.97,
    "threshold": 0.6,
    "decision": True,
    "model": {"digest": "d" * 64, "code_version": "1"},
}
ROW: dict[str, Any] = {
    "_id": "row",
    "entity": URL,
    "url": URL,
    "first_seen": NOON - timedelta(hours=1, microseconds=7),
    "last_seen": NOON,
    "features": {"port": 1, "Statistical_report": None},
    "messages": [{"message_id": "m@x", "address": "a@shop.example", "envelope": "b@shop.example"}],
    "delivered": True,
    "flagged": False,
    "recipients": ["bob@corp.example"],
    "clients": [],
    "sources": {"messages": ["e1"], "dns": ["e2", "e1"]},
}


def client(**known: Any) -> dict[str, Any]:
    return {"address": "192.0.2.7", "users": ["bob"], "basis": "url", "recipient": None,
            "blocked": False} | known  # fmt: skip


def test_what_was_judged_and_who_took_part() -> None:
    finding = finding_of(VERDICT, ROW)

    assert finding is not None
    assert finding.entity == Entity("url", URL, "login.shop.example", "shop.example")
    assert (finding.verdict, finding.sighting) == ("v", "row")
    assert finding.first_seen.microsecond == 999_000
    assert finding.messages == ("m@x",)
    assert finding.senders == ("a@shop.example",)
    assert finding.events == ("e1", "e2")
    assert (finding.offered, finding.reached) == (True, False)
    assert finding.receipt.features == {"port": 1, "Statistical_report": None}
    assert finding.receipt.models == {"": "d" * 64}


def test_who_took_part_in_a_message_stands_in_its_verdict() -> None:
    message = {
        "messages": [{"message_id": "m@x", "subject": "Your order", "address": "a@shop.example"}],
        "recipients": ["bob@corp.example"],
        "sources": {"messages": ["e1"]},
    }
    finding = finding_of(
        VERDICT | {"entity": "m@x", "kind": "message", "tier": "message", "message": message}
    )

    assert finding is not None
    assert (finding.id, finding.sighting) == ("v", "v"), "the same message again is the same one"
    assert finding.senders == ("a@shop.example",)
    assert finding.recipients == ("bob@corp.example",)
    assert finding.subjects == ("Your order",)
    assert (finding.messages, finding.events) == (("m@x",), ("e1",))
    assert finding.first_seen == NOON


def test_below_the_operating_point_nothing_is_found() -> None:
    assert finding_of(VERDICT | {"decision": False}, ROW) is None


def test_one_verdict_on_two_rows_is_two_findings() -> None:
    one, other = finding_of(VERDICT, ROW), finding_of(VERDICT, ROW | {"_id": "another day"})

    assert one is not None
    assert other is not None
    assert one.id != other.id


@pytest.mark.parametrize(
    ("known", "offered", "reached"),
    [
        ({"delivered": None}, False, False),
        ({"delivered": False}, False, False),
        ({"delivered": True}, True, False),
        ({"delivered": False, "clients": [client(blocked=True)]}, True, False),
        ({"delivered": False, "clients": [client()]}, True, True),
        ({"delivered": False, "clients": [client(basis="host")]}, False, False),
        ({"delivered": False, "clients": [client(basis="host", recipient=True)]}, True, True),
    ],
)
def test_how_near_it_came(known: dict[str, Any], offered: bool, reached: bool) -> None:
    finding = finding_of(VERDICT, ROW | known)

    assert finding is not None
    assert (finding.offered, finding.reached) == (offered, reached)


@pytest.mark.parametrize(
    ("verdict", "row", "expected"),
    [
        ({}, {}, ()),
        ({}, {"flagged": True}, ("mail system",)),
        ({}, {"features": {"Statistical_report": -1}}, ("threat list",)),
        ({"threats": ["openphish"]}, {"flagged": True}, ("mail system", "openphish")),
    ],
)
def test_who_says_so_too(verdict, row, expected: tuple[str, ...]) -> None:
    finding = finding_of(VERDICT | verdict, ROW | row)

    assert finding is not None
    assert finding.confirmed_by == expected


def test_a_verdict_without_evidence_of_the_store() -> None:
    finding = finding_of(VERDICT)

    assert finding is not None
    assert finding.first_seen == NOON
    assert finding.receipt.features is None
    assert finding.entity.domain == "shop.example"


@pytest.mark.parametrize(
    ("verdict", "kind", "domain"),
    [
        ({"entity": "m@x", "tier": "message"}, "message", ""),
        ({"entity": "shop.example", "kind": "host"}, "host", "shop.example"),
        ({"entity": "http://192.0.2.7/x"}, "url", "192.0.2.7"),
        ({"entity": None}, "url", "v"),
    ],
)
def test_entities(verdict: dict[str, Any], kind: str, domain: str) -> None:
    finding = finding_of(VERDICT | verdict)

    assert finding is not None
    assert (finding.entity.kind, finding.entity.domain) == (kind, domain)


def test_a_verdict_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="verdict 'v' has no tier"):
        finding_of({name: value for name, value in VERDICT.items() if name != "tier"})
    with pytest.raises(ValueError, match="kind is 'file', not url, message or host"):
        finding_of(VERDICT | {"kind": "file"})

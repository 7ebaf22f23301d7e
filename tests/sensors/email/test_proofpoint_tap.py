import json

import pytest

from network_security.sensors import ParseError, parse_event


def parse(**record: object) -> dict:
    return parse_event(json.dumps(record), format="proofpoint_tap")


@pytest.mark.parametrize(
    ("clicked", "judged", "time"),
    [
        ("2026-01-14T08:00:00Z", "2026-01-14T09:00:00Z", "09"),
        ("2026-01-14T10:00:00Z", "2026-01-14T09:00:00Z", "10"),
        ("2026-01-14T08:00:00Z", None, "08"),
    ],
)
def test_an_event_has_the_later_of_click_and_verdict(clicked, judged, time):
    document = parse(clickTime=clicked, threatTime=judged, url="https://pay.example.net/a")

    assert document["@timestamp"].strftime("%H") == time
    assert document["url"]["domain"] == "pay.example.net"
    assert document["event"]["kind"] == "event"


@pytest.mark.parametrize(
    ("added", "decision"),
    [
        ({"status": "permitted"}, "allowed"),
        ({"status": "blocked"}, "denied"),
        ({"eventType": "clicksBlocked"}, "denied"),
    ],
)
def test_the_list_that_a_record_came_from_is_its_decision(added, decision):
    assert parse(clickTime="2026-01-14T08:00:00Z", **added)["event"]["type"] == [decision, "info"]


@pytest.mark.parametrize(
    ("record", "action", "kind", "assumed"),
    [
        ({"threatTime": "2026-01-14T09:00:00Z"}, "allowed", ["allowed", "info"], False),
        (
            {"threatTime": "2026-01-14T07:00:00Z", "threatStatus": "active"},
            "denied", ["info"], True,
        ),
        ({"threatTime": "2026-01-14T07:00:00Z", "threatStatus": "cleared"}, None, ["info"], False),
        ({}, None, ["info"], False),
    ],
    ids=["known later", "known before", "found harmless", "never judged"],
)  # fmt: skip
def test_without_its_list_a_click_s_decision_follows_from_the_order(record, action, kind, assumed):
    document = parse(clickTime="2026-01-14T08:00:00Z", **record)

    assert document["event"].get("action") == action
    assert document["event"]["type"] == kind
    assert ("decision_assumed" in document.get("tags", [])) == assumed


def test_a_message_in_quarantine_was_blocked():
    event = parse(messageTime="2026-01-14T08:00:00Z", quarantineFolder="Phish")["event"]

    assert event["action"] == "denied"
    assert event["type"] == ["denied", "info"]


def test_a_message_has_everyone_it_went_to_and_its_parts():
    document = parse(
        messageTime="2026-01-14T08:00:00Z", toAddresses=["ann@example.com"],
        recipient=["ann@example.com", "bob@example.com"], sender="bounce@example.net",
        fromAddress=["post@example.net"], messageID="<m@example.net>",
        threatsInfoMap=[{"classification": "malware", "threatTime": "2026-01-14T09:00:00Z"}],
        messageParts=[{"filename": "a.zip", "contentType": "application/zip", "md5": "1" * 32}],
    )  # fmt: skip

    email = document["email"]
    assert email["to"]["address"] == ["ann@example.com", "bob@example.com"]
    assert email["from"]["address"] == ["post@example.net"]
    assert email["sender"]["address"] == "bounce@example.net"
    assert email["message_id"] == "m@example.net"
    assert email["attachments"] == [
        {"file": {"name": "a.zip", "mime_type": "application/zip", "hash": {"md5": "1" * 32}}}
    ]
    assert document["event"]["category"] == ["email", "malware"]
    assert document["@timestamp"].hour == 9


def test_other_records_are_refused():
    with pytest.raises(ParseError):
        parse(url="https://example.com")

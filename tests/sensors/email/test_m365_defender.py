import json

import pytest

from network_security.sensors import ParseError, parse_event
from network_security.sensors.email.m365_defender import TABLES


def parse(record: dict) -> dict:
    return parse_event(json.dumps(record), format="m365_defender")


def row(table: str, **columns: object) -> dict:
    columns = {"Timestamp": "2026-01-14T08:00:00Z", **columns}
    return parse({"category": f"AdvancedHunting-{table}", "properties": columns})


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_a_category_and_a_type(table):
    event = row(table)["event"]

    assert event["category"]
    assert event["type"]
    assert event["provider"] == table


ENDS = {"LocalIP": "10.0.0.1", "LocalPort": 1, "RemoteIP": "203.0.113.5", "RemotePort": 2}


@pytest.mark.parametrize(
    ("columns", "source", "direction"),
    [
        ({"ActionType": "ConnectionSuccess"}, "10.0.0.1", "outbound"),
        ({"ActionType": "InboundConnectionAccepted"}, "203.0.113.5", "inbound"),
        ({"AdditionalFields": '{"direction":"In"}'}, "203.0.113.5", "inbound"),
        ({"AdditionalFields": {"direction": "Out"}}, "10.0.0.1", "outbound"),
    ],
)
def test_the_source_is_the_end_that_opened_the_connection(columns, source, direction):
    document = row("DeviceNetworkEvents", **ENDS, **columns)

    assert document["source"]["ip"] == source
    assert document["network"]["direction"] == direction


def test_a_created_process_has_the_acting_one_as_its_parent():
    process = row(
        "DeviceProcessEvents", FileName="a.exe", ProcessId=7, InitiatingProcessFileName="b.exe",
        InitiatingProcessId=6,
    )["process"]  # fmt: skip

    assert (process["name"], process["pid"]) == ("a.exe", 7)
    assert (process["parent"]["name"], process["parent"]["pid"]) == ("b.exe", 6)


def test_a_message_has_its_own_id_and_the_service_s():
    email = row("EmailEvents", InternetMessageId="<a@example.org>", NetworkMessageId="n-1")["email"]

    assert email["message_id"] == "a@example.org"
    assert email["local_id"] == "n-1"


def test_the_service_s_id_stands_in_for_a_message_id_that_a_table_lacks():
    document = row("EmailUrlInfo", NetworkMessageId="n-1", Url="https://example.net/a")

    assert document["email"]["message_id"] == "n-1"
    assert "message_id" not in document["related"]


def test_a_sender_may_have_an_address_of_each_kind():
    document = row("EmailEvents", SenderIPv4="203.0.113.5", SenderIPv6="2001:DB8::5")

    assert document["source"]["ip"] == "203.0.113.5"
    assert document["related"]["ip"] == ["203.0.113.5", "2001:db8::5"]


def test_a_device_is_known_by_its_public_address():
    assert row("DeviceInfo", PublicIP="203.0.113.5")["source"]["ip"] == "203.0.113.5"


@pytest.mark.parametrize(("threat", "kind"), [("Phish", "alert"), ("", "event")])
@pytest.mark.parametrize(
    ("delivery", "decision"), [("Delivered", "allowed"), ("Blocked", "denied")]
)
def test_a_verdict_is_an_alert_and_a_delivery_a_decision(threat, kind, delivery, decision):
    event = row("EmailEvents", ThreatTypes=threat, DeliveryAction=delivery)["event"]

    assert event["kind"] == kind
    assert event["type"] == [decision, "info"]


EVIDENCE = [
    {"@odata.type": "#microsoft.graph.security.userEvidence", "userAccount": {"accountName": "a"}},
    {"@odata.type": "#microsoft.graph.security.userEvidence", "userAccount": {"accountName": "b"}},
    {"@odata.type": "#microsoft.graph.security.ipEvidence", "ipAddress": "203.0.113.5"},
    {"@odata.type": "#microsoft.graph.security.newEvidence", "x": 1},
]


@pytest.mark.parametrize("wrap", [lambda alert: alert, lambda alert: {"alerts": [alert]},
                                  lambda alert: {"alerts": alert}],
                         ids=["alert", "incident", "one alert"])  # fmt: skip
def test_evidence_of_alerts_and_incidents_is_collected(wrap):
    document = parse(wrap({"id": "1", "evidence": EVIDENCE}))

    assert document["event"]["kind"] == "alert"
    assert document["user"]["name"] == ["a", "b"]
    assert document["related"]["ip"] == ["203.0.113.5"]
    assert "iam" in document["event"]["category"]


def test_the_span_of_an_alert_is_its_duration():
    document = parse({
        "evidence": [], "firstActivityDateTime": "2026-01-14T08:00:00Z",
        "lastActivityDateTime": "2026-01-14T08:00:01.5Z",
    })  # fmt: skip

    assert document["event"]["duration"] == 1_500_000_000


def test_other_records_are_refused():
    with pytest.raises(ParseError):
        parse({"category": "AdvancedHunting-EmailEvents", "properties": "none"})

import json

import pytest

from network_security.sensors import ParseError, parse_event


def parse(**record: object) -> dict:
    record = {"ts": "2026-01-14T00:00:00.5-0800", **record}
    return parse_event(json.dumps(record), format="proofpoint_pod")


@pytest.mark.parametrize(
    ("action", "resource", "category", "kind"),
    [
        ("login", "authorization", ["authentication"], ["start"]),
        ("create", "config", ["configuration"], ["creation"]),
        ("delete", "policy_routes", ["configuration"], ["deletion"]),
        ("read", "smart_search", ["configuration"], ["access", "info"]),
        ("twist", "config", ["configuration"], ["info"]),
    ],
)
def test_audit_records_say_what_was_done(action, resource, category, kind):
    event = parse(audit={"action": action, "resourceType": resource})["event"]

    assert event["category"] == category
    assert event["type"] == kind


@pytest.mark.parametrize(
    ("line", "side"),
    [
        ({"from": "<a@example.org>", "relay": "mx.example.org [203.0.113.5]"}, "source"),
        ({"to": ["<a@example.org>"], "relay": "mx.example.org. [203.0.113.5]"}, "destination"),
    ],
)
def test_the_relay_is_client_or_server(line, side):
    document = parse(sm=line)

    assert document[side]["ip"] == "203.0.113.5"
    assert document[side]["domain"] == "mx.example.org"


@pytest.mark.parametrize(
    ("status", "outcome"), [("Sent (Ok: queued)", "success"), ("User unknown", "failure")]
)
def test_a_delivery_succeeds_or_fails(status, outcome):
    assert parse(sm={"stat": status})["event"]["outcome"] == outcome


def test_a_message_has_connection_decision_and_span():
    document = parse(
        connection={"ip": "203.0.113.5", "helo": "friend", "host": "mx.example.org",
                    "protocol": "smtp:smtp", "tls": {"inbound": {"version": "TLSv1.2"}}},
        envelope={"from": "bounce@example.org", "rcpts": ["ann@example.com"]},
        filter={"disposition": "discard", "durationSecs": 0.5, "routeDirection": "inbound",
                "startTime": "2026-01-14T00:00:00-0800", "modules": {"av": {"virusNames": ["X"]}}},
        msg={"header": {"from": ['"ceo@example.com" <x@example.net>'], "subject": ["s"]}},
    )  # fmt: skip

    event = document["event"]
    assert event["kind"] == "alert"
    assert event["type"] == ["denied", "info"]
    assert event["duration"] == 500_000_000
    assert (event["end"] - event["start"]).total_seconds() == 0.5
    assert document["email"]["from"]["address"] == ["x@example.net"]
    assert document["email"]["sender"]["address"] == "bounce@example.org"
    assert document["source"]["address"] == "mx.example.org"
    assert document["source"]["domain"] == "mx.example.org"
    assert document["tls"]["version"] == "1.2"


@pytest.mark.parametrize(
    ("host", "address", "domain"),
    [
        ("mx.example.org", "mx.example.org", "mx.example.org"),
        ("localhost", "friend", "localhost"),
        ("[203.0.113.5]", "friend", None),
        (None, "friend", None),
    ],
)
def test_a_client_that_no_name_is_known_of_goes_by_the_one_it_gave(host, address, domain):
    source = parse(connection={"ip": "203.0.113.5", "helo": "friend", "host": host})["source"]

    assert source["ip"] == "203.0.113.5"
    assert source["address"] == address
    assert source.get("domain") == domain


def test_all_links_of_a_message_are_kept_and_its_id_as_the_header_has_it():
    document = parse(
        msg={"header": {"message-id": ["<a@example.org>"]}},
        msgParts=[{"urls": [{"url": "https://a.example.net/"}, {"url": "https://b.example.net/"}]}],
    )

    assert document["url"]["full"] == ["https://a.example.net/", "https://b.example.net/"]
    assert document["url"]["domain"] == "a.example.net"
    assert document["email"]["message_id"] == "<a@example.org>"
    assert document["related"]["message_id"] == ["a@example.org"]


@pytest.mark.parametrize("seconds", [-1, 1e300, "x", None])
def test_a_duration_that_is_none_is_left_out(seconds):
    assert "duration" not in parse(envelope={}, filter={"durationSecs": seconds})["event"]


def test_other_records_are_refused():
    with pytest.raises(ParseError):
        parse(pps={})

import json

import pytest

from network_security.sensors import ParseError, parse_event


def parse(raw: str) -> dict:
    return parse_event(raw, format="exchange_message_trace")


EXPORTED = (
    '"","","","example.onmicrosoft.com","<m@example.com>","2026-01-14T08:00:00Z",'
    '"ann@example.com","bob@example.net","Plan, ""B""","Delivered","192.0.2.25","198.51.100.7",'
    '"4096","t-1","2026-01-14T00:00:00Z","2026-01-15T00:00:00Z","0"'
)
SEARCHED = (
    "2026-01-14T08:00:00.0000000Z,ann@example.com,bob@example.net##Receive\\, Send,"
    "Plan,4096,<m@example.com>,t-1,198.51.100.7,Originating,,Normal"
).replace("\\,", ";x@example.net##Receive")
REPORTED = {
    "MessageId": "<m@example.com>", "Received": "/Date(1768377600000)/", "Status": "Delivered",
    "SenderAddress": "ann@example.com", "RecipientAddress": "bob@example.net",
    "FromIP": "198.51.100.7", "ToIP": None, "Size": 4096, "MessageTraceId": "t-1",
}  # fmt: skip


@pytest.mark.parametrize(
    "raw", [EXPORTED, SEARCHED, json.dumps(REPORTED)], ids=["exported", "searched", "reported"]
)
def test_every_form_says_the_same_of_a_message(raw):
    document = parse(raw)

    assert document["@timestamp"].isoformat() == "2026-01-14T08:00:00+00:00"
    assert document["email"]["from"]["address"] == ["ann@example.com"]
    assert "bob@example.net" in document["email"]["to"]["address"]
    assert document["email"]["message_id"] == "m@example.com"
    assert document["event"]["id"] == "t-1"
    assert document["source"]["ip"] == "198.51.100.7"
    assert document["exchange"]["trace"]["Size"] == 4096


def test_subjects_may_hold_commas_and_quotes():
    assert parse(EXPORTED)["email"]["subject"] == 'Plan, "B"'


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        ("Delivered", "event", "success"),
        ("Failed", "event", "failure"),
        ("Quarantined", "alert", None),
        ("FilteredAsSpam", "alert", None),
        ("Pending", "event", "unknown"),
    ],
)
def test_a_status_is_a_verdict_or_an_outcome(status, kind, outcome):
    event = parse(json.dumps({**REPORTED, "Status": status}))["event"]

    assert event["kind"] == kind
    assert event.get("outcome") == outcome


HEADERS = {
    "exported": '"Message ID","Subject","Sender address","Recipient","Received","Status"',
    "searched": "message_id,message_subject,sender_address,recipient_status,origin_timestamp_utc,"
    "event_id",
}
ROW = '<m@example.com>,"Plan, ""B""",ann@example.com,bob@example.net,2026-01-14T08:00:00,Failed,x'


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize("type_line", ["", "#TYPE Selected.MessageTrace\n"])
def test_a_row_of_column_names_says_what_the_values_are(header, type_line):
    document = parse_event(ROW, format="exchange_message_trace", header=type_line + header)

    assert document["@timestamp"].isoformat() == "2026-01-14T08:00:00+00:00"
    assert document["email"]["subject"] == 'Plan, "B"'
    assert document["email"]["message_id"] == "m@example.com"
    assert document["email"]["from"]["address"] == ["ann@example.com"]
    assert document["event"]["action"] == "Failed"
    assert document["exchange"]["trace"]["columns"] == ["x"]
    assert document["event"]["original"] == ROW


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_row_of_column_names_alone_is_no_event(header):
    with pytest.raises(ParseError, match="column names"):
        parse(header)


@pytest.mark.parametrize("raw", ["a,b,c", "{}", "ann@example.com", EXPORTED.partition("Plan")[0]])
def test_other_rows_are_refused(raw):
    with pytest.raises(ParseError):
        parse(raw)

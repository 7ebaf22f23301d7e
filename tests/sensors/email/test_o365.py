import json

import pytest

from network_security.sensors import ParseError, parse_event
from network_security.sensors.email.o365_record_types import RECORD_TYPES


def parse(**record: object) -> dict:
    record = {
        "CreationTime": "2026-01-14T08:00:00",
        "Operation": "Set-Mailbox",
        "RecordType": 1,
        "UserId": "ann@example.com",
        **record,
    }
    return parse_event(json.dumps(record), format="o365")


@pytest.mark.parametrize(
    ("written", "address", "port"),
    [
        ("198.51.100.7", "198.51.100.7", None),
        ("198.51.100.7:50001", "198.51.100.7", 50001),
        ("[2001:db8::7]:50001", "2001:db8::7", 50001),
        ("2001:db8::7", "2001:db8::7", None),
        ("::ffff:198.51.100.7", "198.51.100.7", None),
    ],
)
def test_client_addresses_bear_ports_and_brackets(written, address, port):
    source = parse(ClientIP=written)["source"]

    assert source["ip"] == address
    assert source.get("port") == port


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ("ann@example.com", "ann"),
        ("urn:spo:guest#guest@example.org", "guest"),
        (r"NT AUTHORITY\SYSTEM (Microsoft.Exchange.ServiceHost)", "SYSTEM"),
        ("DlpAgent", "DlpAgent"),
    ],
)
def test_users_keep_their_id_and_get_a_name(user, name):
    found = parse(UserId=user)["user"]

    assert found["id"] == user
    assert found["name"] == name


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("FileAccessed", "access"),
        ("FileDownloaded", "access"),
        ("FileDeletedFirstStageRecycleBin", "deletion"),
        ("FileUploaded", "creation"),
        ("FileRenamed", "change"),
        ("FileSyncThing", "info"),
    ],
)
def test_file_operations_say_what_was_done(operation, kind):
    event = parse(Operation=operation, RecordType=6)["event"]

    assert event["category"] == ["file"]
    assert event["type"] == [kind]


def test_a_refused_login_failed_whatever_the_result_status_says():
    event = parse(
        Operation="UserLoginFailed", RecordType=15, ResultStatus="Success", LogonError="Locked"
    )["event"]

    assert event["category"] == ["authentication"]
    assert event["outcome"] == "failure"
    assert event["reason"] == "Locked"


def test_times_without_a_zone_are_utc_and_nothing_is_assumed():
    assert "tags" not in parse()


def test_a_data_loss_match_is_as_severe_as_its_worst_rule():
    rules = [
        {"RuleId": "1", "RuleName": "few", "Severity": "Low"},
        {"RuleId": "2", "RuleName": "many", "Severity": "High"},
    ]

    document = parse(Operation="DlpRuleMatch", RecordType=13, PolicyDetails=[{"Rules": rules}])

    assert document["event"]["kind"] == "alert"
    assert document["event"]["severity"] == 4
    assert document["rule"] == {"id": ["1", "2"], "name": ["few", "many"]}


def test_attachments_of_mailbox_items_may_have_brackets_in_their_names():
    document = parse(
        Operation="SoftDelete", RecordType=3,
        AffectedItems=[{"Attachments": "a (1).docx (10b); b.png (2b)", "Subject": "s"}],
    )  # fmt: skip

    assert document["email"]["attachments"] == [
        {"file": {"name": "a (1).docx", "size": 10}},
        {"file": {"name": "b.png", "size": 2}},
    ]


def test_what_has_no_place_is_kept():
    assert parse(NewThing={"a": 1})["o365"]["audit"]["NewThing"] == {"a": 1}


def test_kinds_that_are_not_known_keep_their_number():
    assert 999 not in RECORD_TYPES
    assert parse(RecordType=999)["event"]["code"] == "999"


def test_message_traces_among_the_records_are_read_as_such():
    trace = {"MessageTraceId": "t", "Received": "/Date(1768377600000)/", "Status": "Failed"}

    document = parse_event(json.dumps(trace), format="o365")

    assert document["@timestamp"].isoformat() == "2026-01-14T08:00:00+00:00"
    assert document["event"]["outcome"] == "failure"


def test_records_without_an_operation_are_refused():
    with pytest.raises(ParseError) as refused:
        parse_event('{"CreationTime":"2026-01-14T08:00:00"}', format="o365")

    assert refused.value.code == "unsupported"

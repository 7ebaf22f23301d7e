import json

import pytest

from network_security.sensors import ParseError, parse_event


def parse(**record: object) -> dict:
    record = {"timestamp": "2026-01-14T08:00:00.000001+0000", **record}
    return parse_event(json.dumps(record), format="suricata")


QUERY = {"rrname": "www.example.org", "rrtype": "A"}
ANSWER = {"rrname": "www.example.org", "rrtype": "A", "ttl": 60, "rdata": "192.0.2.80"}


@pytest.mark.parametrize(
    "dns",
    [
        {"type": "answer", "id": 7, "rcode": "NOERROR", **ANSWER},
        {"version": 2, "type": "answer", "id": 7, "rcode": "NOERROR", **QUERY, "answers": [ANSWER]},
        {
            "version": 3,
            "type": "response",
            "id": 7,
            "rcode": "NOERROR",
            "queries": [QUERY],
            "answers": [ANSWER],
        },
    ],
    ids=["version 1", "version 2", "version 3"],
)
def test_dns_answers_of_every_version_say_the_same(dns):
    found = parse(event_type="dns", dns=dns)["dns"]

    assert found["type"] == "answer"
    assert found["id"] == "7"
    assert found["response_code"] == "NOERROR"
    assert found["resolved_ip"] == ["192.0.2.80"]
    assert found["answers"] == [
        {"name": "www.example.org", "type": "A", "ttl": 60, "data": "192.0.2.80"}
    ]


@pytest.mark.parametrize(
    "dns",
    [{"type": "query", **QUERY}, {"version": 3, "type": "request", "queries": [QUERY]}],
    ids=["version 1", "version 3"],
)
def test_dns_queries_of_every_version_say_the_same(dns):
    found = parse(event_type="dns", dns=dns)["dns"]

    assert found == {"type": "query", "question": {"name": "www.example.org", "type": "A"}}


DOWNLOAD = {"src_ip": "192.0.2.80", "src_port": 80, "dest_ip": "10.0.0.5", "dest_port": 50000}
UPLOAD = {"src_ip": "10.0.0.5", "src_port": 50000, "dest_ip": "192.0.2.80", "dest_port": 80}
STATED = {**UPLOAD, "src_port": 80, "dest_port": 90, "direction": "to_server"}


@pytest.mark.parametrize("record", [DOWNLOAD, UPLOAD, STATED], ids=["download", "upload", "stated"])
def test_files_name_server_and_client_whichever_way_they_went(record):
    document = parse(
        event_type="fileinfo", **record, fileinfo={"filename": "/a/b.exe", "size": 3},
        http={"hostname": "files.example.org", "url": "/a/b.exe"},
    )  # fmt: skip

    assert document["server"]["ip"] == "192.0.2.80"
    assert document["client"]["ip"] == "10.0.0.5"
    assert document["server"]["domain"] == "files.example.org"
    assert document["file"] == {"path": "/a/b.exe", "name": "b.exe", "size": 3}


@pytest.mark.parametrize(("action", "decision"), [("allowed", "allowed"), ("blocked", "denied")])
def test_alerts_are_decisions(action, decision):
    document = parse(event_type="alert", alert={"action": action, "signature_id": 9, "severity": 1})

    assert document["event"]["kind"] == "alert"
    assert document["event"]["type"] == ["connection", decision, "info"]
    assert document["rule"]["id"] == "9"


def test_an_alert_without_event_type_is_told_by_its_part():
    assert parse(alert={"action": "allowed"})["event"]["kind"] == "alert"


def test_nothing_is_dropped():
    document = parse(event_type="mqtt", flow_id=9, mqtt={"publish": {"topic": "a"}}, pcap_cnt=3)

    assert document["suricata"]["eve"] == {
        "event_type": "mqtt", "flow_id": 9, "mqtt": {"publish": {"topic": "a"}}, "pcap_cnt": 3,
    }  # fmt: skip
    assert document["network"]["protocol"] == "mqtt"


@pytest.mark.parametrize("record", [{}, {"event_type": 7}, {"event_type": None, "dns": []}])
def test_records_of_no_kind_are_refused(record):
    with pytest.raises(ParseError) as refused:
        parse(**record)

    assert refused.value.code == "unsupported"

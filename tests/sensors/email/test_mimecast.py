import json

import pytest

from network_security.sensors import ParseError, parse_event

PAIRS = (
    "datetime=2026-01-14T09:00:00+0100|aCode=c-1|acc=EX1|IP=203.0.113.6|Dir=Inbound|"
    "MsgId=<a@example.org>|Subject=A=B|headerFrom=ceo@example.com|Sender=x@example.org|"
    "Rcpt=ann@example.com|Act=Rej|TlsVer=TLSv1.2"
)
GATEWAY = {
    "datetime": "2026-01-14T09:00:00+0100", "acc": "EX1", "aCode": "c-1", "IP": "203.0.113.6",
    "Dir": "Inbound", "MsgId": "<a@example.org>", "Subject": "A=B", "headerFrom": "ceo@example.com",
    "Sender": "x@example.org", "Rcpt": "ann@example.com", "Act": "Rej", "TlsVer": "TLSv1.2",
}  # fmt: skip
CLOUD = {
    "timestamp": 1768377600000, "accountId": "EX1", "aggregateId": "c-1", "processingId": "p",
    "senderIp": "203.0.113.6", "direction": "Inbound", "messageId": "<a@example.org>",
    "subject": "A=B", "senderHeader": "ceo@example.com", "senderEnvelope": "x@example.org",
    "recipients": "ann@example.com", "action": "Rej", "tlsVersion": "TLSv1.2", "type": "receipt",
}  # fmt: skip


def parse(record: dict | str) -> dict:
    raw = record if isinstance(record, str) else json.dumps(record)
    return parse_event(raw, format="mimecast")


@pytest.mark.parametrize("record", [PAIRS, GATEWAY, CLOUD], ids=["pairs", "gateway", "cloud"])
def test_every_log_says_the_same_of_a_message(record):
    document = parse(record)

    assert document["@timestamp"].isoformat() == "2026-01-14T08:00:00+00:00"
    assert document["email"]["from"]["address"] == ["ceo@example.com", "x@example.org"]
    assert document["email"]["sender"]["address"] == "x@example.org"
    assert document["email"]["to"]["address"] == ["ann@example.com"]
    assert document["email"]["subject"] == "A=B"
    assert document["related"]["message_id"] == ["a@example.org"]
    assert document["email"]["direction"] == "inbound"
    assert document["event"]["type"] == ["denied", "info"]
    assert document["event"]["id"] == "c-1"
    assert document["source"]["ip"] == "203.0.113.6"
    assert document["tls"] == {"version": "1.2", "version_protocol": "tls"}


@pytest.mark.parametrize(
    ("record", "message_id"),
    [(PAIRS, "<a@example.org>"), (GATEWAY, "<a@example.org>"), (CLOUD, "a@example.org")],
    ids=["pairs", "gateway", "cloud"],
)
def test_the_cloud_gateway_alone_has_bare_message_ids(record, message_id):
    assert parse(record)["email"]["message_id"] == message_id


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("User Logged On", "success"), ("Logon Authentication Failed", "failure")],
)
def test_logins_of_the_audit_log_succeed_or_fail(kind, outcome):
    document = parse({
        "auditType": kind, "eventInfo": "x, IP: 198.51.100.7, Application: y",
        "user": "ann@example.com", "eventTime": "2026-01-14T08:00:00+0000",
    })  # fmt: skip

    assert document["event"]["category"] == ["authentication"]
    assert document["event"]["outcome"] == outcome
    assert document["source"]["ip"] == "198.51.100.7"
    assert document["user"]["name"] == "ann"


def test_a_virus_makes_an_alert():
    document = parse({**GATEWAY, "Virus": "EICAR"})

    assert document["event"]["kind"] == "alert"
    assert document["event"]["category"] == ["email", "malware"]


def test_a_link_is_found_in_the_reason_of_a_rejection():
    document = parse({**CLOUD, "rejectionInfo": "[Type: [x],Url: [https://pay.example.net/a]]"})

    assert document["url"]["domain"] == "pay.example.net"


@pytest.mark.parametrize(
    ("algorithm", "field"), [("SHA-256", "sha256"), ("MD5", "md5"), ("SHA-1", "sha1")]
)
def test_indicators_have_their_digest(algorithm, field):
    pattern = f"[file:hashes.'{algorithm}' = '{'a' * 32}']"
    document = parse({"type": "indicator", "id": "i", "pattern": pattern})

    assert document["event"]["kind"] == "enrichment"
    assert document["threat"]["indicator"]["file"]["hash"] == {field: "a" * 32}


@pytest.mark.parametrize("raw", ["hello", '{"a":1}', "a|b=c"])
def test_other_records_are_refused(raw):
    with pytest.raises(ParseError):
        parse(raw)

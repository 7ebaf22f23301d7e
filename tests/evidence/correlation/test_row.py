import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from network_security.evidence.correlation import EvidenceRow, correlate, to_frame
from network_security.evidence.phishing import FEATURES, SCHEMA, Registration, Reputation
from network_security.sensors import parse_event
from network_security.storage.documents import portable

MESSAGE = """\
Received: from mail.example.net (mail.example.net [203.0.113.80]) by mx.example.com;
 Mon, 02 Mar 2026 09:00:00 +0000
Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=example.net
From: "x@example.org" <a@example.net>
To: bob@example.com
Subject: $et.
Message-ID: <1@example.net>
Content-Type: text/html

<a href="https://example.net/a">example.net</a>
"""
HANDSHAKE = {
    "timestamp": "2026-03-02T09:10:00.123456+0000",
    "event_type": "tls",
    "src_ip": "10.0.0.7",
    "src_port": 40001,
    "dest_ip": "192.0.2.80",
    "dest_port": 443,
    "tls": {
        "sni": "example.net",
        "subject": "CN=example.net",
        "issuerdn": "O=DigiCert Inc",
        "notbefore": "2026-01-01T00:00:00",
        "notafter": "2027-02-01T00:00:00",
    },
}


@pytest.fixture
def row() -> EvidenceRow:
    events = [
        parse_event(MESSAGE, format="email"),
        parse_event(json.dumps(HANDSHAKE), format="suricata"),
    ]
    (row,) = correlate(events)
    return row


def test_a_document_is_what_every_store_keeps(row: EvidenceRow) -> None:
    document = row.to_document()

    assert portable(document) == document
    assert document["_id"] == row.id
    assert document["observations"]["certificate"]["issuer"] == "O=DigiCert Inc"
    assert document["observations"]["page_characters"] == len(MESSAGE.partition("\n\n")[2])
    assert document["clients"][0]["first_seen"].microsecond == 123_000
    assert document["messages"][0]["authentication"] == {"spf": "pass"}


def test_a_frame_is_what_a_detector_scores(row: EvidenceRow) -> None:
    frame = to_frame([row, row])

    assert set(frame[list(FEATURES)].stack().dropna()) <= {-1, 0, 1}
    assert (frame[list(FEATURES)].dtypes == "Int8").all()
    assert frame["SSLfinal_State"].tolist() == [1, 1]
    assert frame["DNSRecord"].isna().all()
    assert frame.loc[row.id, "name_spoofs"].all()
    assert frame["spf"].tolist() == ["pass", "pass"]
    assert frame["dmarc"].isna().all()


def test_a_frame_of_no_rows_has_the_same_columns(row: EvidenceRow) -> None:
    empty = to_frame([])

    assert empty.dtypes.to_dict() == to_frame([row]).dtypes.to_dict()
    assert empty.shape == (0, 43)
    assert isinstance(empty["first_seen"].dtype, pd.DatetimeTZDtype)


def test_enrichment_adds_what_no_sensor_sees(row: EvidenceRow) -> None:
    young = Registration(
        created=datetime(2026, 2, 1, tzinfo=UTC), expires=datetime(2026, 9, 1, tzinfo=UTC)
    )
    enriched = row.enriched(registration=young, reputation=Reputation(rank=0, listed=True))
    changed: dict[str, Any] = {
        name: value for name, value in enriched.features.items() if value != row.features[name]
    }

    assert changed == {
        "age_of_domain": -1,
        "Domain_registeration_length": -1,
        "web_traffic": -1,
        "Statistical_report": -1,
    }
    assert (enriched.id, enriched.sources) == (row.id, row.sources)


def test_the_certificate_is_judged_as_of_the_connection(row: EvidenceRow) -> None:
    assert row.observations.seen - row.first_seen > timedelta(minutes=10)
    assert set(row.features) == set(SCHEMA.features)

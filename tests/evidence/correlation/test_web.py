import json
from datetime import UTC, datetime
from typing import Any

import pytest

from network_security.evidence.correlation import web
from network_security.sensors import parse_event

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ENDS = {"src_ip": "10.0.0.7", "src_port": 40001, "dest_ip": "192.0.2.80", "dest_port": 80}
HTTP = {"hostname": "example.com", "url": "/a", "http_method": "GET", "status": 200}


def suricata(kind: str, **fields: Any) -> dict[str, Any]:
    record = {"timestamp": AT.isoformat(), "event_type": kind, "proto": "TCP", **ENDS, **fields}
    return parse_event(json.dumps(record), format="suricata")


def test_a_request() -> None:
    (request,) = web.requests(suricata("http", http=HTTP, flow_id=7), AT, "e1")

    assert (request.entity, request.client, request.server) == (
        "http://example.com/a",
        "10.0.0.7",
        "192.0.2.80",
    )
    assert (request.status, request.blocked) == (200, False)
    assert set(request.flows) == {("suricata", "7"), ("ends", "10.0.0.7 40001", "192.0.2.80 80")}


def test_a_download_is_from_the_server_but_asked_for_by_the_client() -> None:
    swapped = {
        "src_ip": "192.0.2.80",
        "src_port": 80,
        "dest_ip": "10.0.0.7",
        "dest_port": 40001,
        "fileinfo": {"filename": "/a", "size": 1},
    }
    (request,) = web.requests(suricata("fileinfo", http=HTTP, **swapped), AT, "e1")

    assert (request.client, request.server) == ("10.0.0.7", "192.0.2.80")
    assert request.flows == web.flows(suricata("http", http=HTTP))


def test_an_alert_on_the_answer_is_of_the_client_s_flow() -> None:
    answered = {
        "src_ip": "192.0.2.80",
        "dest_ip": "10.0.0.7",
        "alert": {"signature": "x", "action": "blocked"},
        "flow": {"src_ip": "10.0.0.7", "dest_ip": "192.0.2.80"},
    }
    (request,) = web.requests(suricata("alert", http=HTTP, **answered), AT, "e1")

    assert (request.client, request.blocked) == ("10.0.0.7", True)


def test_a_click_through_a_mail_gateway_says_nothing_of_the_site_s_server() -> None:
    wrapped = {
        "hostname": "linkprotect.cudasvc.com",
        "url": "/url?a=https%3a%2f%2fexample.net%2fx",
        "status": 302,
        "redirect": "https://example.net/x",
    }
    (request,) = web.requests(suricata("http", http=wrapped), AT, "e1")

    assert request.entity == "https://example.net/x"
    assert (request.server, request.flows, request.status) == (None, (), None)


@pytest.mark.parametrize(
    "dns",
    [
        {"type": "answer", "rrname": "Example.COM", "rrtype": "A", "rcode": "NOERROR",
         "answers": [{"rrname": "example.com", "rrtype": "A", "rdata": "192.0.2.80"}]},
        {"type": "answer", "rrname": "example.com", "rcode": "NOERROR",
         "grouped": {"A": ["192.0.2.80"]}},
        {"type": "response", "rcode": "NOERROR",
         "queries": [{"rrname": "example.com", "rrtype": "A"}],
         "answers": [{"rrname": "example.com", "rrtype": "A", "rdata": "192.0.2.80"}]},
    ],
)  # fmt: skip
def test_dns_answers_in_all_shapes(dns: dict[str, Any]) -> None:
    answer = web.dns(suricata("dns", dns=dns), AT, "e1")

    assert answer is not None
    assert (answer.host, answer.code, answer.records) == ("example.com", "NOERROR", ("192.0.2.80",))


@pytest.mark.parametrize(
    "dns",
    [
        {"type": "query", "rrname": "example.com", "rrtype": "A"},
        {"type": "answer", "rrname": "example.com", "rrtype": "MX", "rcode": "NOERROR",
         "answers": [{"rrname": "example.com", "rrtype": "MX", "rdata": "mx.example.com"}]},
        {"type": "answer", "rrname": "example.com", "rrtype": "AAAA", "rcode": "NOERROR"},
    ],
)  # fmt: skip
def test_what_says_nothing_of_an_address(dns: dict[str, Any]) -> None:
    assert web.dns(suricata("dns", dns=dns), AT, "e1") is None


def test_a_handshake_without_name_or_certificate_says_nothing() -> None:
    assert web.tls(suricata("tls", tls={"version": "TLS 1.3"}), AT, "e1") is None


def test_what_a_sensor_validated_counts() -> None:
    record = {
        "_path": "ssl",
        "ts": AT.timestamp(),
        "server_name": "example.com",
        "validation_status": "unable to get local issuer certificate",
        "sni_matches_cert": "F",
        "cert_chain_fuids": "F1,F2",
    }
    tls = web.tls(parse_event(json.dumps(record), format="zeek"), AT, "e1")

    assert tls is not None
    assert (tls.validated, tls.matches, tls.digests) == (False, False, ("F1",))

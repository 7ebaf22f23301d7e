from datetime import UTC, datetime

import pytest

from network_security.sensors import ParseError, parse_event

TRAFFIC = (
    'type="traffic" subtype="forward" level="notice" srcip=10.0.0.1 srcport=5 dstip=192.0.2.2 '
    "dstport=443 proto=6"
)


def parse(line: str, **options) -> dict:
    return parse_event(line, format="fortigate", **options)


@pytest.mark.parametrize(
    ("written", "moment", "start"),
    [
        ('date=2026-01-14 time=08:21:01 tz="+0100"', "2026-01-14T07:21:01", None),
        ('date=2026-01-14 time=08:21:01 tz="UTC-5"', "2026-01-14T13:21:01", None),
        ("date=2026-01-14 time=08:21:01", "2026-01-14T08:21:01", None),
        ("time=08:21:01 eventtime=1768375261", "2026-01-14T07:21:01", "2026-01-14T07:21:01"),
        (
            'date=2026-01-14 time=08:21:02 tz="+0100" eventtime=1768375261123456789',
            "2026-01-14T07:21:02",
            "2026-01-14T07:21:01.123456",
        ),
        ("timestamp=1768375261", "2026-01-14T07:21:01", None),
    ],
)
def test_times(written, moment, start):
    document = parse(f"{written} {TRAFFIC}")

    assert document["@timestamp"] == datetime.fromisoformat(f"{moment}+00:00")
    assert document["event"].get("start") == (
        datetime.fromisoformat(start).replace(tzinfo=UTC) if start else None
    )


def test_what_was_assumed_for_the_headers_time_does_not_count():
    document = parse(f'Jan 14 08:21:01 fw date=2026-01-14 time=08:21:01 tz="+0100" {TRAFFIC}')

    assert "tags" not in document
    assert document["observer"]["hostname"] == "fw"


def test_application_categories_are_written_as_fortiguard_lists_them():
    assert parse(f'{TRAFFIC} appcat="Web.Client"')["rule"]["category"] == "Web-Client"


@pytest.mark.parametrize(
    ("pairs", "kinds"),
    [
        ('action="accept"', ["connection", "end", "allowed", "info"]),
        ('action="close" utmaction="block"', ["connection", "end", "denied", "info"]),
        ('action="deny"', ["connection", "end", "denied", "info"]),
        ('action="start"', ["connection", "start", "allowed", "info"]),
    ],
)
def test_a_session_is_denied_by_its_policy_or_by_a_profile(pairs, kinds):
    event = parse(f"{TRAFFIC} {pairs}")["event"]

    assert event["type"] == kinds
    assert event["outcome"] == "success"


def test_quotes_hold_blanks_equals_signs_and_quotes():
    document = parse(TRAFFIC + r' url="/a b?c=d&e=\"f\"" hostname="www.example.com" action=accept')

    assert document["url"]["original"] == '/a b?c=d&e="f"'
    assert document["url"]["domain"] == document["destination"]["domain"] == "www.example.com"


def test_pairs_may_be_separated_by_commas():
    document = parse('date=2026-01-14,time=08:21:01,type="utm",subtype="dns",ipaddr="192.0.2.1, '
                     '192.0.2.2",qname="www.example.com",action=pass')  # fmt: skip

    assert document["dns"]["resolved_ip"] == ["192.0.2.1", "192.0.2.2"]


@pytest.mark.parametrize("subtype", ["virus", "ips", "anomaly", "waf"])
def test_verdicts_of_security_profiles_are_alerts(subtype):
    event = parse(f'type="utm" subtype="{subtype}" action="dropped" srcip=192.0.2.1')["event"]

    assert event["kind"] == "alert"
    assert "denied" in event["type"]


def test_use_of_the_web_is_not_an_alert():
    event = parse('type="utm" subtype="webfilter" eventtype="ftgd_allow" action="passthrough"')

    assert event["event"]["kind"] == "event"
    assert event["event"]["action"] == "ftgd_allow"


@pytest.mark.parametrize(
    ("pairs", "outcome", "kinds"),
    [
        ('subtype="system" action="login" status="success"', "success", ["start", "info"]),
        ('subtype="system" action="login" status="failed"', "failure", ["info"]),
        ('subtype="system" action="logout" status="success"', "success", ["end", "info"]),
        ('subtype="user" action="FSSO-logon"', "success", ["start", "info"]),
        ('subtype="vpn" action="ssl-login-fail" remip=192.0.2.9', "failure", ["info"]),
    ],
)
def test_logins(pairs, outcome, kinds):
    event = parse(f'type="event" user="ann" {pairs}')["event"]

    assert "authentication" in event["category"]
    assert event["outcome"] == outcome
    assert event["type"] == kinds


@pytest.mark.parametrize(
    ("pairs", "source"),
    [("", "192.0.2.9"), ('init="local"', "203.0.113.1"), ('init="remote"', "192.0.2.9")],
)
def test_a_tunnels_source_is_who_began_it(pairs, source):
    document = parse(f'type="event" subtype="vpn" remip=192.0.2.9 locip=203.0.113.1 {pairs}')

    assert document["source"]["ip"] == source


def test_an_administrators_address_stands_in_the_interface():
    document = parse('type="event" subtype="system" ui="GUI(192.0.2.9)" cfgpath="a" action="Edit"')

    assert document["source"]["ip"] == "192.0.2.9"
    assert document["event"]["category"] == ["configuration"]


@pytest.mark.parametrize(
    "line",
    [
        "CEF:0|Fortinet|Fortigate|v7|00013|traffic:forward deny|3|cat=traffic:forward src=10.0.0.1 "
        "dpt=23 act=deny FTNTFGTpolicyid=7",
        "CEF:0|Fortinet|Fortigate|v6|00013|traffic:forward deny|3|cat=traffic:forward src=10.0.0.1 "
        "dpt=23 FortinetFortiGateaction=deny FortinetFortiGatepolicyid=7",
        "0|Fortinet|FortiGate-100F|7.2|00013|forward traffic deny|5|cat=traffic src=10.0.0.1 "
        "dpt=23 act=deny ad.policyid=7",
    ],
)
def test_cef_with_any_prefix_means_the_same(line):
    document = parse(line)

    assert document["source"]["ip"] == "10.0.0.1"
    assert document["destination"]["port"] == 23
    assert document["rule"]["id"] == "7"
    assert document["event"]["code"] == "00013"
    assert document["event"]["type"] == ["connection", "end", "denied", "info"]


@pytest.mark.parametrize("line", ["hello", "a=b", "CEF:0|Other|X|1|1|n|1|src=192.0.2.1"])
def test_other_text_is_refused(line):
    with pytest.raises(ParseError) as refused:
        parse(line)

    assert refused.value.code == "unsupported"

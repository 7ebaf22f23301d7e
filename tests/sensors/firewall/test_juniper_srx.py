import pytest

from network_security.sensors import ParseError, parse_event
from network_security.sensors.firewall import juniper_srx_sentences

STRUCTURED = (
    'source-address="10.0.0.5" source-port="50000" destination-address="192.0.2.1" '
    'destination-port="443" service-name="None" nat-source-address="198.51.100.1" '
    'nat-source-port="9" nat-destination-address="192.0.2.1" nat-destination-port="443" '
    'protocol-id="6" policy-name="out" source-zone-name="trust" destination-zone-name="untrust" '
    'username="N/A" packet-incoming-interface="ge-0/0/1.0"'
)
SENTENCE = (
    "session created 10.0.0.5/50000->192.0.2.1/443 0x0 None 198.51.100.1/9->192.0.2.1/443 0x0 "
    "source rule r1 N/A N/A 6 out trust untrust 77 N/A(N/A) ge-0/0/1.0 UNKNOWN"
)
OLD_SENTENCE = (
    "session created 10.0.0.5/50000->192.0.2.1/443 None 198.51.100.1/9->192.0.2.1/443 "
    "r1 None 6 out trust untrust 77 N/A(N/A) ge-0/0/1.0"
)
HEADER = "<14>1 2026-01-14T08:15:30Z srx-1 RT_FLOW - "


def parse(line: str) -> dict:
    return parse_event(line, format="juniper_srx")


@pytest.mark.parametrize(
    "line",
    [
        f"{HEADER}RT_FLOW_SESSION_CREATE [junos@2636.1.1.1.2.39 {STRUCTURED}]",
        f"{HEADER}RT_FLOW_SESSION_CREATE_LS [junos@2636.1.1.1.2.39 {STRUCTURED}]",
        f"{HEADER}RT_FLOW_SESSION_CREATE [{STRUCTURED}]",
        f"RT_FLOW_SESSION_CREATE [junos@2636.1.1.1.2.39 {STRUCTURED}]",
        f"Jan 14 08:15:30 srx-1 RT_FLOW: RT_FLOW_SESSION_CREATE: {SENTENCE}",
        f"RT_FLOW_SESSION_CREATE: {SENTENCE}",
        f"<14>Jan 14 08:15:30 srx-1 RT_FLOW: RT_FLOW_SESSION_CREATE: {OLD_SENTENCE}",
    ],
)
def test_a_session_is_the_same_in_every_form(line):
    document = parse(line)

    assert document["event"]["action"] == "flow_started"
    assert document["event"]["type"] == ["connection", "start", "allowed", "info"]
    assert document["process"]["name"] == "RT_FLOW"
    assert document["source"] == {
        "address": "10.0.0.5", "ip": "10.0.0.5", "port": 50000,
        "nat": {"ip": "198.51.100.1", "port": 9},
    }  # fmt: skip
    assert document["destination"]["port"] == 443
    assert document["rule"]["name"] == "out"
    assert document["observer"]["ingress"] == {
        "interface": {"name": "ge-0/0/1.0"}, "zone": "trust",
    }  # fmt: skip
    assert document["observer"]["egress"]["zone"] == "untrust"
    assert document["network"]["transport"] == "tcp"


def test_closed_sessions_in_sentences_count_both_ways():
    values = juniper_srx_sentences.read(
        "session closed TCP FIN: 10.0.0.5/50000->192.0.2.1/443 0x0 junos-https "
        "10.0.0.5/50000->192.0.2.1/443 0x0 N/A N/A N/A N/A 6 out trust untrust 77 "
        "14(1840) 21(16894) 32 SSL UNKNOWN dana(staff) ge-0/0/1.0 No"
    )

    assert values["reason"] == "TCP FIN"
    assert values["bytes-from-client"] == "1840"
    assert values["packets-from-server"] == "21"
    assert values["elapsed-time"] == "32"
    assert values["username"] == "dana"


@pytest.mark.parametrize(("tag", "ended"), [("SESSION_CLOSE", True), ("SESSION_VOL_UPDATE", False)])
def test_a_duration_is_counted_from_the_time_of_the_record(tag, ended):
    document = parse(f'{HEADER}APPTRACK_{tag} [junos@2636 {STRUCTURED} elapsed-time="60"]')
    event = document["event"]

    assert event["start"] == document["@timestamp"]
    assert (event["end"] - event["start"]).total_seconds() == 60
    assert ("end" in event["type"]) == ended


def test_severity_is_the_priority_as_written_and_the_level_is_its_word():
    document = parse(f"{HEADER}RT_FLOW_SESSION_CREATE [junos@2636 {STRUCTURED}]")

    assert document["event"]["severity"] == 14
    assert document["log"]["level"] == "informational"


@pytest.mark.parametrize(
    ("attack", "action"),
    [
        ("TCP port scan!", "scan_detected"),
        ("SYN flood!", "flood_detected"),
        ("FIN but no ACK bit!", "illegal_tcp_flag_detected"),
        ("WinNuke attack!", "attack_detected"),
        ("something new", "attack_detected"),
    ],
)
@pytest.mark.parametrize(
    ("done", "decision"), [("drop", "denied"), ("alarm-without-drop", "allowed")]
)
def test_screens(attack, action, done, decision):
    event = parse(f'RT_SCREEN_TCP [attack-name="{attack}" action="{done}"]')["event"]

    assert event["action"] == action
    assert event["kind"] == "alert"
    assert event["type"] == ["connection", decision, "info"]


@pytest.mark.parametrize(("letter", "decision"), [("A", "allowed"), ("D", "denied")])
def test_packet_filters(letter, decision):
    document = parse(
        "<158>1 2026-01-14T08:15:30Z srx-1 - - - - srx-1 PFE_FW_SYSLOG_IP: "
        f"FW: ge-0/0/1.0 {letter} udp 192.0.2.1 10.0.0.5 53 161 (3 packets)"
    )

    assert document["event"]["type"] == ["connection", decision, "info"]
    assert document["source"]["packets"] == 3
    assert document["destination"]["port"] == 161


def test_processes_that_the_management_daemon_starts_have_it_as_parent():
    process = parse("mgd[8682]: UI_CHILD_START: Starting child '/sbin/ifinfo'")["process"]

    assert process["name"] == "/sbin/ifinfo"
    assert process["parent"] == {"name": "mgd", "pid": 8682}


def test_untranslated_addresses_are_zeros():
    document = parse(f'{HEADER}IDP_ATTACK_LOG_EVENT [junos@2636 nat-source-address="0.0.0.0"]')

    assert "source" not in document
    assert document["juniper"]["srx"]["nat-source-address"] == "0.0.0.0"


@pytest.mark.parametrize("line", ["hello", "RT_FLOW", "no tag at all here"])
def test_other_text_is_refused(line):
    with pytest.raises(ParseError) as refused:
        parse(line)

    assert refused.value.code == "unsupported"

import pytest

from network_security.sensors import ParseError, parse_event

HEADER = "<134>Jan 14 08:22:02 gw "
IPV4 = "87,,,1700000042,igb1,match,{action},{direction},4,0x10,,61,4711,0,DF,"


def parse(message: str, program: str = "filterlog[7]") -> dict:
    return parse_event(f"{HEADER}{program}: {message}", format="pfsense")


def test_columns_depend_on_the_version_of_ip():
    document = parse(
        "31,,,1700000043,igb1,match,block,in,6,0x00,0x0a1b2,1,UDP,17,44,fe80::1,ff02::1:2,546,547,44"
    )

    assert document["source"] == {"address": "fe80::1", "ip": "fe80::1", "port": 546}
    assert document["network"]["transport"] == "udp"
    assert document["network"]["type"] == "ipv6"
    assert document["netgate"]["pfsense"]["flow_label"] == "0x0a1b2"


@pytest.mark.parametrize(
    ("tail", "kept"),
    [
        (
            "6,tcp,52,10.0.0.1,192.0.2.2,51515,8443,0,S,18,,29200,,mss;nop",
            {"tcp_flags": "S", "sequence": "18", "window": "29200", "options": "mss;nop"},
        ),
        ("17,udp,78,10.0.0.1,192.0.2.2,137,138,58", {"data_length": "58"}),
        (
            "1,icmp,56,10.0.0.1,192.0.2.2,request,4,77",
            {"icmp_type": "request", "protocol_data": ["4", "77"]},
        ),
        (
            "112,carp,56,10.0.0.1,192.0.2.2,advertise,255,9,2,1,100",
            {"carp_type": "advertise", "vhid": "9", "advskew": "100"},
        ),
        ("2,igmp,32,10.0.0.1,192.0.2.2,datalength=8", {"protocol_data": ["datalength=8"]}),
    ],
)
def test_columns_depend_on_the_protocol(tail, kept):
    document = parse(IPV4.format(action="pass", direction="in") + tail)

    assert document["source"]["ip"] == "10.0.0.1"
    assert document["network"]["iana_number"] == tail.partition(",")[0]
    assert document["netgate"]["pfsense"].items() >= kept.items()


@pytest.mark.parametrize(
    ("action", "direction", "decision", "side", "stated"),
    [
        ("pass", "out", "allowed", "egress", "outbound"),
        ("block", "in", "denied", "ingress", "inbound"),
        ("reject", "in", "denied", "ingress", "inbound"),
    ],
)
def test_decision_and_direction(action, direction, decision, side, stated):
    tail = "17,udp,78,10.0.0.1,192.0.2.2,137,138,58"
    document = parse(IPV4.format(action=action, direction=direction) + tail)

    assert document["event"]["type"] == ["connection", decision, "info"]
    assert document["network"]["direction"] == stated
    assert document["observer"][side]["interface"]["name"] == "igb1"
    assert document["rule"]["id"] == "1700000042"


@pytest.mark.parametrize(
    ("message", "address", "host"),
    [
        ("DHCPACK on 10.0.0.15 to 00:00:5e:00:53:15 (pc) via igb1", "10.0.0.15", "pc"),
        ("DHCPREQUEST for 10.0.0.15 (10.0.0.1) from 00:00:5e:00:53:15 via igb1", "10.0.0.15", None),
        ("DHCPDISCOVER from 00:00:5e:00:53:15 (pc) via igb1", None, "pc"),
    ],
)
def test_leases(message, address, host):
    document = parse(message, "dhcpd")

    assert document["event"]["action"] == message.split()[0]
    assert document["source"]["mac"] == "00-00-5E-00-53-15"
    assert document["source"].get("ip") == address
    assert document["source"].get("domain") == host
    assert document["observer"]["ingress"]["interface"]["name"] == "igb1"


@pytest.mark.parametrize(
    ("program", "message", "user", "outcome"),
    [
        ("php-fpm[9]", "/index.php: Successful login for user 'ann' from: 10.0.0.9", "ann",
         "success"),
        ("php-fpm", "/index.php: webConfigurator authentication error for user 'x y' from: "
         "10.0.0.9", "x y", "failure"),
        ("sshd[3]", "Failed password for invalid user oracle from 10.0.0.9 port 4 ssh2", "oracle",
         "failure"),
        ("sshd[3]", "Accepted publickey for ann from 10.0.0.9 port 4 ssh2: RSA x", "ann",
         "success"),
        ("openvpn[3]", "user 'ann' could not authenticate.", "ann", "failure"),
    ],
)  # fmt: skip
def test_logins(program, message, user, outcome):
    document = parse(message, program)

    assert document["event"]["category"] == ["authentication"]
    assert document["event"]["outcome"] == outcome
    assert document["user"]["name"] == user


def test_a_proxied_request_has_the_time_at_which_it_was_accepted():
    document = parse(
        "203.0.113.50:40404 [14/Jan/2026:08:20:00.502] www~ pool/web1 3/0/1/8/12 200 1024 - - ---- "
        '9/8/7/6/0 0/0 "GET /a?b=c HTTP/1.1"',
        "haproxy[4]",
    )

    assert document["@timestamp"].isoformat() == "2026-01-14T08:20:00.502000+00:00"
    assert document["event"]["duration"] == 12_000_000
    assert document["url"] == {"original": "/a?b=c", "path": "/a", "query": "b=c"}


def test_a_program_without_mapper_keeps_its_message():
    document = parse("(root) CMD (newsyslog)", "cron[8]")

    assert document["message"] == "(root) CMD (newsyslog)"
    assert document["process"] == {"name": "cron", "pid": 8}


@pytest.mark.parametrize("line", ["hello", "1,2,3", "87,,,15,igb1,match,block,in,5,0x0"])
def test_other_text_is_refused(line):
    with pytest.raises(ParseError) as refused:
        parse_event(line, format="pfsense")

    assert refused.value.code == "unsupported"


def test_a_filter_log_without_version_is_a_syntax_error():
    with pytest.raises(ParseError) as refused:
        parse("87,,,15,igb1,match,block,in")

    assert refused.value.code == "syntax"

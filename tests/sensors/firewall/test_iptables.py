import pytest

from network_security.sensors import ParseError, parse_event

PACKET = "IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 LEN=44 TTL=60 PROTO=TCP SPT=40022 DPT=22 SYN"


def parse(prefix: str, packet: str = PACKET) -> dict:
    return parse_event(f"Jan 14 08:23:01 gw kernel: {prefix}{packet}", format="iptables")


@pytest.mark.parametrize(
    ("prefix", "action", "decision"),
    [
        ("[UFW BLOCK] ", "block", "denied"),
        ("[UFW ALLOW] ", "allow", "allowed"),
        ("[  812.000417] [UFW LIMIT BLOCK] ", "block", "denied"),
        ("iptables DROP_INPUT: ", "drop_input", "denied"),
        ("Dropped by policy ", "dropped", "denied"),
        ("ACCEPT ", "accept", "allowed"),
        ("[DMZ_IN-310-A]", "accept", "allowed"),
        ("[DMZ_IN-default-D]", "drop", "denied"),
        ("[DMZ_IN-10-R]", "reject", "denied"),
        ("dropbox traffic: ", None, None),
        ("", None, None),
    ],
)
def test_the_prefix_says_what_was_decided(prefix, action, decision):
    event = parse(prefix)["event"]

    assert event.get("action") == action
    assert event["type"] == ["connection", *([decision] if decision else []), "info"]
    assert event.get("outcome") == ("success" if decision else None)


def test_a_gateways_prefix_names_rule_and_zones():
    document = parse("[staff-guests-310-A]")

    assert document["rule"] == {"name": "staff-guests", "id": "310"}
    assert document["observer"]["ingress"]["zone"] == "staff"
    assert document["observer"]["egress"]["zone"] == "guests"


def test_an_icmp_error_is_not_taken_for_the_packet_that_it_is_about():
    document = parse(
        "",
        "IN=eth0 OUT= SRC=203.0.113.71 DST=192.0.2.83 LEN=92 PROTO=ICMP TYPE=3 CODE=1 "
        "[SRC=192.0.2.83 DST=203.0.113.200 LEN=64 DF PROTO=UDP SPT=50123 DPT=3478 LEN=44 ] "
        "MARK=0x1",
    )

    assert document["source"]["ip"] == "203.0.113.71"
    assert "port" not in document["source"]
    assert document["network"]["transport"] == "icmp"
    kept = document["linux"]["iptables"]
    assert kept["original_packet"]["DST"] == "203.0.113.200"
    assert kept["original_packet"]["LEN_2"] == "44"
    assert kept["MARK"] == "0x1"


def test_a_repeated_key_keeps_both_values():
    document = parse("", "SRC=10.0.0.1 DST=10.0.0.2 LEN=220 PROTO=UDP SPT=1 DPT=2 LEN=200")

    assert document["network"]["bytes"] == 220
    assert document["linux"]["iptables"]["LEN_2"] == "200"


def test_the_mac_field_holds_destination_and_source():
    document = parse("", "MAC=00:00:5e:00:53:01:00:00:5e:00:53:15:08:00 " + PACKET)

    assert document["destination"]["mac"] == "00-00-5E-00-53-01"
    assert document["source"]["mac"] == "00-00-5E-00-53-15"


def test_a_line_without_host_is_not_given_the_prefix_as_one():
    document = parse_event(f"Jan 14 08:23:05 DENY: {PACKET}", format="iptables")

    assert "hostname" not in document["observer"]
    assert document["event"]["action"] == "deny"


def test_a_line_whose_begin_was_lost_keeps_what_is_left():
    document = parse_event(
        "Jan 14 08:23:08 gw user.info kernel: L=60 ID=8 PROTO=TCP SPT=443 DPT=50700 ACK",
        format="iptables",
    )

    assert document["source"] == {"port": 443}
    assert document["observer"]["name"] == "gw"


@pytest.mark.parametrize("line", ["Jan 14 08:23:08 gw kernel: eth0: link up", "SRC", "a=b"])
def test_other_text_is_refused(line):
    with pytest.raises(ParseError) as refused:
        parse_event(line, format="iptables")

    assert refused.value.code == "unsupported"

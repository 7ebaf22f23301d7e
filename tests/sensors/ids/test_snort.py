import json

import pytest

from network_security.sensors import ParseError, parse_event

STAMP = "01/14-08:15:30.250000"
RULE = "[1:9000001:3] EXAMPLE Scan"
ENDS = "{TCP} 203.0.113.5:40001 -> 10.0.0.5:22"
FULL = f"""[**] {RULE} [**]
[Classification: Misc Attack] [Priority: 2]
{STAMP} 203.0.113.5:40001 -> 10.0.0.5:22
TCP TTL:52 TOS:0x0 ID:7 IpLen:20 DgmLen:60 DF
******S* Seq: 0x1A  Ack: 0x0  Win: 0x200  TcpLen: 40"""
PFSENSE = (
    "01/14/26-08:15:30.250000 ,1,9000001,3,EXAMPLE Scan,TCP,203.0.113.5,40001,10.0.0.5,22,7,"
    "Misc Attack,2,alert,Allow"
)
SNORT2 = (
    f"{STAMP} ,1,9000001,3,EXAMPLE Scan,TCP,203.0.113.5,40001,10.0.0.5,22,00:00:5E:00:53:01,"
    "00:00:5E:00:53:02,0x4A,******S*,0x1A,0x0,,0x200,52,0,7,60,61440,,,,"
)
SNORT3 = f"{STAMP}, 1, TCP, raw, 60, C2S, 203.0.113.5:40001, 10.0.0.5:22, 1:9000001:3, allow"
JSON = json.dumps({
    "timestamp": STAMP, "rule": "1:9000001:3", "msg": "EXAMPLE Scan", "proto": "TCP",
    "src_ap": "203.0.113.5:40001", "dst_ap": "10.0.0.5:22", "action": "block",
})  # fmt: skip


def parse(raw: str) -> dict:
    return parse_event(raw, format="snort")


@pytest.mark.parametrize(
    "raw",
    [
        f"{STAMP}  [**] {RULE} [**] [Classification: Misc Attack] [Priority: 2] {ENDS}",
        f"{STAMP}  [**] {RULE} [**] [Priority: 2] {ENDS}",
        f"{STAMP} {RULE} {ENDS}",
        f"<33>Jan 14 08:15:30 sensor1 snort[7]: {RULE} [Priority: 2] {ENDS}",
        f"<33>Jan 14 08:15:30 sensor1 snort: {SNORT2}",
        f"<33>Jan 14 08:15:30 sensor1 snort: {JSON}",
        FULL,
        FULL.replace("\n", "\r\n"),
        PFSENSE,
        SNORT2,
        SNORT3,
        JSON,
    ],
)
def test_an_alert_of_any_form_names_rule_and_ends(raw):
    document = parse(raw)

    assert document["event"]["kind"] == "alert"
    assert document["rule"]["id"] == "9000001"
    assert document["rule"]["version"] == "3"
    assert document["source"]["ip"] == "203.0.113.5"
    assert document["source"]["port"] == 40001
    assert document["destination"]["ip"] == "10.0.0.5"
    assert document["destination"]["port"] == 22
    assert document["network"]["transport"] == "tcp"
    assert document["network"]["direction"] == "inbound"
    assert (document["@timestamp"].day, document["@timestamp"].second) == (14, 30)


@pytest.mark.parametrize(
    ("mark", "kinds"),
    [
        ("[Drop]", ["connection", "denied", "info"]),
        ("[wDrop]", ["connection", "allowed", "info"]),
        ("", ["info"]),
    ],
)
def test_what_became_of_the_packet(mark, kinds):
    assert parse(f"{STAMP} {mark} [**] {RULE} [**] {ENDS}")["event"]["type"] == kinds


@pytest.mark.parametrize(
    ("protocol", "source", "address", "port"),
    [
        ("UDP", "2001:db8::15:49152", "2001:db8::15", 49152),
        ("IPV6-ICMP", "2001:db8::15", "2001:db8::15", None),
        ("ICMP", "192.0.2.1", "192.0.2.1", None),
        ("PROTO:112", "192.0.2.1", "192.0.2.1", None),
    ],
)
def test_addresses_with_and_without_ports(protocol, source, address, port):
    document = parse(f"{STAMP}  [**] {RULE} [**] {{{protocol}}} {source} -> {source}")

    assert document["source"].get("ip") == address
    assert document["source"].get("port") == port


def test_the_header_of_the_packet_is_kept():
    kept = parse(FULL)["snort"]["log"]

    assert kept == {
        "gid": "1", "ttl": "52", "tos": "0x0", "ip_id": "7", "ip_hlen": "20", "dgm_len": "60",
        "tcp_flags": "******S*", "tcp_seq": "0x1A", "tcp_ack": "0x0", "tcp_win": "0x200",
        "tcp_len": "40",
    }  # fmt: skip


def test_the_epoch_counts_more_than_a_local_time_without_year():
    record = json.loads(JSON) | {"seconds": 1574352110, "timestamp": "11/21-18:01:50.061909"}

    document = parse(json.dumps(record))

    assert document["@timestamp"].isoformat() == "2019-11-21T16:01:50.061909+00:00"
    assert "tags" not in document


@pytest.mark.parametrize(
    "raw", ["text", '{"a":1}', f"{STAMP} ,1,2,3", "[1:2] EXAMPLE", '{"rule":"1:2:3"} x']
)
def test_what_is_no_alert_is_refused(raw):
    with pytest.raises(ParseError):
        parse(raw)

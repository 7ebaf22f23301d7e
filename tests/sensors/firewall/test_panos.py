import json

import pytest

from network_security.sensors import ParseError, parse_event
from network_security.sensors.firewall.panos_columns import COLUMNS, CONFIG_SHORT

GENERATED = "2026/01/14 08:20:01"


def line(kind: str, columns: tuple[str, ...] | None = None, **values: str) -> str:
    """Return a log with the given values in their columns, cut behind the last of them."""
    names = columns or COLUMNS[kind]
    record = {"future_use_1": "1", "receive_time": GENERATED, "type": kind} | values
    record.setdefault("time_generated", GENERATED)
    last = max(names.index(name) for name in record)
    values = [record.get(name, "") for name in names[: last + 1]]
    return ",".join(f'"{value}"' if "," in value else value for value in values)


def parse(raw: str, **options) -> dict:
    return parse_event(raw, format="panos", **options)


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("TRAFFIC", 117), ("THREAT", 123), ("SYSTEM", 26), ("CONFIG", 28), ("HIPMATCH", 32),
        ("GLOBALPROTECT", 50), ("USERID", 37), ("IPTAG", 27), ("DECRYPTION", 108), ("SCTP", 65),
        ("CORRELATION", 22),
    ],
)  # fmt: skip
def test_every_type_has_the_columns_of_its_newest_version(kind, columns):
    assert len(COLUMNS[kind]) == columns
    assert len(set(COLUMNS[kind])) == columns


@pytest.mark.parametrize(
    "header",
    [
        "",
        ": ",
        "Jan 14 08:20:01 ",
        "<14>Jan 14 08:20:01 pa-1 ",
        "<14>1 2026-01-14T08:20:01+01:00 pa-1 - - - - ",
        "535 <14>1 2026-01-14T08:20:01+01:00 pa-1 - - - - ",
    ],
)
def test_headers(header):
    document = parse(header + line("TRAFFIC", src="192.0.2.1", action="allow").replace('"', ""))

    assert document["source"]["ip"] == "192.0.2.1"
    assert document["observer"].get("hostname") == ("pa-1" if "pa-1" in header else None)


@pytest.mark.parametrize(("kind", "host"), [("SYSTEM", "pa-1"), ("HIPMATCH", "laptop-7")])
def test_the_host_is_the_firewall_or_the_machine_that_it_reports_of(kind, host):
    machine = {"machinename": "LAPTOP-7"} if kind == "HIPMATCH" else {}
    document = parse(line(kind, device_name="pa-1", **machine))

    assert document["host"] == {"hostname": host, "name": host}
    assert document["observer"]["name"] == "pa-1"


def test_columns_of_a_newer_version_are_kept():
    document = parse(line("CORRELATION", src="192.0.2.1", evidence="five, times") + ",new,more")

    assert document["message"] == "five, times"
    assert document["paloalto"]["panos"]["further_columns"] == ["new", "more"]


def test_a_type_that_is_not_known_keeps_its_head():
    document = parse(f"1,{GENERATED},0102,FUTURE,x,1,{GENERATED},a,b")

    assert document["observer"]["serial_number"] == "0102"
    assert document["paloalto"]["panos"]["further_columns"] == ["a", "b"]


def test_the_finest_time_names_the_zone_of_all_others():
    document = parse(line("TRAFFIC", start="2026/01/14 08:19:31", elapsed="30", action="allow",
                          high_res_timestamp="2026-01-14T08:20:01.250+01:00"))  # fmt: skip

    assert document["@timestamp"].isoformat() == "2026-01-14T07:20:01.250000+00:00"
    assert document["event"]["start"].isoformat() == "2026-01-14T07:19:31+00:00"
    assert document["event"]["end"].isoformat() == "2026-01-14T07:20:01+00:00"
    assert "tags" not in document


def test_an_unset_finest_time_does_not_count():
    document = parse(line("IPTAG", high_res_timestamp="1970-01-01T01:00:00.000+01:00"),
                     timezone="-05:00")  # fmt: skip

    assert document["@timestamp"].isoformat() == "2026-01-14T13:20:01+00:00"
    assert document["tags"] == ["time_zone_assumed"]


@pytest.mark.parametrize(
    ("subtype", "action", "kinds"),
    [
        ("start", "allow", ["connection", "start", "allowed", "info"]),
        ("end", "reset-both", ["connection", "end", "denied", "info"]),
        ("drop", "drop", ["connection", "denied", "info"]),
        ("deny", "drop ICMP", ["connection", "denied", "info"]),
    ],
)
def test_sessions(subtype, action, kinds):
    event = parse(line("TRAFFIC", subtype=subtype, action=action))["event"]

    assert event["type"] == kinds
    assert event["outcome"] == "success"


def test_a_url_without_scheme_has_host_port_path_and_query():
    document = parse(line("THREAT", subtype="url", action="alert", severity="informational",
                          misc="shop.example.com:8080/a?next=b,c", threatid="(9999)"))  # fmt: skip

    assert document["url"] == {
        "original": "shop.example.com:8080/a?next=b,c", "domain": "shop.example.com",
        "port": 8080, "path": "/a", "query": "next=b,c",
    }  # fmt: skip
    assert document["event"]["kind"] == "event"
    assert document["event"]["code"] == "9999"


@pytest.mark.parametrize(
    ("subtype", "action", "kind"),
    [
        ("url", "alert", "event"),
        ("url", "block-url", "alert"),
        ("file", "alert", "event"),
        ("vulnerability", "alert", "alert"),
        ("spyware", "sinkhole", "alert"),
        ("wildfire-virus", "allow", "alert"),
    ],
)
def test_verdicts_are_alerts_and_use_is_not(subtype, action, kind):
    assert parse(line("THREAT", subtype=subtype, action=action))["event"]["kind"] == kind


def test_a_threats_name_may_hold_brackets():
    document = parse(line("THREAT", subtype="spyware", app="dns-base", misc="c2.example.net",
                          threatid="Query (generic:c2.example.net)(109001001)"))  # fmt: skip

    assert document["rule"]["description"] == "Query (generic:c2.example.net)"
    assert document["event"]["code"] == "109001001"
    assert document["dns"]["question"]["name"] == "c2.example.net"


@pytest.mark.parametrize(
    ("written", "user"),
    [
        (r"EXAMPLE\ann", {"name": "ann", "domain": "EXAMPLE"}),
        (r"example.org\\ann", {"name": "ann", "domain": "example.org"}),
        ("ann@example.org", {"name": "ann", "domain": "example.org", "email": "ann@example.org"}),
        ("ann", {"name": "ann"}),
    ],
)
def test_users(written, user):
    document = parse(line("TRAFFIC", srcuser=written))

    assert document["user"] == document["source"]["user"] == user


def test_a_forwarded_address_is_not_a_user():
    document = parse(line("THREAT", srcuser="x-fwd-for: 192.0.2.44"))

    assert "user" not in document
    assert document["network"]["forwarded_ip"] == "192.0.2.44"


@pytest.mark.parametrize(
    ("said", "outcome", "source", "server"),
    [
        (
            "failed authentication for user 'bob'.  Reason: Invalid username/password. auth "
            "profile 'P', vsys 'shared', server profile 'LDAP', server address '192.0.2.7', "
            "From: 203.0.113.9.",
            "failure", "203.0.113.9", "192.0.2.7",
        ),
        (
            "authenticated for user 'bob'.   auth profile 'P', server address 'dc1.example.com', "
            "From: 203.0.113.9.",
            "success", "203.0.113.9", None,
        ),
        (
            "When authenticating user bob from 192.0.2.4, a less secure authentication method "
            "PAP is used. Authentication Profile P, Server Profile R, Server Address 192.0.2.7",
            "success", "192.0.2.4", "192.0.2.7",
        ),
    ],
)  # fmt: skip
def test_system_logs_name_who_and_where(said, outcome, source, server):
    document = parse(line("SYSTEM", subtype="auth", eventid="auth-success", opaque=said))

    assert document["event"]["outcome"] == outcome
    assert document["user"]["name"] == "bob"
    assert document["source"]["ip"] == source
    assert document["destination"].get("ip") == server


@pytest.mark.parametrize("columns", [COLUMNS["CONFIG"], CONFIG_SHORT])
def test_change_details_are_optional_columns(columns):
    document = parse(line("CONFIG", columns, cmd="set", admin="ann", result="Succeeded",
                          seqno="7", actionflags="0x0", device_name="pa-1"))  # fmt: skip

    assert document["observer"]["name"] == "pa-1"
    assert document["event"]["sequence"] == 7
    assert document["event"]["type"] == ["change"]


@pytest.mark.parametrize(
    ("private", "source"),
    [("10.9.0.4", "10.9.0.4"), ("0.0.0.0", "203.0.113.50"), ("", "203.0.113.50")],
)
def test_remote_access_comes_from_the_public_address_until_a_private_one_is_given(private, source):
    document = parse(line("GLOBALPROTECT", stage="login", status="failure",
                          public_ip="203.0.113.50", private_ip=private))  # fmt: skip

    assert document["source"]["ip"] == source
    assert document["source"]["nat"]["ip"] == "203.0.113.50"
    assert document["event"]["outcome"] == "failure"


def test_json_cef_and_syslog_say_the_same():
    documents = [
        parse(line("TRAFFIC", subtype="end", src="10.0.0.1", sport="5", dst="192.0.2.2",
                   dport="443", rule="web out", srcuser="ann", action="allow", bytes_sent="20",
                   app="ssl", high_res_timestamp="2026-01-14T08:20:01.000+00:00")),
        parse("CEF:0|Palo Alto Networks|LF|2.0|TRAFFIC|end|3|dtz=UTC start=Jan 14 2026 08:20:01 "
              "src=10.0.0.1 spt=5 dst=192.0.2.2 dpt=443 cs1=web out cs1Label=Rule suser=ann "
              "act=allow in=20 app=ssl"),
        parse(json.dumps({"LogType": "TRAFFIC", "Subtype": "end", "SourceAddress": "10.0.0.1",
                          "TimeGenerated": "2026-01-14T08:20:01.000000Z", "SourcePort": 5,
                          "DestinationAddress": "192.0.2.2", "DestinationPort": 443,
                          "Rule": "web out", "SourceUser": "ann", "Action": "allow",
                          "BytesSent": 20, "Application": "ssl"})),
    ]  # fmt: skip

    first, *others = documents
    for other in others:
        for part in ("@timestamp", "source", "destination", "rule", "user", "network", "related"):
            assert other[part] == first[part]
        assert other["event"]["type"] == first["event"]["type"]


def test_alerts_of_the_endpoint_sensor_name_technique_and_process():
    document = parse(json.dumps({
        "alert_id": 7, "detection_timestamp": 1768378845000, "name": "Rare process",
        "mitre_technique_id_and_name": ["T1071 - Application Layer Protocol", None],
        "events": [{"actor_process_image_name": "a.exe", "action_remote_ip": "192.0.2.9"}],
    }))  # fmt: skip

    assert document["threat"]["technique"]["id"] == ["T1071"]
    assert document["process"]["name"] == "a.exe"
    assert document["destination"]["ip"] == "192.0.2.9"
    assert document["event"]["kind"] == "alert"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("hello", "unsupported"),
        ("CEF:0|Other|X|1|1|n|1|src=192.0.2.1", "unsupported"),
        (f"1,{GENERATED},0102", "syntax"),
        ("{", "syntax"),
    ],
)
def test_other_text_is_refused(raw, code):
    with pytest.raises(ParseError) as refused:
        parse(raw)

    assert refused.value.code == code

import pytest

from network_security.sensors import ParseError, parse_event
from network_security.sensors.firewall import cisco_asa_messages, cisco_ftd_events


def parse(message: str, header: str = "<166>Jan 14 2026 08:15:30 fw-1 : ") -> dict:
    return parse_event(header + message, format="cisco_asa")


@pytest.mark.parametrize(
    ("header", "host", "program"),
    [
        ("<166>Jan 14 2026 08:15:30 fw-1 : ", "fw-1", None),
        ("Jan 14 08:15:30 fw-1: ", "fw-1", None),
        ("Jan 14 08:15:30 192.0.2.1 ", "192.0.2.1", None),
        ("2026-01-14T08:15:30Z fw-1  ", "fw-1", None),
        ("Jan 14 2026 08:15:30 fw-1 CiscoASA[99]: ", "fw-1", "CiscoASA"),
        ("<166>2026-01-14T08:15:30Z: ", None, None),
        ("", None, None),
    ],
)
def test_headers_name_the_device_or_nothing(header, host, program):
    document = parse("%ASA-7-609001: Built local-host inside:10.0.0.5", header)

    assert document["observer"].get("hostname") == host
    assert document.get("process", {}).get("name") == program
    assert document["source"]["ip"] == "10.0.0.5"


def test_outbound_connections_are_opened_by_the_second_end():
    document = parse(
        "%ASA-6-302013: Built outbound TCP connection 7 for "
        "outside:192.0.2.80/443 (192.0.2.80/443) to inside:10.0.0.5/50000 (198.51.100.1/1024)"
    )

    assert document["source"] == {
        "address": "10.0.0.5", "ip": "10.0.0.5", "port": 50000,
        "nat": {"ip": "198.51.100.1", "port": 1024},
    }  # fmt: skip
    assert document["destination"] == {"address": "192.0.2.80", "ip": "192.0.2.80", "port": 443}
    assert document["observer"]["ingress"]["interface"]["name"] == "inside"


def test_names_stand_where_addresses_do():
    document = parse(
        "%ASA-4-106023: Deny udp src inside:printer-3/161 dst outside:2001:db8::1/53 "
        'by access-group "in"'
    )

    assert document["source"] == {"address": "printer-3", "domain": "printer-3", "port": 161}
    assert document["destination"]["ip"] == "2001:db8::1"


@pytest.mark.parametrize(
    ("written", "user"),
    [
        (r"LOCAL\ann", {"name": "ann", "domain": "LOCAL"}),
        (r"LOCAL\ann, 9:staff", {"name": "ann", "domain": "LOCAL"}),
        ("ann@example.org", {"name": "ann", "domain": "example.org", "email": "ann@example.org"}),
        (r"CORP\HOST7$", {"name": "HOST7$", "domain": "CORP"}),
    ],
)
def test_users(written, user):
    document = parse(
        f"%ASA-6-106015: Deny TCP (no connection) from 10.0.0.5/1({written}) "
        "to 192.0.2.1/2 flags RST  on interface inside"
    )

    assert document["source"]["user"] == user


@pytest.mark.parametrize(
    ("duration", "seconds"), [("0:01:07", 67), ("92:24:20", 332660), ("1d 1h:00m:01s", 90001)]
)
def test_durations_give_the_start(duration, seconds):
    document = parse(f"%ASA-7-609002: Teardown local-host inside:10.0.0.5 duration {duration}")

    event = document["event"]
    assert event["duration"] == seconds * 10**9
    assert (event["end"] - event["start"]).total_seconds() == seconds


def test_unknown_ids_keep_severity_and_text():
    document = parse("%ASA-3-999999: something new from 10.0.0.5")

    assert document["event"]["code"] == "999999"
    assert document["log"]["level"] == "error"
    assert document["message"] == "something new from 10.0.0.5"


def test_a_message_whose_mark_was_taken_off_is_recognised():
    document = parse(
        "Group <staff> User <ann> IP <192.0.2.9> SVC closing connection: DPD failure.", ""
    )

    assert document["event"]["code"] == "722037"
    assert document["user"]["name"] == "ann"


@pytest.mark.parametrize(
    ("message", "source", "destination"),
    [
        (
            "%ASA-2-108003: Terminating SMTP connection; malicious pattern detected in the mail "
            "address from inside:10.0.0.5/4000 to outside:192.0.2.25/25. Data:x",
            ("10.0.0.5", 4000),
            ("192.0.2.25", 25),
        ),
        (
            "%ASA-4-418001: Through-the-device packet to/from management-only network is denied: "
            "udp src inside:10.0.0.5/137 dst mgmt:192.0.2.9/138",
            ("10.0.0.5", 137),
            ("192.0.2.9", 138),
        ),
        (
            "%ASA-4-420002: IPS requested to drop ICMP packets inside:10.0.0.5 to "
            "outside:192.0.2.9 (type 8, code 0)",
            ("10.0.0.5", None),
            ("192.0.2.9", None),
        ),
        (
            "%ASA-6-737016: IPAA: Freeing local pool address 10.0.0.5",
            ("10.0.0.5", None),
            (None, None),
        ),
        (
            "%ASA-5-751025: Local:10.0.0.5:500 Remote:192.0.2.9:4500 Username:ann IKEv2 "
            "Group:staff IPv4 Address=10.0.9.1 IPv6 address=:: assigned to session",
            ("10.0.0.5", 500),
            ("192.0.2.9", 4500),
        ),
    ],
)
def test_ends_as_messages_of_several_families_write_them(message, source, destination):
    document = parse(message)

    for side, end in (("source", source), ("destination", destination)):
        found = document.get(side, {})
        assert (found.get("ip"), found.get("port")) == end


@pytest.mark.parametrize("line", ["hello", "SELECT 1", "%ASA", "ASA-6-302013: Built"])
def test_other_text_is_refused(line):
    with pytest.raises(ParseError) as refused:
        parse(line, "")

    assert refused.value.code == "unsupported"


@pytest.mark.parametrize("code", cisco_asa_messages.codes())
def test_every_row_of_the_table_compiles(code):
    row = cisco_asa_messages.message(code)

    assert row is not None
    assert row.kind.category


def test_security_events_hold_commas_and_colons():
    assert cisco_ftd_events.pairs(
        "UserAgent: a (x, like y) z, URL: http://h:80/a,b, Client: c"
    ) == {
        "UserAgent": "a (x, like y) z",
        "URL": "http://h:80/a,b",
        "Client": "c",
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SID: 7, Message: x", "430001"),
        ("SrcIP: 10.0.0.1, DstIP: 10.0.0.2", "430002"),
        ("SrcIP: 10.0.0.1, ConnectionDuration: 0", "430003"),
        ("SrcIP: 10.0.0.1, FileAction: Detect", "430004"),
        ("SHA_Disposition: Malware, ThreatName: x", "430005"),
        ("Group: x", None),
        ("User: a, Reason: b", None),
    ],
)
def test_security_events_without_an_id_are_told_by_their_keys(text, code):
    assert cisco_ftd_events.code_of(text) == code

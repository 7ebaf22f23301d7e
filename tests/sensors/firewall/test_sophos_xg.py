import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors import ParseError, parse_event
from network_security.sensors.firewall.sophos_xg import pairs
from network_security.sensors.samples import raw_events

OLD = (
    'device="SFW" date=2026-01-14 time=08:15:30 timezone="GMT" device_id=X1 '
    'log_id=010101600001 log_type="Firewall" log_component="Firewall Rule" '
    'log_subtype="Allowed" priority=Information '
)
NEW = (
    'device_name="SFW" timestamp="2026-01-14T08:15:30+0000" device_serial_id="X1" '
    'log_id="010101600001" log_type="Firewall" log_component="Firewall Rule" '
    'log_subtype="Allowed" severity="Information" '
)
UTM = "2026:01:14-09:01:02 utm-1 ulogd[4711]: "


def parse(line: str) -> dict:
    return parse_event(line, format="sophos_xg")


def refusal(line: str) -> str | None:
    """Return the code of the refusal of a line, None when it parses."""
    try:
        parse(line)
    except ParseError as error:
        return error.code
    return None


def test_both_formats_say_the_same():
    old = parse(
        OLD + "src_ip=10.0.0.5 src_port=50000 sent_bytes=70 recv_pkts=2 tran_src_ip=198.51.100.1 "
        'in_interface="Port1" srczonetype="LAN" srczone="LAN" dstzonetype="WAN" dstzone="WAN"'
    )
    new = parse(
        NEW + 'src_ip="10.0.0.5" src_port=50000 bytes_sent=70 packets_received=2 '
        'src_trans_ip="198.51.100.1" in_interface="Port1" src_zone_type="LAN" src_zone="LAN" '
        'dst_zone_type="WAN" dst_zone="WAN"'
    )

    for part in ("@timestamp", "source", "destination", "network", "observer"):
        assert old[part] == new[part]
    assert old["network"]["direction"] == "outbound"
    assert old["event"]["code"] == new["event"]["code"] == "00001"


@pytest.mark.parametrize(
    ("timezone", "hour", "assumed"),
    [("+0100", 7, False), ("GMT", 8, False), ("CET", 8, True), ("IST", 8, True)],
)
def test_a_zone_is_used_when_it_is_an_offset_or_the_meridians(timezone, hour, assumed):
    document = parse(OLD.replace("GMT", timezone))

    assert document["@timestamp"] == datetime(2026, 1, 14, hour, 15, 30, tzinfo=UTC)
    assert ("time_zone_assumed" in document.get("tags", [])) == assumed


def test_what_was_assumed_for_the_header_is_forgotten_when_the_event_states_its_time():
    assert "tags" not in parse("<134>Jan 14 08:15:31 fw-1 " + NEW)


@pytest.mark.parametrize(
    ("event", "kind"), [("Start", "start"), ("Interim", "start"), ("Stop", "end")]
)
def test_sessions_start_and_end(event, kind):
    document = parse(OLD + f'connevent="{event}" duration=60')

    assert document["event"]["type"] == ["connection", kind, "allowed", "info"]
    assert document["event"]["start"] == document["@timestamp"]
    assert (document["event"]["end"] - document["event"]["start"]).total_seconds() == 60


def test_values_without_quotes_may_hold_blanks():
    assert pairs('a=one two b="3 4"  c=5 d= e="open') == {
        "a": "one two", "b": "3 4", "c": "5", "e": "open",
    }  # fmt: skip


@given(st.text(max_size=200))
def test_pairs_of_anything_are_found_or_not(text):
    assert all(value for value in pairs(text).values())


@pytest.mark.parametrize(
    ("reason", "action", "kind"),
    [('"-"', "allowed", "event"), ('"Antivirus"', "denied", "alert")],
)
def test_the_web_application_firewall_judges_when_it_gives_a_reason(reason, action, kind):
    document = parse(
        f'log_id=075000617071 log_type="WAF" url=/a?b=1 httpstatus=403 reason={reason}'
    )

    assert document["event"]["action"] == action
    assert document["event"]["kind"] == kind
    assert document["url"]["query"] == "b=1"


def test_the_load_of_a_processor_is_a_metric_and_no_user():
    document = parse('log_type="System Health" log_component="CPU" system=1% user=7% idle=92%')

    assert document["event"]["kind"] == "metric"
    assert "user" not in document
    assert document["sophos"]["xg"]["user"] == "7%"


@pytest.mark.parametrize("header", [UTM, "2026:" + UTM[5:], UTM[5:], "<190>" + UTM, ""])
def test_utm_is_told_by_its_header_or_its_keys(header):
    document = parse(
        header + 'id="2001" severity="info" sys="SecureNet" action="drop" '
        'srcip="203.0.113.1" dstip="10.0.0.5" proto="6" dstport="22" length="40"'
    )

    assert document["observer"]["product"] == "UTM"
    assert document["event"]["type"] == ["connection", "denied", "info"]
    assert document["network"]["transport"] == "tcp"
    assert document["sophos"]["utm"]["length"] == "40"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "PUA detected: 'Generic PUA' at 'C:\\Users\\dana\\a.zip'",
            ("detected", "Generic PUA", "a.zip"),
        ),
        (
            "An \u2033allow file transfer\u2033 action was taken.  Username: X\\dana  "
            "Rule names: \u2032Media\u2032  File size: 7  Source path: C:\\d\\b.mp4  Type: x",
            ("allow file transfer", "Media", "b.mp4"),
        ),
        ("Scan completed", (None, None, None)),
    ],
)
def test_what_the_sentences_of_central_say(sentence, expected):
    record = {"type": "Event::Endpoint::Any", "name": sentence, "rt": "2026-01-14T08:00:00Z"}
    document = parse(json.dumps(record))

    found = (
        document["event"].get("action"),
        document.get("rule", {}).get("name"),
        document.get("file", {}).get("name"),
    )
    assert found == expected


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.data())
def test_members_of_any_type_parse_or_are_refused(data):
    records = [line for line in raw_events("sophos_xg") if line.startswith("{")]
    record = json.loads(data.draw(st.sampled_from(records)))
    record[data.draw(st.sampled_from(sorted(record)))] = data.draw(ANY_JSON)

    assert refusal(json.dumps(record)) != "internal"


@pytest.mark.parametrize("line", ["hello", "{}", '{"type": 1, "name": "x"}', 'a="b"'])
def test_other_text_is_refused(line):
    with pytest.raises(ParseError) as refused:
        parse(line)

    assert refused.value.code == "unsupported"

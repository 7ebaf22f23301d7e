import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.sensors import ParseError, parse_event
from network_security.sensors.ids.zeek_logs import LOGS
from network_security.sensors.ids.zeek_tsv import unescape
from network_security.sensors.samples import raw_events

ENDS = {"id.orig_h": "10.0.0.5", "id.orig_p": 50000, "id.resp_h": "192.0.2.80", "id.resp_p": 80}


def parse(**record: object) -> dict:
    return parse_event(json.dumps({"ts": 1768378530.25, **record}), format="zeek")


def tsv(path: str, columns: dict[str, tuple[str, str]], *more: str) -> str:
    names, types, values = zip(*((n, t, v) for n, (t, v) in columns.items()), strict=True)
    header = [
        r"#separator \x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-",
        f"#path\t{path}", "\t".join(["#fields", *names]), "\t".join(["#types", *types]),
    ]  # fmt: skip
    return "\n".join([*header, "\t".join(values), *more])


CONN = {
    "ts": ("time", "1768378530.250000"),
    "uid": ("string", "CExample"),
    "id.orig_h": ("addr", "10.0.0.5"),
    "id.orig_p": ("port", "50000"),
    "id.resp_h": ("addr", "192.0.2.80"),
    "id.resp_p": ("port", "80"),
    "proto": ("enum", "tcp"),
    "service": ("string", "-"),
    "duration": ("interval", "1.5"),
    "conn_state": ("string", "SF"),
    "local_orig": ("bool", "T"),
    "local_resp": ("bool", "F"),
    "orig_pkts": ("count", "3"),
    "orig_ip_bytes": ("count", "180"),
    "resp_pkts": ("count", "2"),
    "resp_ip_bytes": ("count", "1200"),
    "tunnel_parents": ("set[string]", "(empty)"),
}


def test_tab_separated_and_json_records_say_the_same():
    typed = {"port": int, "count": int, "interval": float, "bool": lambda value: value == "T"}
    record = {
        name: typed.get(kind, str)(value)
        for name, (kind, value) in CONN.items()
        if value not in ("-", "(empty)")
    }
    record["tunnel_parents"] = []

    from_tsv = parse_event(tsv("conn", CONN), format="zeek")
    from_json = parse_event(json.dumps(record), format="zeek")

    for document in (from_tsv, from_json):
        del document["event"]["original"], document["event"]["hash"], document["event"]["ingested"]
    assert from_tsv == from_json
    assert from_tsv["event"]["duration"] == 1_500_000_000
    assert from_tsv["network"]["bytes"] == 1380
    assert "service" not in from_tsv["zeek"]["log"]


def test_values_are_unescaped_after_sets_are_split():
    columns = CONN | {
        "service": ("string", r"caf\xc3\xa9"),
        "tunnel_parents": ("set[string]", r"a\x2cb,c"),
    }

    document = parse_event(tsv("conn", columns), format="zeek")

    assert document["zeek"]["log"]["service"] == "café"
    assert document["zeek"]["log"]["tunnel_parents"] == ["a,b", "c"]


@pytest.mark.parametrize("written", [r"\xff", r"\x", "\\", r"\xzz", "\x00", ""])
def test_broken_escapes_are_kept_or_replaced(written):
    assert isinstance(unescape(written), str)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("1768378530.0\tCExample\t10.0.0.5", "#fields"),
        (tsv("conn", CONN).rsplit("\n", 1)[0], "#fields"),
        (tsv("conn", CONN) + "\textra", "values for"),
        (tsv("conn", CONN, "another\trecord"), "one record"),
        ("#fields\ta\tb\n#close\t2026-01-14", "#fields"),
    ],
)
def test_records_without_their_header_are_refused(raw, message):
    with pytest.raises(ParseError, match=message):
        parse_event(raw, format="zeek")


@pytest.mark.parametrize("value", ["1e999", "nan", "inf"])
def test_numbers_that_cannot_be_stored_stay_text(value):
    columns = CONN | {"duration": ("interval", value)}

    document = parse_event(tsv("conn", columns), format="zeek")

    assert document["zeek"]["log"]["duration"] == value
    assert "duration" not in document["event"]


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"conn_state": "S0", "proto": "tcp"}, "conn"),
        ({"trans_depth": 1, "method": "GET", "host": "a.example"}, "http"),
        ({"trans_depth": 0, "call_id": "7@x", "method": "INVITE"}, "sip"),
        ({"version": "TLSv13", "cipher": "x", "established": True}, "ssl"),
        ({"version": 2, "auth_attempts": 1}, "ssh"),
        ({"trans_depth": 1, "helo": "a.example"}, "smtp"),
        ({"command": "NICK", "value": "x"}, "irc"),
        ({"command": "RETR", "arg": "ftp://x/y", "reply_code": 226}, "ftp"),
        ({"username": "a", "hostname": "B", "domainname": "C"}, "ntlm"),
        ({"username": "a", "result": "success"}, "radius"),
        ({"software_type": "HTTP::BROWSER", "host": "10.0.0.5"}, "software"),
    ],
)
def test_a_log_is_told_by_its_members(members, path):
    assert parse(uid="CExample", **ENDS, **members)["zeek"]["log"]["_path"] == path


@pytest.mark.parametrize("path", sorted(LOGS))
def test_the_stated_log_counts(path):
    assert parse(_path=path)["zeek"]["log"]["_path"] == path


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ("S0", ["connection", "start", "info"]),
        ("SF", ["connection", "start", "end", "info"]),
        ("REJ", ["connection", "start", "denied", "info"]),
        ("OTH", ["connection", "info"]),
    ],
)
def test_the_state_of_a_connection_is_its_type(state, kinds):
    assert parse(**ENDS, proto="tcp", conn_state=state)["event"]["type"] == kinds


def test_types_and_codes_of_icmp_are_not_ports():
    document = parse(**ENDS, proto="icmp", conn_state="OTH")

    assert "port" not in document["source"]
    assert document["zeek"]["log"]["icmp_type"] == 50000


def test_files_go_from_sender_to_receiver():
    document = parse(
        fuid="F1", seen_bytes=5, tx_hosts=["192.0.2.80"], rx_hosts=["10.0.0.5"], is_orig=False,
        source="HTTP", md5="0" * 32,
    )  # fmt: skip

    assert document["source"]["ip"] == document["server"]["ip"] == "192.0.2.80"
    assert document["destination"]["ip"] == document["client"]["ip"] == "10.0.0.5"
    assert document["network"]["direction"] == "inbound"


@pytest.mark.parametrize(("dropped", "decision"), [(True, "denied"), (False, "allowed")])
def test_notices_are_alerts(dropped, decision):
    document = parse(
        note="Scan::Port_Scan", actions=["Notice::ACTION_LOG"], src="192.0.2.5", dst="10.0.0.5",
        p=22, dropped=dropped,
    )  # fmt: skip

    assert document["event"]["kind"] == "alert"
    assert document["event"]["type"] == [decision, "info"]
    assert document["destination"] == {"address": "10.0.0.5", "ip": "10.0.0.5", "port": 22}


def test_names_with_dots_are_kept_as_objects():
    document = parse(**{"certificate.serial": "01", "san.dns": ["a.example"], "a": 1, "a.b": 2})

    kept = document["zeek"]["log"]
    assert kept["san"] == {"dns": ["a.example"]}
    assert kept["a"] == 1
    assert kept["a_b"] == 2


@pytest.mark.parametrize("raw", ['{"a":1}', "[1]", '{"ts":1,"x":2} {}', "plain text"])
def test_what_is_no_record_is_refused(raw):
    with pytest.raises(ParseError):
        parse_event(raw, format="zeek")


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_members_of_any_type_parse_or_are_refused(data):
    samples = [raw for raw in raw_events("zeek") if raw.startswith("{")]
    record = json.loads(data.draw(st.sampled_from(samples)))
    record[data.draw(st.sampled_from(sorted(record)))] = data.draw(any_json)

    try:
        parse_event(json.dumps(record), format="zeek")
    except ParseError as error:
        if error.code == "internal":
            raise

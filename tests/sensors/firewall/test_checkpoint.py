import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors import ParseError, parse_event
from network_security.sensors.samples import raw_events

HEADER = "<134>1 2026-01-14T08:15:30Z gw-1 CheckPoint 1930 - "


def parse(line: str) -> dict:
    return parse_event(line, format="checkpoint")


def record(**values: str) -> dict:
    return parse(
        HEADER + "[" + "; ".join(f'{key}:"{value}"' for key, value in values.items()) + "]"
    )


def refusal(line: str) -> str | None:
    """Return the code of the refusal of a line, None when it parses."""
    try:
        parse(line)
    except ParseError as error:
        return error.code
    return None


def test_one_colon_or_two_stand_between_name_and_value():
    document = parse(HEADER + '[product:"System Monitor"; sys_message::"installed; \\"A\\" [1\\]"]')

    assert document["message"] == 'installed; "A" [1]'


@pytest.mark.parametrize(
    "header", [HEADER, "syslog", "<134>Jan 14 2026 08:15:30 gw-1 ", "2026-01-14T08:15:30Z gw-1 "]
)
def test_headers_of_all_kinds(header):
    assert parse(header + '[action:"Drop"; src:"192.0.2.1"; ]')["source"]["ip"] == "192.0.2.1"


@pytest.mark.parametrize(("direction", "way"), [("inbound", "ingress"), ("outbound", "egress")])
def test_the_interface_is_on_the_side_that_the_direction_says(direction, way):
    document = record(ifdir=direction, ifname="eth0", product="VPN-1 & FireWall-1")

    assert document["observer"][way]["interface"]["name"] == "eth0"
    assert document["network"]["direction"] == direction


def test_the_time_of_the_log_is_taken_before_the_header():
    assert record(time="1768378500", action="Accept")["@timestamp"].minute == 15
    assert record(time="1768378500", action="Accept")["@timestamp"].second == 0


def test_zeros_are_no_translation():
    document = record(xlatesrc="0.0.0.0", xlatesport="26680", xlatedst="0.0.0.0", xlatedport="0")

    assert document["source"]["nat"] == {"port": 26680}
    assert "destination" not in document


@pytest.mark.parametrize(
    ("values", "action", "category", "outcome"),
    [
        ({"action": "Log In"}, "logged-in", ["authentication", "network"], "success"),
        ({"action": "Failed Log In"}, "logon-failed", ["authentication", "network"], "failure"),
        ({"action": "Accept", "operation": "Log Out"}, "logged-out", ["authentication"], "success"),
        (
            {"action": "Accept", "operation": "Modify Rule", "audit_status": "Failure"},
            "Accept",
            ["configuration"],
            "failure",
        ),
        (
            {"action": "Prevent", "product": "Anti-Bot"},
            "Prevent",
            ["network", "malware"],
            "success",
        ),
    ],
)
def test_logins_changes_and_threats_are_told_apart(values, action, category, outcome):
    event = record(**values)["event"]

    assert (event["action"], event["category"], event["outcome"]) == (action, category, outcome)


def test_the_rules_of_all_layers_are_kept():
    raw = (
        "<134>1 2026-01-14T08:15:30Z gw-1 CheckPoint 1 - "
        '[action:"Accept"; layer_name:"Network"; rule_name:"out"; '
        'layer_name:"Application"; rule_name:"web"; src:"10.0.0.5"]'
    )

    document = parse_event(raw, format="checkpoint")

    assert document["rule"]["name"] == ["out", "web"]
    assert document["checkpoint"]["firewall"]["layer_name"] == ["Network", "Application"]


def test_a_change_names_its_object_its_domain_and_its_identifier():
    document = record(
        operation="Modify Object", objectname="web-1", uid="77aa", domain_name="SMC User"
    )

    assert document["rule"]["name"] == "web-1"
    assert document["user"]["id"] == "77aa"
    assert document["dns"]["question"]["name"] == "SMC User"


@pytest.mark.parametrize(
    "start",
    ["CEF:0|Check Point|", "CEF: 0|Check Point|", "0|Check Point|", "CEF:0||Check Point|"],
)
def test_cef_with_its_mark_or_without(start):
    document = parse(
        start + "VPN-1 & FireWall-1|Check Point|Log|https|Unknown|act=Drop src=10.0.0.5 "
        "dst=192.0.2.1 dpt=443 proto=6 conn_direction=Outgoing layer_name=Network"
    )

    assert document["event"]["type"] == ["connection", "denied", "info"]
    assert document["network"]["direction"] == "outbound"
    assert document["checkpoint"]["firewall"]["layer_name"] == "Network"
    assert "cef" not in document


def test_users_are_written_with_their_logins():
    user = record(action="Accept", user="Dana Example (dana)")["user"]

    assert user == {"name": "dana", "full_name": "Dana Example"}


@pytest.mark.parametrize(
    ("category", "kind"), [("phishing", "alert"), ("shadow_it", "event"), ("unheard_of", "event")]
)
def test_harmony_judges_what_is_in_mail(category, kind):
    event = {"security_event": {"entity_payload": {"category": category}}}

    assert parse(json.dumps({"event": event}))["event"]["kind"] == kind


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.data())
def test_members_of_any_type_parse_or_are_refused(data):
    record = json.loads(next(line for line in raw_events("checkpoint") if line.startswith("{")))
    branch = record["event"]
    for _ in range(data.draw(st.integers(0, 2))):
        branch = branch[data.draw(st.sampled_from(sorted(branch)))]
        if not isinstance(branch, dict):
            return
    branch[data.draw(st.sampled_from(sorted(branch)))] = data.draw(ANY_JSON)

    assert refusal(json.dumps(record)) != "internal"


@pytest.mark.parametrize("line", ["hello", "{}", '"1" "2"', HEADER + "no bracket"])
def test_other_text_is_refused(line):
    with pytest.raises(ParseError) as refused:
        parse(line)

    assert refused.value.code == "unsupported"

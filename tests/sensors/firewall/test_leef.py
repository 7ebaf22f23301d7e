import pytest

from network_security.sensors import ParseError, parse_event


def parse(*attributes: str, event: str = "900", vendor: str = "Example") -> dict:
    line = f"LEEF:1.0|{vendor}|Sensor|1.0|{event}|" + "\t".join(attributes)
    return parse_event(line, format="leef")


def test_predefined_attributes():
    document = parse(
        "src=10.0.0.5", "srcPort=50000", "dst=192.0.2.1", "dstPort=443", "proto=TCP",
        "usrName=dana", "sev=7", "srcBytes=5", "dstBytes=6", "devTime=1768378530000",
    )  # fmt: skip

    assert document["source"]["ip"] == "10.0.0.5"
    assert document["network"] == {
        "transport": "tcp", "iana_number": "6", "direction": "outbound", "bytes": 11,
    }  # fmt: skip
    assert document["user"]["name"] == "dana"
    assert document["event"]["severity"] == 7
    assert document["@timestamp"].minute == 15


@pytest.mark.parametrize(
    ("attribute", "decision"),
    [("disp=Allow", "allowed"), ("disp=Deny", "denied"), ("action=blocked", "denied")],
)
def test_decisions_of_several_vendors(attribute, decision):
    assert parse(attribute)["event"]["type"] == ["connection", decision, "info"]


@pytest.mark.parametrize(
    ("action", "category", "kind"),
    [
        ("Add Group Member", "configuration", "creation"),
        ("Update User", "configuration", "change"),
        ("Full Gateway Connection", "network", "connection"),
        ("User Logon", "authentication", "start"),
        ("Password rotation", "network", "info"),
    ],
)
def test_actions_are_told_by_their_words(action, category, kind):
    event = parse(f"Action={action}")["event"]

    assert event["category"] == [category]
    assert kind in event["type"]


def test_one_vendor_reports_failed_logins_without_saying_so():
    failed = parse("Action=User Authentication", event="4", vendor="Cyber-Ark")
    other = parse("Action=User Authentication", event="4")

    assert failed["event"]["outcome"] == "failure"
    assert other["event"]["outcome"] == "success"


def test_an_event_may_be_named_by_its_id():
    event = parse("src=10.0.0.5", event="Connection_Closed")["event"]

    assert event["action"] == "Connection_Closed"
    assert event["type"] == ["connection", "end"]


def test_leases_name_address_and_host():
    source = parse("msg=DHCPACK on 10.0.0.52 to 00:00:5e:00:53:52 (pc52) via eth1")["source"]

    assert source == {
        "address": "pc52", "ip": "10.0.0.52", "mac": "00-00-5E-00-53-52", "domain": "pc52",
    }  # fmt: skip


def test_what_has_no_place_is_kept():
    document = parse("src=10.0.0.5", "geo_dst=USA", "srcBytes=many")

    assert document["leef"]["log"]["attributes"] == {"geo_dst": "USA", "srcBytes": "many"}


def test_other_text_is_refused():
    with pytest.raises(ParseError) as refused:
        parse_event("LEEF:1.0|a|b", format="leef")

    assert refused.value.code == "syntax"

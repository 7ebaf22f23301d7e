import pytest

from network_security.sensors import ParseError, parse_event
from network_security.sensors.firewall.sonicwall_events import EVENTS


def parse(pairs: str, header: str = "<134>  ") -> dict:
    line = f'{header}id=firewall sn=0006B1 time="2026-01-14 08:15:30 UTC" {pairs}'
    return parse_event(line, format="sonicwall")


@pytest.mark.parametrize(
    ("written", "address", "port", "interface", "name"),
    [
        ("10.0.0.5:443:X0", "10.0.0.5", 443, "X0", None),
        ("10.0.0.5::X0", "10.0.0.5", None, "X0", None),
        ("10.0.0.5:443:X0:pc5", "10.0.0.5", 443, "X0", "pc5"),
        ("10.0.0.5", "10.0.0.5", None, None, None),
        ("[2001:db8::5]:443:X0", "2001:db8::5", 443, "X0", None),
        ("2001:db8::5", "2001:db8::5", None, None, None),
    ],
)
def test_ends(written, address, port, interface, name):
    document = parse(f"m=98 src={written}")

    source = document["source"]
    assert source["ip"] == address
    assert source.get("port") == port
    assert source.get("domain") == name
    ingress = document["observer"].get("ingress", {"interface": {}})
    assert ingress["interface"].get("name") == interface


@pytest.mark.parametrize(
    ("pairs", "action", "types"),
    [
        ("m=98", "connection-start", ["connection", "start", "info"]),
        ("m=537", "connection-end", ["connection", "end", "info"]),
        ('m=30 msg="Administrator login denied"', "logon-failed", ["start", "info"]),
        ("m=97 fw_action=drop", "site-denied", ["access", "denied", "info"]),
        ("m=99999 fw_action=forward", "packet-forwarded", ["connection", "allowed", "info"]),
        ('m=99999 msg="Sample packet dropped"', None, ["connection", "denied", "info"]),
        ('m=99999 msg="Sample"', None, ["connection", "info"]),
    ],
)
def test_events_are_told_by_id_and_otherwise_by_what_they_say(pairs, action, types):
    event = parse(pairs)["event"]

    assert event.get("action") == action
    assert event["type"] == types


def test_no_event_has_two_meanings():
    assert len(EVENTS) > 100
    assert all(kind.category and kind.type for kind in EVENTS.values())


def test_requests_are_put_together():
    url = parse("m=97 proto=tcp/https dstname=www.example.org arg=/a?b=1 op=2")["url"]

    assert url["full"] == "https://www.example.org/a?b=1"
    assert url["query"] == "b=1"


def test_cef_has_values_in_labels():
    document = parse_event(
        "CEF:0|SonicWall|TZ 370|7.1.1|537|Connection Closed|4|src=10.0.0.5 spt=1 cs3Label=LAN "
        'cs1Label=198.51.100.1 snpt=9 dst=192.0.2.1 dpt=53 proto=udp/dns out=77 in=99 cs1="Rule 1"',
        format="sonicwall",
    )

    assert document["source"]["nat"] == {"ip": "198.51.100.1", "port": 9}
    assert document["source"]["bytes"] == 77
    assert document["observer"]["ingress"]["zone"] == "LAN"
    assert document["rule"]["name"] == "Rule 1"
    assert document["network"]["protocol"] == "dns"


def test_what_has_no_place_is_kept():
    assert parse("m=98 n=504 natSrcV6=nonsense dpi=0")["sonicwall"]["firewall"] == {
        "n": "504", "natSrcV6": "nonsense", "dpi": "0",
    }  # fmt: skip


def test_other_text_is_refused():
    with pytest.raises(ParseError) as refused:
        parse_event("hello", format="sonicwall")

    assert refused.value.code == "unsupported"

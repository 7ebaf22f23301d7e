"""Syslog with CEF, received by real listeners and read by the project's own parsers."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.alerts.finding import Entity
from network_security.alerts.sinks import DeliveryError, SinkError, make_sinks
from network_security.alerts.sinks.syslog import SyslogOptions, compose
from network_security.alerts.sinks.wording import one_line
from network_security.sensors import cef, parse_event

HERE = "127.0.0.1"


def syslog(**options: Any) -> Any:
    given = [{"type": "syslog", "name": "siem", "host": HERE, "hostname": "soc-1", **options}]
    (sink,) = make_sinks(given)
    return sink


def unframed(received: bytes) -> str:
    """The message of RFC 6587, section 3.4.1."""
    length, _, message = received.partition(b" ")
    assert len(message) == int(length)
    return message.decode()


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_the_own_parser_reads_it_back(listen, authority, announce, transport: str) -> None:
    receiver = listen(transport, authority.server if transport == "tls" else None)
    announcement = announce(recipients=("maria@corp.example",), messages=("<m1@x.example>",))
    syslog(transport=transport, port=receiver.port, ca_file=authority.ca_file).deliver(announcement)

    assert receiver.done.wait(5)
    (received,) = receiver.received
    message = received.decode() if transport == "udp" else unframed(received)
    assert message.startswith(
        "<131>1 2026-03-01T12:01:00.000Z soc-1 network-security - ALERT - CEF:0|"
    )
    event = parse_event(message, format="cef")
    assert event["@timestamp"] == announcement.alert.last_seen
    assert event["log"]["syslog"]["severity"]["name"] == "error"
    assert event["url"]["original"] == "https://login.shop.example/1"
    assert event["source"]["ip"] == "192.0.2.20"
    assert event["event"]["severity"] == 8
    assert event["event"]["id"] == announcement.alert.id
    assert event["message"] == announcement.alert.title
    assert cef.decode(message).labelled()["Announcement"] == announcement.key
    assert cef.decode(message).labelled()["ATT&CK techniques"] == "T1204.001, T1566.002"


def test_certificates_are_verified(listen, authority, announce) -> None:
    receiver = listen("tls", authority.server)
    with pytest.raises(DeliveryError, match="the certificate is not good"):
        syslog(transport="tls", port=receiver.port).deliver(announce())


def test_nobody_listens(announce) -> None:
    with pytest.raises(DeliveryError, match="takes no connections"):
        syslog(transport="tcp", port=1).deliver(announce())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_that_is_written_adds_a_key_or_a_line(announce, path: str, user: str) -> None:
    url = f"https://a.example/{path} src=198.51.100.1 \\"
    entity = Entity("url", url, f"a|b\\{user}", "a.example")
    announcement = announce(entity=entity, users=(user,), detector="phishing")
    message = compose(announcement, SyslogOptions(name="siem", host=HERE, transport="tcp"))

    text = message.decode()
    assert text.isprintable()
    decoded = cef.decode(text)
    assert decoded.extension["src"] == "192.0.2.20"
    assert decoded.extension["request"] == one_line(url, 1023).strip()
    assert decoded.name == one_line(announcement.alert.title, 512).strip()
    assert decoded.severity == "8"


def test_a_datagram_is_as_long_as_every_receiver_takes(announce) -> None:
    announcement = announce(url="https://a.example/" + "x=y&ä" * 800, users=("ü" * 900,))
    options = SyslogOptions(name="siem", host=HERE, transport="udp")
    message = compose(announcement, options)
    assert len(message) <= 2048
    assert cef.decode(message.decode()).extension["externalId"] == announcement.alert.id
    longer = compose(announcement, SyslogOptions(name="siem", host=HERE, transport="tcp"))
    assert longer.startswith(message)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"transport": "http"}, "one of udp, tcp, tls"),
        ({"facility": 24}, "0 to 23"),
        ({"hostname": "a b"}, "visible ASCII"),
        ({"port": 70000}, "1 to 65535"),
    ],
)
def test_options_that_cannot_work(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(SinkError, match=why):
        syslog(**wrong)

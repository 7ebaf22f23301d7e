"""Each sender's records are read as what they are, also where a relay mixes devices."""

import random

from network_security.sensors import FORMATS
from network_security.watching.formats import UNKNOWN, SenderFormats

LINES = {
    name: FORMATS[name].sample.encode()
    for name in ("cisco_asa", "panos", "fortigate", "suricata", "postfix", "sshd", "sophos_xg")
}


def test_the_records_of_each_device_are_recognised() -> None:
    formats = SenderFormats({})
    for name, line in LINES.items():
        assert [formats.of(name, line) for _ in range(3)] == [name] * 3


def test_a_relay_may_mix_them() -> None:
    formats, draw = SenderFormats({}), random.Random(0)
    for name in draw.choices(list(LINES), k=100):
        assert formats.of("192.0.2.1", LINES[name]) == name


def test_a_named_format_holds_whatever_comes() -> None:
    assert SenderFormats({"192.0.2.1": "panos"}).of("192.0.2.1", LINES["sshd"]) == "panos"


def test_a_line_without_a_mark_is_like_the_senders_others() -> None:
    formats = SenderFormats({})
    assert formats.of("192.0.2.1", b"??") == UNKNOWN
    formats.of("192.0.2.1", LINES["fortigate"])
    assert formats.of("192.0.2.1", b"??") == "fortigate"


def test_any_bytes_have_a_format() -> None:
    formats = SenderFormats({})
    for junk in (b"\xff\xfe{", b'{"a": ', b"{" * 5000, b'["x"]'):
        assert formats.of("192.0.2.1", junk) in FORMATS

"""The format of a stream is told from what it holds."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors import FORMATS
from network_security.sensors.detect import RELIABILITY, detect
from network_security.sensors.samples import raw_events
from network_security.sensors.signatures import SIGNATURES, Kind

every_format = pytest.mark.parametrize("name", FORMATS)

# Samples that are another format's as well: what pfSense's own sshd, cron and snort write, CEF of
# products that have a format of their own, and text without a header.
ALSO = {
    "pfsense": {"sshd", "snort"},
    "cef": {"fortigate", "panos", "checkpoint", "sonicwall"},
    "sshd": {None},
    "syslog": {None},
}


def test_every_format_has_a_signature():
    assert SIGNATURES.keys() == FORMATS.keys()


@every_format
def test_each_sample_is_told_alone(name):
    for raw in raw_events(name):
        assert detect(raw.encode()).format in {name, *ALSO.get(name, ())}


@every_format
def test_the_samples_together_are_told_as_a_file(name):
    if name in {"zeek", "snort", "windows_security"}:
        pytest.skip("its samples are written in several ways that no file mixes")

    assert detect("\n".join(raw_events(name)).encode()).format == name


def test_one_products_lines_are_told_with_high_confidence():
    detection = detect("\n".join(raw_events("cisco_asa")).encode())

    assert detection.format == "cisco_asa"
    assert detection.confidence > 0.9


def test_a_mixed_file_is_told_with_low_confidence_and_its_runner_up():
    lines = raw_events("postfix")[:12] + raw_events("fortigate")[:8]
    random.Random(3).shuffle(lines)

    detection = detect("\n".join(lines).encode())

    assert detection.format == "postfix"
    assert detection.confidence < 0.65
    assert detection.runners_up[0][0] == "fortigate"


def test_the_log_of_a_host_is_syslog_whatever_programs_it_mixes():
    lines = raw_events("sshd")[:6] + raw_events("postfix")[:6]
    other = b"\nJan 14 09:00:00 web1 backup[812]: done" * 5

    detection = detect("\n".join(lines).encode() + other)

    assert detection.format == "syslog"
    assert detection.confidence > 0.8


def test_a_shared_form_counts_when_nothing_more_is_found():
    line = b"<13>Jan 14 09:00:00 web1 backup[812]: nightly copy finished"

    assert detect(line).format == "syslog"
    assert detect(line).confidence == RELIABILITY[Kind.FORM]


def test_cef_of_a_product_without_a_format_of_its_own_is_cef():
    assert detect(b"CEF:0|Example|Proxy|1.0|100|Blocked|5|src=192.0.2.1 act=deny").format == "cef"


def test_pretty_printed_and_utf16_streams_are_told():
    document = b'{\n  "timestamp": "2026-01-14T08:15:30+0000",\n  "event_type": "stats"\n}\n'

    assert detect(document).format == "suricata"
    assert detect(("\ufeff" + raw_events("iptables")[0]).encode("utf-16-le")).format == "iptables"


def test_zeek_logs_are_told_by_their_header():
    log = next(raw for raw in raw_events("zeek") if raw.startswith("#"))

    assert detect(log.encode()).format == "zeek"


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\n\n",
        random.Random(1).randbytes(4000),
        b"\x7fELF" + bytes(2000),
        b"<!DOCTYPE html>\n<html><head><title>From: x</title></head>\n<body>1</body></html>\n",
        b'"""Docstring."""\n\nimport os\n\n\ndef main() -> None:\n    print(os.name)\n',
        b"name: value\nother: 1\n",
        b"a,b,c\n1,2,3\n",
        b'{"a": 1}\n{"a": 2}\n',
    ],
    ids=["empty", "blank", "random", "binary", "html", "python", "yaml", "csv", "json"],
)
def test_junk_is_no_format(junk):
    assert detect(junk).format is None
    assert detect(junk).confidence == 0


@pytest.mark.parametrize(
    "filler",
    ["a", " ", "=", ",", '"', "[", "{", "|", "a: ", "\r\n", "IN= OUT= ", "devid=", "From ", "1,"],
)
def test_hostile_heads_take_bounded_time(filler):
    start = time.process_time()
    detect((filler * 65536)[:65536].encode())

    assert time.process_time() - start < 2


@given(head=st.binary(max_size=300))
def test_any_bytes_have_a_probability(head):
    detection = detect(head)

    assert 0 <= detection.confidence <= 1
    assert (detection.format is None) == (detection.confidence == 0)

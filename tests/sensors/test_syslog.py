import re
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.sensors import syslog
from network_security.sensors.times import Clock

RECEIVED = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    return Clock(RECEIVED)


@pytest.mark.parametrize(
    ("line", "header"),
    [
        ("<38>Jan 14 08:00:01 mx1 sshd[712]: Accepted key", ("mx1", "sshd", "712", "Accepted key")),
        ("Jan  4 08:00:01 mx1 kernel: [1.2] IN=eth0", ("mx1", "kernel", None, "[1.2] IN=eth0")),
        ("<38>2026-01-14T08:00:01.5+01:00 mx1 app: x", ("mx1", "app", None, "x")),
        ("<134>Jan 14 08:00:01 php-fpm[9]: x", (None, "php-fpm", "9", "x")),
        ("Jan 14 08:00:01 fw 1,2026/01/14", ("fw", None, None, "1,2026/01/14")),
        ("sshd[712]: Accepted key", (None, "sshd", "712", "Accepted key")),
        ("Accepted key for a", (None, None, None, "Accepted key for a")),
        ("<999>not a priority", (None, None, None, "<999>not a priority")),
        ("<14>1 2026-01-14T08:00:01Z mx1 app 7 ID1 - text", ("mx1", "app", "7", "text")),
        ("<14>1 - - - - - - text", (None, None, None, "text")),
        (
            '<14>1 2026-01-14T08:00:01Z mx1 app 7 ID1 [a@1 k="v"] \ufefftext',
            ("mx1", "app", "7", "text"),
        ),
    ],
)
def test_headers_of_every_shape(clock, line, header):
    found = syslog.decode(line, clock)

    assert (found.hostname, found.appname, found.procid, found.message) == header


header_parts = st.tuples(
    st.sampled_from(["", "<13>", "<191>", "<192>", "<13>1 ", " <13> "]),
    st.sampled_from([
        "Jan 14 08:00:01", "Jan  4 2026 08:00:01", "Feb 30 08:00:01", "Jan 14 08:00:01.5",
        "2026-01-14T08:00:01.5+01:00", "2026-01-14T08:00:01Z", "2026-01-14T08:00:01", "",
    ]),
    st.sampled_from([" ", "  ", ": ", ""]),
    st.sampled_from(["fw-1", "10.0.0.1", "fe80::1", "2026", "UTC", "CEST", "-", "a.b.example", ""]),
    st.sampled_from([" ", "  ", " : ", " :  ", ": ", ""]),
    st.sampled_from(["app", "app[7]", "app[]", "%ASA-6-302013", "a b", "[x]", "UTC", ""]),
    st.sampled_from([": text", ":", ":text", " text", " ", ""]),
)  # fmt: skip


@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=header_parts)
def test_the_usual_headers_read_the_same_part_by_part(monkeypatch, parts):
    line = "".join(parts)
    at_once, by_part = Clock(RECEIVED), Clock(RECEIVED)
    with monkeypatch.context() as patch:
        found = syslog.decode(line, at_once)
        patch.setattr(syslog, "_USUAL", re.compile(r"(?!)"))
        assert (syslog.decode(line, by_part), by_part) == (found, at_once)


@pytest.mark.parametrize("host", ["UTC", "EST", "2026", "fe80::1", "-", "fw-1", "10.0.0.1"])
def test_headers_with_hosts_that_look_like_something_else(clock, host):
    found = syslog.decode(f"<13>Jan 14 08:00:01 {host} sshd[712]: Accepted key", clock)

    assert (found.appname, found.procid, found.message) == ("sshd", "712", "Accepted key")
    assert found.hostname == (host if host in {"fe80::1", "fw-1", "10.0.0.1"} else None)


def test_fields_split_the_priority(clock):
    fields = syslog.decode("<165>Jan 14 2026 08:00:01 mx1 app[7]: x", clock).fields()

    assert fields["@timestamp"] == datetime(2026, 1, 14, 8, 0, 1, tzinfo=UTC)
    assert fields["log.syslog.facility.name"] == "local4"
    assert fields["log.syslog.severity.name"] == "notice"
    assert fields["process.pid"] == 7


def test_structured_data_takes_escapes_and_stops_at_what_is_not():
    data, end = syslog.structured_data(r'[x@1 a="1 \"2\" \] \\" b=""][y] rest')

    assert data == {"x@1": {"a": r'1 "2" ] ' + "\\", "b": ""}, "y": {}}
    assert end == len(r'[x@1 a="1 \"2\" \] \\" b=""][y]')
    assert syslog.structured_data('[broken a="1') == ({}, 0)


def test_structured_data_is_read_as_far_as_a_datagram_reaches():
    element = '[x@1 a="1"]'

    data, end = syslog.structured_data(element * 10_000)

    assert data == {"x@1": {"a": "1"}}
    assert 65_536 - len(element) < end <= 65_536

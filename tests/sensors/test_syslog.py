from datetime import UTC, datetime

import pytest

from network_security.sensors import syslog
from network_security.sensors.times import Clock


@pytest.fixture
def clock():
    return Clock(datetime(2026, 1, 15, 12, tzinfo=UTC))


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

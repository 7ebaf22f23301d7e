import io

from network_security.simulator.event import Event
from network_security.simulator.live import Stream, follow


def event(time, raw="a line", header=""):
    return Event(time, "syslog", raw, None, "auth/syslog.log", header)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 100.0
        self.written = []

    def sleep(self, seconds):
        self.now += seconds

    def write(self, event):
        self.written.append((event.time, self.now))

    def flush(self):
        self.written.append("flush")


def test_events_are_written_when_they_are_due():
    clock = Clock()
    due = [event(99.0), event(100.0), event(103.5), event(103.501), event(110.0)]
    follow(due, clock, clock=lambda: clock.now, sleep=clock.sleep)
    assert clock.written == [
        (99.0, 100.0), (100.0, 100.0), "flush", (103.5, 103.5), (103.501, 103.5), "flush",
        (110.0, 110.0), "flush",
    ]  # fmt: skip


def test_a_stream_has_a_header_before_the_lines_that_need_it():
    out = io.StringIO()
    stream = Stream(out)
    for line in (event(1, "a", "#x"), event(2, "b"), event(3, "c", "#x"), event(4, "d", "#y")):
        stream.write(line)
    assert out.getvalue() == "#x\na\nb\nc\n#y\nd\n"

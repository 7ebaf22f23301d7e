"""Delivery at least once, with leases, back-off and real receivers."""

import base64
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from network_security.alerts.couriers import Courier, Couriers
from network_security.alerts.deliveries import Delivery
from network_security.alerts.finding import Finding
from network_security.alerts.outbox import Outbox
from network_security.alerts.sinks import make_sinks
from network_security.alerts.store import AlertStore

MakeFinding = Callable[..., Finding]
HERE = "127.0.0.1"
SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()


class Clock:
    """Tells the time that it is set to."""

    def __init__(self, now: Any) -> None:
        self.now = now

    def __call__(self) -> Any:
        return self.now


class Receiver:
    """An HTTP server that keeps the keys it got; ``answers`` come first, and then 204."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.hold: threading.Event | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                outer.keys.append(self.headers["webhook-id"])
                if outer.hold:
                    outer.hold.wait(10)
                status, headers = outer.answers.pop(0) if outer.answers else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer((HERE, 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{HERE}:{self.server.server_port}/"


@pytest.fixture
def receivers() -> Iterator[Callable[[], Receiver]]:
    started: list[Receiver] = []

    def start() -> Receiver:
        started.append(Receiver())
        return started[-1]

    yield start
    for receiver in started:
        receiver.server.shutdown()
        receiver.server.server_close()


@pytest.fixture
def at(clock) -> Clock:
    return Clock(clock())


@pytest.fixture
def make_outbox(database, at: Clock) -> Callable[..., Outbox]:
    """Makes an outbox with a webhook to each receiver, named a, b, ..."""

    def made(*receivers: Receiver, **options: Any) -> Outbox:
        names = "abc"[: len(receivers)]
        given = [
            {"type": "webhook", "name": name, "url": receiver.url, **options}
            for name, receiver in zip(names, receivers, strict=True)
        ]
        secrets = {name: {"secret": SECRET} for name in names}
        return Outbox(lambda: database, make_sinks(given, secrets), name="the server", clock=at)

    return made


@pytest.fixture
def raise_alerts(store: AlertStore, finding: MakeFinding) -> Callable[..., None]:
    def raised(outbox: Outbox, number: int = 1) -> None:
        findings = [
            finding(f"{one}", url=f"https://s{one}.example/", reached=True) for one in range(number)
        ]
        outbox.tell(list(store.record(findings)))

    return raised


def only(outbox: Outbox) -> Delivery:
    (delivery,) = outbox.page().deliveries
    return delivery


def test_delivered_once(receivers, make_outbox, raise_alerts, database) -> None:
    receiver = receivers()
    outbox = make_outbox(receiver)
    raise_alerts(outbox, 3)

    assert Couriers(outbox).deliver_due() == 3
    assert Couriers(outbox).deliver_due() == 0
    assert len(receiver.keys) == len(set(receiver.keys)) == 3
    assert outbox.counts()["sent"] == {"a": 3}
    assert {each["content"] for each in database.deliveries.find()} == {None}
    assert {type(each["sent"]) for each in database.deliveries.find()} == {datetime}


def test_what_fails_is_tried_again_after_a_time_that_doubles(
    receivers, make_outbox, raise_alerts, at: Clock
) -> None:
    receiver = receivers()
    receiver.answers = [(500, {})] * 4
    outbox = make_outbox(receiver, attempts=4)
    raise_alerts(outbox)
    courier = Courier(outbox, outbox.sinks[0], random.Random(0))

    waits = []
    for _ in range(3):
        assert courier.deliver_due() == 1
        assert courier.deliver_due() == 0  # not yet
        waits.append((only(outbox).due - at.now).total_seconds())
        assert only(outbox).problem == f"{HERE}: answers 500"
        at.now = only(outbox).due
    for wait, (least, most) in zip(waits, [(2.5, 5), (5, 10), (10, 20)], strict=True):
        assert least <= wait <= most

    courier.deliver_due()
    assert (only(outbox).state, only(outbox).attempts) == ("failed", 4)
    at.now += timedelta(days=7)
    assert courier.deliver_due() == 0


def test_the_receiver_is_left_alone_as_long_as_it_asks(
    receivers, make_outbox, raise_alerts, at: Clock
) -> None:
    receiver = receivers()
    receiver.answers = [(429, {"Retry-After": "300"})]
    outbox = make_outbox(receiver)
    raise_alerts(outbox)
    Couriers(outbox).deliver_due()
    assert only(outbox).due - at.now == timedelta(seconds=300)


def test_what_failed_can_be_retried(receivers, make_outbox, raise_alerts, database) -> None:
    receiver = receivers()
    receiver.answers = [(410, {})]
    outbox = make_outbox(receiver)
    raise_alerts(outbox)
    Couriers(outbox).deliver_due()
    failed = only(outbox)
    assert (failed.state, failed.problem) == ("failed", f"{HERE}: answers 410")

    assert outbox.retry_failed("a", who="ana") == 1
    assert Couriers(outbox).deliver_due() == 1
    assert only(outbox).state == "sent"
    assert receiver.keys == [failed.key] * 2
    assert database.audit.find_one({"subject": failed.id})["who"] == "ana"


@pytest.mark.usefixtures("atomic_store")
def test_two_couriers_share_the_work(receivers, make_outbox, raise_alerts) -> None:
    receiver = receivers()
    outbox = make_outbox(receiver)
    raise_alerts(outbox, 20)
    couriers = [Courier(outbox, outbox.sinks[0]) for _ in range(3)]
    threads = [threading.Thread(target=courier.deliver_due) for courier in couriers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(receiver.keys) == sorted(each.key for each in outbox.page().deliveries)
    assert outbox.counts()["sent"] == {"a": 20}


def test_a_slow_sink_holds_up_no_other(receivers, make_outbox, raise_alerts) -> None:
    slow, quick = receivers(), receivers()
    slow.hold = threading.Event()
    outbox = make_outbox(slow, quick)
    couriers = Couriers(outbox)
    couriers.start()
    raise_alerts(outbox, 5)

    assert _soon(lambda: len(quick.keys) == 5)
    assert len(slow.keys) <= 1
    slow.hold.set()
    assert _soon(lambda: outbox.counts()["sent"] == {"a": 5, "b": 5})
    assert couriers.stop()


def test_an_alert_that_no_process_announced_is_found_at_the_start(
    receivers, make_outbox, store: AlertStore, finding: MakeFinding, at: Clock
) -> None:
    receiver = receivers()
    at.now = finding("1").last_seen + timedelta(hours=1)
    (update,) = store.record([finding("1", reached=True)])  # and here the process ended
    with Couriers(make_outbox(receiver)):
        assert _soon(lambda: receiver.keys == [f"{update.alert.id}-medium-0"])


def test_a_fault_in_a_sink_is_no_end(receivers, make_outbox, raise_alerts, monkeypatch) -> None:
    outbox = make_outbox(receivers())
    raise_alerts(outbox)

    def faulty(announcement: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(outbox.sinks[0], "deliver", faulty)
    assert Couriers(outbox).deliver_due() == 1
    assert only(outbox).problem == "fault in the program: ZeroDivisionError"
    assert only(outbox).state == "waiting"


WORKER = """
import json, os, signal, sys
from datetime import datetime
from network_security.alerts import couriers
from network_security.alerts.outbox import Outbox
from network_security.alerts.sinks import make_sinks
from network_security.storage import open_database
from pathlib import Path

given = json.loads(sys.argv[1])
database = open_database(given["uri"], embedded_directory=Path("/nonexistent"), name=given["name"])
now = datetime.fromisoformat(given["now"])
sinks = make_sinks([given["sink"]], {"a": {"secret": given["secret"]}})
deliver = sinks[0].deliver

def and_die(announcement):
    deliver(announcement)
    os.kill(os.getpid(), signal.SIGKILL)

sinks[0].deliver = and_die
outbox = Outbox(lambda: database, sinks, name="the server", clock=lambda: now)
couriers.Couriers(outbox).deliver_due()
"""


def test_a_worker_that_is_killed_between_sending_and_marking(
    receivers, make_outbox, raise_alerts, database, at: Clock, embedded_uri: str
) -> None:
    receiver = receivers()
    outbox = make_outbox(receiver)
    raise_alerts(outbox)
    sink = {"type": "webhook", "name": "a", "url": receiver.url}
    given = {"uri": _uri_of(database, embedded_uri), "name": database.name, "secret": SECRET,
             "sink": sink, "now": at.now.isoformat()}  # fmt: skip
    worker = subprocess.run([sys.executable, "-c", WORKER, json.dumps(given)], check=False)
    assert worker.returncode == -signal.SIGKILL
    assert len(receiver.keys) == 1
    assert (only(outbox).state, only(outbox).attempts) == ("waiting", 1)

    assert Couriers(outbox).deliver_due() == 0  # its lease holds
    at.now += timedelta(seconds=101)
    assert Couriers(outbox).deliver_due() == 1
    assert receiver.keys == [only(outbox).key] * 2  # which tells the receiver that it has it
    assert (only(outbox).state, only(outbox).attempts) == ("sent", 2)


def test_attempts_that_are_cut_off_count(
    receivers, make_outbox, raise_alerts, database, at: Clock
) -> None:
    outbox = make_outbox(receivers(), attempts=2)
    raise_alerts(outbox)
    database.deliveries.update_one({"_id": only(outbox).id}, {"$set": {"attempts": 2}})
    assert Couriers(outbox).deliver_due() == 0
    assert only(outbox).state == "failed"
    assert "they were cut off" in only(outbox).problem


def _uri_of(database: Any, embedded_uri: str) -> str:
    host, port = database.client.address
    return embedded_uri if str(port) in embedded_uri else os.environ["MONGODB_TEST_URI"] or host


def _soon(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False

"""Workers side by side: ports, files and what a killed one left are shared."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from network_security.sensors import FORMATS
from network_security.storage.location import StoreLocation
from network_security.streaming.inputs import Source
from network_security.watching.entries import Entry
from network_security.watching.journal import ChannelName, Journal
from network_security.watching.settings import Following, Listening, WatchSettings
from network_security.watching.watcher import Parts
from network_security.watching.workers import WorkerFolder
from tests.watching.conftest import (
    ANY_PORT,
    PHISHING,
    PHISHING_HOST,
    eventually,
    running,
    tcp_to,
)

SSHD = FORMATS["sshd"].sample
JUDGE = """
import json, sys
from network_security.watching.dataset import WatcherDataset
WatcherDataset(**json.loads(sys.argv[1])).load().run()
"""


@contextmanager
def judge_process(location: StoreLocation, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A judge in a process of its own."""
    told = {
        "role": "judge",
        "journal": {"folder": str(folder / "journal")},
        "models": str(folder / "models"),
        "embedded_directory": str(folder),
        "database": location.database,
        "credentials": {"uri": location.configured_uri},
        "pace": {"lease_seconds": 1.0, "keep_seconds": 0.2},
    }
    with subprocess.Popen([sys.executable, "-c", JUDGE, json.dumps(told)]) as started:
        try:
            yield started
        finally:
            started.kill()


def test_two_receivers_share_a_port_and_a_killed_judge_is_followed_by_another(
    settings: WatchSettings, parts: Parts, database: Any, location: StoreLocation, tmp_path: Path
) -> None:
    def send(*numbers: int) -> None:
        with tcp_to(address) as sensor:
            for number in numbers:
                page = PHISHING.replace(PHISHING_HOST, f"account{number}-verify-paypal8.com")
                sensor.sendall(page.encode() + b"\n")

    def alerts() -> int:
        return int(database.alerts.count_documents({}))

    first_receiver = replace(settings, role="receive", listening=Listening(syslog_tcp=ANY_PORT))
    with ExitStack() as stack:
        address = stack.enter_context(running(first_receiver, parts)).addresses["syslog-tcp"][0]
        same_port = Listening(syslog_tcp=(address,))
        stack.enter_context(running(replace(first_receiver, listening=same_port), parts))
        with judge_process(location, tmp_path) as judge:
            for number in range(20):
                send(number)
            eventually(lambda: alerts() == 20, 60)
            # Both received some: the system spreads connections.
            assert database.checkpoints.count_documents({}) == 2
            judge.kill()
        send(20, 0)
        eventually(lambda: database.arrivals.count_documents({}))
        with running(replace(settings, role="judge"), parts):
            eventually(lambda: alerts() == 21)
    hosts = [host for alert in database.alerts.find() for host in alert["hosts"]]
    assert len(hosts) == len(set(hosts)) == 21


def test_what_a_worker_left_is_stored_by_another(
    settings: WatchSettings, parts: Parts, database: Any
) -> None:
    left = settings.journal.folder / "worker-7"
    journal = Journal(left, settings.journal)
    entry = Entry(1772438400000, "192.0.2.1", SSHD.encode())
    journal.append({ChannelName("syslog-tcp", "sshd"): [entry, entry]})
    journal.close()
    with running(settings, parts):
        eventually(lambda: database.events.count_documents({}) == 2)
        # Its folder is free again for the worker, should it come back.
        again = eventually(lambda: WorkerFolder.take(left))
        again.release()


def test_a_file_is_followed_by_one_worker(
    settings: WatchSettings, parts: Parts, database: Any, tmp_path: Path
) -> None:
    log = tmp_path / "auth.log"
    log.write_text(f"{SSHD}\n")
    following = Following((Source(str(log)),), look_seconds=0.05)
    quiet = replace(settings, role="receive", listening=Listening(), following=following)
    with running(quiet, parts):
        with running(quiet, parts):
            for number in range(2, 6):
                with log.open("a") as opened:
                    opened.write(f"{SSHD}\n")
                eventually(lambda n=number: database.events.count_documents({}) == n)
        eventually(lambda: database.events.count_documents({}) == 5)
    (checkpoint,) = database.checkpoints.find()
    assert checkpoint["counts"]["records"] == 5


def test_workers_take_the_first_free_folder(tmp_path: Path) -> None:
    first, second = WorkerFolder.first_free(tmp_path), WorkerFolder.first_free(tmp_path)
    assert [first.path.name, second.path.name] == ["worker-0", "worker-1"]
    assert WorkerFolder.take(first.path) is None
    first.release()
    assert WorkerFolder.first_free(tmp_path).path == first.path

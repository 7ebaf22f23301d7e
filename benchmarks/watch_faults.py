"""Whether a watcher that is disturbed again and again loses events, or alerts twice.

    python benchmarks/watch_faults.py [--faults 100] [--seed 0]

Events are posted, and written to a file that is followed, while at random moments the receiver or
the judge is killed and started again, the embedded server is killed, or the disk is full for a
while: files of the receiver may not grow. Whoever is told of alerts is slow all the time. In the
end each event whose post was accepted is stored, each line of the file exactly once, and each
phishing page has exactly one alert. An event may be stored twice only if its post was sent again
because no answer had come. Exits with 1 when that is not so.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from watch import settings, wait_until_judged
from watch_traffic import phishing_requests, request

from network_security.storage import embedded, open_database
from network_security.storage.collections import ALERTS, DEAD_LETTERS, EVENTS

WATCHER: Final = """
import json, logging, sys, time
from network_security.watching.dataset import WatcherDataset
class Slow:
    def tell(self, updates):
        time.sleep(0.3)
logging.disable()
watcher = WatcherDataset(**json.loads(sys.argv[1])).load().telling(Slow())
def ready():
    print(watcher.addresses["http"][0].port if watcher.addresses else 0, flush=True)
watcher.run(ready=ready)
"""
FAULTS: Final = ("receiver", "judge", "server", "disk")
PACE: Final = {"lease_seconds": 1.0, "keep_seconds": 0.5, "status_seconds": 0.5}
RECORDS_A_POST: Final = 10
POST_SECONDS: Final = 0.05
LONGEST_WAIT: Final = 1.5
"""Seconds between faults, at most."""
DISK_SECONDS: Final = 0.5


@dataclass
class Outcome:
    """What came of it.

    Attributes:
        faults: What was done -> how often.
        accepted: Events whose posts were accepted.
        written: Lines of the followed file.
        pages: Phishing pages among them.
        lost: Events that are stored nowhere.
        duplicated: Events stored twice without their post having been sent twice, and lines.
        in_doubt: Events whose post was sent again.
        missing: Phishing pages without an alert.
        alerted_twice: Those with several.
        seconds: How long it took.
    """

    faults: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    written: int = 0
    pages: int = 0
    lost: int = 0
    duplicated: int = 0
    in_doubt: int = 0
    missing: int = 0
    alerted_twice: int = 0
    seconds: float = 0.0

    @property
    def faultless(self) -> bool:
        """Whether nothing was lost, and nothing is there twice."""
        return not (self.lost or self.duplicated or self.missing or self.alerted_twice)


def main() -> int:
    """Run and print it; 0 when it was faultless."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--faults", type=int, default=100, help="how many")
    arguments.add_argument("--seed", type=int, default=0, help="of moments and kinds")
    options = arguments.parse_args()
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        outcome = disturb(Path(folder), faults=options.faults, seed=options.seed)
    kinds = ", ".join(f"{kind} {number}" for kind, number in outcome.faults.items())
    print(
        f"{outcome.faults.total()} faults ({kinds}) in {outcome.seconds:.0f} s; "
        f"{outcome.accepted:,} events accepted, {outcome.in_doubt:,} of them sent again, and "
        f"{outcome.written:,} lines followed: {outcome.lost} lost, {outcome.duplicated} "
        f"duplicated; {outcome.pages:,} phishing pages: {outcome.missing} without an alert, "
        f"{outcome.alerted_twice} with several"
    )
    return int(not outcome.faultless)


def disturb(folder: Path, *, faults: int, seed: int) -> Outcome:
    """Send events to a receiver while it is disturbed; return what came of it."""
    began, draw = time.perf_counter(), random.Random(seed)
    log = folder / "web.json"
    log.touch()
    told = settings(
        folder,
        following={"tail": [{"path": str(log), "format": "suricata"}], "look_seconds": 0.1},
        pace=PACE,
    )
    store = folder / "store"
    embedded.lease(store)
    outcome = Outcome()
    receiver = Watched({**told, "role": "receive"})
    judge = Watched({**told, "role": "judge"})
    try:
        sender = Sender(receiver, log, seed)
        sender.start()
        kinds = cycle_shuffled(draw)
        while outcome.faults.total() < faults:
            time.sleep(draw.uniform(0.1, LONGEST_WAIT))
            kind = next(kinds)
            inject(kind, receiver, judge, store)
            outcome.faults[kind] += 1
        sender.stop()
        database = open_database(None, embedded_directory=store)
        wait_until_judged(database)
        receiver.end()
        judge.end()
        compare(database, sender, outcome)
    finally:
        receiver.end()
        judge.end()
        embedded.release(store)
    outcome.seconds = time.perf_counter() - began
    return outcome


def cycle_shuffled(draw: random.Random) -> Iterator[str]:
    """Yield the kinds of faults, each as often as the others."""
    while True:
        yield from draw.sample(FAULTS, len(FAULTS))


def inject(kind: str, receiver: Watched, judge: Watched, store: Path) -> None:
    """Do one thing to one of them, or to what it needs."""
    if kind in ("receiver", "judge"):
        killed = receiver if kind == "receiver" else judge
        killed.kill()
        killed.start()
    elif kind == "server":
        # Between two servers there is none to kill, and no address.
        with suppress(FileNotFoundError, ProcessLookupError, ValueError):
            os.kill(json.loads((store / "server.json").read_text())["pid"], signal.SIGKILL)
    else:
        unlimited = resource.RLIM_INFINITY
        resource.prlimit(receiver.pid, resource.RLIMIT_FSIZE, (0, unlimited))
        time.sleep(DISK_SECONDS)
        resource.prlimit(receiver.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))


class Watched:
    """A receiver or a judge that is killed and started again.

    Attributes:
        port: Where it takes posts, if it does; another one each time.
    """

    def __init__(self, told: dict[str, Any]) -> None:
        """Start it."""
        self._told = told
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.start()

    @property
    def pid(self) -> int:
        """Of its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", WATCHER, json.dumps(self._told)], stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the watcher ended with {self._process.wait()}")
        self.port = int(line)

    def kill(self) -> None:
        """Kill it."""
        assert self._process is not None
        self._process.kill()
        self._process.communicate()

    def end(self) -> None:
        """Have it stop in order; does nothing when it has."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.communicate(timeout=60)


class Sender:
    """Posts events until each is accepted, and writes others to a file.

    Attributes:
        accepted: Paths of the requests in accepted posts.
        doubtful: Those of them whose post was sent more than once.
        written: Paths of the requests in the file.
        pages: Hosts of phishing pages.
    """

    def __init__(self, receiver: Watched, log: Path, seed: int) -> None:
        """Send to a receiver, and to a file that it follows."""
        self.accepted: set[str] = set()
        self.doubtful: set[str] = set()
        self.written: set[str] = set()
        self.pages: set[str] = set()
        self._receiver = receiver
        self._log = log
        self._pages = phishing_requests(seed)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Send what is begun, and no more."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        number = 0
        while not self._stopped.wait(POST_SECONDS):
            number += 1
            paths = [f"/post/{number}/{place}" for place in range(RECORDS_A_POST)]
            host, page = next(self._pages)
            self._post(paths, [request("www.example.org", path) for path in paths] + [page])
            self.pages.add(host)
            path = f"/line/{number}"
            with self._log.open("ab") as log:
                log.write(request("www.example.org", path) + b"\n")
            self.written.add(path)

    def _post(self, paths: list[str], lines: list[bytes]) -> None:
        body, sent = b"\n".join(lines), 0
        while True:
            sent += 1
            url = f"http://127.0.0.1:{self._receiver.port}/v1/events?format=suricata"
            try:
                urllib.request.urlopen(urllib.request.Request(url, body), timeout=5).close()
                break
            except urllib.error.HTTPError as refusal:
                # Nothing of a refused post is kept: sending it again is no doubt.
                refusal.close()
                sent -= 1
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(POST_SECONDS)
        self.accepted.update(paths)
        if sent > 1:
            self.doubtful.update(paths)


def compare(database: Any, sender: Sender, outcome: Outcome) -> None:
    """Hold what is stored against what was sent."""
    stored: Counter[str] = Counter()
    for event in database[EVENTS].find():
        stored[event["url"]["path"]] += 1
    for letter in database[DEAD_LETTERS].find():
        stored[json.loads(letter["raw"])["http"]["url"]] += 1
    sent = sender.accepted | sender.written
    outcome.accepted, outcome.written = len(sender.accepted), len(sender.written)
    outcome.in_doubt = len(sender.doubtful)
    outcome.lost = sum(path not in stored for path in sent)
    outcome.duplicated = sum(stored[path] > 1 for path in sent - sender.doubtful)
    alerts: Counter[str] = Counter()
    for alert in database[ALERTS].find():
        alerts.update(alert["hosts"])
    outcome.pages = len(sender.pages)
    outcome.missing = sum(host not in alerts for host in sender.pages)
    outcome.alerted_twice = sum(alerts[host] > 1 for host in sender.pages)


if __name__ == "__main__":
    sys.exit(main())

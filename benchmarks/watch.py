"""How soon an alert is there after an event was received, and what that costs.

    python benchmarks/watch.py [--rate 2000] [--seconds 60] [--urls-before 60000]

A receiver and a judge, as `kedro watch` starts them, on an embedded server of their own, take the
simulated network over TCP, UDP and HTTP, and among it requests for phishing pages, each on a host
of its own. The time is taken from when such a request is handed to its sender, which posts ten
times a second, until its alert is read from the store; also of those of the last quarter, to show
what grows. Memory is that of both processes, after the first quarter and at the end. A judge
remembers the URLs of a day, up to a limit: with --urls-before, so many are asked for beforehand,
and its memory is that of one which has run for long. The bare store's rate is that of `insert_many`
of the very events that were stored, right afterwards. `watch_faults.py` is about what happens when
something fails. Exits with 1 when a budget is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from watch_traffic import HTTP_FORMATS, Sender, Sent, request, send_all

from network_security.storage import embedded, ensure_indexes, open_database
from network_security.storage.collections import (
    ALERTS,
    ARRIVALS,
    CHECKPOINTS,
    EVENTS,
    WATCHERS,
)

WATCHER: Final = """
import json, logging, sys
from network_security.watching.dataset import WatcherDataset
logging.basicConfig(level=logging.WARNING)
watcher = WatcherDataset(**json.loads(sys.argv[1])).load()
def ready():
    print(json.dumps({name: list(one[0]) for name, one in watcher.addresses.items()}), flush=True)
watcher.run(ready=ready)
"""
BUDGET_SECONDS: Final = 1.0
GROWTH_BYTES: Final = 30_000_000
PHISHING_EVERY: Final = 0.25
URLS_A_SECOND: Final = 500
LOOK_SECONDS: Final = 0.1
"""Between looks for new alerts."""
LOOKED_AT: Final = 50
AT_ONCE: Final = 1000
MOST_COPIED: Final = 10_000


class Seen:
    """Looks for new alerts as a page that shows them would, and notes when each host has one."""

    def __init__(self, database: Any) -> None:
        """Look in a database."""
        self.at: dict[str, float] = {}
        self._alerts = database[ALERTS]
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            newest = self._alerts.find({}, {"hosts": 1}).sort("order", -1).limit(LOOKED_AT)
            now = time.time()
            for alert in newest:
                for host in alert["hosts"]:
                    self.at.setdefault(host, now)


def main() -> int:
    """Run and print the benchmark; 0 when every budget holds."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--rate", type=float, default=2000.0, help="events a second")
    arguments.add_argument("--seconds", type=float, default=60.0, help="how long")
    arguments.add_argument("--urls-before", type=int, default=0, help="URLs known before")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        embedded.lease(folder / "store")
        try:
            return measure(folder, options.rate, options.seconds, options.urls_before)
        finally:
            embedded.release(folder / "store")


def measure(folder: Path, rate: float, seconds: float, urls_before: int) -> int:
    """Measure with a store in a folder."""
    database = open_database(None, embedded_directory=folder / "store")
    judge, _ = start(settings(folder, role="judge", listening={}))
    receiver, addresses = start(settings(folder, role="receive"))
    processes = {"receiver": receiver, "judge": judge}
    before = ask_for(addresses, urls_before)
    wait_until_judged(database, most=600.0)
    seen = Seen(database)
    memories = {name: Memory(process.pid) for name, process in processes.items()}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        sending = pool.submit(
            send_all, addresses, rate=rate, seconds=seconds, phishing_every=PHISHING_EVERY
        )
        while not sending.done():
            time.sleep(1)
            for memory in memories.values():
                memory.note()
        sent: Sent = sending.result()
    waited = wait_until_judged(database)
    seen.stop()
    datagrams_lost = sum(map(dropped, database[WATCHERS].find()))
    failed = False
    for process in processes.values():
        process.terminate()
        failed |= process.wait(60) != 0
    stored = sum(one["counts"]["records"] for one in database[CHECKPOINTS].find())
    records = sent.acknowledged + sent.datagrams
    lost = before + records - stored
    achieved = records / seconds
    print(
        f"{records:,} events in {seconds:.0f} s ({achieved:,.0f}/s; {sent.datagrams:,} by UDP); "
        f"{lost:,} lost, {datagrams_lost:,} datagrams dropped; all judged {waited:.1f} s later",
        flush=True,
    )
    times = sorted(seen.at[host] - at for host, at in sent.phishing.items() if host in seen.at)
    missing = len(sent.phishing) - len(times)
    p50, p95, p99 = quantiles(times)
    begun = max(sent.phishing.values()) - seconds / 4
    late = [
        seen.at[host] - at for host, at in sent.phishing.items() if at > begun and host in seen.at
    ]
    print(
        f"{len(sent.phishing):,} phishing pages, {missing} without an alert: p50 {p50:.2f} s, "
        f"p95 {p95:.2f} s, p99 {p99:.2f} s; in the last quarter p95 {quantiles(late)[1]:.2f} s",
        flush=True,
    )
    for name, memory in memories.items():
        print(
            f"{name}: {memory.early / 1e6:.0f} MB after a quarter, {memory.late / 1e6:.0f} MB at "
            f"the end, {memory.processor_seconds() / seconds:.2f} cores",
            flush=True,
        )
    print(f"load {os.getloadavg()[0]:.1f}", flush=True)
    bare = insert_rate(database, folder / "bare")
    print(f"bare insert_many {bare:,.0f} events/s, ratio {achieved / bare:.2f}")
    grown = sum(memory.late - memory.early for memory in memories.values())
    return int(bool(lost or missing or failed) or p95 > BUDGET_SECONDS or grown > GROWTH_BYTES)


def settings(folder: Path, **changes: Any) -> dict[str, Any]:
    """Return the settings of a watcher, in both roles, whose store and journal are in a folder."""
    local = ["127.0.0.1:0"]
    return {
        "listening": {"syslog_udp": local, "syslog_tcp": local, "http": local},
        "journal": {"folder": str(folder / "journal")},
        "models": str(folder / "models"),
        "embedded_directory": str(folder / "store"),
        **changes,
    }


def start(told: dict[str, Any]) -> tuple[subprocess.Popen[bytes], dict[str, tuple[str, int]]]:
    """Start a watcher; return it and where it listens."""
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHER, json.dumps(told)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"the watcher ended with {process.wait()}")
    return process, {name: (host, port) for name, (host, port) in json.loads(line).items()}


def ask_for(addresses: dict[str, tuple[str, int]], number: int) -> int:
    """Post requests for so many URLs, each on a host of its own; returns how many were taken."""
    sender, began = Sender(addresses), time.time()
    for each in range(number):
        time.sleep(max(0.0, began + each / URLS_A_SECOND - time.time()))
        sender.send(HTTP_FORMATS[0], request(f"www{each}.example", f"/page/{each}"))
        sender.flush()
    sender.close()
    return sender.sent.acknowledged


def wait_until_judged(database: Any, most: float = 120.0) -> float:
    """Wait until nothing waits to be stored or judged; return how long that took."""
    began = time.monotonic()
    while time.monotonic() - began < most:
        # The document is written every other second: one of after this began must say so.
        time.sleep(0.5)
        known = list(database[WATCHERS].find())
        waits = database[ARRIVALS].count_documents({}) or not known
        if not waits and not any(each["journal"]["waiting"] for each in known):
            break
    return time.monotonic() - began


def dropped(watched: dict[str, Any]) -> int:
    """Datagrams that a watcher says it dropped."""
    return sum(each["dropped"] for each in watched.get("listeners", ()))


def quantiles(times: list[float]) -> tuple[float, float, float]:
    """The 50th, 95th and 99th percentile; infinite of too few."""
    if len(times) < 2:  # noqa: PLR2004
        return (float("inf"),) * 3
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


def insert_rate(database: Any, store: Path) -> float:
    """Copy stored events into a new store with `insert_many`; return events a second."""
    events = list(database[EVENTS].find().limit(MOST_COPIED))
    bare = open_database(None, embedded_directory=store)
    ensure_indexes(bare, [EVENTS])
    began = time.perf_counter()
    for first in range(0, len(events), AT_ONCE):
        bare[EVENTS].insert_many(events[first : first + AT_ONCE], ordered=False)
    rate = len(events) / (time.perf_counter() - began)
    embedded.release(store)
    return rate


class Memory:
    """Memory and processor time of a process, looked at now and then."""

    def __init__(self, pid: int) -> None:
        """Look at a process."""
        self._process = Path(f"/proc/{pid}")
        self._resident: list[int] = []
        self._spent = 0.0

    def note(self) -> None:
        """Look."""
        status = (self._process / "status").read_text()
        self._resident.append(int(status.partition("VmRSS:")[2].split()[0]) * 1024)
        fields = (self._process / "stat").read_text().rpartition(")")[2].split()
        self._spent = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def early(self) -> int:
        """Bytes after the first quarter."""
        return self._resident[len(self._resident) // 4]

    @property
    def late(self) -> int:
        """Bytes at the end: the median of the last looks."""
        return int(statistics.median(self._resident[-5:]))

    def processor_seconds(self) -> float:
        """What it spent, its start included."""
        return self._spent


if __name__ == "__main__":
    sys.exit(main())

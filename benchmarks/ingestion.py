"""How fast log files come into the store, against writing the same documents with nothing else.

    python benchmarks/ingestion.py

Reads, parses, joins and stores log files of several formats as `kedro run` does, on an embedded
server of its own. The baseline, in turn with it, is `insert_many` of the very documents that this
has stored, a thousand at once, on another such server with the same indexes. Each runs in a process
of its own. The memory is measured with half of the files' lines as well: it must not grow with
them. Exits with 1 when a budget is missed.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from etl import variations

from network_security.pipelines.ingestion import nodes
from network_security.storage import ensure_indexes, open_database
from network_security.storage.collections import EVENTS
from network_security.streaming.datasets import EventStoreDataset, RawLogsDataset

FORMATS = ("suricata", "panos", "postfix", "fortigate", "sshd")
LINES = 5_000
ROUNDS = 3
AT_ONCE = 1000
RATIO = 0.8
GROWTH_BYTES = 20_000_000


@dataclass(frozen=True)
class Measured:
    """What a process took to store events: wall time, its own processor time, memory at its peak.

    Attributes:
        events: Documents stored.
        seconds: From the first byte read to the last acknowledgement.
        processor_seconds: Of the process itself, the server's not included.
        peak: Bytes.
    """

    events: int
    seconds: float
    processor_seconds: float
    peak: int

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


def main() -> int:
    """Run and print the benchmark; 0 when every budget holds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_logs(folder / "half", LINES // 2)
        write_logs(folder / "logs", LINES)
        half = apart(ingest, folder / "half", folder / "half-store")
        whole, bare = [], []
        for number in range(ROUNDS):
            stored, copied = folder / f"store-{number}", folder / f"copy-{number}"
            whole.append(apart(ingest, folder / "logs", stored))
            bare.append(apart(insert, stored, copied))
            ratio = whole[-1].rate / bare[-1].rate
            print(f"round {number + 1}: {whole[-1].rate:,.0f} events/s, "
                  f"insert_many {bare[-1].rate:,.0f} events/s, ratio {ratio:.2f}; "
                  f"load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    ratio = statistics.median(one.rate / other.rate for one, other in zip(whole, bare, strict=True))
    peak = max(one.peak for one in whole)
    spent = [
        statistics.median(one.processor_seconds / one.events * 1e6 for one in each)
        for each in (whole, bare)
    ]
    print(f"{whole[0].events:,} events of {len(FORMATS)} formats: ratio {ratio:.2f}; "
          f"{spent[0]:.0f} us of the client's processor an event, insert_many {spent[1]:.0f}; "
          f"{peak / 1e6:.0f} MB at its peak, {half.peak / 1e6:.0f} with half")  # fmt: skip
    return int(ratio < RATIO or peak - half.peak > GROWTH_BYTES)


def write_logs(folder: Path, lines: int) -> None:
    """Write one file a format."""
    folder.mkdir()
    for name in FORMATS:
        text = "".join(f"{event}\n" for event in islice(variations(name), lines))
        (folder / f"{name}.log").write_text(text)


def apart(measure: Callable[[Path, Path], Measured], source: Path, store: Path) -> Measured:
    """Measure in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, source, store).result()


def ingest(logs: Path, store: Path) -> Measured:
    """Ingest log files into a new store."""
    sources = [{"path": str(logs / f"{name}.log"), "format": name} for name in FORMATS]
    raw_logs = RawLogsDataset(sources=sources, embedded_directory=str(store))
    event_store = EventStoreDataset(embedded_directory=str(store))
    open_database(None, embedded_directory=store)

    def work() -> int:
        for portion in nodes.parse(raw_logs.load(), nodes.ParseOptions()):
            event_store.save(portion)
        return int(event_store.load()[["events", "messages"]].sum().sum())

    return measured(work)


def insert(original: Path, store: Path) -> Measured:
    """Copy the events of one store into a new one."""
    events = list(open_database(None, embedded_directory=original)[EVENTS].find())
    database = open_database(None, embedded_directory=store)

    def work() -> int:
        ensure_indexes(database, [EVENTS])
        for first in range(0, len(events), AT_ONCE):
            database[EVENTS].insert_many(events[first : first + AT_ONCE], ordered=False)
        return len(events)

    return measured(work)


def measured(work: Callable[[], int]) -> Measured:
    """Measure what stores events and returns how many."""
    started, processor = time.perf_counter(), time.process_time()
    events = work()
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
    return Measured(events, seconds, processor, peak)


if __name__ == "__main__":
    sys.exit(main())

"""However many parse, the same comes out, in its order, and little of it is held at once."""

import gc
import subprocess
import sys
import time
import weakref
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from network_security.sensors.framing import Record
from network_security.streaming import checkpoints
from network_security.streaming.batches import Batch
from network_security.streaming.following import Portion
from network_security.streaming.read_options import Skipped
from network_security.streaming.workers import AHEAD, parse_all

if TYPE_CHECKING:
    from tests.streaming.conftest import Ingestion

NOW = datetime(2026, 1, 20, tzinfo=UTC)


def make_batches(number: int, size: int = 20) -> Iterator[Batch]:
    checkpoint = checkpoints.Checkpoint("s1", "bastion", "/logs/auth.log", "sshd")
    for first in range(0, number * size, size):
        records = [
            Record(f"Jan 14 08:00:01 bastion sshd[{n}]: Connection closed", n, n + 1)
            for n in range(first, first + size)
        ]
        yield Batch(checkpoint, records, "s1", NOW, "UTC")


def pids(portion: Portion) -> list[int]:
    return [event["process"]["pid"] for event in portion.events]


def test_processes_give_what_one_gives_in_the_same_order() -> None:
    raw = [*make_batches(8), Skipped("other", "is empty"), *make_batches(2)]
    alone, shared = list(parse_all(raw, 1)), list(parse_all(raw, 2))
    assert len(alone) == len(shared) == 11
    for one, other in zip(alone, shared, strict=True):
        assert pids(one) == pids(other)
        assert [event["_id"] for event in one.events] == [event["_id"] for event in other.events]
        assert one.problem == other.problem
    assert alone[9].checkpoint.counts.records == shared[9].checkpoint.counts.records == 180


def test_slow_store_holds_no_more_than_a_few_batches() -> None:
    alive: weakref.WeakSet[Batch] = weakref.WeakSet()
    most = 0

    class Watched(Batch):
        __hash__ = object.__hash__

    def watched() -> Iterator[Batch]:
        for batch in make_batches(30):
            one = Watched(**vars(batch))
            alive.add(one)
            yield one
            del one, batch

    for portion in parse_all(watched(), 1):
        time.sleep(0.01)
        gc.collect()
        most = max(most, len(alive))
        del portion
    # Those that wait, one that waits for its place, and the one that is being stored.
    assert AHEAD < most <= AHEAD + 2


def test_two_workers_store_the_same_as_one(ingestion: "Ingestion", logs: Path, text) -> None:
    (logs / "auth.log").write_text(text(0, 3000) + "\0\n" + text(3000, 3100))
    ingestion.run(logs, batch_records=500)
    alone = [event["_id"] for event in ingestion.events]
    counts = ingestion.checkpoints[0]["counts"]
    ingestion.database.client.drop_database(ingestion.database.name)
    row = ingestion.run(logs, workers=2, batch_records=500).iloc[0]
    assert [event["_id"] for event in ingestion.events] == alone
    assert (row.records, row.events, row.dead_letters) == (3101, 3100, 1)
    again = ingestion.checkpoints[0]["counts"]
    assert {**again, "latencies": None} == {**counts, "latencies": None}


SCRIPT = """
import resource, sys
from network_security.streaming.datasets import RawLogsDataset
from network_security.streaming.workers import parse_all

raw_logs = RawLogsDataset(
    sources=[{"path": sys.argv[1], "format": "sshd"}],
    embedded_directory=sys.argv[2],
    credentials={"uri": sys.argv[3]},
    database="workers_tests",
)
letters = records = 0
portions = parse_all(raw_logs.load(), 1)
next(portions)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for portion in portions:
    records += portion.records
    letters += len(portion.dead_letters)
    del portion
print(records, letters, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def memory_of_reading(source: str, folder: Path, uri: str, feed: Iterable[bytes] = ()) -> str:
    """Read a source in a process of its own; returns records, dead letters, and MB of growth."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, source, str(folder), uri],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    for chunk in feed:
        process.stdin.write(chunk)
    return process.communicate(timeout=60)[0].decode()


def test_line_of_200_mb_is_one_dead_letter_in_constant_memory(
    tmp_path: Path, embedded_uri: str, text
) -> None:
    log = tmp_path / "auth.log"
    with log.open("wb") as file:
        file.write(text(0, 10).encode() + b"x")
        # A hole: 200 MB of zeros that take no place on disk.
        file.seek(200_000_000)
        file.write(b"x\n" + text(10, 20).encode())
    records, letters, megabytes = memory_of_reading(str(log), tmp_path, embedded_uri).split()
    assert (records, letters) == ("21", "1")
    assert int(megabytes) < 50


def test_long_pipe_is_read_in_constant_memory(tmp_path: Path, embedded_uri: str, text) -> None:
    block = text(0, 2000).encode()
    feed = (block for _ in range(10))
    records, letters, megabytes = memory_of_reading("-", tmp_path, embedded_uri, feed).split()
    assert (records, letters) == ("20000", "0")
    assert int(megabytes) < 50

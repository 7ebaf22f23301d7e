"""Whether an ingestion that is killed again and again loses or repeats anything.

    python benchmarks/faults.py [--kills 200] [--seed 0]

Log files grow, are rotated, and end in the middle of a line, while a process ingests them in small
batches. That process, the embedded server, or both at once are killed with SIGKILL at random
moments; then the process is started again. In the end each record of the files must be stored
exactly once, as an uninterrupted ingestion of the same files stores it, and the checkpoints must
count what there is. Exits with 1 when that is not so.
"""

import argparse
import gzip
import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from growing_logs import LINE_LIMIT, Logs, readable

from network_security.sensors.times import ASSUMED_RECEIPT
from network_security.storage import embedded, open_database
from network_security.streaming import dead_letters, messages
from network_security.streaming.checkpoints import Checkpoint

INGESTION = """
import json, sys
from network_security.pipelines.ingestion import nodes
from network_security.streaming.datasets import EventStoreDataset, RawLogsDataset
print("imported", flush=True)
settings = json.loads(sys.argv[1])
raw_logs = RawLogsDataset(
    sources=settings["sources"], options=settings["options"], **settings["store"]
)
event_store = EventStoreDataset(**settings["store"])
for portion in nodes.parse(raw_logs.load(), nodes.ParseOptions()):
    event_store.save(portion)
"""
OPTIONS = {"batch_records": 20, "line_limit": LINE_LIMIT}
EARLY = 0.2
"""Share of the kills that may come while the process starts."""
SECONDS = 0.6
"""Longest wait before a kill, from when the process starts or is ready on."""
RECORDS = 100
ROTATIONS = 3
LONGEST_SECONDS = 120
SHOWN = 20
TARGETS = ("ingestion", "ingestion", "server", "server", "both")
INTERRUPTED, REFERENCE = "interrupted", "uninterrupted"

Document = dict[str, Any]


@dataclass
class Outcome:
    """What came of it: numbers of records, unless said otherwise.

    Attributes:
        kills: What was killed -> how often.
        runs: Processes that ingested, the killed ones included.
        records: Records in the files.
        lost: Records that are stored nowhere.
        duplicated: Documents that are stored beyond one for each record.
        different: Names of events and dead letters, message-level events included, that are not as
            in the uninterrupted ingestion.
        miscounted: Streams whose checkpoint is not at the end or counts what there is not.
        seconds: How long it took.
    """

    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    records: int = 0
    lost: int = 0
    duplicated: int = 0
    different: list[str] = field(default_factory=list)
    miscounted: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def faultless(self) -> bool:
        """Whether nothing was lost, repeated, changed or miscounted."""
        return not (self.lost or self.duplicated or self.different or self.miscounted)


def main() -> int:
    """Run and print it; 0 when it was faultless."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--kills", type=int, default=200, help="how many")
    arguments.add_argument("--seed", type=int, default=0, help="of the moments and the records")
    options = arguments.parse_args()
    logging.disable()  # The keeper says of every server that it starts it again.
    with tempfile.TemporaryDirectory() as folder:
        outcome = interrupt(Path(folder), kills=options.kills, seed=options.seed)
    kills = ", ".join(f"{target} {number}" for target, number in outcome.kills.items())
    print(f"{outcome.kills.total()} kills ({kills}) in {outcome.runs} runs, "
          f"{outcome.records:,} records in {outcome.seconds:.0f} s: "
          f"{outcome.lost} lost, {outcome.duplicated} duplicated, "
          f"{len(outcome.different)} different, {len(outcome.miscounted)} miscounted")  # fmt: skip
    print(*outcome.different[:SHOWN], *outcome.miscounted[:SHOWN], sep="\n")
    return int(not outcome.faultless)


def interrupt(folder: Path, *, kills: int, seed: int) -> Outcome:
    """Ingest growing files with interruptions, then whole ones without; return what came of it."""
    started = time.perf_counter()
    store = folder / "store"
    moments, logs = random.Random(seed), Logs(folder / "logs", random.Random(seed + 1))
    outcome = Outcome()
    embedded.lease(store)  # Keeps the server: who uses it comes and goes.
    try:
        while outcome.kills.total() < kills:
            process = start(logs, store, INTERRUPTED)
            outcome.runs += 1
            while outcome.kills.total() < kills and process.poll() is None:
                wait(process, moments)
                logs.grow(RECORDS)
                if outcome.kills.total() * (ROTATIONS + 1) // kills > logs.rotations:
                    logs.rotate()
                time.sleep(moments.uniform(0, SECONDS))
                outcome.kills.update(kill(process, store, moments.choice(TARGETS)))
            if process.returncode != -signal.SIGKILL:
                finish(process)
        logs.complete()
        for database in (INTERRUPTED, REFERENCE):
            finish(start(logs, store, database))
        outcome.runs += 1
        compare(logs, store, outcome)
    finally:
        embedded.release(store)
    outcome.seconds = time.perf_counter() - started
    return outcome


def start(logs: Logs, store: Path, database: str) -> subprocess.Popen[bytes]:
    """Start a process that ingests the logs into a database."""
    settings = {
        "sources": logs.sources,
        "options": OPTIONS,
        "store": {"embedded_directory": str(store), "database": database},
    }
    return subprocess.Popen(
        [sys.executable, "-c", INGESTION, json.dumps(settings)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait(process: subprocess.Popen[bytes], moments: random.Random) -> None:
    """Wait until a process has imported what it needs; now and then not that long."""
    if moments.random() < EARLY:
        time.sleep(moments.uniform(0, SECONDS))
    elif process.stdout and not process.stdout.closed:
        process.stdout.readline()
        process.stdout.close()


def kill(process: subprocess.Popen[bytes], store: Path, target: str) -> list[str]:
    """Kill an ingestion, its server, or both.

    Returns:
        What was killed; nothing when the ingestion had ended before.
    """
    killed: list[str] = []
    if process.poll() is not None:
        return killed
    if target != "ingestion":
        # Between two servers there is none to kill, and no address.
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(json.loads((store / "server.json").read_text())["pid"], signal.SIGKILL)
            killed.append("server")
    if target != "server":
        process.kill()
        process.communicate()
        killed.append("ingestion")
    return killed


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait until the process has done its work."""
    _, errors = process.communicate(timeout=LONGEST_SECONDS)
    if process.returncode:
        raise RuntimeError(
            f"the ingestion ended with {process.returncode}:\n{errors.decode()[-3000:]}"
        )


def compare(logs: Logs, store: Path, outcome: Outcome) -> None:
    """Hold what was stored against the files, and against what was stored without interruption."""
    interrupted, reference = Stored(store, INTERRUPTED), Stored(store, REFERENCE)
    expected = logs.records()
    outcome.records = expected.total()
    outcome.lost = (expected - interrupted.records).total()
    outcome.duplicated = (interrupted.records - expected).total()
    names = interrupted.documents.keys() | reference.documents.keys()
    outcome.different = [
        name
        for name in sorted(names)
        if interrupted.documents.get(name) != reference.documents.get(name)
    ]
    outcome.miscounted = [*interrupted.miscounted(), *reference.miscounted()]


class Stored:
    """What a database holds, with the last path of each stream in the place of its id.

    A stream that was rotated while it was read has another id than one that was read at its end.

    Attributes:
        checkpoints: Path -> the checkpoint.
        records: Path, position and content of each record, and how often it is stored.
        documents: Name -> event or dead letter, without what each run makes anew.
    """

    def __init__(self, store: Path, database: str) -> None:
        """Read all of it."""
        found = open_database(None, embedded_directory=store, name=database)
        checkpoints = [Checkpoint.from_document(one) for one in found.checkpoints.find()]
        self.checkpoints = {one.path: one for one in checkpoints}
        self._paths = {one.stream: one.path for one in checkpoints}
        self._kinds: dict[str, Counter[str]] = {path: Counter() for path in self.checkpoints}
        self.records: Counter[tuple[str, int, str]] = Counter()
        self.documents: dict[str, Document] = {}
        for event in found.events.find():
            joined = "-message-" in event["_id"]
            path = self._keep(event, "messages" if joined else "events")
            if not joined:
                self.records[path, event["log"]["offset"], event["event"]["original"]] += 1
        for letter in found.dead_letters.find():
            path = self._keep(letter, "dead_letters")
            text = readable(dead_letters.raw_text(letter).encode("utf-8", "surrogateescape"))
            self.records[path, letter["position"], text] += 1

    def miscounted(self) -> list[str]:
        """Return what is wrong with checkpoints."""
        wrong = []
        for path, checkpoint in self.checkpoints.items():
            counts, kinds = checkpoint.counts, self._kinds[path]
            counted = {
                "events": counts.events,
                "dead_letters": sum(counts.dead_letters.values()),
                "records": counts.records,
            }
            there = {
                "events": kinds["events"],
                "dead_letters": kinds["dead_letters"],
                "records": kinds["events"] + kinds["dead_letters"],
            }
            if counted != there:
                wrong.append(f"{path}: counted {counted}, but there are {there}")
            if rest := unread(Path(path), checkpoint.offset):
                wrong.append(f"{path}: {len(rest)} lines behind {checkpoint.offset:,} not read")
        return wrong

    def _keep(self, document: Document, kind: str) -> str:
        """Keep a document under a name that does not depend on the run; return its path."""
        stream, _, rest = document.pop("_id").partition("-")
        if stream == messages.SCOPE:
            file = document["log"]["file"].pop("path") if "log" in document else document["path"]
            path = str(Path(file).parent)
        else:
            path = self._paths[stream]
        for name in ("ingested", "path", "stream", "received", "first_failed", "last_failed"):
            document.pop(name, None)
        document.get("event", {}).pop("ingested", None)
        if ASSUMED_RECEIPT in document.get("tags", ()):
            del document["@timestamp"]
        document.get("log", {}).pop("file", None)
        self._kinds[path][kind] += 1
        self.documents[f"{path} {kind} {rest}"] = document
        return path


def unread(path: Path, offset: int) -> list[bytes]:
    """Lines of a file behind an offset, blank ones and Zeek's header apart.

    Of a folder no offset is kept.
    """
    if path.is_dir():
        return []
    content = path.read_bytes()
    rest = (gzip.decompress(content) if path.suffix == ".gz" else content)[offset:]
    return [line for line in rest.splitlines() if line.strip() and not line.startswith(b"#")]


if __name__ == "__main__":
    sys.exit(main())

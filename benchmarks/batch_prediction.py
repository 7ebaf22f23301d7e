"""How fast rows are scored, from file to file, and in how much memory.

    python benchmarks/batch_prediction.py [features] [distinct] [urls] [evidence]

Scores with the nodes and datasets of the pipeline, storing verdicts in MongoDB off; each size in a
process of its own, and both sizes of each kind, for the memory that they take at their peak.

features: rows drawn with replacement from a simulated training set, as traffic repeats, each with
    an id. The baselines, in turn with it, are the same with the whole table in memory
    (pandas.read_csv, Detector.score, DataFrame.to_parquet), and row by row, on some of them.
distinct: rows of which no two are alike.
urls: made-up URLs, a line each, no two alike, by two processes and by one.
evidence: rows of evidence in an embedded server.

Exits with 1 when a budget is missed, or two ways of scoring disagree on any row.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from network_security.evidence import SCHEMAS
from network_security.evidence.phishing import FEATURES
from network_security.pipelines.batch_prediction import nodes
from network_security.pretrained import load_detector
from network_security.scoring.datasets import RowSourceDataset
from network_security.scoring.job import ScoringOptions
from network_security.scoring.models import Models
from network_security.scoring.parts import PartsDataset
from network_security.scoring.verdict_file import VerdictsDataset
from network_security.storage import open_database
from network_security.training_sets.simulation import simulate

SMALL, LARGE = 500_000, 1_500_000
DISTINCT = 60_000
URLS_SMALL, URLS_LARGE = 100_000, 200_000
EVIDENCE_SMALL, EVIDENCE_LARGE = 5_000, 15_000
ONE_BY_ONE = 2_000
ROUNDS = 3
WORKERS = 2
ROWS_PER_SECOND = 100_000
GROWTH_BYTES = 60_000_000
VERDICT = ["row", "probability", "decision"]


@dataclass(frozen=True)
class Measured:
    """What a process took to score a source.

    Attributes:
        rows: of the source.
        seconds: from opening it to the finished file of verdicts.
        growth: bytes of memory at its peak, beyond those before it began.
    """

    rows: int
    seconds: float
    growth: int

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds

    def __str__(self) -> str:
        """The figures in short."""
        return f"{self.rows:,} rows: {self.rate:,.0f} rows/s, {self.growth / 1e6:.0f} MB"


def main() -> int:
    """Run and print the benchmarks; 0 when every budget holds."""
    wanted = sys.argv[1:] or list(KINDS)
    with tempfile.TemporaryDirectory() as name:
        return max(KINDS[kind](Path(name)) for kind in wanted)


def features(folder: Path) -> int:
    """Rows that repeat, against the whole table in memory and against row by row."""
    small, large = folder / "small.csv", folder / "large.csv"
    write_table(small, SMALL)
    write_table(large, LARGE)
    batch, whole = [], []
    for number in range(ROUNDS):
        batch.append(apart(in_portions, small, folder / "portions.parquet"))
        whole.append(apart(in_memory, small, folder / "memory.parquet"))
        print(f"round {number + 1}: {batch[-1]}; whole table in memory {whole[-1].rate:,.0f} "
              f"rows/s, ratio {batch[-1].rate / whole[-1].rate:.2f}; "
              f"load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    same = agree(folder / "portions.parquet", folder / "memory.parquet")
    larger = apart(in_portions, large, folder / "large.parquet")
    single = apart(row_by_row, small, folder / "single.parquet")
    rate = statistics.median(one.rate for one in batch)
    peak = max(one.growth for one in batch)
    print(f"features: {rate:,.0f} rows/s, row by row {single.rate:,.0f}, "
          f"ratio {rate / single.rate:.0f}; {said(same)}; {larger}")  # fmt: skip
    return int(rate < ROWS_PER_SECOND or larger.growth - peak > GROWTH_BYTES or not same)


def distinct(folder: Path) -> int:
    """Rows of which no two are alike: each is scored."""
    codes = np.random.default_rng(0).integers(-1, 2, (DISTINCT, len(FEATURES)), np.int8)
    pd.DataFrame(codes, columns=list(FEATURES)).to_csv(folder / "distinct.csv", index=False)
    two = apart(in_portions, folder / "distinct.csv", folder / "two.parquet")
    one = apart(in_memory, folder / "distinct.csv", folder / "one.parquet")
    same = agree(folder / "two.parquet", folder / "one.parquet")
    print(f"distinct: {two}; whole table in memory {one.rate:,.0f} rows/s; {said(same)}")
    return int(not same)


def urls(folder: Path) -> int:
    """URLs of which no two are alike."""
    for size in (URLS_SMALL, URLS_LARGE):
        made = random.Random(0)
        lines = (f"{url(made)}?n={number}\n" for number in range(size))
        (folder / f"{size}.txt").write_text("".join(lines))
    one = apart(urls_by_one, folder / f"{URLS_SMALL}.txt", folder / "one.parquet")
    two = apart(in_portions, folder / f"{URLS_SMALL}.txt", folder / "two.parquet")
    larger = apart(in_portions, folder / f"{URLS_LARGE}.txt", folder / "larger.parquet")
    same = agree(folder / "two.parquet", folder / "one.parquet")
    print(f"urls: {two}; one process {one.rate:,.0f} rows/s; {said(same)}; {larger}; "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    return int(larger.growth - two.growth > GROWTH_BYTES or not same)


def evidence(folder: Path) -> int:
    """Stored rows of evidence."""
    measured = []
    for size in (EVIDENCE_SMALL, EVIDENCE_LARGE):
        store_evidence(folder / f"store-{size}", size)
        measured.append(apart(stored, folder / f"store-{size}", folder / f"{size}.parquet"))
    small, larger = measured
    print(f"evidence: {small}; {larger}")
    return int(larger.growth - small.growth > GROWTH_BYTES)


KINDS: dict[str, Callable[[Path], int]] = {
    "features": features,
    "distinct": distinct,
    "urls": urls,
    "evidence": evidence,
}


def agree(one: Path, other: Path) -> bool:
    """Whether two files hold the same verdicts."""
    frames = [pd.read_parquet(path)[VERDICT] for path in (one, other)]
    return frames[0].equals(frames[1])


def said(same: bool) -> str:
    """What to say of it."""
    return "equal verdicts" if same else "DIFFERENT verdicts"


def url(made: random.Random) -> str:
    """A made-up URL."""
    words = [
        "login",
        "secure",
        "account",
        "update",
        "mail",
        "shop",
        "news",
        "blog",
        "index",
        "view",
        "item",
        "cloud",
    ]
    host = f"{made.choice(words)}-{made.choice(words)}{made.randint(0, 9999)}"
    end = made.choice(["com", "net", "org", "co.uk", "xyz"])
    return f"https://{host}.{end}/{made.choice(words)}/{made.choice(words)}.html"


def store_evidence(folder: Path, rows: int) -> None:
    """Store rows of evidence, a second apart."""
    made = random.Random(0)
    start = datetime(2026, 3, 2, tzinfo=UTC)
    collection = open_database(None, embedded_directory=folder)["evidence"]
    for first in range(0, rows, 1000):
        collection.insert_many(
            {
                "_id": f"row{number}",
                "entity": f"{number}",
                "url": f"{url(made)}?n={number}",
                "first_seen": start + timedelta(seconds=number),
                "last_seen": start + timedelta(seconds=number),
                "features": {name: made.choice([-1, 0, 1, None]) for name in FEATURES},
                "final": True,
            }
            for number in range(first, min(first + 1000, rows))
        )


def write_table(path: Path, rows: int) -> None:
    """Write a table in pieces."""
    features = list(SCHEMAS["phishing"].features)
    distinct = simulate(rows=11_055, seed=0)[features].to_numpy(np.int8)
    random = np.random.default_rng(0)
    for first in range(0, rows, 100_000):
        drawn = distinct[random.integers(len(distinct), size=min(100_000, rows - first))]
        frame = pd.DataFrame(drawn, columns=features)
        frame.insert(0, "url", [f"https://host-{first + n}.example/" for n in range(len(frame))])
        frame.to_csv(path, mode="a", header=not first, index=False)


def apart(score: Callable[[Path, Path], Measured], table: Path, verdicts: Path) -> Measured:
    """Measure in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(score, table, verdicts).result()


def in_portions(path: Path, verdicts: Path) -> Measured:
    """Score a file as the pipeline does."""
    table = path.suffix == ".csv"
    return through_the_nodes({"path": str(path), "kind": "features" if table else None}, verdicts)


def urls_by_one(path: Path, verdicts: Path) -> Measured:
    """The same in this process alone."""
    return through_the_nodes({"path": str(path)}, verdicts, workers=1)


def stored(folder: Path, verdicts: Path) -> Measured:
    """Score the evidence of an embedded server."""
    return through_the_nodes(
        {"path": None, "kind": "evidence", "embedded_directory": str(folder)}, verdicts
    )


def through_the_nodes(
    described: dict[str, Any], verdicts: Path, *, workers: int = WORKERS
) -> Measured:
    """Score a source with the nodes and datasets of the pipeline."""
    models = Models("phishing", "/nonexistent")
    features_alone = described.get("kind") == "features"
    options = ScoringOptions(workers=workers)
    models.judge("features" if features_alone else "urls")
    parts = PartsDataset(folder=str(verdicts.with_suffix(".parts")))

    def work() -> int:
        source = RowSourceDataset(**{"embedded_directory": "/nonexistent", **described}).load()
        job = nodes.describe_job(source, models, options)
        for _, portion in nodes.score(source, models, job, parts.load(), options):
            parts.save(portion)
        target = VerdictsDataset(filepath=str(verdicts))
        target.save(nodes.collect(job, parts.load()))
        return int(nodes.summarise_verdicts(target.load(), job)["scored"])

    return measured(work)


def row_by_row(path: Path, verdicts: Path) -> Measured:
    """Score the first rows of a table one after the other."""
    detector = load_detector()
    table = pd.read_csv(path, nrows=ONE_BY_ONE)

    def work() -> int:
        scored = [detector.score(table.iloc[[row]]).to_frame() for row in range(len(table))]
        pd.concat(scored).to_parquet(verdicts)
        return len(scored)

    return measured(work)


def in_memory(path: Path, verdicts: Path) -> Measured:
    """Score a table in one piece."""
    detector = load_detector()

    def work() -> int:
        table = pd.read_csv(path)
        scored = detector.score(table).to_frame()
        scored.insert(0, "row", np.arange(1, len(table) + 1))
        if "url" in table:
            scored.insert(1, "url", table["url"])
        scored.to_parquet(verdicts, compression="zstd")
        return len(scored)

    return measured(work)


def measured(work: Callable[[], int]) -> Measured:
    """Measure what scores a table and returns how many rows it had."""
    before, started = memory("VmRSS"), time.perf_counter()
    rows = work()
    return Measured(rows, time.perf_counter() - started, memory("VmHWM") - before)


def memory(kind: str) -> int:
    """Bytes that this process has now, or had at its peak."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{kind}:")[2].split()[0]) * 1024


if __name__ == "__main__":
    sys.exit(main())

"""How fast a table of features is scored, from file to file, and in how much memory.

    python benchmarks/batch_prediction.py

Scores CSV tables of two sizes with the nodes and datasets of the pipeline, storing in MongoDB off.
The rows are drawn with replacement from a simulated training set, as traffic repeats, each with an
id of its own. The baseline, in turn with it, is the same with the whole table in memory:
pandas.read_csv, Detector.score, DataFrame.to_parquet. Each runs in a process of its own. Prints
rows a second, the ratio, and the memory at its peak; exits with 1 when a budget is missed, or the
two disagree on any row.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

from network_security.evidence import SCHEMAS
from network_security.pipelines.batch_prediction import nodes
from network_security.pretrained import load_detector
from network_security.scoring.datasets import FeatureTableDataset
from network_security.scoring.job import ScoringOptions
from network_security.scoring.parts import PartsDataset
from network_security.scoring.verdict_file import VerdictsDataset
from network_security.training_sets.simulation import simulate

SMALL, LARGE = 500_000, 1_500_000
ROUNDS = 3
WORKERS = 2
ROWS_PER_SECOND = 100_000
GROWTH_BYTES = 60_000_000
VERDICT = ["row", "probability", "decision"]


@dataclass(frozen=True)
class Measured:
    """What a process took to score a table.

    Attributes:
        rows: of the table.
        seconds: from opening the file to the finished file of verdicts.
        growth: bytes of memory at its peak, beyond those before it began.
    """

    rows: int
    seconds: float
    growth: int

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def main() -> int:
    """Run and print the benchmark; 0 when every budget holds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large = folder / "small.csv", folder / "large.csv"
        write_table(small, SMALL)
        write_table(large, LARGE)
        batch, whole = [], []
        for number in range(ROUNDS):
            batch.append(apart(in_portions, small, folder / "portions.parquet"))
            whole.append(apart(in_memory, small, folder / "memory.parquet"))
            print(f"round {number + 1}: {batch[-1].rate:,.0f} rows/s, whole table in memory "
                  f"{whole[-1].rate:,.0f} rows/s, ratio {batch[-1].rate / whole[-1].rate:.2f}; "
                  f"load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
        verdicts = [pd.read_parquet(folder / f"{one}.parquet") for one in ("portions", "memory")]
        same = verdicts[0][VERDICT].equals(verdicts[1][VERDICT])
        larger = apart(in_portions, large, folder / "large.parquet")
        larger_whole = apart(in_memory, large, folder / "large-memory.parquet")
    rate = statistics.median(one.rate for one in batch)
    ratio = statistics.median(
        one.rate / other.rate for one, other in zip(batch, whole, strict=True)
    )
    peak = max(one.growth for one in batch)
    print(f"{SMALL:,} rows: {rate:,.0f} rows/s, ratio {ratio:.2f}, {peak / 1e6:.0f} MB "
          f"(in memory {max(one.growth for one in whole) / 1e6:.0f} MB), "
          f"{'equal' if same else 'DIFFERENT'} verdicts")  # fmt: skip
    print(f"{LARGE:,} rows: {larger.rate:,.0f} rows/s, "
          f"ratio {larger.rate / larger_whole.rate:.2f}, {larger.growth / 1e6:.0f} MB "
          f"(in memory {larger_whole.growth / 1e6:.0f} MB)")  # fmt: skip
    return int(rate < ROWS_PER_SECOND or larger.growth - peak > GROWTH_BYTES or not same)


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
    """Score a table as the pipeline does."""
    detector = load_detector()
    options = ScoringOptions(id_column="url", workers=WORKERS)
    parts = PartsDataset(folder=str(verdicts.with_suffix(".parts")))

    def work() -> int:
        table = FeatureTableDataset(filepath=str(path)).load()
        job = nodes.describe_job(table, detector, options)
        for _, portion in nodes.score(table, detector, job, parts.load(), options):
            parts.save(portion)
        target = VerdictsDataset(filepath=str(verdicts))
        target.save(nodes.collect(job, parts.load()))
        return int(nodes.summarise_verdicts(target.load(), job)["scored"])

    return measured(work)


def in_memory(path: Path, verdicts: Path) -> Measured:
    """Score a table in one piece."""
    detector = load_detector()

    def work() -> int:
        table = pd.read_csv(path)
        scored = detector.score(table).to_frame()
        scored.insert(0, "row", np.arange(1, len(table) + 1))
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

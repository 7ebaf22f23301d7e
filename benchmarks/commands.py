"""What the project's commands cost from outside: seconds, and the memory of all their processes.

    python benchmarks/commands.py             # a pipeline of one trivial node
    python benchmarks/commands.py --training  # and a whole training, begun afresh elsewhere

The baseline, in the same run, is a Python that imports what every Kedro command with kedro-mlflow
must: MLflow and Kedro's pandas data sets. Exits with 1 when a budget is missed.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

PROJECT = Path(__file__).parents[1]
TRIVIAL_S = 4.0
TRAINING_S = 240.0
TRAINING_BYTES = 1_500_000_000
BASELINE = [sys.executable, "-c", "import mlflow, kedro_datasets.pandas"]
KEDRO = [str(Path(sys.executable).with_name("kedro")), "run"]
TRIVIAL = [*KEDRO, "--pipelines=data_engineering", "--nodes=data_engineering.phishing.tag_run"]
TRAINING = [*KEDRO, "--pipelines=training"]


def main() -> int:
    """Run and print the benchmark; 0 when every budget holds."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--training", action="store_true", help="measure a whole training too")
    whole = arguments.parse_args().training
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        prepare = [*KEDRO, "--pipelines=data_engineering"]
        measure(prepare, folder)
        baseline = min(measure(BASELINE, folder)[0] for _ in range(3))
        trivial = min(measure(TRIVIAL, folder)[0] for _ in range(3))
        print(f"one trivial node: {trivial:.2f} s; bare imports {baseline:.2f} s; "
              f"ratio {trivial / baseline:.2f}")  # fmt: skip
        missed |= trivial > TRIVIAL_S
        if whole:
            seconds, memory = measure(TRAINING, folder)
            print(f"training: {seconds:.0f} s, {memory / 1e6:.0f} MB at its peak; "
                  f"ratio {seconds / trivial:.0f} to the trivial node")  # fmt: skip
            missed |= seconds > TRAINING_S or memory > TRAINING_BYTES
    return int(missed)


def measure(command: list[str], folder: str) -> tuple[float, int]:
    """Seconds that a command takes, and the bytes that all its processes hold at their peak.

    Memory that processes share is counted once (proportional set size), sampled five times a
    second.
    """
    environment = {**os.environ, "NETWORK_SECURITY_PROJECT": folder, "DO_NOT_TRACK": "true"}
    log = Path(folder) / "log.txt"
    started = time.perf_counter()
    peak = 0
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        while process.poll() is None:
            peak = max(peak, held_memory(process.pid))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.2)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{log.read_text()[-2000:]}")
    return time.perf_counter() - started, peak


def held_memory(pid: int) -> int:
    """Bytes that a process and its descendants hold."""
    total = 0
    try:
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            memory = process.memory_full_info()
            total += getattr(memory, "pss", memory.uss)
    except psutil.Error:
        pass
    return total


if __name__ == "__main__":
    sys.exit(main())

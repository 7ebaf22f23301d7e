"""Processes killed while they score a table: what they had done is kept, nothing is there twice."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from network_security.evidence.phishing import FEATURES
from network_security.storage import open_database, server_uri

Predict = Callable[..., dict[str, Any]]

ROWS, PORTION_ROWS = 12_000, 250
OPTIONS: dict[str, Any] = {
    "kind": "features",
    "id_column": "url",
    "scoring": {"portion_rows": PORTION_ROWS},
}
SCORE = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from conftest import run_pipeline
print("ready", flush=True)
run_pipeline(source=sys.argv[1], **{OPTIONS!r})
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A table of which the verdicts are stored in some seconds, a few rows with wrong values."""
    codes = np.random.default_rng(0).integers(-1, 2, (300, len(FEATURES))).repeat(40, axis=0)
    frame = pd.DataFrame(codes, columns=list(FEATURES)).astype(object)
    frame.insert(0, "url", [f"https://example.org/{row}" for row in range(ROWS)])
    frame.loc[::1_000, "port"] = "high"
    frame.to_csv(tmp_path / "rows.csv", index=False)
    return tmp_path / "rows.csv"


def outcome(project: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The verdicts in the file, and the documents by id."""
    folder = project / "data/test/07_model_output/batch_prediction"
    # A run that is killed once it has delivered is a whole one, and the next one delivers again.
    first, *others = map(pd.read_parquet, folder.glob("verdicts.parquet/*/verdicts.parquet"))
    assert all(other.equals(first) for other in others)
    assert list((folder / "unfinished").glob("*")) == []
    assert list(folder.glob(".*")) == []
    stored = open_database(server_uri(), embedded_directory=project)["verdicts"].find()
    return first, {each["_id"]: each for each in stored}


def finished(project: Path) -> int:
    return len(list(project.glob("data/test/07_model_output/*/unfinished/*/*.arrow")))


def delivered(project: Path) -> bool:
    return any(project.glob("data/test/07_model_output/*/verdicts.parquet/*/verdicts.parquet"))


def test_kills_at_random_moments_lose_and_repeat_nothing(
    predict: Predict, path: Path, tmp_path: Path
) -> None:
    moments = random.Random(0)
    kept, ended = [0], False
    while not ended:
        with subprocess.Popen(
            [sys.executable, "-c", SCORE, str(path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            wanted = kept[-1] + moments.randint(1, 14)
            while finished(tmp_path) < wanted and process.poll() is None:
                time.sleep(0.002)
            time.sleep(moments.uniform(0.0, 0.1))
            if not delivered(tmp_path):
                process.kill()
            status = process.wait()
        assert status in {0, -signal.SIGKILL}
        ended = status == 0
        kept += [finished(tmp_path)] if finished(tmp_path) else []
    frame, documents = outcome(tmp_path)

    assert len(kept) > 3
    assert kept == sorted(kept)
    assert kept[-1] > 0
    assert frame["row"].tolist() == list(range(1, ROWS + 1))
    assert frame["problem"].notna().sum() == ROWS // 1_000
    assert len(documents) == ROWS - ROWS // 1_000
    stored = {each["entity"]: each["probability"] for each in documents.values()}
    assert stored == frame.dropna(subset="probability").set_index("url")["probability"].to_dict()

    predict(source=str(path), store=False, out=str(tmp_path / "whole.parquet"), versioned=False,
            **OPTIONS)  # fmt: skip
    assert pd.read_parquet(tmp_path / "whole.parquet").equals(frame)


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt, OSError])
def test_a_run_goes_on_behind_what_is_finished(
    predict: Predict,
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    stopped_by: type[BaseException],
) -> None:
    from network_security.scoring.parts import Parts  # noqa: PLC0415 - to be stopped

    write = Parts.write

    def stop(self: Parts, number: int, verdicts: Any) -> None:
        if number == 5:
            raise stopped_by("disk full")
        write(self, number, verdicts)

    with monkeypatch.context() as patch:
        patch.setattr(Parts, "write", stop)
        with pytest.raises((KeyboardInterrupt, Exception), match="disk full"):
            predict(source=str(path), store=False, **OPTIONS)
    assert finished(tmp_path) == 5

    with caplog.at_level("INFO"):
        predict(source=str(path), store=False, **OPTIONS)
    assert f"going on behind row {5 * PORTION_ROWS:,}" in caplog.text
    frame, _ = outcome(tmp_path)
    assert frame["row"].tolist() == list(range(1, ROWS + 1))


def test_a_changed_table_is_scored_from_its_beginning(
    predict: Predict, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from network_security.scoring.verdict_file import VerdictsDataset  # noqa: PLC0415 - as above

    with monkeypatch.context() as patch:
        patch.setattr(VerdictsDataset, "save", lambda self, data: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            predict(source=str(path), store=False, **OPTIONS)
    path.write_text(path.read_text().replace("high", "1"))

    summary = predict(source=str(path), store=False, **OPTIONS)

    assert (summary["rows"], summary["rejected"]) == (ROWS, 0)

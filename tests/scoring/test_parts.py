import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from kedro.io import DatasetError

from network_security.scoring.job import Portion
from network_security.scoring.parts import Parts, PartsDataset, parts_of

HOLD = """
import fcntl, sys
lock = open(sys.argv[1], "wb")
fcntl.lockf(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def kept(portions: list[Portion], tmp_path: Path) -> Parts:
    """The first two portions, kept."""
    dataset = PartsDataset(folder=str(tmp_path / "parts"))
    for portion in portions[:2]:
        dataset.save(portion)
    dataset.release()
    return parts_of(dataset.load(), portions[0].job)


def test_parts_are_the_portions_in_their_order(kept: Parts, portions: list[Portion]) -> None:
    assert len(kept) == 2
    tables = list(kept.tables())
    assert all(t.equals(portion.verdicts) for t, portion in zip(tables, portions, strict=False))
    assert kept.schema() == portions[0].verdicts.schema


def test_only_whole_files_that_follow_each_other_are_finished(kept: Parts) -> None:
    (kept.folder / "part-00000002.unfinished").write_bytes(b"half")
    (kept.folder / "part-00000003.arrow").write_bytes(b"")

    assert len(kept) == 2


def test_each_job_has_parts_of_its_own(kept: Parts, portions: list[Portion]) -> None:
    other = replace(portions[0].job, key="another")

    assert len(parts_of(kept.folder.parent, other)) == 0
    with pytest.raises(DatasetError, match="holds no scored rows"):
        parts_of(kept.folder.parent, other).schema()


def test_discarded_parts_are_gone(kept: Parts) -> None:
    kept.discard()

    assert (len(kept), kept.folder.exists()) == (0, False)


def test_two_processes_do_not_score_the_same_table(kept: Parts, portions: list[Portion]) -> None:
    dataset = PartsDataset(folder=str(kept.folder.parent))
    command = [sys.executable, "-c", HOLD, str(kept.folder / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(DatasetError, match="another process is scoring the same table"):
            dataset.save(portions[2])
        other.communicate()

    dataset.save(portions[2])
    assert len(kept) == 3

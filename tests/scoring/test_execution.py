"""The same verdicts, to the bit, wherever they are made."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from kedro.io import DatasetError

from network_security.scoring.execution import (
    Assignment,
    in_order,
    processes,
    score_partition,
    scored_portions,
)
from network_security.scoring.job import Job, ScoringOptions, make_job
from network_security.scoring.models import Models
from network_security.scoring.rows import RowSource, cut
from network_security.scoring.sources import open_source

PORTION_ROWS = 30


@pytest.fixture(params=["features", "urls"])
def source(request: pytest.FixtureRequest, evidence, tmp_path: Path) -> RowSource:
    """A table of rows with URLs and features, some of them wrong."""
    frame = evidence(170).astype(object)
    frame.insert(0, "url", [f"https://host-{n % 50}.example/{n}" for n in range(170)])
    frame.loc[::60, "port"] = "high"
    frame.to_csv(tmp_path / "rows.csv", index=False)
    return open_source(str(tmp_path / "rows.csv"), kind=request.param)


@pytest.fixture
def job(source: RowSource, models: Models) -> Job:
    return make_job(source, models.judge(source.kind), ScoringOptions())


def scored(source: RowSource, job: Job, models: Models, **options: object) -> list[pa.Table]:
    given = ScoringOptions(portion_rows=PORTION_ROWS, **options)
    portions = cut(source.rows(), PORTION_ROWS)
    return [table for table, _ in scored_portions(portions, job, source.empty, models, given)]


@pytest.fixture(scope="module")
def dask_scheduler() -> Iterator[str]:
    """A cluster of this machine: two processes, a thread each."""
    distributed = pytest.importorskip("distributed", reason="the extra [scale] is not installed")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
    ) as cluster:
        yield cluster.scheduler_address


def test_processes_say_what_one_says(source: RowSource, job: Job, models: Models) -> None:
    one = scored(source, job, models)

    assert [len(table) for table in one] == [30, 30, 30, 30, 30, 20]
    assert scored(source, job, models, workers=2) == one


def test_dask_says_what_one_says(
    source: RowSource, job: Job, models: Models, dask_scheduler: str
) -> None:
    assert scored(source, job, models, scheduler=dask_scheduler) == scored(source, job, models)


def test_partitions_of_a_dask_frame_are_scored_alike(
    source: RowSource, job: Job, models: Models, dask_scheduler: str
) -> None:
    import dask.dataframe as dd  # noqa: PLC0415 - the extra [scale]
    from distributed import Client  # noqa: PLC0415

    assignment = Assignment(models, job.kind, job.digest, source.empty, dict(job.keep))
    frame = pd.concat([rows.frame for rows in source.rows()], ignore_index=True)
    meta = score_partition(source.empty, assignment)
    partitions = dd.from_pandas(frame, npartitions=3)

    with Client(dask_scheduler, set_as_default=False) as client:
        verdicts = client.compute(
            partitions.map_partitions(score_partition, assignment, meta=meta)
        ).result()

    assert list(verdicts.columns) == list(meta.columns)
    pd.testing.assert_frame_equal(verdicts, score_partition(frame, assignment), check_exact=True)


def test_another_model_is_refused(source: RowSource, job: Job, models: Models) -> None:
    assignment = Assignment(models, job.kind, "0" * 64, source.empty)

    with pytest.raises(DatasetError, match="give all machines the same package and models"):
        score_partition(source.empty, assignment)


def test_a_scheduler_that_is_away_is_named(
    source: RowSource, job: Job, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="the extra [scale] is not installed")
    monkeypatch.setattr("network_security.scoring.execution.REACHED_SECONDS", 1)

    with pytest.raises(DatasetError, match=r"tcp://127\.0\.0\.1:9 does not answer"):
        scored(source, job, models, scheduler="tcp://127.0.0.1:9")


def test_no_more_is_on_its_way_than_asked_for() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(20):
            taken.append(number)
            yield number

    with processes(2) as executor:
        results = in_order(executor, abs, items(), at_once=3)
        assert next(results) == 0
        assert len(taken) <= 4
        assert list(results) == list(range(1, 20))

"""Where portions are scored: in this process, in several of this machine, or by Dask's workers.

The function is one and the same, `score_apart`, and so is the result, to the bit. What goes to
another process is a portion and the name of its judge, which each process loads once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any, Final, TypeVar

import pandas as pd
import pyarrow as pa
from kedro.io import DatasetError

from network_security.scoring.evidence_keys import Keys
from network_security.scoring.job import Job, ScoringOptions
from network_security.scoring.models import Models, judge_of_process
from network_security.scoring.portions import for_file, score_rows
from network_security.scoring.rows import Rows

T = TypeVar("T")
R = TypeVar("R")

PORTIONS_WORTH_PROCESSES: Final = 5
"""A process is started in some seconds, in which one scores a portion or two."""

REACHED_SECONDS: Final = 10
"""Within which a scheduler must answer."""


@dataclass(frozen=True)
class Assignment:
    """What a process elsewhere needs to know to score rows of a source.

    Attributes:
        models: where the models are; the same folder, or none of it, on every machine.
        kind: what the rows are.
        digest: of the judge: a machine that holds another model is told so.
        empty: the source's columns in their types.
        keep: columns kept beside the verdicts, and what they are called there.
        unknown: words that stand for unknown evidence.
    """

    models: Models
    kind: str
    digest: str
    empty: pd.DataFrame
    keep: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def score_apart(rows: Rows, assignment: Assignment) -> tuple[pa.Table, Keys]:
    """Judge rows in whatever process this is; as `score_rows`.

    Raises:
        DatasetError: the judge here is not the one that the job began with.
    """
    judge = judge_of_process(assignment.models, assignment.kind, assignment.unknown)
    if judge.about.digest != assignment.digest:
        raise DatasetError(
            f"a worker has the {judge.about.detector} model {judge.about.digest[:12]}, the job is "
            f"for {assignment.digest[:12]}: give all machines the same package and models"
        )
    return score_rows(rows, judge, empty=assignment.empty, keep=assignment.keep)


def score_partition(frame: pd.DataFrame, assignment: Assignment) -> pd.DataFrame:
    """Judge a partition: a pure function for ``dask.dataframe.map_partitions`` and ``delayed``.

    Args:
        frame: rows with the source's columns.
        assignment: how they are judged.

    Returns:
        A row each, with the frame's index: the columns kept, and the verdicts' (`VERDICT`).

    Example, with the columns and types that Dask wants to know beforehand::

        verdicts = dask.dataframe.read_parquet("urls/").map_partitions(
            score_partition, assignment, meta=score_partition(assignment.empty, assignment)
        )
    """
    rows = Rows(_numbers(frame), frame)
    table, _ = score_apart(rows, assignment)
    scored: pd.DataFrame = for_file(table).drop_columns("row").to_pandas(types_mapper=pd.ArrowDtype)
    return scored.set_axis(frame.index)


def scored_portions(
    portions: Iterable[Rows],
    job: Job,
    empty: pd.DataFrame,
    models: Models,
    options: ScoringOptions,
) -> Iterator[tuple[pa.Table, Keys]]:
    """Judge portions, in their order, wherever the options say.

    Features are scored in threads of this process, which remember what they have seen. URLs and
    messages are mostly read by Python, which does one thing at a time: by processes, when there are
    so many that starting some is worth it.
    """
    assignment = Assignment(
        models, job.kind, job.digest, empty, dict(job.keep), tuple(options.unknown)
    )
    score_one = partial(score_apart, assignment=assignment)
    if options.scheduler is not None:
        with dask_workers(options.scheduler) as (executor, threads):
            yield from in_order(executor, score_one, portions, at_once=2 * threads)
        return
    if job.kind == "features":
        judge = models.judge(job.kind, workers=options.workers, unknown=options.unknown)
        for rows in portions:
            yield score_rows(rows, judge, empty=empty, keep=job.keep)
        return
    waiting = iter(portions)
    first = list(islice(waiting, PORTIONS_WORTH_PROCESSES))
    everything = chain(first, waiting)
    if len(first) < PORTIONS_WORTH_PROCESSES or options.workers == 1:
        yield from map(score_one, everything)
        return
    with processes(options.workers) as executor:
        yield from in_order(executor, score_one, everything, at_once=options.workers + 1)


def in_order(
    executor: Executor, function: Callable[[T], R], items: Iterable[T], *, at_once: int
) -> Iterator[R]:
    """Yield a function's results in the order of the items, so many of which are on their way.

    Raises:
        Exception: what the function raised, in its item's place; what is on its way is let go.
    """
    waiting: deque[Future[R]] = deque()
    try:
        for item in items:
            waiting.append(executor.submit(function, item))
            if len(waiting) >= at_once:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """Processes of this machine."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield pool


@contextmanager
def dask_workers(scheduler: str) -> Iterator[tuple[Executor, int]]:
    """The workers of a Dask cluster, and how many threads they have together.

    Args:
        scheduler: its address, such as ``tcp://scheduler:8786``.

    Raises:
        DatasetError: Dask is not installed, the scheduler does not answer, or has no worker.
    """
    try:
        # For those who have a cluster; it is not installed by default.
        distributed = import_module("distributed")
    except ImportError as error:
        raise DatasetError(
            "a Dask scheduler is configured and Dask is not installed: "
            "pip install 'network-security[scale]'"
        ) from error
    try:
        client = distributed.Client(scheduler, timeout=REACHED_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"the Dask scheduler {scheduler} does not answer: {error or 'no connection'}; check "
            "its address, and that it runs"
        ) from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise DatasetError(f"the Dask scheduler {scheduler} has no worker: start one")
        yield client.get_executor(pure=False), threads


def _numbers(frame: pd.DataFrame) -> Any:
    return pd.RangeIndex(1, len(frame) + 1).to_numpy()

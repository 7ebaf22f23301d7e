"""A source of rows to portions of verdicts, these to one file, and what that says."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from network_security.scoring.execution import scored_portions
from network_security.scoring.job import Job, Portion, ScoringOptions, make_job
from network_security.scoring.models import Models
from network_security.scoring.parts import Parts, parts_of
from network_security.scoring.portions import for_file
from network_security.scoring.rows import Rows, RowSource, cut
from network_security.scoring.summary import summarise
from network_security.streaming.ahead import ahead

log = logging.getLogger(__name__)


def describe_job(source: RowSource, models: Models, options: ScoringOptions) -> dict[str, Any]:
    """What is going to be scored, and by what; what cannot be scored at all is told here.

    Raises:
        TableError: the source has not the columns that are read, or not the column of ids.
    """
    return make_job(source, models.judge(source.kind), options).to_json()


def score(
    source: RowSource,
    models: Models,
    job: dict[str, Any],
    finished: Path,
    options: ScoringOptions,
) -> Iterator[tuple[Portion, Portion]]:
    """Score the rows behind the portions that are finished, one portion after the other.

    Args:
        source: the rows.
        models: judge them.
        job: the job, as `describe_job` gave it.
        finished: where the finished portions of jobs are.
        options: how to score.

    Yields:
        Each portion twice, for the store and for the parts: the store comes first, so that a
        portion is finished only when it is in both. What the store alone keeps is not in the
        parts. At least one, which may be empty.
    """
    work = Job(**job)
    first = len(parts_of(finished, work))
    behind = first * work.portion_rows
    if first:
        log.info("%s: going on behind row %s", work.source, f"{behind:,}")
    # Two in memory at most for each worker: one is read while the other is scored.
    portions = ahead(cut(source.rows(behind), work.portion_rows, behind=behind), 1)
    number = first - 1
    scored = scored_portions(portions, work, source.empty, models, options)
    for number, (verdicts, evidence) in enumerate(scored, first):
        portion = Portion(job=work, number=number, verdicts=verdicts, evidence=evidence)
        yield portion, _for_file(portion)
    if number < first:
        none = Rows(np.empty(0, np.int64), source.empty)
        for verdicts, evidence in scored_portions([none], work, source.empty, models, options):
            portion = Portion(job=work, number=first, verdicts=verdicts, evidence=evidence)
            yield portion, _for_file(portion)


def _for_file(portion: Portion) -> Portion:
    return replace(portion, verdicts=for_file(portion.verdicts))


def collect(job: dict[str, Any], parts: Path) -> Parts:
    """All finished portions of the job, once its source is scored to the end."""
    return parts_of(parts, Job(**job))


def summarise_verdicts(verdicts: Iterable[pd.DataFrame], job: dict[str, Any]) -> dict[str, Any]:
    """What became of the rows."""
    return summarise(verdicts, Job(**job))

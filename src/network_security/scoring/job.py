"""One source scored by one model with one set of options: what goes on after an interruption."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import pyarrow as pa

from network_security.scoring.evidence_keys import Keys
from network_security.scoring.judges import RowJudge
from network_security.scoring.portions import EVIDENCE_ID, kept_names
from network_security.scoring.rows import RowSource, TableError

MESSAGES_AT_ONCE: Final = 250
"""Most messages of a portion: they are some thousand times as large as other rows."""

LAYOUT: Final = 3
"""Of the parts on disk; another one's are not gone on from."""

NO_MATTER: Final = ("workers", "scheduler")
"""Options on which no result depends: a run may go on with others."""


@dataclass(frozen=True)
class ScoringOptions:
    """How rows are scored.

    Attributes:
        id_column: the column that says what a row is about; by default the URL's, the message's or
            the evidence's, and of features alone, a row is its evidence.
        keep_columns: whether the other columns that are no features stand beside the verdicts;
            what a verdict is of, its row of evidence and its time do in any case.
        portion_rows: most rows that are scored and kept at once: what an interruption can cost.
        workers: threads or processes that score.
        unknown: words that stand for unknown evidence, as empty cells do.
        scheduler: address of a Dask scheduler whose workers score in their place.
    """

    id_column: str | None = None
    keep_columns: bool = True
    portion_rows: int = 20_000
    workers: int = 1
    unknown: tuple[str, ...] = ()
    scheduler: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not work.

        Raises:
            ValueError: there would be no row in a portion, or no worker.
        """
        if self.portion_rows < 1 or self.workers < 1:
            raise ValueError(
                f"portion_rows is {self.portion_rows}, workers {self.workers}: at least 1 each"
            )


@dataclass(frozen=True)
class Job:
    """What a run scores, and by what.

    Attributes:
        key: equal for runs of which the later can go on where the earlier stopped.
        source: the source's name.
        kind: what its rows are: features, urls, messages or evidence.
        fingerprint: of its content.
        modified: when that was last changed, in ISO 8601.
        portion_rows: rows of a portion.
        id_column: what the column of ids is called beside the verdicts.
        time_column: likewise that of the time which a verdict is about; None for `modified`.
        keep: columns kept, and what they are called there.
        features: columns that are read as evidence.
        missing: the code of evidence that is not there.
        absent_features: features without a column, unknown in every row.
        detector: the detector's name.
        digest: SHA-256 of its model.
        model: what the verdicts say of the model besides.
    """

    key: str
    source: str
    kind: str
    fingerprint: str
    modified: str
    portion_rows: int
    id_column: str | None
    time_column: str | None
    keep: Mapping[str, str]
    features: tuple[str, ...]
    missing: int
    absent_features: tuple[str, ...]
    detector: str
    digest: str
    model: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The job as plain values, which give the job back as keyword arguments."""
        return asdict(self)


@dataclass(frozen=True)
class Portion:
    """What became of consecutive rows of a job.

    Attributes:
        job: the job.
        number: its place among the job's portions, from 0 on.
        verdicts: a row each: its number, the columns kept, and those of `VERDICT`.
        evidence: each row's key, of shape (n_rows,); means nothing where there is a problem.
    """

    job: Job
    number: int
    verdicts: pa.Table
    evidence: Keys


def make_job(source: RowSource, judge: RowJudge, options: ScoringOptions) -> Job:
    """The job of having a source judged.

    Raises:
        TableError: the source has not the columns that the judge reads, or not the column of ids.
    """
    about = judge.about
    columns = list(source.empty.columns)
    judge.check(columns, source.name)
    keep = kept_names(columns, about.features, about.columns.names)
    id_column = options.id_column or (source.id_column if source.id_column in keep else None)
    if id_column is not None and id_column not in keep:
        raise TableError(
            f"{source.name}: the column of ids, {id_column!r}, is "
            f"{'a feature' if id_column in columns else 'not there'}: name another"
        )
    if not options.keep_columns:
        told = {id_column, source.time_column, EVIDENCE_ID}
        keep = {name: kept for name, kept in keep.items() if name in told}
    settings = {**asdict(options), **dict.fromkeys(NO_MATTER), "layout": LAYOUT, "columns": columns}
    facts = dict(about.facts)
    identity = [source.name, source.kind, source.fingerprint, about.digest, facts, settings]
    return Job(
        key=hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:32],
        source=source.name,
        kind=source.kind,
        fingerprint=source.fingerprint,
        modified=source.modified.isoformat(),
        portion_rows=min(
            options.portion_rows,
            MESSAGES_AT_ONCE if source.kind == "messages" else options.portion_rows,
        ),
        id_column=keep[id_column] if id_column is not None else None,
        time_column=keep.get(source.time_column or ""),
        keep=keep,
        features=about.features,
        missing=about.missing,
        absent_features=tuple(
            name for name in about.features if name not in {*columns, *about.own_features}
        ),
        detector=about.detector,
        digest=about.digest,
        model=facts,
    )

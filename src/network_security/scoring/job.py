"""One source scored by one model with one set of options: what goes on after an interruption."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import pyarrow as pa

from network_security.detection.detector import Manifest
from network_security.scoring.evidence_keys import Keys
from network_security.scoring.portions import kept_names
from network_security.scoring.rows import RowSource, TableError

LAYOUT: Final = 1
"""Of the parts on disk; another one's are not gone on from."""


@dataclass(frozen=True)
class ScoringOptions:
    """How rows are scored.

    Attributes:
        id_column: the column that says what a row is about; without one, a row is its evidence.
        keep_columns: whether the other columns that are no features stand beside the verdicts.
        portion_rows: rows that are scored and kept at once: what an interruption can cost.
        workers: threads that score evidence not seen before.
        unknown: words that stand for unknown evidence, as empty cells do.
    """

    id_column: str | None = None
    keep_columns: bool = True
    portion_rows: int = 50_000
    workers: int = 1
    unknown: tuple[str, ...] = ()

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
        fingerprint: of its content.
        modified: when that was last changed, in ISO 8601.
        id_column: what the column of ids is called beside the verdicts.
        keep: columns kept, and what they are called there.
        absent_features: features without a column, unknown in every row.
        detector: the detector's name.
        digest: SHA-256 of its model.
        model: what the verdicts say of the model besides.
    """

    key: str
    source: str
    fingerprint: str
    modified: str
    id_column: str | None
    keep: Mapping[str, str]
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


def make_job(source: RowSource, manifest: Manifest, options: ScoringOptions) -> Job:
    """The job of scoring a source with the model that a manifest describes.

    Raises:
        TableError: the source has none of the features, or not the column of ids.
    """
    columns = list(source.empty.columns)
    absent = tuple(name for name in manifest.features if name not in columns)
    if len(absent) == len(manifest.features):
        raise TableError(
            f"{source.name}: none of the {len(absent)} features is a column, the columns are "
            f"{', '.join(map(str, columns[:10]))}: name them as in {', '.join(absent[:3])}, ..."
        )
    keep = kept_names(columns, manifest.features)
    if options.id_column is not None and options.id_column not in keep:
        raise TableError(
            f"{source.name}: the column of ids, {options.id_column!r}, is "
            f"{'a feature' if options.id_column in columns else 'not there'}: name another"
        )
    if not options.keep_columns:
        keep = {name: kept for name, kept in keep.items() if name == options.id_column}
    settings = {**asdict(options), "workers": None, "layout": LAYOUT, "columns": columns}
    identity = [source.name, source.fingerprint, manifest.digest, manifest.to_json(), settings]
    return Job(
        key=hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:32],
        source=source.name,
        fingerprint=source.fingerprint,
        modified=source.modified.isoformat(),
        id_column=keep[options.id_column] if options.id_column is not None else None,
        keep=keep,
        absent_features=absent,
        detector=manifest.detector,
        digest=manifest.digest,
        model=model_facts(manifest),
    )


def model_facts(manifest: Manifest) -> dict[str, Any]:
    """What a verdict says of the model that gave it."""
    return {
        "digest": manifest.digest,
        "ensemble": manifest.ensemble.get("name"),
        "false_positive_rate": manifest.false_positive_rate,
        "trained_on": manifest.training.get("name"),
        "trained_on_sha256": manifest.training.get("sha256"),
        "simulated": manifest.training.get("simulated"),
        "code_version": manifest.training.get("code_version"),
    }

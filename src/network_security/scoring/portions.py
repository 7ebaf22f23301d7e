"""From rows to verdicts: a pure function of one partition, wherever the partition comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from network_security.scoring.evidence_keys import Keys
from network_security.scoring.judges import Judged, RowJudge
from network_security.scoring.rows import Rows

ROW: Final = "row"
PROBLEM: Final = "problem"
EVIDENCE_ID: Final = "evidence_id"
"""The column that names the row of stored evidence which was judged."""
DOCUMENT: Final = "document"
"""A judge's own column for the store alone: the verdict's document in BSON."""

VERDICT: Final = pa.schema(
    [
        ("probability", pa.float64()),
        ("decision", pa.bool_()),
        ("tier", pa.string()),
        ("threshold", pa.float64()),
        ("detector", pa.string()),
        ("digest", pa.string()),
        (PROBLEM, pa.string()),
    ]
)
"""A verdict's columns; all but the last are null where the row has a problem."""


def kept_names(
    columns: Sequence[str], features: Sequence[str], own: Sequence[str] = ()
) -> dict[str, str]:
    """The columns that are no features, and what they are called beside a verdict.

    One that is called as a verdict's column, or as the judge's own, is given underscores until it
    is not.
    """
    taken = {ROW, *VERDICT.names, *own}
    names: dict[str, str] = {}
    for column in columns:
        if column in features:
            continue
        name = column
        while name in taken:
            name += "_"
        taken.add(name)
        names[column] = name
    return names


def score_rows(
    rows: Rows, judge: RowJudge, *, empty: pd.DataFrame, keep: Mapping[str, str]
) -> tuple[pa.Table, Keys]:
    """Judge rows; the result is the same whatever rows were judged before, or are beside them.

    Args:
        rows: the rows.
        judge: judges them.
        empty: the source's columns in their types.
        keep: columns kept beside the verdicts, and what they are called there.

    Returns:
        A table with a row for every row, unreadable ones included, in the order of their numbers;
        and their evidence, of shape (n_rows,).
    """
    judged = judge.judge(rows.frame)
    table = pa.table({ROW: pa.array(rows.numbers, pa.int64())})
    kept = _kept(rows.frame, empty, list(keep))
    for name, column in zip(keep.values(), kept.columns, strict=True):
        table = table.append_column(name, column)
    for name, column in _verdicts(judged, judge.about.columns).items():
        table = table.append_column(name, column)
    if not rows.unreadable:
        return table, judged.evidence
    lost = pa.table({ROW: list(rows.unreadable), PROBLEM: list(rows.unreadable.values())})
    table = pa.concat_tables([table, lost], promote_options="default")
    order = np.argsort(table[ROW].to_numpy(), kind="stable")
    keys = np.concatenate([judged.evidence, np.zeros(len(rows.unreadable), np.uint64)])
    return table.take(order), keys[order]


def for_file(verdicts: pa.Table) -> pa.Table:
    """Verdicts without the column that is for the store alone."""
    return verdicts.drop_columns(DOCUMENT) if DOCUMENT in verdicts.column_names else verdicts


def _kept(frame: pd.DataFrame, empty: pd.DataFrame, names: list[str]) -> pa.Table:
    """The columns kept, in the source's types even where a portion has only nulls."""
    schema = pa.Schema.from_pandas(empty[names], preserve_index=False)
    return pa.Table.from_pandas(frame[names], schema, preserve_index=False)


def _verdicts(judged: Judged, own: pa.Schema) -> dict[str, pa.Array]:
    verdicts, scored = judged.verdicts, judged.scored

    def column(values: NDArray[Any], type_: pa.DataType) -> pa.Array:
        whole = np.zeros(len(scored), values.dtype)
        whole[scored] = values
        return pa.array(whole, type_, mask=~scored)

    tiers, tier = np.unique(verdicts.tier, return_inverse=True)
    names = pa.array(tiers.tolist(), pa.string())
    constant = np.zeros(int(scored.sum()), np.int32)
    places = column(np.arange(len(constant), dtype=np.int64), pa.int64())

    def text(values: pa.Array, positions: NDArray[Any]) -> pa.Array:
        return values.take(column(positions.astype(np.int32), pa.int32()))

    return {
        each.name: pa.array(judged.columns[each.name], each.type).take(places) for each in own
    } | {
        "probability": column(verdicts.probability, pa.float64()),
        "decision": column(verdicts.decision, pa.bool_()),
        "tier": text(names, tier),
        "threshold": column(verdicts.threshold, pa.float64()),
        "detector": text(pa.array([verdicts.detector]), constant),
        "digest": text(pa.array([verdicts.digest]), constant),
        PROBLEM: _problems(judged.problems, len(scored)),
    }


def _problems(problems: Mapping[int, str], count: int) -> pa.Array:
    if not problems:
        return pa.nulls(count, pa.string())
    return pa.array([problems.get(row) for row in range(count)], pa.string())

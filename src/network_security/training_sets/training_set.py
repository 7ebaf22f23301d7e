"""A labelled table together with where it came from."""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from network_security.evidence.phishing import FEATURES, LABEL

COLUMNS: Final[tuple[str, ...]] = (*FEATURES, LABEL)
"""The columns of a table, in order: the 30 features, then the label."""

SourceKind = Literal["local", "download", "simulated"]


@dataclass(frozen=True)
class Provenance:
    """Where a table came from.

    Attributes:
        name: The data set's name, `phishing_websites` for the published one.
        kind: How it was obtained.
        location: The file it was read from, or how it was drawn.
        sha256: `table_digest` of the table, the same whatever the file format and the row order.
        rows: Number of rows of the whole table.
        licence: The data set's licence, an SPDX identifier; empty when unknown.
        citation: How its authors ask to be cited; empty when unknown.
        url: The data set's own page or file; empty when unknown.
        simulated: Whether the rows were drawn from a model and not observed. No figure that was
            measured on such rows says anything about real pages.
    """

    name: str
    kind: SourceKind
    location: str
    sha256: str
    rows: int
    licence: str
    citation: str
    url: str
    simulated: bool

    def __str__(self) -> str:
        """One line for a log or a report, led by a warning when the rows are simulated."""
        mark = "SIMULATED sample " if self.simulated else ""
        return (
            f"{mark}{self.name}: {self.rows:,} rows, {self.kind} ({self.location}), "
            f"sha256 {self.sha256[:12]}"
        )


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """A table to train on, and where it came from.

    Attributes:
        table: Shape (n_rows, 31), int8, columns `COLUMNS`.
        provenance: The table's origin.
    """

    table: pd.DataFrame
    provenance: Provenance


def table_digest(table: pd.DataFrame) -> str:
    """SHA-256 (hexadecimal) of a table's content, whatever the order of its rows.

    What is digested: the column names, comma separated, a line feed, then every row as 31 signed
    bytes, the rows sorted by their columns from left to right.

    Args:
        table: Shape (n_rows, 31), columns `COLUMNS`.
    """
    rows = table.loc[:, list(COLUMNS)].to_numpy(dtype=np.int8)
    in_order = rows[np.lexsort(rows.T[::-1])]
    header = ",".join(COLUMNS) + "\n"
    return hashlib.sha256(header.encode() + np.ascontiguousarray(in_order).tobytes()).hexdigest()

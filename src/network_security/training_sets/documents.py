"""Training sets as documents of the collection ``training_sets``, and back.

A document is one row: ``detector``, ``row`` (from 0), the 30 features and the label by their own
names, and ``source``, the provenance.
"""

import hashlib
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from network_security.training_sets.training_set import (
    COLUMNS,
    Provenance,
    TrainingSet,
    table_digest,
)


@dataclass(frozen=True)
class StoredSet:
    """The rows of one training set that the collection holds.

    Attributes:
        training_set: The rows, and the origin that they name.
        ids: The documents' ids.
        complete: Whether these are all the rows of the set, unaltered.
    """

    training_set: TrainingSet
    ids: tuple[str, ...]
    complete: bool

    @property
    def simulated(self) -> bool:
        """Whether the rows were drawn from a model."""
        return self.training_set.provenance.simulated


def to_documents(detector: str, training_set: TrainingSet) -> pd.DataFrame:
    """The documents of a training set, one a row, with ids that are the same every time."""
    provenance = training_set.provenance
    cells = np.ascontiguousarray(training_set.table.loc[:, list(COLUMNS)], dtype=np.int8)
    contents = [hashlib.sha256(row.tobytes()).hexdigest()[:8] for row in cells]
    documents = pd.DataFrame(cells, columns=list(COLUMNS))
    documents.insert(
        0,
        "_id",
        [
            f"{detector}/{provenance.name}/{row:06d}/{content}"
            for row, content in enumerate(contents)
        ],
    )
    documents.insert(1, "detector", detector)
    documents.insert(2, "row", range(len(documents)))
    documents["source"] = pd.Series([asdict(provenance)] * len(documents), dtype=object)
    return documents


def stored_sets(documents: pd.DataFrame) -> list[StoredSet]:
    """The training sets that a detector's documents belong to, usually none or one.

    Args:
        documents: What `to_documents` made, sorted by ``row``; rows may be missing.

    Raises:
        KeyError, TypeError, ValueError: If they are not such documents.
    """
    if documents.empty:
        return []
    digests = documents["source"].map(lambda source: source["sha256"])
    return [_stored_set(part) for _, part in documents.groupby(digests, sort=False)]


def _stored_set(documents: pd.DataFrame) -> StoredSet:
    provenance = Provenance(**documents["source"].iloc[0])
    table = documents.loc[:, list(COLUMNS)].reset_index(drop=True).astype(np.int8)
    complete = len(table) == provenance.rows and table_digest(table) == provenance.sha256
    return StoredSet(TrainingSet(table, provenance), tuple(documents["_id"]), complete)

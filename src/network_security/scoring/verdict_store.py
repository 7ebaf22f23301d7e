"""Verdicts as documents of the store."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from kedro.io import AbstractDataset

from network_security.scoring.job import Portion
from network_security.scoring.portions import PROBLEM, ROW
from network_security.storage import MongoCollectionDataset, document_id
from network_security.storage.collections import VERDICTS

AT_ONCE: Final = 10_000
"""Most documents in memory."""


class VerdictStoreDataset(AbstractDataset[Portion, pd.DataFrame]):
    """Takes portions, and keeps their verdicts in the collection ``verdicts``.

    A document's ``_id`` is made from what was judged and by which model, so that judging it again
    changes nothing: the entity, if the rows have an id, the evidence, and the model's digest.

    Example of an entry:

    .. code-block:: yaml

        batch_prediction.verdict_store:
          type: network_security.scoring.verdict_store.VerdictStoreDataset
          embedded_directory: data/mongodb
          credentials: mongodb
    """

    def __init__(
        self, *, enabled: bool = True, metadata: dict[str, Any] | None = None, **store: Any
    ) -> None:
        """Describe the store; nothing is contacted yet.

        Args:
            enabled: whether anything is stored.
            metadata: for Kedro's plugins.
            **store: as for `MongoCollectionDataset`: ``embedded_directory``, ``database``,
                ``credentials``, ``batch_size``.
        """
        self._enabled = enabled
        self._collection = MongoCollectionDataset(collection=VERDICTS, **store)
        self.metadata = metadata

    def save(self, data: Portion) -> None:
        """Store the verdicts of a portion, if that is asked for; returns once acknowledged.

        Raises:
            DatasetError: as `MongoCollectionDataset` does.
        """
        if not self._enabled:
            return
        scored = documents(data)
        for first in range(0, len(scored), AT_ONCE):
            self._collection.save(scored.iloc[first : first + AT_ONCE])

    def load(self) -> pd.DataFrame:
        """The documents that there are."""
        return self._collection.load()

    def _exists(self) -> bool:
        return self._collection.exists()

    def _describe(self) -> dict[str, Any]:
        return {"enabled": self._enabled, **self._collection._describe()}


def documents(portion: Portion) -> pd.DataFrame:
    """The verdicts of a portion, a document a row; what was judged twice is there once.

    ``@timestamp`` is when the evidence was last changed: the time of judging it would be another
    each time.
    """
    job = portion.job
    judged = pc.is_null(portion.verdicts[PROBLEM])
    table = portion.verdicts.append_column("evidence", pa.array(portion.evidence)).filter(judged)
    entities = _texts(table, job.id_column)
    evidence = table["evidence"].to_pylist()
    ids = [
        document_id(job.detector, job.digest, entity or "", f"{key:016x}")
        for entity, key in zip(entities, evidence, strict=True)
    ]
    verdicts = ["detector", "tier", "probability", "threshold", "decision"]
    frame = pd.DataFrame(
        {"_id": ids, "@timestamp": datetime.fromisoformat(job.modified), "entity": entities}
        | {name: table[name].to_pylist() for name in verdicts}
        | {"model": [job.model] * len(ids)}
        | {"origin": [{"source": job.source, "row": row} for row in table[ROW].to_pylist()]}
    )
    return frame.drop_duplicates("_id")


def _texts(table: pa.Table, column: str | None) -> list[str | None]:
    """Ids as text; None for a row without one."""
    if column is None:
        return [None] * len(table)
    return [
        None if value is None or value == "" else str(value) for value in table[column].to_pylist()
    ]

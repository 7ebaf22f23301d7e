"""Verdicts as documents of the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from kedro.io import AbstractDataset

from network_security.scoring.evidence_keys import codes_of
from network_security.scoring.job import Job, Portion
from network_security.scoring.portions import DOCUMENT, EVIDENCE_ID, PROBLEM, ROW
from network_security.storage import MongoCollectionDataset, document_id
from network_security.storage.collections import VERDICTS
from network_security.storage.documents import from_bson

OWN: Final = ("judged_url", "worst_link")
"""Columns of judges that are kept with a verdict."""

ENTITY_KINDS: Final = {"urls": "url", "evidence": "url", "messages": "message"}
"""What a verdict is about, by the kind of rows."""

_DIGEST: Final = "_digest"

AT_ONCE: Final = 10_000
"""Most documents in memory."""


class VerdictStoreDataset(AbstractDataset[Portion, pd.DataFrame]):
    """Takes portions, and keeps their verdicts in the collection ``verdicts``.

    A document's ``_id`` is made from what was judged and by which model, so that judging it again
    changes nothing: the entity, if the rows have an id, the evidence, its row where it is stored,
    and the model's digest.

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

    ``@timestamp`` is when the evidence was last seen, of a message when it was delivered or else
    sent, else when the source was changed: the time of judging it would be another each time.
    """
    job = portion.job
    judged = pc.is_null(portion.verdicts[PROBLEM])
    table = portion.verdicts.append_column("evidence", pa.array(portion.evidence)).filter(judged)
    if DOCUMENT in table.column_names:
        return _made_documents(table, job)
    entities = _texts(table, job.id_column)
    rows = _texts(table, job.keep.get(EVIDENCE_ID))
    ids = [
        verdict_id(job.detector, job.digest, entity, key, row)
        for entity, key, row in zip(entities, table["evidence"].to_pylist(), rows, strict=True)
    ]
    verdicts = ["detector", "tier", "probability", "threshold", "decision"]
    frame = pd.DataFrame(
        {"_id": ids, "@timestamp": _times(table, job), "entity": entities}
        | ({"kind": ENTITY_KINDS[job.kind]} if job.kind in ENTITY_KINDS else {})
        | ({EVIDENCE_ID: rows} if EVIDENCE_ID in job.keep else {})
        | {name: table[name].to_pylist() for name in OWN if name in table.column_names}
        | {name: table[name].to_pylist() for name in verdicts}
        | {"features": _features(table, job)}
        | {"model": [job.model] * len(ids), "models": [models_of(job.model)] * len(ids)}
        | {"origin": [{"source": job.source, "row": row} for row in table[ROW].to_pylist()]}
    )
    return frame.drop_duplicates("_id")


def _made_documents(table: pa.Table, job: Job) -> pd.DataFrame:
    """The documents that the judge made, and where each is from."""
    files = _texts(table, job.id_column)
    seen = _times(table, job)
    made: dict[str, dict[str, Any]] = {}
    for raw, row, file, time in zip(
        table[DOCUMENT].to_pylist(), table[ROW].to_pylist(), files, seen, strict=True
    ):
        document = from_bson(raw)
        document["@timestamp"] = document["@timestamp"] or time
        document["origin"] = {"source": job.source, "row": row, "file": file}
        made.setdefault(document["_id"], document)
    return pd.DataFrame(list(made.values()))


def _features(table: pa.Table, job: Job) -> list[dict[str, int | None] | None]:
    """The evidence of verdicts that alert, with which they can be judged again; of others none."""
    known = codes_of(table["evidence"].to_numpy(), len(job.features), missing=job.missing)
    return [
        {
            name: None if code == job.missing else int(code)
            for name, code in zip(job.features, row, strict=True)
        }
        if alerts
        else None
        for row, alerts in zip(known, table["decision"].to_pylist(), strict=True)
    ]


def verdict_id(
    detector: str, digest: str, entity: str | None, evidence: int, row: str | None
) -> str:
    """The ``_id`` of a verdict, by whomever it is made: over history or as events come.

    Args:
        detector: the detector's name.
        digest: SHA-256 of its model.
        entity: what was judged; None where the rows have no id.
        evidence: the key of its evidence.
        row: ``_id`` of the stored evidence; None where there is none.
    """
    return document_id(detector, digest, entity or "", f"{evidence:016x}", row or "")


def models_of(facts: Mapping[str, Any]) -> list[dict[str, str]]:
    """The models that a judge is made of, by digest, of what it says of itself."""
    return [
        {"name": name.removesuffix(_DIGEST), "digest": digest}
        for name, digest in facts.items()
        if name.endswith(_DIGEST)
    ]


def _times(table: pa.Table, job: Job) -> list[datetime]:
    modified = datetime.fromisoformat(job.modified)
    if job.time_column is None:
        return [modified] * len(table)
    return [seen or modified for seen in table[job.time_column].to_pylist()]


def _texts(table: pa.Table, column: str | None) -> list[str | None]:
    """Ids as text; None for a row without one."""
    if column is None:
        return [None] * len(table)
    return [
        None if value is None or value == "" else str(value) for value in table[column].to_pylist()
    ]

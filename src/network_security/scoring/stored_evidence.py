"""Rows of evidence that the store holds as rows to score: judging over history."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from network_security.evidence.phishing import FEATURES
from network_security.scoring.portions import EVIDENCE_ID
from network_security.scoring.rows import Rows, TableError
from network_security.storage.in_time_order import TimeOrdered

SCHEMA: Final = pa.schema(
    [
        (EVIDENCE_ID, pa.string()),
        ("entity", pa.string()),
        ("url", pa.string()),
        ("first_seen", pa.timestamp("ms", "UTC")),
        ("last_seen", pa.timestamp("ms", "UTC")),
        ("final", pa.bool_()),
        ("messages", pa.int64()),
        ("recipients", pa.int64()),
        ("clients", pa.int64()),
        *((feature, pa.int8()) for feature in FEATURES),
    ]
)
"""A row's columns: which it is, how many had to do with it, and the features."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class StoredEvidence:
    """The collection ``evidence``, or a span of it by the time when a URL was first seen.

    Rows are numbered from 1 on, in the order of that time.
    """

    kind = "evidence"
    id_column = "entity"
    time_column = "last_seen"

    def __init__(
        self, evidence: TimeOrdered, since: datetime | None = None, until: datetime | None = None
    ) -> None:
        """Describe what is read.

        Args:
            evidence: the collection by ``first_seen``.
            since: the first second; by default the earliest row's.
            until: the second behind the last; by default the latest row's.
        """
        self._evidence = evidence
        self._span = since, until

    @property
    def name(self) -> str:
        """The collection and its server."""
        return f"evidence ({self._evidence.server})"

    @property
    def fingerprint(self) -> str:
        """Digest of all rows, each as the store holds it now."""
        return self._looked_through[0]

    @property
    def modified(self) -> datetime:
        """When anything of it was last seen."""
        return self._looked_through[1]

    @property
    def empty(self) -> pd.DataFrame:
        """A frame without rows that has every column in its type."""
        return _frame([])

    def rows(self, behind: int = 0) -> Iterator[Rows]:
        """Yield the rows behind a number.

        Raises:
            TableError: the evidence was changed since it was looked through.
        """
        digest = hashlib.sha256()
        last = 0
        for documents in self._evidence.between(*self._span):
            _digest(digest, documents)
            numbers = np.arange(last + 1, last + 1 + len(documents))
            last += len(documents)
            _, wanted = Rows(numbers, _frame(documents)).split(behind)
            if wanted.last:
                yield wanted
        if digest.hexdigest() != self.fingerprint:
            raise TableError(f"{self.name} was changed while it was read: score it again")

    @cached_property
    def _looked_through(self) -> tuple[str, datetime]:
        digest, latest = hashlib.sha256(), _EPOCH
        for documents in self._evidence.between(*self._span):
            _digest(digest, documents)
            latest = max([latest, *(document["last_seen"] for document in documents)])
        return digest.hexdigest(), latest


def _digest(digest: Any, documents: list[dict[str, Any]]) -> None:
    for document in documents:
        told = {name: document.get(name) for name in ("_id", "url", "features", "last_seen")}
        digest.update(json.dumps(told, default=str, sort_keys=True).encode())


def _frame(documents: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [
        {
            EVIDENCE_ID: document["_id"],
            **{name: document.get(name) for name in SCHEMA.names[1:6]},
            **{
                name: len(document.get(name) or ())
                for name in ("messages", "recipients", "clients")
            },
            **{feature: document.get("features", {}).get(feature) for feature in FEATURES},
        }
        for document in documents
    ]
    table = pa.Table.from_pylist(rows, SCHEMA)
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame

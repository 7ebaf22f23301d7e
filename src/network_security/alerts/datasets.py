"""Verdicts and the alert store as Kedro sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from kedro.io import AbstractDataset, DatasetError
from pymongo.collection import Collection

from network_security.alerts.finding import Finding
from network_security.alerts.grouping import GroupingOptions
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.store import AlertStore
from network_security.storage import StoreError, ensure_indexes
from network_security.storage.client import Document
from network_security.storage.collections import EVIDENCE, VERDICTS
from network_security.storage.errors import store_errors
from network_security.storage.in_time_order import TimeOrdered
from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.storage.location import StoreLocation
from network_security.storage.spans import time_span

Judged = list[tuple[Document, Document | None]]
"""Verdicts, each with the row of evidence that it judged where there is one."""


@dataclass(frozen=True)
class FoundLot:
    """Findings to be recorded, and how.

    Attributes:
        findings: In any order.
        grouping: What belongs together.
        severity: How severe it is.
    """

    findings: list[Finding]
    grouping: GroupingOptions
    severity: SeverityOptions


class JudgedDataset(LoadOnlyDataset[Iterator[Judged]]):
    """Verdicts that alert, with their evidence, read while it is iterated over.

    Example of an entry:

    .. code-block:: yaml

        alerts.judged:
          type: network_security.alerts.datasets.JudgedDataset
          since: 2026-03-01
          embedded_directory: data/mongodb
          credentials: mongodb
    """

    refusal = "verdicts are only read for alerts; what judges writes them"

    def __init__(
        self,
        *,
        embedded_directory: str,
        database: str | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        at_once: int = 1000,
        credentials: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe what to read; nothing is contacted yet.

        Args:
            embedded_directory: Where the embedded server keeps its data, if it is the one used.
            database: The database's name, as for `MongoCollectionDataset`.
            since: Of verdicts from then on: a day or time in ISO 8601, UTC unless it has a zone.
            until: Of verdicts before then.
            at_once: About how many verdicts are in memory.
            credentials: ``{"uri": ...}``, or nothing for the embedded server.
            metadata: For Kedro's plugins.

        Raises:
            DatasetError: If a time is none, the span ends before it begins, or no verdict may be in
                memory.
        """
        try:
            self._since, self._until = time_span(since, until)
        except ValueError as error:
            raise DatasetError(str(error)) from None
        if at_once < 1:
            raise DatasetError(f"at_once is {at_once}: at least 1")
        self._at_once = at_once
        self._location = StoreLocation.of(credentials, embedded_directory, database)
        self.metadata = metadata

    def load(self) -> Iterator[Judged]:
        """Yield the verdicts.

        Raises:
            DatasetError: If the store cannot be used.
        """
        verdicts = TimeOrdered(
            self._verdicts, self._location.server(), "@timestamp", at_once=self._at_once
        )
        for documents in verdicts.between(self._since, self._until):
            with _reporting(self._location.server()):
                judged = self._with_evidence(
                    [each for each in documents if each.get("decision", True)]
                )
            yield judged

    def _with_evidence(self, verdicts: list[Document]) -> Judged:
        ids = list({verdict["evidence_id"] for verdict in verdicts if verdict.get("evidence_id")})
        evidence = self._location.open()[EVIDENCE]
        rows: dict[str, Document] = {}
        for first in range(0, len(ids), self._at_once):
            some = {"_id": {"$in": ids[first : first + self._at_once]}}
            rows |= {row["_id"]: row for row in evidence.find(some)}
        return [(verdict, rows.get(verdict.get("evidence_id") or "")) for verdict in verdicts]

    def _verdicts(self) -> Collection[Document]:
        database = self._location.open()
        ensure_indexes(database, [VERDICTS])
        return database[VERDICTS]

    def _exists(self) -> bool:
        with _reporting(self._location.server()):
            return self._verdicts().find_one({}, {"_id": 1}) is not None

    def _describe(self) -> dict[str, Any]:
        return {
            "since": self._since,
            "until": self._until,
            "database": self._location.database,
            "server": self._location.server(),
        }


class AlertStoreDataset(AbstractDataset[FoundLot, AlertStore]):
    """Takes findings, and brings the alerts up to date; loads as `AlertStore`.

    Example of an entry:

    .. code-block:: yaml

        alerts.store:
          type: network_security.alerts.datasets.AlertStoreDataset
          embedded_directory: data/mongodb
          credentials: mongodb
    """

    def __init__(
        self,
        *,
        embedded_directory: str,
        database: str | None = None,
        credentials: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe the store; nothing is contacted yet.

        Args:
            embedded_directory: Where the embedded server keeps its data, if it is the one used.
            database: The database's name, as for `MongoCollectionDataset`.
            credentials: ``{"uri": ...}``, or nothing for the embedded server.
            metadata: For Kedro's plugins.
        """
        self._location = StoreLocation.of(credentials, embedded_directory, database)
        self.metadata = metadata

    def load(self) -> AlertStore:
        """The store; nothing is contacted before it is used."""
        return AlertStore(self._location.open, name=self._location.server())

    def save(self, data: FoundLot) -> None:
        """Record findings; returns once the alerts are stored.

        Raises:
            DatasetError: If the store cannot be used; recording again goes on.
        """
        with _reporting(self._location.server()):
            for _ in self.load().record(data.findings, data.grouping, data.severity):
                pass

    def _exists(self) -> bool:
        with _reporting(self._location.server()):
            return bool(self.load().page(size=1).alerts)

    def _describe(self) -> dict[str, Any]:
        return {"database": self._location.database, "server": self._location.server()}


@contextmanager
def _reporting(server: str) -> Iterator[None]:
    try:
        with store_errors(server):
            yield
    except StoreError as error:
        raise DatasetError(str(error)) from error

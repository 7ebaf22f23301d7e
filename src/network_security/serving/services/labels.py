"""What analysts said of alerts, for the next training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from pymongo.database import Database

from network_security.alerts.journal import WITHDRAWN
from network_security.alerts.triage import CLOSING_VERDICTS, ClosingVerdict
from network_security.serving.services.newest_first import EARLIEST, Page, newest_first
from network_security.storage.collections import LABELS, VERDICTS
from network_security.storage.errors import store_errors
from network_security.storage.queries import all_pages

Document = dict[str, Any]
LabelVerdict = ClosingVerdict | Literal["withdrawn"]

LABEL_VERDICTS: Final = (*CLOSING_VERDICTS, WITHDRAWN)
AT_ONCE: Final = 1000
"""Labels in memory while all are read."""


@dataclass(frozen=True)
class Label:
    """What somebody said of an alert.

    Attributes:
        at: when.
        who: who says so.
        verdict: what it was, or that an earlier verdict is withdrawn.
        why: in words; "" for no reason.
        alert: id of the alert.
        entities: the URLs, hosts or messages that it is about.
        detector: which detector raised it.
        models: SHA-256 of the models that judged it, as far as their verdicts are stored.
        holds: whether nothing newer was said of the alert.
    """

    at: datetime
    who: str
    verdict: LabelVerdict
    why: str
    alert: str
    entities: tuple[str, ...]
    detector: str
    models: tuple[str, ...]
    holds: bool


class Labels:
    """The labels in the store, which closing an alert writes."""

    def __init__(self, database: Database[Document], clock: Callable[[], datetime]) -> None:
        """Read them from a database."""
        self._collection = database[LABELS]
        self._verdicts = database[VERDICTS]
        self._clock = clock

    def page(
        self,
        *,
        subject: str | None = None,
        verdict: LabelVerdict | None = None,
        who: str | None = None,
        after: str | None = None,
        size: int = 50,
    ) -> Page:
        """Labels as they are stored, the newest first.

        Args:
            subject: of this alert only.
            verdict: with this verdict only.
            who: by this user or key only.
            after: the cursor of the page before.
            size: how many at most.

        Raises:
            CursorError: the cursor is none.
            StoreError: the store cannot be used.
        """
        given = {"subject": subject, "verdict": verdict, "who": who}
        query = {name: value for name, value in given.items() if value is not None}
        until = self._clock() + timedelta(seconds=1)
        with store_errors("labels"):
            return newest_first(
                self._collection, query, since=EARLIEST, until=until, after=after, size=size
            )

    def read(self, documents: Sequence[Document]) -> list[Label]:
        """What stored labels say, with the models that they are about.

        Raises:
            StoreError: the store cannot be used.
        """
        subjects = sorted({each["subject"] for each in documents})
        return self._read(documents, self._newest({"subject": {"$in": subjects}}))

    def every(
        self, *, verdict: LabelVerdict | None = None, who: str | None = None
    ) -> Iterator[Label]:
        """All labels, the newest first, read page by page.

        Args:
            verdict: with this verdict only.
            who: by this user or key only.

        Raises:
            StoreError: the store cannot be used.
        """
        newest = self._newest({})
        for page in all_pages(
            lambda after: self.page(verdict=verdict, who=who, after=after, size=AT_ONCE)
        ):
            yield from self._read(page.documents, newest)

    def _newest(self, query: Document) -> dict[str, int]:
        """The version of the newest label of each alert that a query is about."""
        newest: dict[str, int] = {}
        with store_errors("labels"):
            for each in self._collection.find(query, {"subject": 1, "version": 1}):
                subject = each["subject"]
                newest[subject] = max(each["version"], newest.get(subject, 0))
        return newest

    def _read(self, documents: Sequence[Document], newest: Mapping[str, int]) -> list[Label]:
        judged = sorted({id_ for each in documents for id_ in each["verdicts"]})
        with store_errors("verdicts"):
            found = self._verdicts.find({"_id": {"$in": judged}}, {"model": 1})
            digests = {each["_id"]: each["model"]["digest"] for each in found}
        return [_label(each, digests, newest) for each in documents]


def _label(document: Document, digests: Mapping[str, str], newest: Mapping[str, int]) -> Label:
    verdict, note = document["verdict"], str(document["note"])
    if verdict in get_args(ClosingVerdict):
        # The history of an alert has verdict and reason in one.
        note = note.removeprefix(verdict).removeprefix(": ")
    models = {digests[each] for each in document["verdicts"] if each in digests}
    return Label(
        at=document["@timestamp"],
        who=document["who"],
        verdict=verdict,
        why=note,
        alert=document["subject"],
        entities=tuple(document["entities"]),
        detector=document["detector"],
        models=tuple(sorted(models)),
        # One that was written since the newest ones were asked for holds too.
        holds=document["version"] >= newest.get(document["subject"], 0),
    )

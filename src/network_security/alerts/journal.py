"""Writes alerts so that no change is lost, and none of a person is without its audit entry.

An alert is replaced only as it was read: its version says so. The entry of an action is written
with the alert itself, in one document, and copied to the audit from there; when that is interrupted
the next write to the alert, or `settle_all`, makes up for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import BulkWriteError

from network_security.alerts.alert import Alert, order_of
from network_security.alerts.triage import SYSTEM, Entry
from network_security.storage.collections import ALERTS, AUDIT, LABELS
from network_security.storage.writing import put

Document = dict[str, Any]

WITHDRAWN = "withdrawn"
"""The label of an alert that somebody reopened."""

_DUPLICATE_KEY = 11000
_ACTION, _AUDITED = "last_action", "audited"


class Journal:
    """The collections ``alerts``, ``audit`` and ``labels`` of a database."""

    def __init__(self, database: Database[Document]) -> None:
        self._alerts = database[ALERTS]
        self._audit = database[AUDIT]
        self._labels = database[LABELS]

    def read(self, id_: str) -> Alert | None:
        """Return an alert, its last action settled; None if there is none."""
        document = self._alerts.find_one({"_id": id_})
        if document is None:
            return None
        self.settle(document)
        return Alert.from_document(document)

    def add(self, alerts: Sequence[Alert]) -> set[str]:
        """Store new alerts; returns the ids of those that there were not."""
        documents = [self._document(alert, None, None) for alert in alerts]
        refused = set()
        try:
            if documents:
                self._alerts.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            problems = error.details["writeErrors"]
            if any(problem["code"] != _DUPLICATE_KEY for problem in problems):
                raise
            refused = {documents[problem["index"]]["_id"] for problem in problems}
        return {alert.id for alert in alerts} - refused

    def change(self, before: Alert, after: Alert, entry: Entry | None = None) -> Alert | None:
        """Replace an alert.

        Args:
            before: The alert as `read` gave it.
            after: What it becomes, of the same id.
            entry: The action to audit; None for what evidence alone brings about.

        Returns:
            It with its new version; None if it was changed since it was read.
        """
        after = replace(after, version=before.version + 1)
        document = self._document(after, before, entry)
        done = self._alerts.replace_one({"_id": before.id, "version": before.version}, document)
        if not done.matched_count:
            return None
        self.settle(document)
        return after

    def absorb(self, old: Alert, into: Alert, at: datetime) -> bool:
        """Remove an alert that became part of another, stored before; its id leads there.

        Returns:
            Whether it was removed; not so if it was changed since it was read.
        """
        entry = {
            "_id": _merged(old.id),
            "@timestamp": at,
            "subject": old.id,
            "who": SYSTEM,
            "action": "merged",
            "note": into.id,
            "before": old.digest,
            "after": into.digest,
        }
        put(self._audit, entry)
        as_read = {"_id": old.id, "version": old.version}
        return self._alerts.delete_one(as_read).deleted_count == 1

    def merged_into(self, id_: str) -> str | None:
        """Return the id of the alert that an alert became part of; None if it did not."""
        entry = self._audit.find_one({"_id": _merged(id_)})
        return None if entry is None else str(entry["note"])

    def note(self, subject: str, entry: Entry, *, before: str | None, after: str | None) -> None:
        """Audit an action on something else than an alert, such as a rule."""
        document = _audit_entry(
            f"{subject}-{entry.action}-{order_of(entry.at)}", subject, entry, before, after
        )
        put(self._audit, document)

    def settle(self, document: Document) -> None:
        """Copy an alert's last action to the audit, and what it says to the labels."""
        if document.get(_AUDITED, True):
            return
        entry = document[_ACTION]
        put(self._audit, entry)
        if entry["action"] in ("closed", "reopened"):
            label = _label(document)
            put(self._labels, label)
        as_read = {"_id": document["_id"], "version": document["version"]}
        self._alerts.update_one(as_read, {"$set": {_AUDITED: True}})

    def settle_all(self) -> int:
        """Settle what interrupted processes left; returns how many alerts that were."""
        left = list(self._alerts.find({_AUDITED: False}))
        for document in left:
            self.settle(document)
        return len(left)

    def _document(self, alert: Alert, before: Alert | None, entry: Entry | None) -> Document:
        document = alert.to_document()
        if entry is None:
            return document | {_ACTION: None, _AUDITED: True}
        digest = before.digest if before else None
        id_ = f"{alert.id}-{alert.version:09d}"
        action = _audit_entry(id_, alert.id, entry, digest, alert.digest)
        return document | {_ACTION: action, _AUDITED: False}


def _audit_entry(
    id_: str, subject: str, entry: Entry, before: str | None, after: str | None
) -> Document:
    return {
        "_id": id_,
        "@timestamp": entry.at,
        "subject": subject,
        "who": entry.who,
        "action": entry.action,
        "note": entry.note,
        "before": before,
        "after": after,
    }


def _merged(id_: str) -> str:
    return f"{id_}-merged"


def _label(document: Mapping[str, Any]) -> Document:
    """What a person said of an alert; of several labels of a subject the latest version holds."""
    action = document[_ACTION]
    closing = document["closing"] if action["action"] == "closed" else None
    return {
        "_id": action["_id"],
        "@timestamp": action["@timestamp"],
        "subject": document["_id"],
        "version": document["version"],
        "verdict": closing["verdict"] if closing else WITHDRAWN,
        "note": closing["note"] if closing else action["note"],
        "who": action["who"],
        "detector": document["detector"],
        "entities": document["entities"],
        "verdicts": document["verdicts"],
    }

"""Writes blocklist entries so that no change is lost, and none is without its audit line.

An entry is replaced only as it was read: its version says so. What was done stands in the entry
itself and is copied to the audit from there; when that is interrupted, the next look at the entry,
or `settle_all`, makes up for it.
"""

from __future__ import annotations

from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from network_security.alerts.canonical import sha256
from network_security.response.entries import STATES, BlockEntry
from network_security.response.queries import BlockFilter, BlockPage
from network_security.storage.collections import AUDIT, BLOCKLIST
from network_security.storage.queries import read_page
from network_security.storage.writing import put

Document = dict[str, Any]

_AUDITED, _BEFORE = "audited", "before_digest"


class Ledger:
    """The collection ``blocklist`` of a database, and its audit."""

    def __init__(self, database: Database[Document]) -> None:
        self._entries = database[BLOCKLIST]
        self._audit = database[AUDIT]

    def read(self, id_: str) -> BlockEntry | None:
        """Return an entry, its last action settled; None if there is none."""
        document = self._entries.find_one({"_id": id_})
        if document is None:
            return None
        self._settle(document)
        return BlockEntry.from_document(document)

    def write(self, before: BlockEntry | None, after: BlockEntry) -> bool:
        """Store an entry; False if it was changed since it was read.

        Args:
            before: It as `read` gave it, None for a new one.
            after: It with one action more.
        """
        digest = sha256(before.to_document()) if before else None
        document = {**after.to_document(), _AUDITED: False, _BEFORE: digest}
        if before is None:
            try:
                self._entries.insert_one(document)
            except DuplicateKeyError:
                return False
        else:
            as_read = {"_id": before.id, "version": before.version}
            if not self._entries.replace_one(as_read, document).matched_count:
                return False
        self._settle(document)
        return True

    def page(self, wanted: BlockFilter, *, after: str | None, size: int) -> BlockPage:
        """Return the entries that are wanted, those last changed first.

        Raises:
            QueryError: If the cursor or the size is none.
        """
        found, cursor = read_page(self._entries, wanted.to_query(after=after), size=size)
        return BlockPage(tuple(map(BlockEntry.from_document, found)), cursor)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many entries there are, by state and kind."""
        by_kind = {"$group": {"_id": "$kind", "entries": {"$sum": 1}}}
        counted: dict[str, dict[str, int]] = {}
        for state in STATES:
            groups = self._entries.aggregate([{"$match": {"state": state}}, by_kind])
            counted[state] = {group["_id"]: group["entries"] for group in groups}
        return counted

    def settle_all(self) -> int:
        """Settle what interrupted processes left; returns how many entries that were."""
        left = list(self._entries.find({_AUDITED: False}))
        for document in left:
            self._settle(document)
        return len(left)

    def _settle(self, document: Document) -> None:
        if document.get(_AUDITED, True):
            return
        entry = BlockEntry.from_document(document)
        last = entry.history[-1]
        what = f"{entry.kind} {entry.value}"
        if last.action == "added":  # others are named by the state that they lead to
            what += f", {entry.state}"
        line = {
            "_id": last.id,
            "@timestamp": last.at,
            "subject": entry.id,
            "who": last.who,
            "action": last.action,
            "note": f"{what}: {last.note}" if last.note else what,
            "before": document[_BEFORE],
            "after": sha256(entry.to_document()),
        }
        put(self._audit, line)
        as_read = {"_id": document["_id"], "version": document["version"]}
        self._entries.update_one(as_read, {"$set": {_AUDITED: True}})

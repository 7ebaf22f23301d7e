"""Alerts that pages ask for beside the queue: the oldest that nobody saw, and similar ones."""

from __future__ import annotations

from typing import Any, Final

from pymongo.database import Database

from network_security.alerts.alert import Alert
from network_security.storage.collections import ALERTS
from network_security.storage.errors import store_errors
from network_security.storage.queries import beginning

SIMILAR: Final = 6

Document = dict[str, Any]


def oldest_new(database: Database[Document]) -> Alert | None:
    """The alert that has waited for longest without anybody having looked at it.

    Raises:
        StoreError: the store cannot be used.
    """
    with store_errors("alerts"):
        found = list(database[ALERTS].find({"status": "new"}).sort("order", 1).limit(1))
    return Alert.from_document(found[0]) if found else None


def similar(database: Database[Document], alert: Alert) -> list[Alert]:
    """Other alerts of the same group, and of the same beginning of the URL; the latest first.

    Raises:
        StoreError: the store cannot be used.
    """
    asked: list[Document] = [{"group": alert.group}]
    start = _beginning(alert)
    if start:
        asked.append({"entity.text": beginning(start)})
    known: dict[str, Alert] = {}
    with store_errors("alerts"):
        for query in asked:
            for document in database[ALERTS].find(query).limit(SIMILAR + 1):
                known[document["_id"]] = Alert.from_document(document)
    known.pop(alert.id, None)
    return sorted(known.values(), key=lambda each: each.order, reverse=True)[:SIMILAR]


def _beginning(alert: Alert) -> str:
    """The URL up to its host, without what may be made anew for each victim."""
    text, host = alert.entity.text, alert.entity.host
    if alert.entity.kind != "url" or not host or host not in text:
        return ""
    return text[: text.index(host) + len(host)]

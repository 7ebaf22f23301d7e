"""The store's collections and their indexes, declared once.

Every document's ``_id`` is a string made from what identifies it, so that writing again replaces.
Queries by anything else need an index here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from network_security.storage.errors import store_errors

EVENTS = "events"
DEAD_LETTERS = "dead_letters"
CHECKPOINTS = "checkpoints"
TRAINING_SETS = "training_sets"
VERDICTS = "verdicts"
ALERTS = "alerts"
LABELS = "labels"
BLOCKLIST = "blocklist"


@dataclass(frozen=True)
class Index:
    """An index on one or more fields, in the order in which a query names them."""

    name: str
    keys: tuple[tuple[str, int], ...]


_NEWEST_FIRST = Index("timestamp", (("@timestamp", DESCENDING),))

INDEXES: dict[str, tuple[Index, ...]] = {
    # One normalised event, an Elastic Common Schema document.
    EVENTS: (
        _NEWEST_FIRST,
        Index("source_ip", (("source.ip", ASCENDING),)),
        Index("url_domain", (("url.domain", ASCENDING),)),
        Index("email_message_id", (("email.message_id", ASCENDING),)),
    ),
    # Raw text that no parser understood, kept for another try.
    DEAD_LETTERS: (
        Index("sensor", (("sensor", ASCENDING),)),
        Index("stream", (("stream", ASCENDING),)),
    ),
    # How far a stream was read; a file's is looked for among those of its folder, and then among
    # all that begin as it does.
    CHECKPOINTS: (
        Index("folder", (("folder", ASCENDING),)),
        Index("head", (("head_sha256", ASCENDING),)),
    ),
    # Labelled feature rows with their origin.
    TRAINING_SETS: (Index("detector_row", (("detector", ASCENDING), ("row", ASCENDING))),),
    # A detector's calibrated probability for an entity, and how it came about.
    VERDICTS: (_NEWEST_FIRST, Index("entity", (("entity", ASCENDING),))),
    # A grouped finding with its status, severity and evidence.
    ALERTS: (_NEWEST_FIRST, Index("status", (("status", ASCENDING),))),
    # What an analyst said of an alert or an entity.
    LABELS: (_NEWEST_FIRST, Index("subject", (("subject", ASCENDING),))),
    # Indicators to block; found by their _id, the indicator.
    BLOCKLIST: (),
}


def ensure_indexes(
    database: Database[dict[str, Any]], collections: Iterable[str] | None = None
) -> None:
    """Create the declared indexes that are missing; those that are there stay as they are.

    Args:
        database: The database to create them in.
        collections: The collections meant, by default all; one without declared indexes is fine.

    Raises:
        StoreError: If the server refuses, for example for want of permission, or because an index
            of the same name has other keys.
    """
    with store_errors(f"database {database.name}"):
        for collection in INDEXES if collections is None else collections:
            for index in INDEXES.get(collection, ()):
                database[collection].create_index(list(index.keys), name=index.name)

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
EVIDENCE = "evidence"
VERDICTS = "verdicts"
FINDINGS = "findings"
ALERTS = "alerts"
LABELS = "labels"
SUPPRESSIONS = "suppressions"
AUDIT = "audit"
BLOCKLIST = "blocklist"
ALLOWLIST = "allowlist"
DELIVERIES = "deliveries"
ENRICHMENT_CACHE = "enrichment_cache"
USERS = "users"
SESSIONS = "sessions"
API_KEYS = "api_keys"
IDEMPOTENCY = "idempotency"
JOBS = "jobs"
ARRIVALS = "arrivals"
LEASES = "leases"
WATCHERS = "watchers"
DEMO = "demo"


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
        Index("first_failed", (("first_failed", ASCENDING),)),
    ),
    # How far a stream was read; a file's is looked for among those of its folder, and then among
    # all that begin as it does.
    CHECKPOINTS: (
        Index("folder", (("folder", ASCENDING),)),
        Index("head", (("head_sha256", ASCENDING),)),
    ),
    # Labelled feature rows with their origin.
    TRAINING_SETS: (Index("detector_row", (("detector", ASCENDING), ("row", ASCENDING))),),
    # What all sensors together know of a URL in a period.
    EVIDENCE: (
        Index("first_seen", (("first_seen", DESCENDING),)),
        Index("entity", (("entity", ASCENDING),)),
    ),
    # A detector's calibrated probability for an entity, and how it came about.
    VERDICTS: (_NEWEST_FIRST, Index("entity", (("entity", ASCENDING),))),
    # A verdict that alerts, with the facts that its severity is made of, and its receipt.
    FINDINGS: (_NEWEST_FIRST, Index("group", (("group", ASCENDING),))),
    # Findings grouped, with status, severity and history; `order` is by which they are paged.
    ALERTS: (
        Index("order", (("order", DESCENDING),)),
        Index("status_order", (("status", ASCENDING), ("order", DESCENDING))),
        Index("severity_order", (("severity", ASCENDING), ("order", DESCENDING))),
        Index("detector_order", (("detector", ASCENDING), ("order", DESCENDING))),
        Index("assignee_order", (("assignee", ASCENDING), ("order", DESCENDING))),
        Index("status_severity", (("status", ASCENDING), ("severity", ASCENDING))),
        Index("suppressed_by", (("suppressed_by", ASCENDING),)),
        Index("entity_text", (("entity.text", ASCENDING),)),
        Index("group", (("group", ASCENDING),)),
        Index("audited", (("audited", ASCENDING),)),
    ),
    # What an analyst said of an alert or an entity.
    LABELS: (
        _NEWEST_FIRST,
        Index("subject", (("subject", ASCENDING),)),
        Index("verdict_timestamp", (("verdict", ASCENDING), ("@timestamp", DESCENDING))),
        Index("who_timestamp", (("who", ASCENDING), ("@timestamp", DESCENDING))),
    ),
    # Rules that keep alerts out of the queue; few, and read as a whole.
    SUPPRESSIONS: (),
    # Who did what to which alert or rule, with the hash of it before and after.
    AUDIT: (_NEWEST_FIRST, Index("subject", (("subject", ASCENDING),))),
    # Indicators to block, the _id made of each; `order` is by which they are paged.
    BLOCKLIST: (
        Index("order", (("order", DESCENDING),)),
        Index("state_order", (("state", ASCENDING), ("order", DESCENDING))),
        Index("alert_order", (("alert", ASCENDING), ("order", DESCENDING))),
        Index("value", (("value", ASCENDING),)),
        Index("audited", (("audited", ASCENDING),)),
    ),
    # Indicators that are never blocked; few, and read as a whole.
    ALLOWLIST: (),
    # What is to be sent where of which alert, and whether it was; `due` is when it is tried next.
    DELIVERIES: (
        Index("order", (("order", DESCENDING),)),
        Index("state_order", (("state", ASCENDING), ("order", DESCENDING))),
        Index("sink_due", (("sink", ASCENDING), ("state", ASCENDING), ("due", ASCENDING))),
        Index("alert_order", (("alert", ASCENDING), ("order", DESCENDING))),
    ),
    # What a lookup about a URL found, until it is looked up again; found by its _id.
    ENRICHMENT_CACHE: (Index("expires", (("expires", ASCENDING),)),),
    # Who may use the service, and who is signed in; few, and found by their _id.
    USERS: (),
    SESSIONS: (Index("user", (("user", ASCENDING),)),),
    API_KEYS: (),
    # Answers to requests that may be sent again; found by caller and key, the _id.
    IDEMPOTENCY: (Index("expires", (("expires", ASCENDING),)),),
    # Ids of events that were stored and wait to be judged; read in the order of the _id.
    ARRIVALS: (),
    # Who does what only one process may do at a time, and until when; found by what it is.
    LEASES: (),
    # What each process that watches says of itself; few, and read as a whole.
    WATCHERS: (),
    # What the demonstration's simulator says of itself; one document.
    DEMO: (),
    # Long work that was asked for over the service, and how far it is.
    JOBS: (Index("created", (("created", DESCENDING),)),),
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

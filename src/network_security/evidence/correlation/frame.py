"""Rows of evidence as the frame that a detector scores."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from network_security.evidence.correlation.row import EvidenceRow, MessageFacts
from network_security.evidence.phishing import FEATURES


def to_frame(rows: Iterable[EvidenceRow]) -> pd.DataFrame:
    """Return rows as a frame that a detector scores: a null is evidence that nobody supplied.

    Returns:
        Shape (n_rows, 43), indexed by the rows' ids: `entity`, `url`, `first_seen`, `last_seen`,
        the 30 features as Int8, and of the messages `message_count`, `recipient_count`,
        `client_count`, `spf`, `dkim`, `dmarc`, `name_spoofs`, `reply_to_differs`, `text_differs`;
        the last three are true when they are of one of the messages.
    """
    rows = list(rows)
    index = pd.Index([row.id for row in rows], name="id", dtype=object)
    columns: dict[str, Any] = {
        "entity": pd.array([row.entity for row in rows], dtype="string"),
        "url": pd.array([row.url for row in rows], dtype="string"),
        "first_seen": _times([row.first_seen for row in rows]),
        "last_seen": _times([row.last_seen for row in rows]),
    }
    for feature in FEATURES:
        columns[feature] = pd.array([row.features[feature] for row in rows], dtype="Int8")
    for name, counted in (
        ("message", "messages"),
        ("recipient", "recipients"),
        ("client", "clients"),
    ):
        counts = [len(getattr(row, counted)) for row in rows]
        columns[f"{name}_count"] = np.array(counts, dtype=np.int64)
    for method in ("spf", "dkim", "dmarc"):
        results = [_first_result(row.messages, method) for row in rows]
        columns[method] = pd.array(results, dtype="string")
    for fact in ("name_spoofs", "reply_to_differs", "text_differs"):
        told = [_any(getattr(message, fact) for message in row.messages) for row in rows]
        columns[fact] = pd.array(told, dtype="boolean")
    return pd.DataFrame(columns, index=index)


def _times(times: list[datetime]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(times, tz="UTC").as_unit("us")


def _first_result(messages: Iterable[MessageFacts], method: str) -> str | None:
    results = (message.authentication.get(method) for message in messages)
    return next(filter(None, results), None)


def _any(values: Iterable[bool | None]) -> bool | None:
    told = [value for value in values if value is not None]
    return any(told) if told else None

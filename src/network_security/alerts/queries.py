"""What may be asked of the alerts: typed filters, never a query of the caller's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from network_security.alerts.alert import Alert, order_of
from network_security.alerts.severity import SEVERITIES, Severity
from network_security.alerts.triage import STATUSES, Status

MOST_ON_A_PAGE: Final = 500
LONGEST_TEXT: Final = 2000

_CURSOR = re.compile(r"\d{15}-[0-9a-f]{64}")
_BEHIND_ALL = "\U0010ffff"


class QueryError(ValueError):
    """A filter that is none; says what to write."""


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts are meant: those that fulfil all that is given.

    Attributes:
        status: In this status.
        severity: Of this severity.
        detector: Of this detector.
        assignee: Of this person; "" for those of nobody.
        suppressed_by: Suppressed by this rule.
        entity: The leading entity's text begins so.
        since: Last seen then or later.
        until: Last seen before.

    Raises:
        QueryError: If a value is none of its kind.
    """

    status: Status | None = None
    severity: Severity | None = None
    detector: str | None = None
    assignee: str | None = None
    suppressed_by: str | None = None
    entity: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what is of the wrong type: from outside, a value may be anything."""
        for name, known in (("status", STATUSES), ("severity", SEVERITIES)):
            value = getattr(self, name)
            if value is not None and value not in known:
                raise QueryError(f"{name} is {value!r}: one of {', '.join(known)}")
        for name in ("detector", "assignee", "suppressed_by", "entity"):
            value = getattr(self, name)
            if value is not None and (
                not isinstance(value, str) or "\0" in value or len(value) > LONGEST_TEXT
            ):
                raise QueryError(
                    f"{name} must be a text of at most {LONGEST_TEXT} characters without NUL"
                )
        for name in ("since", "until"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):
                raise QueryError(f"{name} must be a time with its zone")

    def to_query(self, *, after: str | None = None) -> dict[str, Any]:
        """Return the filter as the store takes it.

        Args:
            after: A page's cursor: what comes behind it.

        Raises:
            QueryError: If the cursor is none.
        """
        equal = {
            "status": self.status,
            "severity": self.severity,
            "detector": self.detector,
            "suppressed_by": self.suppressed_by,
        }
        query: dict[str, Any] = {name: value for name, value in equal.items() if value is not None}
        if self.assignee is not None:
            query["assignee"] = self.assignee or None
        if self.entity:
            query["entity.text"] = {"$gte": self.entity, "$lt": self.entity + _BEHIND_ALL}
        bounds = {}
        if self.since is not None:
            bounds["$gte"] = order_of(self.since)
        ends = [order_of(self.until)] if self.until is not None else []
        if after is not None:
            if not _CURSOR.fullmatch(after):
                raise QueryError("the cursor is none: take it from a page, unchanged")
            ends.append(after)
        if ends:
            bounds["$lt"] = min(ends)
        return query | ({"order": bounds} if bounds else {})


@dataclass(frozen=True)
class Page:
    """Some alerts, those last seen first.

    Attributes:
        alerts: At most as many as were asked for.
        cursor: What the next page comes after; None where there is none. An alert that is seen
            again in the meantime moves to the front; no alert is shown twice.
    """

    alerts: tuple[Alert, ...]
    cursor: str | None

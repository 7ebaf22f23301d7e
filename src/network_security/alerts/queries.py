"""What may be asked of the alerts: typed filters, never a query of the caller's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from network_security.alerts.alert import Alert, order_of
from network_security.alerts.severity import SEVERITIES, Severity
from network_security.alerts.triage import STATUSES, Status
from network_security.storage.queries import QueryError, beginning, check_cursor, check_text


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
            check_text(name, getattr(self, name))
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
            query["entity.text"] = beginning(self.entity)
        bounds = {}
        if self.since is not None:
            bounds["$gte"] = order_of(self.since)
        ends = [order_of(self.until)] if self.until is not None else []
        if after is not None:
            ends.append(check_cursor(after))
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

"""What is sent of an alert, and when it is to be sent.

An alert is announced once at each severity that it reaches, and again each time when new evidence
reopens it; not again when it only became part of another, or began earlier than was known. This
follows from the alert as it is stored, so that nothing is lost or repeated by an
interruption between storing and announcing; and what people do with it is not announced.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from network_security.alerts.alert import Alert
from network_security.alerts.triage import SYSTEM

OPEN: Final = ("new", "acknowledged")
_INTERNAL: Final = ("order", "history", "suppressed_by")


@dataclass(frozen=True)
class Announcement:
    """An alert as it was when it was to be announced.

    Attributes:
        alert: It.
        at: When, with its zone.
        key: The same for the same announcement however often it is delivered.
    """

    alert: Alert
    at: datetime
    key: str

    def to_json(self) -> dict[str, Any]:
        """Return it for machines: text, numbers, lists and names only; times in ISO 8601."""
        document = self.alert.to_document()
        document["id"] = document.pop("_id")
        document["last_seen"] = document.pop("@timestamp")
        document["absorbed"] = list(absorbed(self.alert))
        for name in _INTERNAL:
            del document[name]
        plain: dict[str, Any] = _plain(document)
        return plain


def key_of(alert: Alert) -> str | None:
    """Return the key under which an alert is to be announced as it stands; None if it is not."""
    return _key(alert.id, alert) if alert.triage.status in OPEN else None


def former_keys(alert: Alert) -> tuple[str, ...]:
    """Return the keys under which the same was announced of alerts that it absorbed."""
    return tuple(_key(id_, alert) for id_ in absorbed(alert))


def absorbed(alert: Alert) -> tuple[str, ...]:
    """Return the ids of alerts that became part of an alert, which people may know it by."""
    merged = [each.note for each in alert.triage.history if each.action == "merged"]
    return tuple(dict.fromkeys(note.partition(" ")[0] for note in merged))


def _key(id_: str, alert: Alert) -> str:
    reopened = sum(
        entry.action == "reopened" and entry.who == SYSTEM for entry in alert.triage.history
    )
    return f"{id_}-{alert.severity}-{reopened}"


def iso(time: datetime) -> str:
    """Return a time in UTC with milliseconds, as ``2026-03-01T12:00:00.000Z``."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return iso(value) if isinstance(value, datetime) else value

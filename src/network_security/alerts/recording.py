"""Records findings: joins them to what is known of them, and brings the alerts up to date.

Everything follows from the findings, which are stored first. Whatever is interrupted, recording the
same findings again brings the alerts to where they would have been. One process at a time records
into a database; people may work on its alerts meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, TypeVar

from pymongo import ReplaceOne
from pymongo.database import Database

from network_security.alerts.alert import Alert, make_alert
from network_security.alerts.finding import Finding
from network_security.alerts.grouping import Group, GroupingOptions, group, group_key
from network_security.alerts.journal import Journal
from network_security.alerts.severity import SeverityOptions, rank
from network_security.alerts.suppression import SuppressionRule, rule_for
from network_security.alerts.triage import SYSTEM, Triage, together
from network_security.storage import StoreError
from network_security.storage.collections import ALERTS, FINDINGS
from network_security.storage.queries import having
from network_security.storage.times import milliseconds

Document = dict[str, Any]
T = TypeVar("T")

_AT_ONCE: Final = 100
_ATTEMPTS: Final = 5


@dataclass(frozen=True)
class Update:
    """What findings did to an alert.

    Attributes:
        alert: The alert now.
        before: It as it was stored; None for a new one.
        absorbed: Those that became part of it.
    """

    alert: Alert
    before: Alert | None
    absorbed: tuple[Alert, ...] = ()

    @property
    def kind(self) -> str:
        """``raised``, ``suppressed``, ``reopened``, ``escalated`` or ``updated``."""
        stored = [*([self.before] if self.before else []), *self.absorbed]
        statuses = {each.triage.status for each in stored}
        status = self.alert.triage.status
        if status == "suppressed":
            return "updated" if "suppressed" in statuses else "suppressed"
        if not stored:
            return "raised"
        if status == "new" and statuses <= {"closed", "suppressed"}:
            return "reopened"
        risen = rank(self.alert.severity) > max(rank(each.severity) for each in stored)
        return "escalated" if risen else "updated"


def update(
    group_: Group,
    stored: Sequence[Alert],
    severity: SeverityOptions,
    rules: Iterable[SuppressionRule],
    now: datetime,
) -> Update | None:
    """Return what a group makes of the stored alerts that begin within it; None for no change.

    Args:
        group_: The findings.
        stored: Those alerts, the first ones first.
        severity: How severe findings are.
        rules: Suppression rules.
        now: When this is done, for the history.
    """
    before = next((each for each in stored if each.id == group_.id), None)
    absorbed = tuple(each for each in stored if each is not before)
    known = {entry.note for entry in before.triage.history} if before else set()
    # One whose merging was interrupted has been taken into account.
    new = [each for each in absorbed if _merging(each) not in known]
    triages = [each.triage for each in stored if each is before or each in new]
    triage = together(triages) if triages else Triage().noted(now, SYSTEM, "raised")
    for each in new:
        triage = triage.noted(now, SYSTEM, "merged", _merging(each))
    version = before.version if before else 0
    alert = make_alert(group_, severity, triage, version=version)
    if stored:
        was = max((each.severity for each in stored), key=rank)
        if was != alert.severity:
            triage = triage.noted(now, SYSTEM, "severity", f"{was} to {alert.severity}")
        triage = triage.with_evidence(alert.severity, alert.last_seen, now)
    triage = triage.suppressed(rule_for(alert, rules, now), now)
    alert = replace(alert, triage=triage)
    return None if alert == before and not absorbed else Update(alert, before, absorbed)


def _merging(absorbed: Alert) -> str:
    return f"{absorbed.id} version {absorbed.version}"


class Recorder:
    """Records findings in a database."""

    def __init__(
        self,
        database: Database[Document],
        grouping: GroupingOptions,
        severity: SeverityOptions,
        rules: Sequence[SuppressionRule] = (),
    ) -> None:
        """Keep where to record, and how.

        Args:
            database: Where; its indexes are there.
            grouping: What belongs together.
            severity: How severe it is.
            rules: Suppression rules.
        """
        self._findings = database[FINDINGS]
        self._alerts = database[ALERTS]
        self._journal = Journal(database)
        self._grouping = grouping
        self._severity = severity
        self._rules = list(rules)

    def record(self, findings: Iterable[Finding], now: datetime) -> Iterator[Update]:
        """Store findings, and yield what they did to alerts, each once it is stored.

        Args:
            findings: In any order; those recorded before may be among them.
            now: The time, for the history.

        Raises:
            PyMongoError: If the server cannot be used.
            StoreError: If an alert is changed again and again while this is done.
        """
        now = milliseconds(now)
        remaining = iter(findings)
        while batch := list(islice(remaining, _AT_ONCE)):
            keys = self._store(batch)
            yield from self._bring_up_to_date(keys, now)

    def _store(self, findings: Sequence[Finding]) -> list[str]:
        """Join findings to the stored ones; returns the keys of their groups."""
        joined: dict[str, Finding] = {}
        for finding in findings:
            known = joined.get(finding.id)
            joined[finding.id] = finding if known is None else known.joined(finding)
        stored = {
            document["_id"]: Finding.from_document(document)
            for document in self._findings.find({"_id": {"$in": list(joined)}})
        }
        for id_, before in stored.items():
            joined[id_] = joined[id_].joined(before)
        keys = {id_: group_key(finding, self._grouping.by) for id_, finding in joined.items()}
        requests = [
            ReplaceOne({"_id": id_}, finding.to_document() | {"group": keys[id_]}, upsert=True)
            for id_, finding in joined.items()
            if finding != stored.get(id_)
        ]
        if requests:
            self._findings.bulk_write(requests, ordered=False)
        return sorted(set(keys.values()))

    def _bring_up_to_date(self, keys: Sequence[str], now: datetime) -> Iterator[Update]:
        findings = map(Finding.from_document, having(self._findings, "group", keys))
        groups = _by_key(group(findings, self._grouping), lambda each: each.key)
        alerts = _by_key(self._read(keys), lambda each: each.group)
        new = [
            made
            for key in keys
            if key not in alerts
            for each in groups.get(key, [])
            if (made := update(each, [], self._severity, self._rules, now))
        ]
        added = self._journal.add([made.alert for made in new])
        yield from (made for made in new if made.alert.id in added)
        for key in keys:
            if key in alerts or any(each.id not in added for each in groups.get(key, [])):
                yield from self._write(key, groups.get(key, []), alerts.get(key, []), now)

    def _write(
        self, key: str, groups: Sequence[Group], alerts: Sequence[Alert], now: datetime
    ) -> Iterator[Update]:
        for each in groups:
            for _ in range(_ATTEMPTS):
                wanted = update(
                    each, _within(each, groups, alerts), self._severity, self._rules, now
                )
                done = wanted and self._apply(wanted, now)
                if wanted is None or done:
                    break
                # Somebody worked on the alert in the meantime.
                alerts = self._read([key])
            else:
                raise StoreError(
                    f"Alert {each.id} was changed again and again while it was brought up to date",
                    f"database {self._alerts.database.name}",
                    "Record the findings again, with one process recording.",
                )
            if done:
                yield done

    def _apply(self, wanted: Update, now: datetime) -> Update | None:
        """Store an update; None if the alert is not as it was read."""
        alert, before = wanted.alert, wanted.before
        if before is None:
            if not self._journal.add([alert]):
                return None
        elif alert != before:
            changed = self._journal.change(before, alert)
            if changed is None:
                return None
            alert = changed
        if not all(self._journal.absorb(old, alert, now) for old in wanted.absorbed):
            return None
        return replace(wanted, alert=alert)

    def _read(self, keys: Sequence[str]) -> list[Alert]:
        alerts = []
        for document in having(self._alerts, "group", keys):
            self._journal.settle(document)
            alerts.append(Alert.from_document(document))
        return sorted(alerts, key=lambda each: (each.first_seen, each.id))


def _by_key(values: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return found


def _within(group_: Group, groups: Sequence[Group], alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts of a key that begin within one of its groups.

    Findings never go away, and begin only earlier than they were known to: there is a group that
    begins at or before each alert.
    """
    later = [each.first_seen for each in groups if each.first_seen > group_.first_seen]
    return [
        alert
        for alert in alerts
        if alert.first_seen >= group_.first_seen and alert.first_seen < min(later, default=_NEVER)
    ]


_NEVER: Final = datetime.max.replace(tzinfo=UTC)

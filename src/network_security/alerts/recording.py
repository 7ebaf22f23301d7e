"""Records findings: joins them to what is known of them, and brings the alerts up to date.

Everything follows from the findings, which are stored first. Whatever is interrupted, recording the
same findings again brings the alerts to where they would have been. One process at a time records
into a database; people may work on its alerts meanwhile.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, TypeVar

from pymongo import ReplaceOne
from pymongo.database import Database

from network_security.alerts.alert import Alert, make_alert
from network_security.alerts.finding import Finding
from network_security.alerts.grouping import GroupingOptions, group, group_key
from network_security.alerts.journal import Journal
from network_security.alerts.severity import SeverityOptions, rank
from network_security.alerts.summary import Summary
from network_security.alerts.suppression import SuppressionRule, rule_for
from network_security.alerts.triage import SYSTEM, Triage, together
from network_security.storage import StoreError
from network_security.storage.collections import ALERTS, FINDINGS
from network_security.storage.documents import as_stored
from network_security.storage.times import milliseconds

Document = dict[str, Any]
T = TypeVar("T")

MANY: Final = 20
_MOST_KEPT: Final = 200
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
    summary: Summary, stored: Sequence[Alert], rules: Iterable[SuppressionRule], now: datetime
) -> Update | None:
    """Return what a group makes of the stored alerts that begin within it; None for no change.

    Args:
        summary: Its findings.
        stored: Those alerts, the first ones first.
        rules: Suppression rules.
        now: When this is done, for the history.
    """
    before = next((each for each in stored if each.id == summary.id), None)
    absorbed = tuple(each for each in stored if each is not before)
    known = {entry.note for entry in before.triage.history} if before else set()
    # One whose merging was interrupted has been taken into account.
    new = [each for each in absorbed if _merging(each) not in known]
    triages = [each.triage for each in stored if each is before or each in new]
    triage = together(triages) if triages else Triage().noted(now, SYSTEM, "raised")
    for each in new:
        triage = triage.noted(now, SYSTEM, "merged", _merging(each))
    version = before.version if before else 0
    alert = make_alert(summary, triage, version=version)
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


@dataclass(frozen=True)
class _Known:
    """A finding that is stored, and as it was before; None if it was not."""

    now: Finding
    before: Finding | None


class Recorder:
    """Records findings in a database.

    An alert of many findings is not made anew of all of them each time: what they say together is
    kept, and used as long as the stored alert says just that. Whoever else recorded meanwhile has
    it read again.
    """

    def __init__(
        self,
        database: Database[Document],
        grouping: GroupingOptions,
        severity: SeverityOptions,
        *,
        many: int = MANY,
    ) -> None:
        """Keep where to record, and how.

        Args:
            database: Where; its indexes are there.
            grouping: What belongs together.
            severity: How severe it is.
            many: From how many findings on it is kept what they say.
        """
        self._findings = database[FINDINGS]
        self._alerts = database[ALERTS]
        self._journal = Journal(database)
        self._grouping = grouping
        self._severity = severity
        self._many = many
        # The last group of a key, and the alert that was made of it.
        self._kept: OrderedDict[str, tuple[Summary, Alert]] = OrderedDict()

    def record(
        self, findings: Iterable[Finding], rules: Sequence[SuppressionRule], now: datetime
    ) -> Iterator[Update]:
        """Store findings, and yield what they did to alerts, each once it is stored.

        Args:
            findings: In any order; those recorded before may be among them.
            rules: Suppression rules.
            now: The time, for the history.

        Raises:
            PyMongoError: If the server cannot be used.
            StoreError: If an alert is changed again and again while this is done.
        """
        now = milliseconds(now)
        remaining = iter(findings)
        while batch := list(islice(remaining, _AT_ONCE)):
            yield from self._bring_up_to_date(self._store(batch), rules, now)

    def _store(self, findings: Sequence[Finding]) -> dict[str, list[_Known]]:
        """Join findings to the stored ones; returns all of them by the keys of their groups."""
        joined: dict[str, Finding] = {}
        for finding in findings:
            other = joined.get(finding.id)
            joined[finding.id] = finding if other is None else other.joined(finding)
        stored = {
            document["_id"]: Finding.from_document(document)
            for document in self._findings.find({"_id": {"$in": list(joined)}})
        }
        found: dict[str, list[_Known]] = {}
        requests = []
        for id_, finding in joined.items():
            before = stored.get(id_)
            key = group_key(finding, self._grouping.by)
            all_ = finding if before is None else finding.joined(before)
            document = as_stored(all_.to_document() | {"group": key})
            known = Finding.from_document(document)
            found.setdefault(key, []).append(_Known(known, before))
            if known != before:
                requests.append(ReplaceOne({"_id": id_}, document, upsert=True))
        if requests:
            self._findings.bulk_write(requests, ordered=False)
        return found

    def _bring_up_to_date(
        self,
        found: Mapping[str, Sequence[_Known]],
        rules: Sequence[SuppressionRule],
        now: datetime,
    ) -> Iterator[Update]:
        keys = sorted(found)
        alerts = _by_key(self._read(keys), lambda each: each.group)
        grown = {key: self._grown(key, found[key], alerts.get(key, [])) for key in keys}
        groups = self._whole([key for key in keys if grown[key] is None])
        groups |= {key: [summary] for key, summary in grown.items() if summary}
        new = [
            made
            for key in keys
            if key not in alerts
            for each in groups.get(key, [])
            if (made := update(each, [], rules, now))
        ]
        added = self._journal.add([made.alert for made in new])
        yield from (made for made in new if made.alert.id in added)
        for key in keys:
            if key in alerts or any(each.id not in added for each in groups.get(key, [])):
                yield from self._write(key, groups.get(key, []), alerts.get(key, []), rules, now)

    def _grown(self, key: str, found: Sequence[_Known], alerts: Sequence[Alert]) -> Summary | None:
        """Return a key's last group with what was found, where that suffices; else None."""
        summary, made = self._kept.pop(key, (None, None))
        if summary is None or made is None or not alerts:
            return None
        latest = alerts[-1]
        if replace(latest, triage=made.triage, version=made.version) != made:
            return None
        for each in sorted(found, key=lambda each: each.now.first_seen):
            if not summary.takes(each.now, each.before, self._grouping):
                return None
            summary.add(each.now)
        return summary

    def _whole(self, keys: Sequence[str]) -> dict[str, list[Summary]]:
        """Return the groups of keys, made of all their findings."""
        if not keys:
            return {}
        findings = map(Finding.from_document, self._findings.find({"group": {"$in": list(keys)}}))
        made = (Summary(each, self._severity) for each in group(findings, self._grouping))
        return _by_key(made, lambda each: each.key)

    def _write(
        self,
        key: str,
        groups: Sequence[Summary],
        alerts: Sequence[Alert],
        rules: Sequence[SuppressionRule],
        now: datetime,
    ) -> Iterator[Update]:
        for each in groups:
            for _ in range(_ATTEMPTS):
                wanted = update(each, _within(each, groups, alerts), rules, now)
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
            if each is groups[-1] and each.count >= self._many:
                says = done.alert if done else next(one for one in alerts if one.id == each.id)
                self._keep(key, each, says)

    def _keep(self, key: str, summary: Summary, alert: Alert) -> None:
        self._kept[key] = summary, alert
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

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
        for document in self._alerts.find({"group": {"$in": list(keys)}}):
            self._journal.settle(document)
            alerts.append(Alert.from_document(document))
        return sorted(alerts, key=lambda each: (each.first_seen, each.id))


def _by_key(values: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return found


def _within(summary: Summary, groups: Sequence[Summary], alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts of a key that begin within one of its groups.

    Findings never go away, and begin only earlier than they were known to: there is a group that
    begins at or before each alert.
    """
    later = [each.first_seen for each in groups if each.first_seen > summary.first_seen]
    return [
        alert
        for alert in alerts
        if alert.first_seen >= summary.first_seen and alert.first_seen < min(later, default=_NEVER)
    ]


_NEVER: Final = datetime.max.replace(tzinfo=UTC)

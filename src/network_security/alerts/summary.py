"""What an alert says of its findings, kept so that more are added without the earlier ones.

Nothing here is ever taken back: a finding that is known better only adds to what it said before.
That makes a summary independent of the order in which findings come, and of how often.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from network_security.alerts.finding import LISTS, MOST_LISTED, Finding
from network_security.alerts.grouping import Group, GroupingOptions, continues
from network_security.alerts.severity import Severity, SeverityOptions, rank
from network_security.alerts.techniques import PHISHING, phishing_techniques
from network_security.detection.message.terms import WORST_SITE
from network_security.storage import document_id


class Summary:
    """Some findings of a group, taken together.

    Attributes:
        key: What they have in common.
        first_seen, last_seen: Of all.
        lead: The most severe of them, and then the most probable one.
        severity: Its.
        offered, reached: Whether one was delivered or asked for; whether somebody got through.
    """

    lead: Finding
    severity: Severity
    first_seen: datetime
    last_seen: datetime

    def __init__(self, group: Group, options: SeverityOptions) -> None:
        """Summarise a group.

        Args:
            group: The findings.
            options: How severe they are.
        """
        self.key = group.key
        self.first_seen = group.first_seen
        self.last_seen = group.findings[0].last_seen
        self.offered = self.reached = False
        self._options = options
        self._place: tuple[int, float, str] = (-1, 0.0, "")
        self._lists: defaultdict[str, list[str]] = defaultdict(list)
        self._reached: dict[str, list[str]] = {name: [] for name in ("clients", "users")}
        self._techniques: set[str] = set()
        self._sightings: set[str] = set()
        self._latest: list[tuple[datetime, str]] = []
        self._earlier = False
        for finding in group.findings:
            self.add(finding)

    @property
    def id(self) -> str:
        """The id of its alert: of the key, and when the group begins."""
        return document_id(self.key, self.first_seen)

    @property
    def count(self) -> int:
        """Sightings: a URL, host or message in a period, by however many models."""
        return len(self._sightings)

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings' ids, those of the latest ones."""
        return tuple(id_ for _, id_ in self._latest)

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """What the findings name, `MOST_LISTED` of each."""
        return {name: tuple(values) for name, values in self._lists.items()}

    @property
    def techniques(self) -> tuple[str, ...]:
        """Numbers of MITRE ATT&CK; none that another one is a kind of."""
        kinds = {id_.partition(".")[0] for id_ in self._techniques if "." in id_}
        return tuple(sorted(self._techniques - kinds))

    @property
    def visitors(self) -> int:
        """How many are known to have got through; nobody is counted by name and address both."""
        return max(map(len, self._reached.values()))

    @property
    def incomplete(self) -> tuple[str, ...]:
        """The names of the lists of an alert that hold not all."""
        cut = {name for name, values in self._lists.items() if len(values) >= MOST_LISTED}
        return tuple(sorted(cut | ({"findings"} if self._earlier else set())))

    def takes(self, finding: Finding, known: Finding | None, grouping: GroupingOptions) -> bool:
        """Return whether a finding may be added, where this is the last group of its key.

        Not so where that could make other groups, or take back what was said.

        Args:
            finding: The finding.
            known: It as it was added before; None where it was not.
            grouping: What belongs together.
        """
        fixed = finding.first_seen, finding.attachment
        if known is not None and (known.first_seen, known.attachment) != fixed:
            return False
        if finding.first_seen < self.first_seen:
            return False
        return continues(self.first_seen, self.last_seen, finding, grouping)

    def add(self, finding: Finding) -> None:
        """Add a finding of the group, or what became known of one."""
        severity = finding.severity(self._options)
        place = rank(severity), finding.probability, finding.id
        if place >= self._place:
            self.lead, self.severity, self._place = finding, severity, place
        self.last_seen = max(self.last_seen, finding.last_seen)
        self.offered |= finding.offered
        self.reached |= finding.reached
        self._sightings.add(finding.sighting)
        self._note((finding.first_seen, finding.id))
        self._techniques |= _techniques(finding)
        _list(self._lists["verdicts"], [finding.verdict])
        _list(self._lists["entities"], [finding.entity.text])
        _list(self._lists["hosts"], [finding.entity.host])
        _list(self._lists["models"], [finding.digest])
        for name in LISTS:
            _list(self._lists[name], getattr(finding, name))
        for name, values in self._reached.items():
            _list(values, getattr(finding, name) if finding.reached else ())

    def _note(self, place: tuple[datetime, str]) -> None:
        """Keep the ids of the latest ones."""
        at = bisect_left(self._latest, place)
        if self._latest[at : at + 1] == [place]:
            return
        self._latest.insert(at, place)
        if len(self._latest) > MOST_LISTED:
            del self._latest[0]
            self._earlier = True


def _techniques(finding: Finding) -> set[str]:
    if finding.detector not in PHISHING:
        return set()
    found = phishing_techniques(
        kind=finding.entity.kind,
        by_mail=bool(finding.messages),
        attachment=finding.attachment,
        visited=finding.reached,
        link=(finding.receipt.features or {}).get(WORST_SITE) is not None,
    )
    return {technique.id for technique in found}


def _list(listed: list[str], values: Iterable[str]) -> None:
    """List more values in order; of too many the last ones of the order are left out."""
    for value in values:
        place = bisect_left(listed, value)
        if value and listed[place : place + 1] != [value]:
            listed.insert(place, value)
            del listed[MOST_LISTED:]

"""Findings that belong together: same entity, site or campaign, without a long pause between them.

A group begins with its first finding and ends where nothing was seen for a while, or some time
after it began. The groups depend on the findings alone, not on their order or how they came. A
finding that comes late may therefore join two groups, or move the beginning of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from network_security.alerts.finding import Finding
from network_security.evidence.urls import parse

By = Literal["entity", "domain", "campaign"]

_LEAST_SEGMENTS, _LEAST_CHARACTERS = 2, 12
_VARIABLE = re.compile(r"[0-9a-f]{8,}|\d+")


@dataclass(frozen=True, slots=True)
class GroupingOptions:
    """What belongs together.

    Attributes:
        by: ``entity`` for the same URL, message or host; ``domain`` for what one registration
            holds, messages by their sender's; ``campaign`` for URLs with the same path on whatever
            host, else as ``domain``.
        quiet_hours: How long nothing may be seen within a group.
        longest_hours: How long after its beginning a group still takes findings.

    Raises:
        ValueError: If there is no such way, or a time is not above 0.
    """

    by: By = "domain"
    quiet_hours: float = 48
    longest_hours: float = 336

    def __post_init__(self) -> None:
        """Refuse what cannot group."""
        if self.by not in get_args(By):
            raise ValueError(f"by is {self.by!r}: one of {', '.join(get_args(By))}")
        if not (self.quiet_hours > 0 and self.longest_hours > 0):
            raise ValueError(
                f"quiet_hours is {self.quiet_hours}, longest_hours {self.longest_hours}: both must "
                "be above 0"
            )


@dataclass(frozen=True)
class Group:
    """Findings that one alert is made of.

    Attributes:
        key: What they have in common.
        findings: Them, the first ones first.
    """

    key: str
    findings: tuple[Finding, ...]

    @property
    def first_seen(self) -> datetime:
        """When it begins."""
        return self.findings[0].first_seen


def group_key(finding: Finding, by: By) -> str:
    """Return what a finding has in common with those of its group."""
    return f"{finding.detector} {_common(finding, by)}"


def _common(finding: Finding, by: By) -> str:
    entity = finding.entity
    if by == "entity":
        return f"{entity.kind} {entity.text}"
    if entity.kind == "message":
        # A message's sender is part of it, hence never known later than the message.
        sender = next(iter(finding.senders), "").rpartition("@")[2].lower()
        return f"sender {sender}" if sender else f"message {entity.text}"
    path = campaign_path(entity.text) if by == "campaign" and entity.kind == "url" else None
    return f"domain {entity.domain}" if path is None else f"path {path}"


def campaign_path(url: str) -> str | None:
    """Return the path that a URL shares with others of its campaign; None for a common one.

    A phishing kit is copied to many hosts, its folders and file names as they are; what is made
    anew for each victim, numbers and long hexadecimal words, is left out (M. Cova, C. Kruegel,
    G. Vigna, "There Is No Free Phish", WOOT 2008, on how kits are deployed).

    >>> campaign_path("https://a.example/wp-includes/bank/8f3a9c21d4/verify.php?id=7")
    '/wp-includes/bank/*/verify.php'
    >>> campaign_path("https://b.example/login") is None
    True
    """
    path = _VARIABLE.sub("*", parse(url).decoded_path.lower())
    folders = [part for part in path.split("/") if part.strip("*")]
    if len(folders) < _LEAST_SEGMENTS or len(path) < _LEAST_CHARACTERS:
        return None
    return path


def group(findings: Iterable[Finding], options: GroupingOptions) -> list[Group]:
    """Return the groups that findings make.

    Args:
        findings: In any order; of several records of a verdict all is taken together. All of a
            key's findings there are, or its groups are others.
        options: What belongs together.

    Returns:
        The groups in the order of their key and beginning.
    """
    distinct: dict[str, Finding] = {}
    for finding in findings:
        known = distinct.get(finding.id)
        distinct[finding.id] = finding if known is None else known.joined(finding)
    keyed: dict[str, list[Finding]] = {}
    for finding in distinct.values():
        keyed.setdefault(group_key(finding, options.by), []).append(finding)
    return [
        Group(key, tuple(part))
        for key in sorted(keyed)
        for part in _parts(sorted(keyed[key], key=_order), options)
    ]


def continues(
    began: datetime, last_seen: datetime, finding: Finding, options: GroupingOptions
) -> bool:
    """Return whether a finding belongs to a group.

    Args:
        began: When the group began.
        last_seen: When something of the group, or before it, was last seen.
        finding: One of the group's key, seen first when the group had begun.
        options: What belongs together.
    """
    paused = finding.first_seen - last_seen > timedelta(hours=options.quiet_hours)
    too_late = finding.first_seen - began > timedelta(hours=options.longest_hours)
    return not (paused or too_late)


def _parts(findings: list[Finding], options: GroupingOptions) -> Iterable[list[Finding]]:
    """Cut a key's findings where there was a pause, and where a part would be too long."""
    part: list[Finding] = []
    last_seen = findings[0].last_seen
    for finding in findings:
        if part and not continues(part[0].first_seen, last_seen, finding, options):
            yield part
            part = []
        part.append(finding)
        last_seen = max(last_seen, finding.last_seen)
    yield part


def _order(finding: Finding) -> tuple[datetime, str]:
    return finding.first_seen, finding.id

"""Judged evidence to findings, and what there is in the queue after they were recorded."""

from collections.abc import Iterable, Iterator
from typing import Any

from network_security.alerts.datasets import FoundLot, Judged
from network_security.alerts.explaining import Explainer, Explanations
from network_security.alerts.grouping import GroupingOptions
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.sightings import finding_of
from network_security.alerts.store import AlertStore


def find(
    judged: Iterable[Judged],
    grouping: GroupingOptions,
    severity: SeverityOptions,
    detector: Explainer,
    explain: bool,
) -> Iterator[FoundLot]:
    """Pick the verdicts that alert.

    Args:
        judged: verdicts with their evidence, lot by lot.
        grouping: what belongs together.
        severity: how severe it is.
        detector: says why, of its own verdicts.
        explain: whether it is asked.

    Yields:
        The findings of each lot. At least one, which may be empty.

    Raises:
        ValueError: a verdict lacks a field.
    """
    none, explanations = True, Explanations(detector)
    for verdicts in judged:
        none = False
        made = [finding_of(verdict, evidence) for verdict, evidence in verdicts]
        found = [each for each in made if each is not None]
        if explain:
            found = [explanations.explained(each) for each in found]
        yield FoundLot(found, grouping, severity)
    if none:
        yield FoundLot([], grouping, severity)


def summarise(store: AlertStore) -> dict[str, Any]:
    """How many alerts there are, by status and severity, and how many each rule suppressed."""
    store.settle()
    return {"alerts": store.counts(), "suppressed_by": store.suppressed()}

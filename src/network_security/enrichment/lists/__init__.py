"""Lists that the operator supplies: the most visited sites, and known threats."""

from network_security.enrichment.lists.errors import ListError
from network_security.enrichment.lists.indicators import Entry, ThreatIndicator, ThreatMatch
from network_security.enrichment.lists.lists import Lists, ListSummary
from network_security.enrichment.lists.options import (
    CsvColumns,
    ListsOptions,
    RankListOptions,
    ThreatListOptions,
)

__all__ = [
    "CsvColumns",
    "Entry",
    "ListError",
    "ListSummary",
    "Lists",
    "ListsOptions",
    "RankListOptions",
    "ThreatIndicator",
    "ThreatListOptions",
    "ThreatMatch",
]

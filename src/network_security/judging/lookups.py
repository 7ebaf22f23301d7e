"""What is known of a site beyond its URL: from others, who are asked, and from lists at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from network_security.enrichment import Contact, Enrichment, Findings
    from network_security.enrichment.lists import Lists, ThreatMatch
    from network_security.evidence.urls import URL


@dataclass(frozen=True)
class SiteLookups:
    """Finds out about sites.

    Attributes:
        enrichment: asks others, as far as that is switched on; knows the rank lists.
        lists: the operator's lists of threats and ranks.
    """

    enrichment: Enrichment
    lists: Lists

    def plan(self, url: URL) -> tuple[Contact, ...]:
        """Who is asked about a URL, and who would be; nobody is asked for it."""
        return self.enrichment.plan(url)

    def look_up(self, url: URL, *, now: datetime) -> tuple[Findings, tuple[ThreatMatch, ...]]:
        """What was found out, and the entries of threat lists that the site matches."""
        findings = self.enrichment.look_up(url, now=now)
        records = () if findings.dns is None else findings.dns.records
        return findings, self.lists.threats(url, addresses=records, now=now)

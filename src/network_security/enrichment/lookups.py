"""What all lookups have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from network_security.enrichment.connections import Connector
from network_security.enrichment.contacts import Contact
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import Problem
from network_security.enrichment.options import LookupOptions
from network_security.evidence.phishing.observations import (
    Certificate,
    DnsAnswer,
    HttpExchange,
    Page,
    Registration,
)
from network_security.evidence.urls import URL

Observation = Page | Certificate | DnsAnswer | HttpExchange | Registration


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one lookup came to.

    Attributes:
        observations: Field of `Findings` -> what was observed.
        problems: What went wrong.
        absent: Whether it found that there is nothing, which may soon be otherwise.
    """

    observations: Mapping[str, Observation] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    absent: bool = False


class Lookup(Protocol):
    """Finds out one thing about a URL's site."""

    @property
    def name(self) -> str:
        """Its name, which is that of its options as well."""
        ...

    @property
    def gives(self) -> tuple[str, ...]:
        """The fields of `Findings` that it fills."""
        ...

    @property
    def options(self) -> LookupOptions:
        """Its options."""
        ...

    def subject(self, url: URL) -> str | None:
        """Return what is looked up, equal for URLs of which it is the same; None for nothing."""
        ...

    def contacts(self, url: URL) -> tuple[Contact, ...]:
        """Return who is asked; nobody is contacted for it."""
        ...

    def run(self, url: URL, connector: Connector, deadline: Deadline) -> Outcome:
        """Look it up.

        Raises:
            LookupFailed: if nothing can be found out.
        """
        ...

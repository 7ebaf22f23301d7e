"""The lookup of a host's records in the DNS."""

from network_security.enrichment.addresses import check_host
from network_security.enrichment.connections import Connector
from network_security.enrichment.contacts import Contact
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.lookups import Outcome
from network_security.enrichment.options import EnrichmentOptions
from network_security.enrichment.resolver import Resolver
from network_security.evidence.urls import URL


class HostRecords:
    """Asks the DNS server for the host's records; a host that is an address has none."""

    name = "dns"
    gives = ("dns",)

    def __init__(self, options: EnrichmentOptions, resolver: Resolver) -> None:
        """Keep the options, and whom to ask."""
        self.options = options.dns
        self._records = options.dns_records
        self._resolver = resolver

    def subject(self, url: URL) -> str | None:
        """Return the host's name."""
        return url.host.name if url.host.address is None and url.host.name else None

    def contacts(self, url: URL) -> tuple[Contact, ...]:
        """Return the DNS servers."""
        try:
            check_host(url.host)
        except LookupFailed:
            return ()
        records = ", ".join(self._records)
        return self._resolver.contacts(self.name, f"records of {url.host.name} ({records})")

    def run(self, url: URL, connector: Connector, deadline: Deadline) -> Outcome:
        """Ask for all types of records.

        Raises:
            LookupFailed: as `Resolver.answer`, or for a name that the public DNS does not have.
        """
        name = check_host(url.host)
        answer = self._resolver.answer(name, self._records, deadline)
        return Outcome({"dns": answer}, absent=not answer.records)

"""Asking a DNS server.

Source: RFC 1035; RFC 8020 (NXDOMAIN); RFC 2308, section 7 (server failure is no answer).
"""

import dns.exception
import dns.rcode
import dns.resolver

from network_security.enrichment.contacts import Contact
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.evidence.phishing.observations import DnsAnswer

MOST_RECORDS = 64
LONGEST_RECORD = 1024
PORT = 53
_PLACE_OF_RESPONSE = 4


class Resolver:
    """Asks one DNS server, the system's unless another is named; safe for threads.

    The system's file of hosts and its search domains are not used: names are those of the public
    DNS.
    """

    def __init__(self, server: str | None = None, port: int = PORT) -> None:
        """Describe the server; nothing is contacted yet.

        Args:
            server: its address; None for those that the system is set up with.
            port: its port.
        """
        self._server = server
        self._port = port

    def contacts(self, lookup: str, reason: str) -> tuple[Contact, ...]:
        """Return the servers that a lookup asks: the first, and the others if it is silent."""
        try:
            servers = [str(server) for server in self._resolver().nameservers]
        except LookupFailed:
            return ()
        return tuple(Contact(lookup, server, self._port, "dns", reason) for server in servers)

    def ask(self, name: str, kind: str, deadline: Deadline) -> DnsAnswer:
        """Return the records of one type.

        Args:
            name: a name of the public DNS, as `addresses.check_host` returns it.
            kind: the type, as `AAAA`.
            deadline: when to give up.

        Raises:
            LookupFailed: if there is no answer in time, or the server answers that it has failed.
        """
        resolver = self._resolver()
        try:
            answer = resolver.resolve(
                f"{name}.",
                kind,
                lifetime=deadline.timeout(name),
                search=False,
                raise_on_no_answer=False,
            )
        except dns.resolver.NXDOMAIN:
            return DnsAnswer("NXDOMAIN")
        except dns.resolver.NoNameservers as error:
            raise LookupFailed(f"the DNS server answers {_code(error)}", name) from None
        except dns.exception.Timeout:
            raise LookupFailed(f"no DNS answer within {deadline.seconds:g} s", name) from None
        except (dns.exception.DNSException, OSError) as error:
            raise LookupFailed(f"the DNS answer cannot be used: {error}", name) from None
        # Servers turn the order from answer to answer; evidence of the same records is the same.
        records = sorted(record.to_text()[:LONGEST_RECORD] for record in answer.rrset or ())
        return DnsAnswer(records=tuple(records[:MOST_RECORDS]))

    def answer(self, name: str, kinds: tuple[str, ...], deadline: Deadline) -> DnsAnswer:
        """Return the records of several types; a name that does not exist has none of any.

        Raises:
            LookupFailed: if there is no record, and a type could not be asked for.
        """
        records: list[str] = []
        failed = None
        for kind in kinds:
            try:
                found = self.ask(name, kind, deadline)
            except LookupFailed as error:
                failed = failed or error
                continue
            if found.code != "NOERROR":
                return found
            records += found.records
        if failed is not None and not records:
            raise failed
        return DnsAnswer(records=tuple(records))

    def _resolver(self) -> dns.resolver.Resolver:
        try:
            resolver = dns.resolver.Resolver(configure=self._server is None)
        except dns.resolver.NoResolverConfiguration:
            raise LookupFailed(
                "the system names no DNS server; set dns_server", "/etc/resolv.conf"
            ) from None
        if self._server is not None:
            resolver.nameservers = [self._server]
        resolver.port = self._port
        return resolver


def _code(error: dns.resolver.NoNameservers) -> str:
    """The response code of the last server that was asked, as `SERVFAIL`."""
    for attempt in reversed(error.kwargs.get("errors", [])):
        response = attempt[_PLACE_OF_RESPONSE]
        if response is not None:
            return dns.rcode.to_text(response.rcode())
    return "nothing of use"

"""The lookup of a domain's registration by WHOIS, for registries without RDAP.

Source: RFC 3912 (the protocol: a line to port 43, and text until the server hangs up).
"""

import re
from contextlib import closing

from network_security.enrichment.connections import Connector, TimedSocket, explained
from network_security.enrichment.contacts import Contact
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.lookups import Outcome
from network_security.enrichment.options import EnrichmentOptions
from network_security.enrichment.registries import (
    WHOIS_SERVERS,
    host_and_port,
    registered_domain,
    servers,
    top_level,
)
from network_security.enrichment.resolver import Resolver
from network_security.enrichment.whois_answer import registration_of
from network_security.evidence.phishing.observations import Registration
from network_security.evidence.urls import URL
from network_security.evidence.urls.hosts import host_of

PORT = 43
_QUERIES = {
    "whois.denic.de": "-T dn {}",
    "whois.jprs.jp": "{}/e",
    "whois.verisign-grs.com": "domain {}",
    "ccwhois.verisign-grs.com": "domain {}",
}
"""How to ask servers that take a bare name for more, or answer it in less, than is meant."""
_REFERRAL = re.compile(r"^(?:refer|whois):[ \t]{0,40}([\w.-]{1,253})[ \t]{0,40}$", re.M | re.A)
_CHUNK = 4096


class Whois:
    """Asks the registry's server, which IANA's names if no table has it.

    One referral is followed: from IANA's server to the registry's.
    """

    name = "whois"
    gives = ("registration",)

    def __init__(self, options: EnrichmentOptions, resolver: Resolver) -> None:
        """Keep the options."""
        self.options = options.whois
        self._resolver = resolver
        self._servers = servers(WHOIS_SERVERS, options.whois_servers)
        self._root = options.whois_root
        self._most_bytes = options.answer_bytes

    def subject(self, url: URL) -> str | None:
        """Return the registered domain."""
        return registered_domain(url.host)

    def contacts(self, url: URL) -> tuple[Contact, ...]:
        """Return the DNS servers and the WHOIS server."""
        domain = registered_domain(url.host)
        if domain is None:
            return ()
        known = self._servers.get(top_level(domain))
        host, port = host_and_port(known or self._root, PORT)
        reason = f"the registration of {domain}"
        if known is None:
            reason = f"the server of .{top_level(domain)}; then that for {reason}"
        return (
            *self._resolver.contacts(self.name, f"addresses of {host}"),
            Contact(self.name, host, port, "whois", reason),
        )

    def run(self, url: URL, connector: Connector, deadline: Deadline) -> Outcome:
        """Ask for the registration.

        Raises:
            LookupFailed: if no server is known, or its answer is of no use.
        """
        domain = registered_domain(url.host)
        if domain is None:
            raise LookupFailed("the host has no domain of its own", url.host.name)
        server = self._servers.get(top_level(domain)) or self._referral(
            top_level(domain), connector, deadline
        )
        query = _QUERIES.get(server, "{}").format(domain)
        found = registration_of(self._ask(server, query, connector, deadline), server)
        missing = found == Registration(registrant_domain="")
        return Outcome({"registration": found}, absent=missing)

    def _referral(self, name: str, connector: Connector, deadline: Deadline) -> str:
        found = _REFERRAL.search(self._ask(self._root, name, connector, deadline))
        if found is None:
            raise LookupFailed(f"it names no WHOIS server for .{name}", self._root)
        return found[1].lower()

    def _ask(self, server: str, query: str, connector: Connector, deadline: Deadline) -> str:
        """The whole answer to one line."""
        host, port = host_and_port(server, PORT)
        answer = bytearray()
        try:
            with closing(connector.connect(host_of(host), port, deadline)) as connection:
                timed = TimedSocket(connection, deadline, server)
                timed.sendall(f"{query}\r\n".encode("ascii"))
                file = timed.makefile("rb")
                while chunk := file.read1(_CHUNK):
                    answer += chunk
                    if len(answer) > self._most_bytes:
                        raise LookupFailed(
                            f"the answer is longer than {self._most_bytes} bytes", server
                        )
        except (OSError, ValueError) as error:
            raise explained(error, server, deadline) from None
        try:
            return answer.decode("utf-8")
        except UnicodeDecodeError:
            return answer.decode("latin-1")

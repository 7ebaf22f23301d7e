"""The lookup of a domain's registration by RDAP.

Source: RFC 9082 (queries), RFC 9083 (answers; 4.5 for events, 5.3 for domains), RFC 7480 (404 for
what is not registered).
"""

import json
import ssl
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from network_security.enrichment.connections import Connector
from network_security.enrichment.contacts import Contact
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.http import Request, get, port_of
from network_security.enrichment.lookups import Outcome
from network_security.enrichment.options import EnrichmentOptions
from network_security.enrichment.registration_dates import date_of
from network_security.enrichment.registries import (
    RDAP_SERVERS,
    bootstrap,
    registered_domain,
    servers,
    top_level,
)
from network_security.enrichment.resolver import Resolver
from network_security.enrichment.tls_contexts import verifying
from network_security.evidence.phishing.observations import Registration
from network_security.evidence.urls import URL, parse
from network_security.evidence.urls.hosts import host_of

MEDIA_TYPES = ("application/rdap+json", "application/json")
NOT_FOUND = 404
MOST_EVENTS = 100
MOST_REDIRECTS = 4


class Rdap:
    """Asks the registry's server, or a service that redirects to it."""

    name = "rdap"
    gives = ("registration",)

    def __init__(self, options: EnrichmentOptions, resolver: Resolver) -> None:
        """Read the table of servers.

        Raises:
            ValueError: if the file of the table is none.
        """
        self.options = options.rdap
        self._resolver = resolver
        table = RDAP_SERVERS
        if options.rdap_bootstrap_file is not None:
            table = bootstrap(options.rdap_bootstrap_file)
        self._servers = servers(table, options.rdap_servers)
        self._redirector = options.rdap_redirector
        self._most_bytes = options.answer_bytes
        self._user_agent = options.user_agent
        self._trusted_roots = options.trusted_roots

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Made when it is used, since reading all roots takes a tenth of a second."""
        return verifying(self._trusted_roots)

    def subject(self, url: URL) -> str | None:
        """Return the registered domain."""
        return registered_domain(url.host)

    def contacts(self, url: URL) -> tuple[Contact, ...]:
        """Return the DNS servers and the RDAP server."""
        query = self._query(registered_domain(url.host))
        if query is None:
            return ()
        server = query.host.name
        return (
            *self._resolver.contacts(self.name, f"addresses of {server}"),
            Contact(
                self.name,
                server,
                port_of(query),
                query.scheme,
                f"the registration of {registered_domain(url.host)}",
            ),
        )

    def run(self, url: URL, connector: Connector, deadline: Deadline) -> Outcome:
        """Ask for the registration.

        Raises:
            LookupFailed: if no server is known, or its answer is of no use.
        """
        domain = registered_domain(url.host)
        query = self._query(domain)
        if domain is None or query is None:
            raise LookupFailed(
                "no RDAP server is known for this top-level domain; set rdap_bootstrap_file",
                url.host.name,
            )
        exchange = get(query, self._request(query), connector, deadline)
        if exchange.status == NOT_FOUND:
            # A service that knows no server for the domain says 404 as well, by itself.
            if top_level(domain) not in self._servers and not exchange.redirects:
                raise LookupFailed("the service knows no RDAP server for it", query.text)
            return Outcome({"registration": Registration(registrant_domain="")}, absent=True)
        if exchange.problem is not None:
            raise exchange.problem
        if exchange.truncated:
            raise LookupFailed(f"the answer is longer than {self._most_bytes} bytes", query.text)
        return Outcome({"registration": registration_of(exchange.body, query.text)})

    def _query(self, domain: str | None) -> URL | None:
        if domain is None:
            return None
        base = self._servers.get(top_level(domain), self._redirector)
        return None if base is None else parse(f"{base.rstrip('/')}/domain/{domain}")

    def _request(self, query: URL) -> Request:
        """A server of https may not lead to one of http, where anybody could answer."""
        return Request(
            accept=MEDIA_TYPES,
            schemes=frozenset({"https", query.scheme}),
            ports=frozenset({443, port_of(query)}),
            most_redirects=MOST_REDIRECTS,
            most_bytes=self._most_bytes,
            user_agent=self._user_agent,
            context=self._context,
        )


def registration_of(body: bytes, where: str) -> Registration:
    """Return what an RDAP answer says of a domain.

    Args:
        body: the answer, whatever it is.
        where: the query, for messages.

    Raises:
        LookupFailed: if it is no answer about a domain.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise LookupFailed("the answer is no JSON", where) from None
    if not isinstance(answer, Mapping) or answer.get("objectClassName", "domain") != "domain":
        raise LookupFailed("the answer is not about a domain", where)
    events = _events(answer)
    name = answer.get("ldhName") or answer.get("unicodeName")
    found = Registration(
        created=events.get("registration"),
        expires=events.get("expiration"),
        registrant_domain=_domain(name) if isinstance(name, str) else None,
    )
    if found == Registration():
        raise LookupFailed("the answer says nothing of the registration", where)
    return found


def _events(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The first time of each event."""
    listed = answer.get("events")
    events: dict[str, Any] = {}
    for event in listed[:MOST_EVENTS] if isinstance(listed, list) else ():
        if isinstance(event, Mapping) and isinstance(event.get("eventDate"), str):
            time = date_of(event["eventDate"])
            if time is not None:
                events.setdefault(str(event.get("eventAction")).lower(), time)
    return events


def _domain(name: str) -> str | None:
    """The domain's name as it is compared; None for a text that is no name."""
    host = host_of(name)
    return host.name if host.name.isascii() and host.site else None

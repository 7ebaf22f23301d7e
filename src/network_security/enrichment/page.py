"""The lookup of the page, and of what leads to it."""

from network_security.enrichment.charsets import decoded
from network_security.enrichment.connections import Connector
from network_security.enrichment.contacts import Contact
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.http import Exchange, Request, check, get, port_of
from network_security.enrichment.lookups import Observation, Outcome
from network_security.enrichment.options import EnrichmentOptions
from network_security.enrichment.resolver import Resolver
from network_security.enrichment.tls_contexts import accepting
from network_security.evidence.phishing.observations import HttpExchange, Page
from network_security.evidence.urls import URL, parse

HTML = ("text/html", "application/xhtml+xml")


class PageFetch:
    """Gets the page as a browser does, and no more than its source.

    A certificate that nobody trusts does not stop it: judging that is another lookup's. An answer
    that is an error, or no page, is no `Page`, but still tells of the redirections.
    """

    name = "page"
    gives = ("page", "http")

    def __init__(
        self,
        options: EnrichmentOptions,
        resolver: Resolver,
        allow: frozenset[str] = frozenset(),
    ) -> None:
        """Keep the options.

        Args:
            options: all options.
            resolver: whom it asks for addresses.
            allow: addresses that are not public and may be contacted all the same.
        """
        self.options = options.page
        self._resolver = resolver
        self._allow = allow
        self._request = Request(
            accept=HTML,
            schemes=frozenset({"http", "https"}),
            ports=frozenset(options.ports),
            most_redirects=options.most_redirects,
            most_bytes=options.page_bytes,
            user_agent=options.user_agent,
            context=accepting(),
        )

    def subject(self, url: URL) -> str | None:
        """Return the URL without its fragment, which servers never see."""
        return _with_scheme(url).text.partition("#")[0] if url.host.name else None

    def contacts(self, url: URL) -> tuple[Contact, ...]:
        """Return the DNS servers and the site's; redirections may lead to others."""
        url = _with_scheme(url)
        try:
            check(url, self._request, self._allow)
        except LookupFailed:
            return ()
        site = Contact(
            self.name,
            url.host.name,
            port_of(url),
            url.scheme,
            "the page; then whatever public sites it redirects to",
        )
        if url.host.address is not None:
            return (site,)
        return (*self._resolver.contacts(self.name, f"addresses of {url.host.name}"), site)

    def run(self, url: URL, connector: Connector, deadline: Deadline) -> Outcome:
        """Get the page.

        Raises:
            LookupFailed: if no server answered at all.
        """
        exchange = get(_with_scheme(url), self._request, connector, deadline)
        if exchange.status is None:
            raise exchange.problem or LookupFailed("no answer", url.text)
        http = HttpExchange(exchange.redirects, exchange.status, exchange.url.text)
        observations: dict[str, Observation] = {"http": http}
        if exchange.problem is not None:
            return Outcome(observations, (exchange.problem.problem(self.name),), absent=True)
        return Outcome(observations | {"page": _page(exchange)})


def _page(exchange: Exchange) -> Page:
    charset = None if exchange.headers is None else exchange.headers.get_param("charset")
    html = decoded(exchange.body, charset if isinstance(charset, str) else None)
    return Page(html, exchange.url.text)


def _with_scheme(url: URL) -> URL:
    """A URL without a scheme is asked for by http, which sites that have https redirect."""
    return url if url.scheme else parse(f"http://{url.text.lstrip('/')}")

"""What is joined with what, by which key, and within which time: the rules in one place.

Each fact is filed under its keys. A row looks for keys in spans of time around its own facts. How
long a fact is held follows: as long as a fact may come whose span it lies in.

| a row's fact | is joined with              | by                      | within              |
|--------------|-----------------------------|-------------------------|---------------------|
| request      | TLS handshake               | flow, server name, else | before, after       |
|              |                             | address                 |                     |
|              | DNS answer                  | host                    | before, after       |
|              | request after a redirection | client and URL          | redirect window     |
|              | link of a message           | URL                     | click window before |
| link         | TLS handshake, DNS answer   | host                    | before, click window|
|              | request                     | URL                     | click window        |
|              | connection to its host      | host                    | click window        |
|              | deliveries of the message   | message id              | click window around |
| TLS handshake| certificate                 | digest                  | certificate window  |

A handshake is joined by its address only where it has no server name.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from network_security.evidence.correlation.entities import entity_of, redirected
from network_security.evidence.correlation.facts import (
    X509,
    Delivery,
    Dns,
    Fact,
    Link,
    Request,
    Tls,
)
from network_security.evidence.correlation.options import CorrelationOptions
from network_security.evidence.correlation.spans import Span

Key = tuple[str, ...]
Interest = tuple[Key, Span]
"""What a row looks for, and when."""

REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
"""RFC 9110, section 15.4, without those that lead nowhere by themselves (300, 304)."""


def keys(fact: Fact) -> list[Key]:
    """Return what a fact is filed under."""
    match fact:
        case Request():
            found: list[Key] = [("request", fact.entity), ("visit", fact.host)]
            if fact.client is not None:
                found.append(("next", fact.client, fact.entity))
            return found
        case Link():
            return [("link", fact.entity)]
        case Dns():
            return [("dns", fact.host)]
        case Tls():
            found = list[Key](("flow", *flow) for flow in fact.flows)
            if fact.host is not None:
                found.append(("name", fact.host))
                if fact.client is not None:
                    found.append(("visit", fact.host))
            elif fact.server is not None:
                found.append(("address", fact.server))
            return found
        case X509():
            return [("certificate", digest) for digest in fact.digests]
        case Delivery():
            return [("message", name) for name in fact.messages]
    raise TypeError(f"no keys of a {type(fact).__name__}")


@dataclass(frozen=True, slots=True)
class Windows:
    """The options' windows in seconds."""

    before: float
    after: float
    click: float
    redirect: float
    certificate: float
    lateness: float

    @classmethod
    def of(cls, options: CorrelationOptions) -> "Windows":
        """Return the windows that the options set."""
        return cls(
            options.before.total_seconds(),
            options.after.total_seconds(),
            options.click_window.total_seconds(),
            options.redirect_window.total_seconds(),
            options.certificate_window.total_seconds(),
            options.lateness.total_seconds(),
        )

    @property
    def reach(self) -> float:
        """How long after a row's last own fact it may still change."""
        near = max(self.after, self.click, self.redirect)
        return near + max(self.before, self.click) + self.lateness

    @property
    def lead(self) -> float:
        """How long before a row's first own fact what belongs to it may have been seen."""
        return max(self.before + self.certificate, 2 * self.click)

    def holding(self, kind: type[Fact]) -> float:
        """Return for how many seconds after its time a fact of a kind is held."""
        near = max(self.before, self.after)
        seconds = {
            Request: self.redirect,
            Link: self.click,
            Delivery: 2 * self.click,
            Dns: near,
            Tls: near,
            X509: self.certificate + near,
        }
        return seconds[kind] + self.lateness

    def interests(self, fact: Fact, *, own: bool) -> Iterator[Interest]:
        """Yield what a row looks for on account of a fact that it took.

        Args:
            fact: The fact.
            own: Whether it is about the row's URL in the row's period, and not joined to it.
        """
        match fact:
            case Request():
                yield from self._of_request(fact, own)
            case Link():
                yield from self._of_link(fact, own)
            case Tls():
                near = fact.time - self.certificate, fact.time + self.before
                for digest in fact.digests if fact.certificate is None else ():
                    yield ("certificate", digest), near

    def _of_request(self, request: Request, own: bool) -> Iterator[Interest]:
        time = request.time
        target = next_entity(request)
        if target is not None and request.client is not None:
            yield ("next", request.client, target), (time, time + self.redirect)
        if not own:
            return
        near = time - self.before, time + self.after
        for flow in request.flows:
            yield ("flow", *flow), near
        yield ("name", request.host), near
        yield ("dns", request.host), near
        if request.server is not None:
            yield ("address", request.server), near
        yield ("link", request.entity), (time - self.click, time)

    def _of_link(self, link: Link, own: bool) -> Iterator[Interest]:
        time = link.time
        around = time - self.click, time + self.click
        for name in link.messages:
            yield ("message", name), around
        if not own:
            return
        near, later = (time - self.before, time + self.click), (time, time + self.click)
        yield ("name", link.host), near
        yield ("address", link.host), near
        yield ("dns", link.host), near
        yield ("request", link.entity), later
        yield ("visit", link.host), later


def next_entity(request: Request) -> str | None:
    """Return the entity that a response sends the client to, None without a redirection."""
    if request.location is None or request.status not in REDIRECTIONS:
        return None
    target = redirected(request.location, request.entity)
    entity = entity_of(target) if target else None
    return entity.name if entity else None

"""The result: one row of evidence a URL and period, with the events that each piece came from."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from network_security.evidence.correlation.facts import Sender
from network_security.evidence.phishing import (
    Certificate,
    DnsAnswer,
    HttpExchange,
    Page,
    Registration,
    Reputation,
    extract,
)


@dataclass(frozen=True, slots=True)
class Observations:
    """What sensors told of the site, as `extract` takes it; None for what none of them did.

    Attributes:
        page: The HTML part of the first message with the link.
        certificate: The server's certificate.
        dns: The answers of the DNS together.
        http: The request with the most redirections.
        seen: When the certificate, else the URL, was last seen: the time as of which it is judged.
    """

    page: Page | None
    certificate: Certificate | None
    dns: DnsAnswer | None
    http: HttpExchange | None
    seen: datetime

    def features(
        self,
        url: str,
        *,
        registration: Registration | None = None,
        reputation: Reputation | None = None,
    ) -> dict[str, int | None]:
        """Return the 30 features of a URL by these observations and what enrichment knows."""
        return extract(
            url,
            page=self.page,
            certificate=self.certificate,
            dns=self.dns,
            http=self.http,
            registration=registration,
            reputation=reputation,
            now=self.seen,
        )


@dataclass(frozen=True, slots=True)
class MessageFacts(Sender):
    """A message in which the URL stood: its sender, and how it showed the link.

    Attributes:
        message_id: Without angle brackets; None where no record has it.
        text_differs: Whether the link's text shows another site than it leads to; None where the
            text shows none.
    """

    message_id: str | None
    text_differs: bool | None


@dataclass(frozen=True, slots=True)
class Client:
    """Who asked for the URL, or went to its host after a message with it had come.

    Attributes:
        address: IP address; None where a mail gateway names the user alone.
        users: Who is known to have been there.
        basis: ``url`` when the URL itself was asked for; ``host`` when no more is known than a
            connection to its host: TLS hides the rest.
        recipient: Whether a user of it is one of the messages' recipients, by the name before the
            ``@``; None where no user or no recipient is known.
        blocked: Whether all that was seen was denied.
        first_seen: The first time.
    """

    address: str | None
    users: tuple[str, ...]
    basis: Literal["url", "host"]
    recipient: bool | None
    blocked: bool
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """All that is known of a URL in a period.

    Attributes:
        id: Of the row: the same for the same URL and period, however its events came.
        entity: The URL as all sensors see it.
        url: The URL as its sender wrote it, by which it is judged.
        period: When the period began.
        first_seen: First request or message in the period.
        last_seen: Last request or message in the period.
        observations: What `extract` was given.
        features: The 30 features; None where the evidence is missing.
        messages: The messages with the URL, the first ones first.
        delivered: Whether one of them was let through; None where nobody says.
        flagged: Whether a mail system judged one of them bad; None without a message.
        recipients: Their recipients.
        clients: Who asked for it.
        sources: Kind of evidence -> ids of the events it came from, the first ones first:
            requests, messages, page, http, dns, tls, certificate, deliveries, visits.
        final: Whether the row does not change any more.
    """

    id: str
    entity: str
    url: str
    period: datetime
    first_seen: datetime
    last_seen: datetime
    observations: Observations
    features: Mapping[str, int | None]
    messages: tuple[MessageFacts, ...]
    delivered: bool | None
    flagged: bool | None
    recipients: tuple[str, ...]
    clients: tuple[Client, ...]
    sources: Mapping[str, tuple[str, ...]]
    final: bool

    @property
    def clicked_by(self) -> tuple[Client, ...]:
        """The clients that most likely followed it.

        Those that asked for the URL itself, and the recipients that went to its host. Somebody
        else at the same host may have followed another link to it.
        """
        return tuple(one for one in self.clients if one.basis == "url" or one.recipient)

    def enriched(
        self, *, registration: Registration | None = None, reputation: Reputation | None = None
    ) -> "EvidenceRow":
        """Return the row with the features that registrations and lists supply."""
        found = self.observations.features(
            self.url, registration=registration, reputation=reputation
        )
        return replace(self, features=found)

    def to_document(self) -> dict[str, Any]:
        """Return the row as every store keeps it; of a page its length alone.

        Times are in milliseconds. The page itself is in the event that `sources["page"]` names.
        """
        document = {name: getattr(self, name) for name in _PLAIN}
        page = self.observations.page
        document["_id"] = self.id
        document["observations"] = {
            name: _asdict(getattr(self.observations, name))
            for name in ("certificate", "dns", "http")
        } | {"page_characters": None if page is None else len(page.html)}
        document["messages"] = [_asdict(message) for message in self.messages]
        document["clients"] = [_asdict(client) for client in self.clients]
        return {name: _stored(value) for name, value in document.items()}


_PLAIN = [
    field.name
    for field in fields(EvidenceRow)
    if field.name not in ("id", "observations", "messages", "clients")
]


def _asdict(value: Any) -> dict[str, Any] | None:
    return None if value is None else asdict(value)


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    if isinstance(value, Mapping):
        return {name: _stored(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_stored(item) for item in value]
    return value

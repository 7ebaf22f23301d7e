"""What one event says, of all that a URL's evidence is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Ends = tuple[str, ...]
"""A flow: by a sensor's or the community's id, or by both addresses and ports."""


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One piece.

    Attributes:
        at: When it happened, in UTC.
        time: The same in seconds since 1970.
        id: The event that it came from.
    """

    at: datetime
    time: float
    id: str


@dataclass(frozen=True, slots=True, eq=False)
class Request(Fact):
    """A request for a URL, or a click on a link, which a mail gateway logs.

    Attributes:
        entity: The URL as all sensors see it.
        host: Its host.
        url: The URL as written.
        client: Address of who sent it.
        user: Who is known to have sent it.
        blocked: Whether it was denied.
        status: Status code of the response.
        location: Where the response sends the client to.
        server: Address that was connected to, None when that was a gateway.
        flows: The connection that it went through.
    """

    entity: str
    host: str
    url: str
    client: str | None
    user: str | None
    blocked: bool
    status: int | None
    location: str | None
    server: str | None
    flows: tuple[Ends, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """What a message, or a mail system's record of it, says of its sender.

    Attributes:
        address: The sender's address that the message shows.
        name: The sender's name that it shows.
        envelope: The address that errors go to.
        reply_to: The address that answers go to.
        subject: Its subject.
        authentication: Result by method: spf, dkim, dmarc, arc, compauth.
        name_spoofs: Whether the name holds an address or host of another site than the sender's,
            or mixes scripts; None where no sensor kept the whole message.
        reply_to_differs: Whether answers go to another site; None likewise.
        client: Address of the host that handed the message over.
        client_name: The name that this host gives itself.
        hops: Number of servers that it passed.
    """

    address: str | None
    name: str | None
    envelope: str | None
    reply_to: str | None
    subject: str | None
    authentication: Mapping[str, str]
    name_spoofs: bool | None
    reply_to_differs: bool | None
    client: str | None
    client_name: str | None
    hops: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Link(Fact):
    """A link of a message.

    Attributes:
        entity: The URL as all sensors see it.
        host: Its host.
        url: The URL as the sender wrote it.
        text_differs: Whether the link's text shows another site than it leads to; None where the
            text shows none.
        sender: The message's sender.
        recipients: Addresses.
        messages: Names of the message, by which other records of it are found.
        html: The message's HTML part.
        html_share: Characters of it that count as this link's: the message's links share it.
    """

    entity: str
    host: str
    url: str
    text_differs: bool | None
    sender: Sender
    recipients: tuple[str, ...]
    messages: tuple[str, ...]
    html: str | None
    html_share: int


@dataclass(frozen=True, slots=True, eq=False)
class Delivery(Fact):
    """What a mail system did with a message.

    Attributes:
        messages: Names of the message.
        recipients: Addresses.
        delivered: Whether it was let through; None where the record does not say.
        flagged: Whether the mail system judged it bad.
    """

    messages: tuple[str, ...]
    recipients: tuple[str, ...]
    delivered: bool | None
    flagged: bool


@dataclass(frozen=True, slots=True, eq=False)
class Dns(Fact):
    """An answer of the DNS.

    Attributes:
        host: The name that was asked for.
        code: The response code by its name.
        records: The answer's records.
    """

    host: str
    code: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CertificateFields:
    """A certificate as logged.

    Attributes:
        subject: Distinguished name.
        issuer: Distinguished name.
        not_before: Begin of its validity.
        not_after: End of its validity.
        names: The hosts that it is for; empty when that was not logged.
    """

    subject: str | None
    issuer: str | None
    not_before: datetime | None
    not_after: datetime | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Tls(Fact):
    """A TLS handshake.

    Attributes:
        host: The server's name as the client wrote it (SNI).
        client: Address of who connected.
        server: Address that was connected to.
        flows: The connection.
        certificate: The server's, None where it was not seen, as in TLS 1.3.
        digests: Names of the certificate, by which its own record is found.
        validated: Whether the sensor validated its chain; None when it did not try.
        matches: Whether the sensor found that it names the host; None when it did not try.
    """

    host: str | None
    client: str | None
    server: str | None
    flows: tuple[Ends, ...]
    certificate: CertificateFields | None
    digests: tuple[str, ...]
    validated: bool | None
    matches: bool | None


@dataclass(frozen=True, slots=True, eq=False)
class X509(Fact):
    """The record of a certificate alone.

    Attributes:
        digests: Its names.
        certificate: What it says.
    """

    digests: tuple[str, ...]
    certificate: CertificateFields

"""What one thing that a person or a program does looks like on the wire.

A visit of a page is a DNS query, its UDP connection, a TCP connection, a TLS handshake and a
request. Both everyday behaviour and attacks are made of these parts.
"""

import hashlib
from dataclasses import dataclass
from random import Random

from network_security.simulator import vocabulary
from network_security.simulator.actions import (
    Action,
    Connection,
    DnsQuery,
    FileTransfer,
    TlsSession,
    WebRequest,
)
from network_security.simulator.network import (
    NAME_SERVERS,
    PUBLIC_ADDRESS,
    Host,
    Network,
    Site,
    User,
    zone,
)
from network_security.simulator.randomness import ephemeral_port, size, skewed
from network_security.simulator.rhythm import DAY

Actions = list[Action]

CACHED = 0.6
"""Share of the queries for common names that the company's name server knows already."""
BOTH_FAMILIES = 0.3
"""Share of visits that ask for an IPv6 address as well."""
WITHOUT_BODY = (302, 304)
"""Answers of a few bytes."""
KEPT_OPEN = 0.7
"""Share of connections that stay open for further requests."""
RESET = 0.04
"""Share of connections that end with a reset."""


@dataclass(frozen=True)
class Exchange:
    """A web request, its connection, and the TLS handshake when it is encrypted."""

    connection: Connection
    session: TlsSession | None
    request: WebRequest

    @property
    def actions(self) -> Actions:
        """All of them."""
        return [part for part in (self.connection, self.session, self.request) if part]


def connect(
    rng: Random,
    network: Network,
    time: float,
    source: str,
    destination: str,
    port: int,
    service: str,
    *,
    duration: float = 0.0,
    sent: int = 0,
    received: int = 0,
    outcome: str = "closed",
    user: str = "",
    transport: str = "tcp",
    source_port: int | None = None,
) -> Connection:
    """Return a connection; what leaves or enters the network is translated at the firewall."""
    source_zone, destination_zone = zone(source), zone(destination)
    own_port = ephemeral_port(rng) if source_port is None else source_port
    translated = None
    if source_zone != "wan" and destination_zone == "wan" and outcome != "denied":
        own = network.hosts[source].public if source in network.hosts else ""
        translated = (own or PUBLIC_ADDRESS, 1024 + rng.getrandbits(16) % 64000)
    elif source_zone == "wan" and destination_zone != "wan":
        translated = (network.hosts[destination].public, port)
    return Connection(
        time=time,
        duration=duration if outcome in ("closed", "reset") else 0.0,
        source=source,
        source_port=own_port,
        source_zone=source_zone,
        destination=destination,
        destination_port=port,
        destination_zone=destination_zone,
        transport=transport,
        service=service,
        sent=sent,
        received=received,
        outcome=outcome,
        user=user,
        translated=translated,
        key=rng.getrandbits(62),
    )


def lookup(
    rng: Random,
    network: Network,
    time: float,
    host: Host,
    name: str,
    answers: tuple[str, ...],
    *,
    kind: str = "A",
    user: str = "",
) -> Actions:
    """Return a DNS query to the company's server, which asks the provider's when it must."""
    server = network.servers["names"]
    known = name in network.site_names and rng.random() < CACHED
    latency = skewed(rng, 0.0006 if known else 0.018, 0.4)
    code = "NOERROR" if answers or kind == "AAAA" else "NXDOMAIN"
    ttl = rng.choice((60, 300, 300, 900, 3600))
    actions: Actions = []
    for asking, asked, begins, takes in (
        (host.address, server.address, time, latency),
        (server.address, rng.choice(NAME_SERVERS), time + 0.0002, latency * 0.9),
    ):
        connection = connect(
            rng, network, begins, asking, asked, 53, "dns", duration=takes, sent=29 + len(name),
            received=29 + len(name) + 16 * len(answers) or 75, transport="udp", user=user,
        )  # fmt: skip
        number = rng.getrandbits(16)
        actions += [
            connection,
            DnsQuery(begins, connection, number, name, kind, code, answers, ttl, takes),
        ]
        if known or host is server:
            break
        user = ""
    return actions


def handshake(rng: Random, connection: Connection, name: str, client: str) -> TlsSession:
    """Return the TLS handshake at the start of a connection.

    Args:
        rng: Where times come from; the certificate follows from the server's name.
        connection: The connection that is encrypted.
        name: Of the server.
        client: The client's software, which its fingerprint follows from.
    """
    owner = hashlib.sha256(name.encode()).digest()
    valid_from = (connection.time // DAY - owner[0] % 80) * DAY
    return TlsSession(
        time=connection.time + min(connection.duration, skewed(rng, 0.03, 0.5)),
        connection=connection,
        server_name=name,
        version="TLSv1.2" if owner[1] < 64 else "TLSv1.3",  # noqa: PLR2004 - a quarter of them
        issuer=vocabulary.ISSUERS[owner[2] % len(vocabulary.ISSUERS)],
        serial=owner[3:19].hex().upper(),
        valid_from=valid_from,
        valid_to=valid_from + 90 * DAY,
        client_fingerprint=_fingerprint(client),
        server_fingerprint=_fingerprint(name),
    )


def _fingerprint(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def path(rng: Random) -> str:
    """Return the path of some page or part of a page."""
    return rng.choice(vocabulary.PATHS).format(n=rng.getrandbits(20))


def content_type_of(name: str) -> str:
    """Return the content type that the path of a page suggests."""
    ending = name.partition("?")[0].rpartition(".")[2]
    if ending in vocabulary.CONTENT_TYPES:
        return vocabulary.CONTENT_TYPES[ending]
    return "application/json" if "/api/" in name else "text/html"


def request(
    rng: Random,
    network: Network,
    time: float,
    host: Host,
    site: Site,
    target: str,
    *,
    user_agent: str,
    user: str = "",
    method: str = "GET",
    status: int = 200,
    referrer: str = "",
    content_type: str = "",
    sent: int | None = None,
    received: int | None = None,
    duration: float | None = None,
    port: int | None = None,
) -> Exchange:
    """Return one request to a site over a connection of its own."""
    answer = size(rng, site.kilobytes * 1000, 1.1) if received is None else received
    asked = size(rng, 700, 0.6) if sent is None else sent
    begun = time + skewed(rng, 0.02, 0.4)
    lasts = _kept_open(rng, answer) if duration is None else duration
    connection = connect(
        rng, network, time, host.address, site.address, port or (443 if site.https else 80),
        "https" if site.https else "http", duration=lasts + 0.08, sent=asked + 500 * site.https,
        received=answer + 3200 * site.https, user=user,
        outcome="reset" if rng.random() < RESET else "closed",
    )  # fmt: skip
    secured = handshake(rng, connection, site.host, user_agent) if site.https else None
    begun = min((secured.time if secured else begun) + 0.01, connection.end)
    web_request = WebRequest(
        begun, connection, method, site.host, target, status, user_agent, referrer,
        content_type or content_type_of(target), site.category, asked, answer, site.https,
    )  # fmt: skip
    return Exchange(connection, secured, web_request)


def _kept_open(rng: Random, answer: int) -> float:
    """Return how long a connection lasts: for the answer, and some for what may follow."""
    transfer = skewed(rng, 0.1 + answer / 1.5e6, 0.5)
    return transfer + (skewed(rng, 12, 1.0) if rng.random() < KEPT_OPEN else 0)


def visit(
    rng: Random,
    network: Network,
    time: float,
    user: User,
    site: Site,
    target: str,
    referrer: str = "",
) -> Actions:
    """Return a user's visit to a site: name lookups and the request."""
    host = user.workstation
    actions = lookup(rng, network, time, host, site.host, (site.address,), user=user.account)
    if rng.random() < BOTH_FAMILIES:
        actions += lookup(
            rng, network, time + 0.0001, host, site.host, (), kind="AAAA", user=user.account
        )
    resolved = max(item.time + item.latency for item in actions if isinstance(item, DnsQuery))
    status = rng.choices((200, 200, 304, 302, 404, 500), (70, 10, 12, 5, 2, 1))[0]
    empty = size(rng, 320, 0.3) if status in WITHOUT_BODY else None
    exchange = request(
        rng, network, resolved + 0.001, host, site, target, user_agent=user.browser,
        user=user.account, status=status, referrer=referrer, received=empty,
    )  # fmt: skip
    return actions + exchange.actions


def transfer(
    rng: Random, web_request: WebRequest, name: str, content: bytes, content_type: str
) -> FileTransfer:
    """Return the file that a request brought, of the digests of a content."""
    return FileTransfer(
        time=min(web_request.time + skewed(rng, 0.3, 0.3), web_request.connection.end),
        connection=web_request.connection,
        request=web_request,
        name=name,
        content_type=content_type,
        size=web_request.received,
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(content).hexdigest(),
    )

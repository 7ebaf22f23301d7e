"""Requests, TLS handshakes, certificates and DNS answers of an event."""

from datetime import datetime

from network_security.evidence.correlation.entities import Entity, entities
from network_security.evidence.correlation.facts import (
    X509,
    CertificateFields,
    Dns,
    Ends,
    Request,
    Tls,
)
from network_security.evidence.correlation.reading import (
    Document,
    address_at,
    flag_at,
    number_at,
    text,
    text_at,
    texts,
    time_at,
    value_at,
)
from network_security.evidence.urls import host_of

STATUS_CODES = range(100, 600)
LOCATIONS = (("suricata", "eve", "http", "redirect"), ("zeek", "log", "location"))
"""Where sensors keep the header Location."""
ADDRESSES = frozenset({"A", "AAAA", "ANY", "CNAME"})
MOST_RECORDS = 32


def ends(document: Document) -> tuple[str | None, str | None]:
    """Return the addresses of client and server.

    An alert and a file go from who sent the packet, which may be the server; Suricata keeps who
    opened the connection in `flow`.
    """
    flow = value_at(document, "suricata", "eve", "flow")
    client = (
        address_at(document, "client", "ip")
        or address_at(flow, "src_ip")
        or address_at(document, "source", "ip")
    )
    server = (
        address_at(document, "server", "ip")
        or address_at(flow, "dest_ip")
        or address_at(document, "destination", "ip")
    )
    return client, server


def flows(document: Document) -> tuple[Ends, ...]:
    """Return an event's connection by all names that it has."""
    found: list[Ends] = []
    community = text_at(document, "network", "community_id")
    if community is not None:
        found.append(("community", community))
    uid = text_at(document, "zeek", "log", "uid")
    if uid is not None:
        found.append(("zeek", uid))
    number = number_at(document, "suricata", "eve", "flow_id")
    if number is not None:
        found.append(("suricata", str(number)))
    sides = []
    for side in ("source", "destination"):
        address, port = address_at(document, side, "ip"), number_at(document, side, "port")
        if address is not None and port:
            sides.append(f"{address} {port}")
    if len(sides) == 2:  # noqa: PLR2004
        found.append(("ends", *sorted(sides)))
    return tuple(found)


def requests(document: Document, at: datetime, id_: str) -> list[Request]:
    """Return the requests of a firewall's, a proxy's or an IDS's event."""
    client, server = ends(document)
    user = user_of(document)
    return [
        request(document, entity, at, id_, client=client, server=server, user=user)
        for entity in entities(document)
    ]


def request(
    document: Document,
    entity: Entity,
    at: datetime,
    id_: str,
    *,
    client: str | None,
    server: str | None,
    user: str | None,
) -> Request:
    """Return the request for one URL that an event tells of."""
    status = number_at(document, "http", "response", "status_code")
    location = next(filter(None, (text_at(document, *path) for path in LOCATIONS)), None)
    return Request(
        at,
        at.timestamp(),
        id_,
        entity=entity.name,
        host=entity.host,
        url=entity.written,
        client=client,
        user=user,
        blocked="denied" in texts(value_at(document, "event", "type")),
        # What a gateway answered says nothing of the site behind its link.
        status=status if status in STATUS_CODES and not entity.wrapped else None,
        location=None if entity.wrapped else location,
        server=None if entity.wrapped else server,
        flows=() if entity.wrapped else flows(document),
    )


def user_of(document: Document) -> str | None:
    """Return who is known to be at the client."""
    return (
        text_at(document, "user", "email")
        or text_at(document, "source", "user", "name")
        or text_at(document, "user", "name")
    )


def host_name(written: str | None) -> str | None:
    """Return a host's name as URLs have it, None for none."""
    return host_of(written).name or None if written else None


def dns(document: Document, at: datetime, id_: str) -> Dns | None:
    """Return the DNS answer of an event, None for a query and for what is about no address."""
    found = value_at(document, "dns")
    answers = value_at(found, "answers")
    answers = answers[:MOST_RECORDS] if isinstance(answers, list) else []
    name = text_at(found, "question", "name") or next(
        filter(None, (text_at(answer, "name") for answer in answers)), None
    )
    host = host_name(name)
    kind = text_at(found, "question", "type")
    if host is None or (kind or "A") not in ADDRESSES:
        return None
    data = [text_at(answer, "data") for answer in answers]
    records = [one for one in data if one] + texts(value_at(found, "resolved_ip"))
    code = (text_at(found, "response_code") or "NOERROR").upper()
    answered = text_at(found, "type") in ("answer", "response") or code != "NOERROR"
    if not records and (not answered or (code == "NOERROR" and kind not in (None, "A"))):
        # That a host has no IPv6 address is no sign of anything.
        return None
    distinct = tuple(dict.fromkeys(records))[:MOST_RECORDS]
    return Dns(at, at.timestamp(), id_, host=host, code=code, records=distinct)


def tls(document: Document, at: datetime, id_: str) -> Tls | None:
    """Return the handshake of an event."""
    found = value_at(document, "tls")
    log = value_at(document, "zeek", "log")
    server = value_at(found, "server")
    host = host_name(text_at(found, "client", "server_name"))
    certificate = CertificateFields(
        text_at(server, "subject"),
        text_at(server, "issuer"),
        time_at(server, "not_before"),
        time_at(server, "not_after"),
        tuple(texts(value_at(document, "suricata", "eve", "tls", "subjectaltname"))),
    )
    seen = certificate.issuer is not None or certificate.not_after is not None
    chain = value_at(log, "cert_chain_fuids")
    chain = chain.split(",") if isinstance(chain, str) else chain
    names = [text_at(server, "hash", "sha256"), next(iter(texts(chain)), None)]
    digests = tuple(name.upper() for name in names if name)
    if host is None and not seen and not digests:
        return None
    validation = text_at(log, "validation_status")
    client, server_address = ends(document)
    return Tls(
        at,
        at.timestamp(),
        id_,
        host=host,
        client=client,
        server=server_address,
        flows=flows(document),
        certificate=certificate if seen else None,
        digests=digests,
        validated=None if validation is None else validation == "ok",
        matches=flag_at(log, "sni_matches_cert"),
    )


def x509(document: Document, at: datetime, id_: str) -> X509 | None:
    """Return the certificate of an event that is about nothing else."""
    found = value_at(document, "file", "x509")
    names = (
        text_at(document, "file", "hash", "sha256"),
        text(value_at(document, "zeek", "log", "id")),
    )
    digests = tuple(name.upper() for name in names if name)
    if not isinstance(found, dict) or not digests:
        return None
    certificate = CertificateFields(
        text_at(found, "subject", "distinguished_name"),
        text_at(found, "issuer", "distinguished_name"),
        time_at(found, "not_before"),
        time_at(found, "not_after"),
        tuple(texts(value_at(found, "alternative_names"))),
    )
    return X509(at, at.timestamp(), id_, digests=digests, certificate=certificate)

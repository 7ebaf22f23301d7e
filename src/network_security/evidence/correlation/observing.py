"""What a row's facts say together of the site, as the features are extracted from it."""

from collections.abc import Iterable
from typing import TypeVar

from network_security.evidence.correlation.entities import host_matches
from network_security.evidence.correlation.facts import X509, CertificateFields, Dns, Request, Tls
from network_security.evidence.correlation.joins import REDIRECTIONS, next_entity
from network_security.evidence.correlation.open_row import OpenRow
from network_security.evidence.correlation.row import Observations
from network_security.evidence.phishing import Certificate, DnsAnswer, HttpExchange, Page

MOST_REDIRECTS = 20
"""As many as browsers follow."""
MOST_RECORDS = 64

Sources = dict[str, list[str]]
Known = TypeVar("Known")


def observe(row: OpenRow, redirect_window: float, sources: Sources) -> Observations:
    """Return the observations of a row.

    Args:
        row: The row.
        redirect_window: Seconds after a redirection in which the next request is sent.
        sources: Takes the events that each observation came from.
    """
    handshakes = _handshakes(row)
    certificate = _certificate(row, handshakes, sources)
    page = next((link for link in row.links if link.html is not None), None)
    if page is not None:
        sources["page"] = [page.id]
    return Observations(
        page=None if page is None or page.html is None else Page(page.html),
        certificate=certificate,
        dns=_dns(row.dns, sources),
        http=_http(row, redirect_window, sources),
        seen=row.last_seen if certificate is None else handshakes[0].at,
    )


def _handshakes(row: OpenRow) -> list[Tls]:
    """Return the handshake that tells most of the site, then what other sensors saw of it.

    One with a certificate is better than one without, one of a request's own connection better than
    one by the server's name, and that better than one by its address.
    """
    digests = {digest for certificate in row.certificates for digest in certificate.digests}
    found = [(row.handshakes(way), near) for near, way in enumerate(("flow", "name", "address"))]

    def place(known: tuple[Tls, int]) -> tuple[bool, int, float, str]:
        tls, near = known
        blind = tls.certificate is None and digests.isdisjoint(tls.digests)
        return blind, near, tls.time, tls.id

    pairs = [(tls, near) for handshakes, near in found for tls in handshakes]
    ranked = list(dict.fromkeys(tls for tls, _ in sorted(pairs, key=place)))
    if not ranked:
        return []
    best, *others = ranked
    return [best, *(tls for tls in others if not set(tls.flows).isdisjoint(best.flows))]


def _certificate(row: OpenRow, handshakes: list[Tls], sources: Sources) -> Certificate | None:
    """Return the certificate of one connection, of which each sensor may tell a part."""
    if not handshakes:
        return None
    sources["tls"] = [tls.id for tls in handshakes]
    told = [tls.certificate for tls in handshakes if tls.certificate is not None]
    record = _record(row.certificates, handshakes)
    if record is not None:
        told.append(record.certificate)
        sources["certificate"] = [record.id]
    trusted = _first(tls.validated for tls in handshakes)
    if trusted is None and any(one.issuer and one.issuer == one.subject for one in told):
        trusted = False
    matches = _first(tls.matches for tls in handshakes)
    if matches is None:
        matches = _first(_names(one, row.host) for one in told)
    if not told and trusted is None and matches is None:
        return None
    return Certificate(
        issuer=_first(one.issuer for one in told),
        not_before=_first(one.not_before for one in told),
        not_after=_first(one.not_after for one in told),
        matches_host=matches,
        trusted=trusted,
    )


def _first(values: Iterable[Known | None]) -> Known | None:
    return next((value for value in values if value is not None), None)


def _record(certificates: list[X509], handshakes: list[Tls]) -> X509 | None:
    digests = {digest for tls in handshakes for digest in tls.digests}
    return next((one for one in certificates if not digests.isdisjoint(one.digests)), None)


def _names(fields: CertificateFields, host: str) -> bool | None:
    """Whether a certificate names a host; of one whose names were not logged the subject may."""
    if fields.names:
        return any(host_matches(name, host) for name in fields.names)
    parts = (fields.subject or "").replace("/", ",").split(",")
    names = (part.strip()[3:] for part in parts if part.strip()[:3].upper() == "CN=")
    return True if any(host_matches(name, host) for name in names) else None


def _dns(answers: list[Dns], sources: Sources) -> DnsAnswer | None:
    """Return the answers as one: a host exists when one of them says so."""
    if not answers:
        return None
    sources["dns"] = [answer.id for answer in answers]
    records = sorted({record for answer in answers for record in answer.records})
    codes = [answer.code for answer in answers]
    best = next((code for code in ("NOERROR", "NXDOMAIN") if code in codes), codes[0])
    return DnsAnswer(best, tuple(records[:MOST_RECORDS]))


def _http(row: OpenRow, window: float, sources: Sources) -> HttpExchange | None:
    """Return the request that was redirected most often; of equal ones the first."""
    best: list[Request] = []
    redirects = -1
    for request in row.requests:
        if request.status is None:
            continue
        chain = _chain(request, row.hops + row.requests, window)
        count = sum(one.status in REDIRECTIONS for one in chain)
        if count > redirects:
            best, redirects = chain, count
    if not best:
        return None
    sources["http"] = [one.id for one in best]
    last = best[-1]
    going_on = last.status in REDIRECTIONS
    final = next_entity(last) if going_on else last.entity
    return HttpExchange(redirects=redirects, status=last.status, final_url=final)


def _chain(request: Request, others: list[Request], window: float) -> list[Request]:
    """Return a request and those that its redirections led its client to."""
    chain = [request]
    while len(chain) <= MOST_REDIRECTS:
        last = chain[-1]
        target = next_entity(last)
        following = [
            one
            for one in others
            if target is not None
            and one.entity == target
            and one.client == last.client
            and one.status is not None
            and last.time <= one.time <= last.time + window
            and all(one.id != known.id for known in chain)
        ]
        if not following:
            break
        chain.append(min(following, key=lambda one: (one.time, one.id)))
    return chain

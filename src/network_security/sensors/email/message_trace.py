"""What mail servers wrote into a message: its way (Received) and its authentication.

Each server puts its headers on top. The first of a kind is the receiving server's; those below it
may be the sender's invention and are kept for what they are.

Source: RFC 5321 section 4.4 (Received), RFC 8601 (Authentication-Results), RFC 7208 section 9.1
(Received-SPF), RFC 8617 (ARC).
"""

import re
from typing import Any

from network_security.sensors import ecs
from network_security.sensors.email.message_headers import Headers
from network_security.sensors.times import Clock, parse_time

MOST_HOPS = 64
METHODS = frozenset((
    "spf", "dkim", "dmarc", "arc", "compauth", "iprev", "auth", "dkim-adsp", "domainkeys", "bimi",
))  # fmt: skip
DOMAINS = {
    "spf": ("smtp.mailfrom", "smtp.helo"), "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from",),
}  # fmt: skip

_FROM = re.compile(
    r"from\s{1,8}([^\s();]{1,255})(?:\s{1,8}\(([^()]{0,512}(?:\([^()]{0,128}\)[^()]{0,128})?)\))?"
)
_BY = re.compile(r"\bby\s{1,8}([^\s();]{1,255})")
_WITH = re.compile(r"\bwith\s{1,8}([\w-]{1,64})")
_ID = re.compile(r"\bid\s{1,8}<?([^\s();<>]{1,255})")
_ADDRESS = re.compile(r"\[?(?:IPv6:)?\b([0-9A-Fa-f:.]{3,45})\]?", re.IGNORECASE)
_RESULT = re.compile(r"\s{0,64}([A-Za-z][\w-]{1,31})\s{0,8}=\s{0,8}([A-Za-z]{1,32})")
_PROPERTY = re.compile(
    r"\b(smtp|header|policy|body)\.([\w-]{1,32})\s{0,8}=\s{0,8}\"?([^\s;\"()]{1,512})"
)
_SPF = re.compile(r"\s{0,8}([A-Za-z]{4,9})\b")
_CLIENT = re.compile(r"\bclient-ip\s{0,8}=\s{0,8}\"?([0-9A-Fa-f:.]{2,45})")


def received(headers: Headers, clock: Clock) -> list[dict[str, Any]]:
    """Return the hops, latest first: from, helo, ip, by, with, id and time where stated."""
    return [_hop(value, clock) for value in headers.get("received", [])[:MOST_HOPS]]


def _hop(value: str, clock: Clock) -> dict[str, Any]:
    head, _, stamp = value.rpartition(";")
    head = (head or value)[:2048]
    client, by, by_with, hop_id = (p.search(head) for p in (_FROM, _BY, _WITH, _ID))
    address = None
    if client is not None:
        address = _valid(client[2] or "") or _valid(client[1])
    return ecs.without_empty({
        "from": client[1] if client else None,
        "detail": client[2] if client else None,
        "ip": address,
        "by": by[1] if by else None,
        "with": by_with[1] if by_with else None,
        "id": hop_id[1] if hop_id else None,
        "time": parse_time(stamp.strip(), clock) if stamp.strip() else None,
    })  # fmt: skip


def _valid(text: str) -> str | None:
    return next((found for one in _ADDRESS.findall(text) if (found := ecs.ip(one))), None)


def client_of(hops: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the latest hop that came from outside: the one whose address is a public one."""
    for hop in hops:
        if "ip" in hop and not ecs.is_internal(hop["ip"]):
            return hop
    return None


def authentication(headers: Headers) -> dict[str, Any]:
    """Return the receiving server's results by method, each with the domain it is about.

    SPF is taken from Received-SPF where Authentication-Results does not say.
    """
    results: dict[str, Any] = {}
    stated = headers.get("authentication-results") or headers.get("arc-authentication-results")
    if stated:
        server, *parts = stated[0].split(";")
        results["server"] = server.strip()[:255]
        for part in [server, *parts]:
            _add_result(results, part)
    for value in headers.get("received-spf", [])[:1]:
        result = _SPF.match(value)
        if result and "spf" not in results:
            results["spf"] = {"result": result[1].lower()}
        client = _CLIENT.search(value)
        if client:
            results["client_ip"] = ecs.ip(client[1])
    return results


def _add_result(results: dict[str, Any], part: str) -> None:
    found = _RESULT.match(part)
    if found is None or found[1].lower() not in METHODS:
        return
    method = found[1].lower()
    properties = {f"{kind}.{name}".lower(): value for kind, name, value in _PROPERTY.findall(part)}
    domain = next(
        (properties[name] for name in DOMAINS.get(method, ()) if name in properties), None
    )
    entry = ecs.without_empty({
        "result": found[2].lower(),
        "domain": domain.rpartition("@")[2] if domain else None,
    })  # fmt: skip
    # A message may bear several DKIM signatures: one that passes is what counts.
    if method not in results or entry["result"] == "pass":
        results[method] = entry

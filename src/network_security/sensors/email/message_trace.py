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
MOST_RESULTS = 64
METHODS = frozenset((
    "spf", "dkim", "dmarc", "arc", "compauth", "iprev", "auth", "dkim-adsp", "domainkeys", "bimi",
))  # fmt: skip
DOMAINS = {
    "spf": ("smtp.mailfrom", "smtp.helo"), "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from", ""),
}  # fmt: skip
"""Method -> the property that holds the domain it is about, and the one in its place."""

_FROM = re.compile(
    r"from\s{1,8}([^\s();]{1,255})(?:\s{1,8}\(([^()]{0,512}(?:\([^()]{0,128}\)[^()]{0,128})?)\))?"
)
# Where a word begins is told behind its letters: a pattern that starts with letters is searched for
# several times faster.
_BY = re.compile(r"by(?<!\w..)\s{1,8}([^\s();]{1,255})")
_WITH = re.compile(r"with(?<!\w....)\s{1,8}([\w-]{1,64})")
_ID = re.compile(r"id(?<!\w..)\s{1,8}<?([^\s();<>]{1,255})")
_ADDRESS = re.compile(r"(?:IPv6:)?\b([0-9A-Fa-f:.]{3,45})", re.IGNORECASE)
_NAME_BEFORE_ADDRESS = re.compile(r"(?:[^\s@\[]{1,64}@)?([\w.-]{1,255}) \[")
_RESULT = re.compile(r"\s{0,64}([A-Za-z][\w-]{1,31})\s{0,8}=\s{0,8}([A-Za-z]{1,32})")
_PROPERTY = re.compile(
    r"([shpb](?<!\w.)(?:(?<=s)mtp|(?<=h)eader|(?<=p)olicy|(?<=b)ody)\.[\w-]{1,32})\s{0,8}=\s{0,8}\"?([^\s;\"()]{1,512})"
)
_SPF = re.compile(r"\s{0,8}([A-Za-z]{4,9})\b")
_CLIENT = re.compile(r"client-ip(?<!\w.{9})\s{0,8}=\s{0,8}\"?([0-9A-Fa-f:.]{2,45})")
_SENDER_IP = re.compile(r"\(sender IP is ([0-9A-Fa-f:.]{2,45})\)")
_POLICY = re.compile(r"(action|reason)(?<!\w.{6})\s{0,8}=\s{0,8}([\w.-]{1,64})")


def received(headers: Headers, clock: Clock) -> list[dict[str, Any]]:
    """Return the hops, latest first: from, helo, ip, by, with, id and time where stated."""
    return [_hop(value, clock) for value in headers.get("received", [])[:MOST_HOPS]]


def _hop(value: str, clock: Clock) -> dict[str, Any]:
    head, _, stamp = value.rpartition(";")
    head = (head or value)[:2048]
    hop: dict[str, Any] = {}
    client = _FROM.search(head)
    if client is not None:
        hop["from"], detail = client.groups("")
        hop["detail"] = detail
        hop["ip"] = _valid(detail) or _valid(client[1])
    for name, pattern in _STATED:
        found = pattern.search(head)
        if found is not None:
            hop[name] = found[1]
    stamp = stamp.strip()
    if stamp:
        hop["time"] = parse_time(stamp, clock)
    return ecs.without_empty(hop)


_STATED = (("by", _BY), ("with", _WITH), ("id", _ID))


def _valid(text: str) -> str | None:
    for written in _ADDRESS.findall(text):
        found = ecs.ip(written)
        if found:
            return found
    return None


def client_of(hops: list[dict[str, Any]], stated: str | None) -> dict[str, Any] | None:
    """Return the hop by which the message came in from outside.

    It is the one whose address the receiving server checked (SPF). Where none was checked, it is
    the latest from a public address, and from another organisation than the receiving server's: a
    large provider passes a message on between its own servers, by public addresses. Only the name
    that the server looked up counts for that, since the client may claim any.

    Args:
        hops: As `received` returns them.
        stated: Address that the receiving server says it checked.
    """
    public = [hop for hop in hops if "ip" in hop and not ecs.is_internal(hop["ip"])]
    checked = next((hop for hop in public if hop["ip"] == stated), None)
    if checked is not None:
        return checked
    own = _organisation(hops[0].get("by", "")) if hops else ""
    foreign = (hop for hop in public if not own or _organisation(_looked_up(hop)) != own)
    return next(foreign, public[0] if public else None)


def _looked_up(hop: dict[str, Any]) -> str:
    """Return the client's name in the DNS, as in ``(mail.example.org [192.0.2.1])``, or nothing."""
    detail = hop.get("detail", "")
    name = _NAME_BEFORE_ADDRESS.match(detail)
    return name[1] if name and "forged" not in detail else ""


def _organisation(host: str) -> str:
    """Return the last two labels of a name: enough to tell a provider's servers from others."""
    labels = host.lower().rstrip(".").rsplit(".", 2)
    return "" if ecs.ip(host.strip("[]")) else ".".join(labels[-2:])


def authentication(headers: Headers) -> dict[str, Any]:
    """Return the receiving server's results by method, each with the domain it is about.

    SPF is taken from Received-SPF where Authentication-Results does not say.
    """
    results: dict[str, Any] = {}
    stated = headers.get("authentication-results") or headers.get("arc-authentication-results")
    if stated:
        server, *parts = stated[0].split(";", MOST_RESULTS)
        if "=" not in server:
            results["server"] = server.strip()[:255]
        for part in [server, *parts]:
            _add_result(results, part)
        sender = _SENDER_IP.search(stated[0])
        if sender:
            results["client_ip"] = ecs.ip(sender[1])
    for value in headers.get("received-spf", [])[:1]:
        result = _SPF.match(value)
        if result and "spf" not in results:
            results["spf"] = {"result": result[1].lower()}
        client = _CLIENT.search(value)
        if client:
            results["client_ip"] = ecs.ip(client[1])
    return ecs.without_empty(results)


def _add_result(results: dict[str, Any], part: str) -> None:
    found = _RESULT.match(part)
    if found is None or found[1].lower() not in METHODS:
        return
    method = found[1].lower()
    entry: dict[str, Any] = {"result": found[2].lower()}
    if "action" in part or "reason" in part:
        entry.update(_POLICY.findall(part))
    if method in DOMAINS:
        properties = {name.lower(): value for name, value in _PROPERTY.findall(part)}
        first, second = DOMAINS[method]
        domain = properties.get(first) or properties.get(second)
        # Exchange writes "none" for the domain of a signature that is not there.
        if domain and domain != "none":
            entry["domain"] = domain.rpartition("@")[2]
    known = results.setdefault(method, entry)
    if known is not entry:
        # A message may bear several DKIM signatures: one that passes is what counts.
        if entry["result"] == "pass" and known["result"] != "pass":
            results[method] = known = {**entry, "others": [known]}
        else:
            known.setdefault("others", []).append(entry)

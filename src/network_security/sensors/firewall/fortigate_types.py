"""What each type of FortiGate log says: traffic, the verdicts of security profiles, events.

Source: Fortinet, "FortiOS Log Message Reference". Each function takes the fields so far and the
log's remaining fields, which it may take from.
"""

from collections.abc import Callable
from typing import Any

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, text

Record = dict[str, Any]

DENIED = frozenset((
    "deny", "denied", "block", "blocked", "drop", "dropped", "drop_session", "reset",
    "reset_client", "reset_server", "reset-client", "reset-server", "clear_session", "quarantine",
    "quarantined",
    "ban", "ban-ip", "blocked-by-filter", "redirect",
))  # fmt: skip
VERDICTS = {
    "virus": ["network", "malware"],
    "ips": ["network", "intrusion_detection"],
    "anomaly": ["network", "intrusion_detection"],
    "waf": ["network", "web", "intrusion_detection"],
}
"""Security profiles that judge traffic bad; the others record use, with these categories."""
USES = {
    "webfilter": ["network", "web"],
    "emailfilter": ["network", "email"],
    "dlp": ["network", "file"],
    "cifs": ["network", "file"],
    "file-filter": ["network", "file"],
}
SUCCESSES = frozenset((
    "success", "succeeded", "successful", "ok", "up", "logon", "logout", "authenticated", "200",
))  # fmt: skip
LOGINS = frozenset(("login", "logout", "admin-login", "admin-logout"))
COUNTERS = frozenset(("perf-stats",))
LOG_ON, LOG_OFF = ("logon", "login"), ("logoff", "logout")


def _decision(*actions: object) -> str:
    return "denied" if any(action in DENIED for action in actions) else "allowed"


def _traffic(fields: Fields, rest: Record) -> None:
    action = text(rest.get("action"))
    moment = "start" if action == "start" else "end"
    protocol = ["protocol"] if fields.get("network.application") else []
    decision = _decision(action, rest.get("utmaction"))
    fields["event.type"] = ["connection", moment, *protocol, decision, "info"]
    fields["event.action"] = action
    fields["event.outcome"] = "success"
    fields["rule.ruleset"] = text(rest.pop("policytype", None))


def _profile(fields: Fields, rest: Record) -> None:
    """Map what a security profile found (UTM)."""
    subtype = text(rest.get("subtype")) or text(rest.get("type")) or ""
    action = text(rest.get("action"))
    if subtype in VERDICTS:
        fields["event.kind"] = "alert"
    fields["event.category"] = VERDICTS.get(subtype) or USES.get(subtype) or ["network"]
    fields["event.type"] = ["info"]
    if action is not None:
        fields["event.type"] = ["connection", _decision(action), "info"]
        fields["event.outcome"] = "success"
    fields["event.action"] = text(rest.get("eventtype")) or action
    fields["rule.ruleset"] = (
        text(rest.pop("policytype", None)) or text(rest.get("profile")) or text(rest.get("applist"))
    )
    fields["rule.description"] = text(rest.pop("attack", None))
    fields["threat.software.name"] = text(rest.pop("virus", None))
    if "qname" in rest:
        _set_lookup(fields, rest)
    _set_mail(fields, rest)


def _set_lookup(fields: Fields, rest: Record) -> None:
    fields["dns.question.name"] = text(rest.pop("qname"))
    fields["dns.question.type"] = text(rest.pop("qtype", None))
    fields["dns.question.class"] = text(rest.pop("qclass", None))
    fields["dns.id"] = text(rest.pop("xid", None))
    fields["dns.type"] = "answer" if rest.get("eventtype") == "dns-response" else "query"
    fields["network.protocol"] = "dns"
    addresses = (text(rest.get("ipaddr")) or "").split(",")
    resolved = [address for address in map(ecs.ip, map(str.strip, addresses)) if address]
    fields["dns.resolved_ip"] = resolved


def _set_mail(fields: Fields, rest: Record) -> None:
    for side, names in (("from", ("from", "sender")), ("to", ("to", "recipient"))):
        for name in names:
            written = text(rest.pop(name, None))
            if written:
                fields[f"email.{side}.address"] = [part.strip() for part in written.split(",")]
    fields["email.subject"] = text(rest.pop("subject", None))


def event(fields: Fields, rest: Record) -> None:
    """Map what a device reports of itself, its users and tunnels."""
    subtype = (text(rest.get("subtype")) or "").lower()
    action = text(rest.get("action"))
    fields["event.action"] = action
    fields["event.type"] = ["info"]
    fields["event.category"] = ["host"] if subtype in ("system", "") else ["network"]
    fields["event.outcome"] = _outcome(rest, (action or "").lower())
    if action in COUNTERS:
        fields["event.kind"] = "metric"
    elif "cfgpath" in rest:
        fields["event.category"] = ["configuration"]
        fields["event.type"] = ["change"]
        fields["event.outcome"] = "success"
    if "remip" in rest:
        _set_tunnel(fields, rest)
    if subtype in ("user", "authentication") or _is_login(rest, (action or "").lower()):
        _set_login(fields, (action or "").lower(), subtype)
        fields["event.action"] = action or "login"
    if fields.get("source.ip") is None and ("dhcp_msg" in rest or subtype == "endpoint"):
        ecs.endpoint(fields, "source", text(rest.pop("ip", None)))
        fields["source.domain"] = text(rest.pop("hostname", None))
    method = (text(rest.get("method")) or "").lower()
    if method in ("https", "http", "ssh", "telnet"):
        fields["network.protocol"] = method
    elif method in ("get", "post", "put", "delete"):
        fields["http.request.method"] = method.upper()


def _is_login(rest: Record, action: str) -> bool:
    said = (text(rest.get("logdesc")) or text(rest.get("desc")) or "").lower()
    return action in LOGINS or "login" in action or "admin log" in said or "login" in said


def _set_login(fields: Fields, action: str, subtype: str) -> None:
    if subtype == "vpn":
        fields["event.category"] = ["network", "authentication", "session"]
    else:
        fields["event.category"] = ["authentication"]
    if fields["event.outcome"] == "failure":
        fields["event.type"] = ["info"]
    elif any(word in action for word in LOG_OFF):
        fields["event.type"] = ["end", "info"]
    elif any(word in action for word in LOG_ON):
        fields["event.type"] = ["start", "info"]


def _outcome(rest: Record, action: str) -> str | None:
    status = (text(rest.get("status")) or text(rest.get("result")) or "").lower()
    said = f"{status} {action} {(text(rest.get('logdesc')) or '').lower()}"
    if "fail" in said or "error" in status or "denied" in status:
        return "failure"
    if status in SUCCESSES or "success" in said or action.endswith(("logon", "logoff")):
        return "success"
    return "success" if action.startswith("tunnel-") else None


def _set_tunnel(fields: Fields, rest: Record) -> None:
    """Set the ends of a tunnel: the other end is the source, unless this one says it began."""
    remote = text(rest.pop("remip")), rest.pop("remport", None)
    local = text(rest.pop("locip", None)), rest.pop("locport", None)
    began = rest.get("init") == "local" or rest.get("dir") == "outbound"
    source, destination = (local, remote) if began else (remote, local)
    ends = [
        ecs.endpoint(fields, side, None if address == "N/A" else address, port)
        for side, (address, port) in (("source", source), ("destination", destination))
    ]
    fields["network.direction"] = fields.get("network.direction") or ecs.direction(*ends)
    fields["event.category"] = ["network", "session"]
    moments = {"tunnel-up": ["start"], "tunnel-down": ["end"]}
    fields["event.type"] = ["connection", *moments.get(text(rest.get("action")) or "", []), "info"]
    fields["observer.egress.interface.name"] = text(rest.pop("outintf", None))


MAPPERS: dict[str, Callable[[Fields, Record], None]] = {
    "traffic": _traffic,
    "utm": _profile,
    "ips": _profile,
    "virus": _profile,
    "webfilter": _profile,
    "anomaly": _profile,
    "dns": _profile,
    "app-ctrl": _profile,
    "event": event,
}
"""Type of log -> its mapper; `event` maps all others."""

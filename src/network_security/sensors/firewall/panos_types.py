"""What each PAN-OS log type says: traffic, threats, logins, changes, the device itself.

Source: Palo Alto Networks, "PAN-OS Administrator's Guide", chapter "Syslog Field Descriptions".
Each function takes the fields so far and the record's remaining columns, which it may take from.
The direction that a threat states is the attack's: one towards the server is inbound.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.firewall import panos_system
from network_security.sensors.firewall.panos_user import set_source_user, set_user
from network_security.sensors.times import Clock, parse_time

Record = dict[str, Any]

NANOSECONDS = 1_000_000_000
LONGEST_SPAN = 10**9
PASSED = frozenset(("allow", "alert", "override", "continue", "syncookie-sent", "forward"))
DIRECTIONS = {"client-to-server": "inbound", "server-to-client": "outbound"}
SESSIONS = {
    "start": ("flow_started", ["start"]),
    "end": ("flow_terminated", ["end"]),
    "drop": ("flow_dropped", []),
    "deny": ("flow_denied", []),
}
THREATS = {
    "url": "url_filtering",
    "virus": "virus_detected",
    "wildfire-virus": "virus_detected",
    "ml-virus": "virus_detected",
    "spyware": "spyware_detected",
    "vulnerability": "exploit_detected",
    "flood": "flood_detected",
    "scan": "scan_detected",
    "packet": "packet_attack_detected",
    "file": "file_match",
    "data": "data_match",
    "dlp": "data_match",
    "wildfire": "wildfire_verdict",
}
RECORDS_OF_USE = {"url": "web", "file": "file", "data": "file", "dlp": "file"}
"""Threat logs written of harmless use too, with its category; alerts only of what was stopped."""
MALWARE = frozenset(("virus", "wildfire-virus", "ml-virus", "wildfire"))
LOGINS = frozenset(("login", "before-login"))
SUCCESSES = frozenset(("success", "succeeded", "successful"))

_THREAT_ID = re.compile(r"(.{0,512}?)\((\d{1,20})\)$")
_DIGESTS = {32: "md5", 40: "sha1", 64: "sha256"}


def _decision(rest: Record) -> str | None:
    action = (text(rest.get("action")) or "").lower()
    if not action:
        return None
    return "allowed" if action in PASSED else "denied"


def _session(fields: Fields, rest: Record, clock: Clock) -> None:
    subtype = text(rest.get("subtype")) or ""
    action, moment = SESSIONS.get(subtype, (text(rest.get("action")), []))
    decision = "denied" if subtype in ("drop", "deny") else _decision(rest)
    fields["event.action"] = action
    fields["event.type"] = ["connection", *moment, *filter(None, [decision]), "info"]
    fields["event.outcome"] = "success"
    _set_span(fields, rest, clock)


def _set_span(fields: Fields, rest: Record, clock: Clock) -> None:
    start = parse_time(rest.pop("start", None), clock)
    elapsed = number(rest.pop("elapsed", None), LONGEST_SPAN)
    fields["event.start"] = start
    if elapsed is not None:
        fields["event.duration"] = elapsed * NANOSECONDS
        if start is not None:
            with suppress(OverflowError):  # past the year 9999
                fields["event.end"] = start + timedelta(seconds=elapsed)


def _threat(fields: Fields, rest: Record, clock: Clock) -> None:
    subtype = text(rest.get("subtype")) or ""
    decision = _decision(rest)
    fields["event.action"] = THREATS.get(subtype, subtype)
    fields["event.type"] = ["connection", *filter(None, [decision]), "info"]
    fields["event.outcome"] = "success"
    direction = (text(rest.get("direction")) or "").replace(" ", "-")
    if direction in DIRECTIONS:
        fields["network.direction"] = DIRECTIONS[direction]
    if subtype in RECORDS_OF_USE and decision == "allowed":
        fields["event.category"] = ["network", RECORDS_OF_USE[subtype]]
    else:
        fields["event.kind"] = "alert"
        fields["event.category"] = ["network", "intrusion_detection", "threat"]
        if subtype in MALWARE:
            fields["event.category"].append("malware")
    _set_threat_id(fields, text(rest.pop("threatid", None)))
    _set_object(fields, subtype, text(rest.pop("misc", None)))
    fields["rule.category"] = text(rest.pop("thr_category", None))
    fields["http.request.method"] = text(rest.pop("http_method", None))
    if number(rest.get("http2_connection")):
        fields["http.version"] = "2"
    digest = text(rest.get("filedigest"))
    if digest and len(digest) in _DIGESTS:
        fields[f"file.hash.{_DIGESTS[len(digest)]}"] = digest.lower()


def _set_threat_id(fields: Fields, written: str | None) -> None:
    match = _THREAT_ID.match(written or "")
    fields["event.code"] = match[2] if match else written
    fields["rule.description"] = match[1] if match else None


def _set_object(fields: Fields, subtype: str, written: str | None) -> None:
    """Set what a threat was found in: a URL, a name that was looked up, or a file."""
    if not written:
        return
    if subtype == "url":
        _set_url(fields, written)
    elif fields.get("network.application", "").startswith("dns"):
        fields["dns.question.name"] = written
    elif "/" in written and "." in written.partition("/")[0]:
        _set_url(fields, written)
        fields["file.name"] = written.partition("?")[0].rpartition("/")[2]
    else:
        fields["file.name"] = written.replace("\\", "/").rpartition("/")[2]
        fields["file.path"] = written


def _set_url(fields: Fields, written: str) -> None:
    ecs.url(fields, written)
    name = fields.get("url.domain")
    if name is not None and ecs.ip(name) is None:
        fields["destination.domain"] = name


def _config(fields: Fields, rest: Record, clock: Clock) -> None:
    result = (text(rest.get("result")) or "").lower()
    fields["event.category"] = ["configuration"]
    fields["event.type"] = ["change"]
    fields["event.action"] = text(rest.get("cmd"))
    if result:
        fields["event.outcome"] = "success" if result in SUCCESSES else "failure"
    set_user(fields, "user", text(rest.pop("admin", None)))
    ecs.endpoint(fields, "source", text(rest.pop("host", None)))
    fields["host.name"] = fields.get("observer.name")


def _audit(fields: Fields, rest: Record, clock: Clock) -> None:
    _config(fields, rest, clock)
    fields["event.type"] = ["info"]
    fields["event.action"] = text(rest.get("subtype"))
    fields["process.command_line"] = text(rest.pop("cmd", None))


def _login(fields: Fields, rest: Record, clock: Clock) -> None:
    """Map a User-ID log: an address was found to be a user's, or no longer."""
    subtype = text(rest.get("subtype")) or ""
    fields["event.category"] = ["authentication", "iam", "network"]
    fields["event.type"] = ["end" if subtype == "logout" else "start", "info"]
    fields["event.action"] = subtype
    fields["event.outcome"] = "success"
    fields["event.code"] = text(rest.pop("eventid", None))
    _set_address(fields, rest)
    set_source_user(fields, text(rest.pop("user", None)))
    for name, field in (("beginport", "source.port"), ("endport", "destination.port")):
        if name in rest:
            fields[field] = ecs.port(rest.pop(name))


def _set_address(fields: Fields, rest: Record) -> None:
    address = ecs.endpoint(fields, "source", text(rest.pop("ip", None)))
    if address is not None:
        fields["network.type"] = "ipv6" if ":" in address else "ipv4"


def _address_tag(fields: Fields, rest: Record, clock: Clock) -> None:
    fields["event.action"] = text(rest.get("subtype"))
    fields["event.code"] = text(rest.pop("event_id", None))
    _set_address(fields, rest)


def _authentication(fields: Fields, rest: Record, clock: Clock) -> None:
    fields["event.category"] = ["authentication"]
    fields["event.type"] = ["info"]
    fields["event.action"] = text(rest.pop("event", None))
    fields["message"] = text(rest.pop("desc", None))
    said = f"{fields['event.action']} {fields['message']}".lower()
    if any(word in said for word in ("fail", "invalid", "denied", "timeout", "reject")):
        fields["event.outcome"] = "failure"
    elif "success" in said:
        fields["event.outcome"] = "success"
    _set_address(fields, rest)
    set_source_user(fields, text(rest.pop("user", None)))


def _remote_access(fields: Fields, rest: Record, clock: Clock) -> None:
    """Map a GlobalProtect log; the client's address in its own network, if known, is the source."""
    stage = text(rest.get("stage")) or ""
    status = (text(rest.get("status")) or "").lower()
    fields["event.category"] = ["network", "session"]
    if stage in LOGINS:
        fields["event.category"].append("authentication")
    moment = {"login": ["start"], "logout": ["end"]}.get(stage, [])
    fields["event.type"] = ["connection", *moment, "info"]
    fields["event.action"] = fields["event.code"] = text(rest.pop("eventid", None))
    fields["event.outcome"] = "success" if status in SUCCESSES else status or None
    fields["event.reason"] = text(rest.get("error")) or text(rest.get("reason"))
    fields["message"] = text(rest.pop("opaque", None))
    _set_machine(fields, rest)
    _set_client(fields, rest)
    duration = number(rest.pop("login_duration", None), LONGEST_SPAN)
    fields["event.duration"] = None if duration is None else duration * NANOSECONDS


def _set_machine(fields: Fields, rest: Record) -> None:
    """Set the user's machine as the host, in place of the firewall that reports of it."""
    name = (text(rest.pop("machinename", None)) or "").lower()
    fields["host.hostname"] = fields["host.name"] = name


def _set_client(fields: Fields, rest: Record) -> None:
    public = _address(rest, "public_ip", "public_ipv6")
    source = _address(rest, "private_ip", "private_ipv6") or public
    if source is not None:
        ecs.endpoint(fields, "source", source)
        fields["network.type"] = "ipv6" if ":" in source else "ipv4"
    fields["source.nat.ip"] = public


def _address(rest: Record, *names: str) -> str | None:
    found = (ecs.ip(rest.get(name)) for name in names)
    return next((address for address in found if address not in _UNSET), None)


_UNSET = (None, "0.0.0.0", "::")  # noqa: S104  what the device writes for no address


def _host_check(fields: Fields, rest: Record, clock: Clock) -> None:
    fields["rule.name"] = text(rest.pop("matchname", None))
    _set_machine(fields, rest)
    fields["event.action"] = "host-information-matched"


def _decryption(fields: Fields, rest: Record, clock: Clock) -> None:
    fields["event.type"] = ["connection", "protocol", *filter(None, [_decision(rest)]), "info"]
    fields["event.action"] = text(rest.get("action"))
    fields["event.outcome"] = "success"
    version = (text(rest.get("tls_version")) or "").upper()
    if version.startswith(("TLS", "SSL")):
        fields["tls.version_protocol"] = version[:3].lower()
        fields["tls.version"] = version[3:].lstrip("V")
    fields["tls.client.server_name"] = text(rest.pop("sni", None))
    fields["tls.curve"] = text(rest.pop("ec_curve", None))
    fields["tls.server.x509.serial_number"] = text(rest.pop("cert_serial", None))
    fields["tls.server.x509.subject.common_name"] = text(rest.pop("cn", None))
    fields["tls.server.x509.issuer.common_name"] = text(rest.pop("issuer_cn", None))


def _policy(fields: Fields, rest: Record, clock: Clock) -> None:
    """Map the logs of tunnels, SCTP and GTP, which state what the policy decided."""
    fields["event.action"] = text(rest.get("action"))
    fields["event.type"] = ["connection", *filter(None, [_decision(rest)]), "info"]
    _set_span(fields, rest, clock)


def _correlation(fields: Fields, rest: Record, clock: Clock) -> None:
    fields["event.kind"] = "alert"
    fields["event.category"] = ["network", "threat"]
    fields["event.action"] = "correlation-object-matched"
    fields["event.outcome"] = "success"
    fields["rule.id"] = text(rest.get("object_id"))
    fields["rule.name"] = text(rest.get("object_name"))
    fields["message"] = text(rest.pop("evidence", None))


def _dns(fields: Fields, rest: Record, clock: Clock) -> None:
    """Map a DNS security log, which the logging service alone writes."""
    fields["event.action"] = text(rest.get("action"))
    fields["event.type"] = ["connection", "protocol", *filter(None, [_decision(rest)]), "info"]
    fields["event.outcome"] = "success"
    fields["network.protocol"] = "dns"
    fields["dns.question.name"] = text(rest.get("DNSQuery"))
    fields["dns.question.type"] = text(rest.pop("RecordType", None))
    answers = rest.get("DNSResponse")
    if type(answers) is list:
        found = [address for address in map(ecs.ip, answers) if address is not None]
        fields["dns.resolved_ip"] = found


Mapper = Callable[[Fields, Record, Clock], None]

MAPPERS: dict[str, Mapper] = {
    "TRAFFIC": _session,
    "THREAT": _threat,
    "URL": _threat,
    "FILE": _threat,
    "SYSTEM": panos_system.add,
    "CONFIG": _config,
    "AUDIT": _audit,
    "HIPMATCH": _host_check,
    "HIP-MATCH": _host_check,
    "GLOBALPROTECT": _remote_access,
    "USERID": _login,
    "IPTAG": _address_tag,
    "AUTH": _authentication,
    "AUTHENTICATION": _authentication,
    "DECRYPTION": _decryption,
    "TUNNEL": _policy,
    "START": _policy,
    "END": _policy,
    "GTP": _policy,
    "SCTP": _policy,
    "CORRELATION": _correlation,
    "DNS": _dns,
}
"""Log type -> its mapper."""

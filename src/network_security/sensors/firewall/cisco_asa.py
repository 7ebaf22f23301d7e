"""Cisco ASA and Firepower Threat Defense (FTD) syslog messages.

A line is a syslog header in one of many shapes, a mark such as ``%ASA-6-302013:`` that states
severity and message id, and the message. What a message says is a table, `cisco_asa_messages`;
security events of FTD (ids 430001 to 430005) are pairs of keys and values, in `cisco_ftd_events`.
Three kinds of line have no mark: messages whose mark a relay took off, security events under
another tag, and the audit log of the management center.

Source is the end that opened a connection: in ``Built outbound ...`` messages it stands second.
"""

import re
from datetime import datetime, timedelta

from network_security.sensors import ecs, syslog
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.errors import ParseError
from network_security.sensors.firewall import cisco_ftd_events, field_table
from network_security.sensors.firewall.cisco_asa_messages import codes_starting, message
from network_security.sensors.firewall.cisco_user import set_user
from network_security.sensors.times import Clock

NANOSECONDS = 1_000_000_000
LEVELS = (
    "emergency", "alert", "critical", "error", "warning", "notification", "informational", "debug",
)  # fmt: skip
PRODUCTS = {"FTD": "ftd", "FDT": "ftd", "NGIPS": "ftd"}
SECURITY_EVENTS = "430"
BUILT = frozenset(("302013", "302015", "302017", "302303"))

_MARK = re.compile(r"%([A-Z]{3,8})(?:<\w{1,16}>)?-(?:\w{0,32}-)?(\d)-(\d{5,7})\b\s?:?\s*")
_MARK_WITHIN = 1024
LONGEST_MESSAGE = 4096
"""As far as a message is read: devices cut theirs at half of it."""
_AUDIT = re.compile(
    r"(?P<process>[\w.-]{1,64}): (?P<host>[\w.-]{1,255}): "
    r"(?P<user>[^@\s,]{1,255})@(?P<source>[^,]{1,255}), (?P<menu>.*)"
)
_DURATION = re.compile(r"(?:(\d{1,6})d ?)?(\d{1,6})h?:(\d{1,2})m?:(\d{1,2})s?$")
_TLS = re.compile(r"(TLS|SSL)v?([\d.]+)")

# Groups of the patterns that name one ECS field each.
_FIELDS = field_table.table(
    (text, {
        "ingress": "observer.ingress.interface.name",
        "egress": "observer.egress.interface.name",
        "rule": "rule.name",
        "reason": "event.reason",
        "process": "process.name",
        "user_agent": "user_agent.original",
        "email": "user.email",
        "command": "process.command_line",
        "file_path": "file.path",
        "group": "user.group.name",
        "signature": "rule.id",
        "signature_name": "rule.name",
        "question": "dns.question.name",
        "cipher": "tls.cipher",
    }),
    (str.lower, {
        "direction": "network.direction",
        "protocol": "network.protocol",
        "network_type": "network.type",
        "application": "network.application",
    }),
    (number, {
        "bytes": "network.bytes",
        "sent": "source.bytes",
        "received": "destination.bytes",
    }),
    (ecs.mac, {"source_mac": "source.mac", "destination_mac": "destination.mac"}),
)  # fmt: skip
# Groups that more than one field is made of, or one that takes work: see `_COMPOSERS`.
_COMPOSED = frozenset((
    "source", "source_port", "source_nat", "source_nat_port", "source_user", "login_user",
    "destination", "destination_port", "destination_nat", "destination_nat_port",
    "destination_user", "user", "transport", "duration", "url", "tls_version", "listed",
    "listed_name", "decision",
))  # fmt: skip
_OTHER_END = {
    f"{one}{suffix}": f"{other}{suffix}"
    for one, other in (("source", "destination"), ("destination", "source"))
    for suffix in ("", "_port", "_nat", "_nat_port", "_user")
} | {"ingress": "egress", "egress": "ingress"}


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one ASA or FTD line.

    Raises:
        ParseError: If the line has no mark and is none of the kinds that go without.
    """
    mark = _MARK.search(raw, 0, _MARK_WITHIN)
    if mark is None:
        return _unmarked(raw, clock)
    product, severity, code = mark.groups()
    fields = _header(raw[: mark.start()], clock)
    level = int(severity)
    fields["observer.product"] = PRODUCTS.get(product, "asa")
    fields["event.code"] = code
    fields["event.severity"] = level
    fields["log.level"] = LEVELS[level] if level < len(LEVELS) else None
    _body(fields, code, raw[mark.end() :], clock)
    return fields


def _header(before: str, clock: Clock) -> Fields:
    """Return what stands before the mark; a word with a colon there is the host, not a program."""
    header = syslog.decode(before.rstrip(" :"), clock)
    rest = header.message.strip(" :")
    if header.hostname is None and header.appname is None and rest and " " not in rest:
        header.hostname = rest
    elif header.appname is None and rest:
        header.appname, _, procid = rest.rstrip("]").partition("[")
        header.procid = procid or None
    fields = header.fields()
    fields["observer.hostname"] = header.hostname
    return fields


def _body(fields: Fields, code: str, text: str, clock: Clock) -> None:
    if code.startswith(SECURITY_EVENTS):
        fields["observer.product"] = "ftd"
        cisco_ftd_events.add(fields, code, text, clock)
        return
    row = message(code)
    found = row.pattern.match(text, 0, LONGEST_MESSAGE) if row else None
    kind = row.kind if row else None
    if kind is not None:
        fields["event.action"], fields["event.category"], fields["event.type"], outcome = kind
        fields["event.outcome"] = outcome
    if found is not None:
        parts = {name: part for name, part in found.groupdict().items() if part}
        if code in BUILT and parts.get("direction") == "outbound":
            parts = {_OTHER_END.get(name, name): part for name, part in parts.items()}
        _map(fields, parts)
    fields["message"] = text


def _unmarked(raw: str, clock: Clock) -> Fields:
    audit = _AUDIT.search(raw, 0, _MARK_WITHIN)
    if audit is not None:
        return _audit(raw, audit, clock)
    header = syslog.decode(raw.lstrip(), clock)
    text = header.message
    fields = header.fields()
    fields["observer.hostname"] = header.hostname
    code = cisco_ftd_events.code_of(text)
    if code is None:
        plain = raw.strip()
        for candidate in codes_starting(plain):
            row = message(candidate)
            if row is not None and row.pattern.match(plain, 0, LONGEST_MESSAGE):
                code, text = candidate, plain
                break
    if code is not None:
        fields["event.code"] = code
        _body(fields, code, text, clock)
    elif header.timestamp is None:
        raise ParseError("unsupported", "no %ASA or %FTD mark", raw=raw, position=0)
    fields["message"] = text
    return fields


def _audit(raw: str, audit: re.Match[str], clock: Clock) -> Fields:
    """Return a line of the management center's audit log: ``host: user@address, menu, action``."""
    fields = syslog.decode(raw[: audit.start()].rstrip() + " ", clock).fields()
    menu, _, action = audit["menu"].rpartition(", ")
    fields["observer.product"] = "ftd"
    fields["event.category"] = ["configuration"]
    fields["event.action"] = action.removesuffix(" x0a x00").strip()
    fields["process.name"] = audit["process"]
    fields["host.name"] = audit["host"]
    fields["user.name"] = audit["user"]
    ecs.endpoint(fields, "source", audit["source"])
    fields["cisco.asa"] = {"menu": menu}
    fields["message"] = audit["menu"]
    return fields


def _map(fields: Fields, parts: dict[str, str]) -> None:
    rest = fields["cisco.asa"] = {}
    for name, part in parts.items():
        if name in _FIELDS:
            field, convert = _FIELDS[name]
            # Most fields are text as it stands: it is not worth a call.
            fields[field] = part if convert is text else convert(part)
        elif name not in _COMPOSED:
            rest[name] = part
    source = _set_end(fields, "source", parts)
    destination = _set_end(fields, "destination", parts)
    # The end of a connection is told without who opened it.
    if "direction" not in parts and "duration" not in parts:
        fields["network.direction"] = ecs.direction(source, destination)
    _set_transport(fields, parts.get("transport"))
    _set_users(fields, parts)
    if not parts.keys().isdisjoint(_COMPOSERS):
        for name, compose in _COMPOSERS.items():
            if name in parts:
                compose(fields, parts)


def _set_end(fields: Fields, side: str, parts: dict[str, str]) -> str | None:
    address = ecs.endpoint(fields, side, parts.get(side), parts.get(f"{side}_port"))
    translated = parts.get(f"{side}_nat")
    if translated is not None:
        # ASA states the translated end always, translated or not.
        nat = ecs.ip(translated)
        if nat is not None and nat != address:
            fields[f"{side}.nat.ip"] = nat
        nat_port = ecs.port(parts.get(f"{side}_nat_port"))
        if nat_port is not None and nat_port != fields.get(f"{side}.port"):
            fields[f"{side}.nat.port"] = nat_port
    return address


def _set_transport(fields: Fields, protocol: str | None) -> None:
    if protocol is not None:
        ecs.transport(fields, protocol.removeprefix("protocol ").replace("IPv6-ICMP", "ipv6-icmp"))
        if fields["network.transport"] in ("icmp", "ipv6-icmp"):
            fields["network.protocol"] = fields["network.transport"]


def _set_users(fields: Fields, parts: dict[str, str]) -> None:
    source = parts.get("source_user") or parts.get("login_user")
    if source:
        set_user(fields, "source.user", source)
    if "destination_user" in parts:
        set_user(fields, "destination.user", parts["destination_user"])
    name = parts.get("user") or source
    if name:
        set_user(fields, "user", name)


def _set_duration(fields: Fields, parts: dict[str, str]) -> None:
    match = _DURATION.match(parts["duration"])
    if match is None:
        return
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    fields["event.duration"] = int(duration.total_seconds()) * NANOSECONDS
    end: datetime | None = fields["@timestamp"]
    if end is not None:
        fields["event.end"] = end
        fields["event.start"] = end - duration


def _set_url(fields: Fields, parts: dict[str, str]) -> None:
    ecs.url(fields, parts["url"])


def _set_decision(fields: Fields, parts: dict[str, str]) -> None:
    if parts["decision"] == "denied":
        fields["event.type"] = ["connection", "denied", "info"]


def _set_tls(fields: Fields, parts: dict[str, str]) -> None:
    match = _TLS.match(parts["tls_version"])
    if match is not None:
        fields["tls.version_protocol"] = match[1].lower()
        fields["tls.version"] = match[2] if "." in match[2] else f"{match[2]}.0"


def _set_listed(fields: Fields, parts: dict[str, str]) -> None:
    """Set the name by which the botnet filter lists one end."""
    if ecs.ip(parts["listed_name"]) is None:
        fields[f"{parts['listed']}.domain"] = parts["listed_name"]


_COMPOSERS = {
    "duration": _set_duration,
    "url": _set_url,
    "decision": _set_decision,
    "tls_version": _set_tls,
    "listed": _set_listed,
}

"""Fortinet FortiGate logs: ``key=value`` lines, and CEF; FortiWeb and FortiAuthenticator alike.

Source: Fortinet, "FortiOS Log Message Reference", versions 5.6 to 7.6. A line has a type (traffic,
utm, event) and a subtype; what they say is in `fortigate_types`, what all share is mapped here.

``date``, ``time`` and ``tz`` are the device's clock and the event's time. ``eventtime`` counts from
1970, in seconds up to FortiOS 6.0 and in nanoseconds since, and is the start of what is reported.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from network_security.sensors import ecs, key_value, syslog
from network_security.sensors.ecs import Fields, number, port, text
from network_security.sensors.errors import ParseError
from network_security.sensors.firewall import fortigate_cef
from network_security.sensors.firewall.fortigate_types import MAPPERS, event
from network_security.sensors.times import Clock, epoch, parse_time

Record = dict[str, str]

NANOSECONDS = 1_000_000_000
LONGEST_SPAN = 10**9
DIRECTIONS = {
    "incoming": "inbound",
    "outgoing": "outbound",
    "inbound": "inbound",
    "outbound": "outbound",
}
ALIASES = {
    "src": "srcip",
    "dst": "dstip",
    "src_port": "srcport",
    "dst_port": "dstport",
    "userip": "srcip",
    "device_id": "devid",
    "log_id": "logid",
    "pri": "level",
    "http_agent": "agent",
    "http_method": "httpmethod",
    "http_host": "hostname",
    "http_url": "url",
    "http_referer": "referralurl",
    "trans_src": "transip",
    "trans_src_port": "transport",
    "trans_dst": "tranip",
    "trans_dst_port": "tranport",
    "src_int": "srcintf",
    "dst_int": "dstintf",
    "interface": "srcintf",
    "policy_id": "policyid",
    "remote_ip": "srcip",
    "remote_port": "srcport",
    "userfrom": "ui",
}
"""Fields of FortiWeb, FortiManager, FortiAuthenticator, and odd ones -> their usual names."""

LONGEST = 65_536
"""As far as a line is read: the most that a datagram holds."""

_FIRST_KEY = re.compile(r"[A-Za-z_][\w.]{0,31}=")
_FIRST_KEY_WITHIN = 1024
_COMMA = re.compile(r"[\w.]{1,32}=(?:\"[^\"]{0,255}\"|[^\s\",]{0,255}),\w")
_ZONE = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?$")
_ADDRESS = re.compile(r"([\w-]{1,32})\(([0-9A-Fa-f:.]{2,45})\)$")
_NONE = frozenset(("N/A", "unknown", "", None))


def _nothing(value: str | None) -> str | None:
    return None if value in _NONE else value


_FIELDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "logid": ("event.code", text),
    "level": ("log.level", text),
    "devid": ("observer.serial_number", text),
    "srcmac": ("source.mac", ecs.mac),
    "dstmac": ("destination.mac", ecs.mac),
    "mac": ("source.mac", ecs.mac),
    "srcintf": ("observer.ingress.interface.name", text),
    "dstintf": ("observer.egress.interface.name", text),
    "transip": ("source.nat.ip", ecs.ip),
    "transport": ("source.nat.port", port),
    "tranip": ("destination.nat.ip", ecs.ip),
    "tranport": ("destination.nat.port", port),
    "tunnelip": ("source.nat.ip", ecs.ip),
    "policyid": ("rule.id", text),
    "policyname": ("rule.name", text),
    "poluuid": ("rule.uuid", text),
    "sentbyte": ("source.bytes", number),
    "rcvdbyte": ("destination.bytes", number),
    "sentpkt": ("source.packets", number),
    "rcvdpkt": ("destination.packets", number),
    "group": ("group.name", _nothing),
    "reason": ("event.reason", _nothing),
    "msg": ("message", text),
    "agent": ("user_agent.original", text),
    "referralurl": ("http.request.referrer", text),
    "httpmethod": ("http.request.method", text),
    "filename": ("file.name", text),
    "filesize": ("file.size", number),
    "analyticscksum": ("file.hash.sha256", text),
    "forwardedfor": ("network.forwarded_ip", ecs.ip),
    "scertcname": ("tls.server.x509.subject.common_name", text),
    "scertissuer": ("tls.server.issuer", text),
    "ccertissuer": ("tls.client.issuer", text),
    "certhash": ("tls.server.hash.sha1", text),
    "sni": ("tls.client.server_name", text),
}
"""Field of FortiOS -> ECS field, and what reads it. All other fields are kept."""


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one FortiGate log.

    Raises:
        ParseError: If the line holds no field that every log has, or is CEF of another vendor.
    """
    line = raw[:LONGEST]
    if fortigate_cef.is_cef(line):
        prefix, record = fortigate_cef.decode(line)
    else:
        first = _FIRST_KEY.search(line, 0, _FIRST_KEY_WITHIN)
        if first is None:
            raise ParseError("unsupported", "no key=value", raw=raw, position=0)
        prefix, record = line[: first.start()], _pairs(line[first.start() :])
        if record.keys().isdisjoint(_EXPECTED):
            raise ParseError("unsupported", "no field of a FortiGate log", raw=raw, position=0)
    if not record.keys().isdisjoint(ALIASES):
        for name, usual in ALIASES.items():
            if name in record and usual not in record:
                record[usual] = record.pop(name)
    return _map(prefix, record, clock)


def _pairs(text: str) -> Record:
    # "set format csv" puts commas between the pairs.
    separators = "," if _COMMA.match(text) else " "
    return key_value.decode(text, separators=separators)


_EXPECTED = frozenset(("type", "subtype", "logid", "log_id", "devid", "devname", "date"))


def _header(prefix: str, clock: Clock) -> Fields:
    prefix = prefix.strip()
    if not prefix:
        return {}
    header = syslog.decode(prefix, clock)
    fields = header.fields()
    fields["observer.hostname"] = header.hostname
    return fields


def _map(prefix: str, record: Record, clock: Clock) -> Fields:
    times = _times(record, clock)
    # The header's time, and what is assumed to read it, count only where the log states none.
    scratch = Clock(clock.received, clock.zone)
    fields = _header(prefix, scratch if times["@timestamp"] else clock)
    fields |= {name: value for name, value in times.items() if value is not None}
    device = record.pop("devname", None)
    if device:
        fields["observer.hostname"] = fields["observer.name"] = device
    _set_ends(fields, record)
    ecs.transport(fields, record.pop("proto", None))
    fields["network.protocol"] = (_nothing(record.pop("service", None)) or "").lower()
    fields["network.application"] = (_nothing(record.pop("app", None)) or "").lower()
    # "Web.Client" is the category that FortiGuard lists as "Web-Client".
    fields["rule.category"] = record.get("appcat", "").replace(".", "-") or record.get("catdesc")
    _set_user(fields, record)
    rest: dict[str, Any] = {}
    for name, value in record.items():
        if name in _FIELDS:
            field, read = _FIELDS[name]
            # Most fields are text as it stands: it is not worth a call.
            fields[field] = value if read is text else read(value)
        else:
            rest[name] = value
    _set_totals(fields)
    _set_url(fields, rest)
    MAPPERS.get(record.get("type", ""), event)(fields, rest)
    fields["fortinet.fortigate"] = rest
    return fields


def _times(record: Record, clock: Clock) -> Fields:
    start = epoch(record.pop("eventtime", None))
    moment = _clock_time(record, clock) or start
    for name in ("timestamp", "itime"):
        moment = moment or epoch(record.get(name))
    duration = number(record.pop("duration", None), LONGEST_SPAN)
    return {
        "@timestamp": moment or parse_time(record.get("start"), clock),
        "event.start": start,
        "event.duration": None if duration is None else duration * NANOSECONDS,
    }


def _clock_time(record: Record, clock: Clock) -> datetime | None:
    date = record.get("date")
    if not date:
        return None
    zone = _ZONE.match(record.get("tz", ""))
    offset = f"{zone[1]}{zone[2]:0>2}:{zone[3] or '00'}" if zone else ""
    return parse_time(f"{date}T{record.get('time', '')}{offset}", clock)


def _set_ends(fields: Fields, record: Record) -> None:
    source = ecs.endpoint(
        fields, "source", _nothing(record.pop("srcip", None)), record.pop("srcport", None)
    )
    destination = ecs.endpoint(
        fields, "destination", _nothing(record.pop("dstip", None)), record.pop("dstport", None)
    )
    if source is None and "ui" in record:
        source = _set_administrator(fields, record["ui"])
    known = source or destination
    if known is not None:
        fields["network.type"] = "ipv6" if ":" in known else "ipv4"
    for side, name in (("source", "srcname"), ("destination", "dstname")):
        named = _nothing(record.pop(name, None))
        if named is not None:
            fields[f"{side}.domain"] = named
    stated = DIRECTIONS.get(record.get("direction") or record.get("dir") or "")
    fields["network.direction"] = stated or ecs.direction(source, destination)


def _set_administrator(fields: Fields, written: str) -> str | None:
    """Set where an administrator sits, from ``GUI(192.0.2.1)``."""
    match = _ADDRESS.match(written)
    return ecs.endpoint(fields, "source", match[2]) if match else None


def _set_user(fields: Fields, record: Record) -> None:
    user = _nothing(record.pop("user", None)) or _nothing(record.pop("unauthuser", None))
    if user is not None:
        realm, _, name = user.rpartition("\\")
        fields["source.user.name"] = fields["user.name"] = name
        fields["user.domain"] = realm


def _set_totals(fields: Fields) -> None:
    for name in ("bytes", "packets"):
        sent, received = fields.get(f"source.{name}"), fields.get(f"destination.{name}")
        if sent is not None or received is not None:
            fields[f"network.{name}"] = (sent or 0) + (received or 0)


def _set_url(fields: Fields, rest: dict[str, Any]) -> None:
    host, written = _nothing(rest.get("hostname")), _nothing(rest.pop("url", None))
    if written is None and (host is None or rest.get("type") == "event"):
        return
    ecs.url(fields, written, host)
    if host is not None and ecs.ip(host) is None:
        fields["destination.domain"] = host

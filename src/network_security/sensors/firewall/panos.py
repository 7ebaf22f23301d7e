"""Palo Alto Networks PAN-OS logs: syslog lines of comma-separated values, CEF, and JSON.

Firewalls and Panorama write the values of a log after a syslog header, without names; the fourth
value is the log type that says what they are (`panos_columns`). Strata Logging Service (Prisma
Access, Cortex Data Lake) writes CEF and JSON with names of its own (`panos_cloud`), and Cortex XDR
its alerts (`panos_xdr`). All but the last become a record under the names of the syslog columns;
what all log types share is mapped here, what one type says in `panos_types`.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from network_security.sensors import csv_line, ecs, json_line, syslog
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.errors import ParseError
from network_security.sensors.firewall import panos_cloud, panos_xdr
from network_security.sensors.firewall.panos_columns import AUDIT, COLUMNS, CONFIG_SHORT, HEAD
from network_security.sensors.firewall.panos_types import MAPPERS
from network_security.sensors.firewall.panos_user import set_source_user, set_user
from network_security.sensors.times import Clock, parse_time, zone

Record = dict[str, Any]

SEVERITIES = {"critical": 1, "high": 2, "medium": 3, "low": 4, "informational": 5}
"""The worst first, as syslog and Suricata count."""

_VALUES = re.compile(
    r"(?:^|(?<=[\s:>\]]))(?:\d{1,12},\d{1,4}[/-]\d{1,2}[/-]\d{1,4}[ T]|"
    r"\d{4,20},\d{4}/\d\d/\d\d \d\d:\d\d:\d\d,audit,)"
)
_VALUES_WITHIN = 1024
_OCTETS = re.compile(r"\d{1,6} (?=<)")  # RFC 6587: the length before a message over TCP
_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d$")
_UNSET_TIME = "1970"


def _one(value: object) -> list[str] | None:
    written = text(value)
    return None if written is None else [written]


_FIELDS: dict[str, tuple[str, Callable[[object], Any]]] = {
    "serial": ("observer.serial_number", text),
    "rule": ("rule.name", text),
    "rule_uuid": ("rule.uuid", text),
    "from": ("observer.ingress.zone", text),
    "to": ("observer.egress.zone", text),
    "inbound_if": ("observer.ingress.interface.name", text),
    "outbound_if": ("observer.egress.interface.name", text),
    "session_end_reason": ("event.reason", text),
    "user_agent": ("user_agent.original", text),
    "referer": ("http.request.referrer", text),
    "contenttype": ("http.response.mime_type", text),
    "subject": ("email.subject", text),
    "sender": ("email.from.address", _one),
    "recipient": ("email.to.address", _one),
    "bytes": ("network.bytes", number),
    "bytes_sent": ("source.bytes", number),
    "bytes_received": ("destination.bytes", number),
    "packets": ("network.packets", number),
    "pkts_sent": ("source.packets", number),
    "pkts_received": ("destination.packets", number),
    "seqno": ("event.sequence", number),
    "src_mac": ("source.mac", ecs.mac),
    "dst_mac": ("destination.mac", ecs.mac),
}
"""Column -> ECS field, and what reads it. All other columns are kept."""


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one PAN-OS log.

    Raises:
        ParseError: If the text is neither a line that starts like a PAN-OS log, nor CEF, nor JSON.
    """
    if raw.lstrip().startswith("{"):
        decoded = json_line.decode(raw)
        if panos_xdr.is_xdr(decoded):
            return panos_xdr.fields(decoded, clock)
        return _map("", panos_cloud.from_json(decoded), clock)
    values = _VALUES.search(raw, 0, _VALUES_WITHIN)
    if values is not None:
        return _map(raw[: values.start()], _record(raw, values.start()), clock)
    if "CEF:" in raw:
        return _map(*panos_cloud.from_cef(raw), clock)
    raise ParseError("unsupported", "no PAN-OS log", raw=raw, position=0)


def _header(prefix: str, clock: Clock) -> Fields:
    prefix = _OCTETS.sub("", prefix.strip(" :"), count=1)
    if not prefix:
        return {}
    header = syslog.decode(prefix, clock)
    fields = header.fields()
    fields["observer.hostname"] = header.hostname
    return fields


def _record(raw: str, start: int) -> Record:
    """Return the values of a line by the names of their columns; empty ones are left out."""
    values = csv_line.split(raw[start:])
    if values[2:3] == ["audit"]:
        names = AUDIT
    elif len(values) < len(HEAD):
        raise ParseError("syntax", "fewer values than any PAN-OS log has", raw=raw, position=start)
    else:
        names = _columns(values)
    record: Record = {name: value for name, value in zip(names, values, strict=False) if value}
    if len(values) > len(names):
        record["further_columns"] = values[len(names) :]
    return record


def _columns(values: list[str]) -> tuple[str, ...]:
    kind = values[3]
    # The flags of actions are hexadecimal, and stand earlier in a line without change details.
    if kind == "CONFIG" and "".join(values[15:16]).startswith("0x"):
        return CONFIG_SHORT
    return COLUMNS.get(kind, HEAD)


def _map(prefix: str, record: Record, clock: Clock) -> Fields:
    own = _own_clock(record, clock)
    moment = _time(record, own)
    # The header's time, and what is assumed to read it, count only where the log states none.
    fields = _header(prefix, Clock(clock.received, clock.zone) if moment else clock)
    if moment is not None:
        fields["@timestamp"] = moment
    device = text(record.pop("device_name", None))
    if device:
        fields["observer.hostname"] = fields["observer.name"] = device
        fields["host.hostname"] = fields["host.name"] = device
    _set_ends(fields, record)
    _set_severity(fields, text(record.pop("severity", None)))
    ecs.transport(fields, record.pop("proto", None))
    fields["network.application"] = (text(record.pop("app", None)) or "").lower()
    rest: Record = {}
    for name, value in record.items():
        if name in _FIELDS:
            field, read = _FIELDS[name]
            fields[field] = read(value)
        else:
            rest[name] = value
    mapper = MAPPERS.get((text(record.get("type")) or "").upper())
    if mapper is not None:
        mapper(fields, rest, own)
    fields["paloalto.panos"] = rest
    return fields


def _own_clock(record: Record, clock: Clock) -> Clock:
    """Return what the log's times are read against: its own zone where it names one.

    Of a line's times only the finest does; CEF states it apart.
    """
    finest = record.get("high_res_timestamp")
    if type(finest) is str and not finest.startswith(_UNSET_TIME):
        offset = _OFFSET.search(finest)
        if offset is not None:
            return Clock(clock.received, zone(offset[0]))
    return Clock(clock.received, UTC) if record.get("dtz") == "UTC" else clock


def _time(record: Record, clock: Clock) -> datetime | None:
    """Return when the log was made."""
    generated, finest = record.pop("time_generated", None), record.get("high_res_timestamp")
    if type(finest) is str and not finest.startswith(_UNSET_TIME):
        found = parse_time(finest, clock)
        if found is not None:
            return found
    return parse_time(generated, clock) or parse_time(record.get("receive_time"), clock)


def _set_ends(fields: Fields, record: Record) -> None:
    source = _set_end(fields, "source", record, "src", "sport")
    destination = _set_end(fields, "destination", record, "dst", "dport")
    known = source or destination
    if known is not None:
        fields["network.type"] = "ipv6" if ":" in known else "ipv4"
    fields["network.direction"] = ecs.direction(source, destination)
    if "srcuser" in record:
        set_source_user(fields, text(record.pop("srcuser")))
    if "dstuser" in record:
        set_user(fields, "destination.user", text(record.pop("dstuser")))
    forwarded = ecs.ip(record.get("xff") or record.get("xff_ip"))
    if forwarded is not None:
        fields["network.forwarded_ip"] = forwarded


def _set_end(fields: Fields, side: str, record: Record, address: str, port: str) -> str | None:
    fields[f"{side}.nat.ip"] = ecs.ip(record.pop(f"nat{address}", None))
    fields[f"{side}.nat.port"] = ecs.port(record.pop(f"nat{port}", None))
    return ecs.endpoint(fields, side, text(record.pop(address, None)), record.pop(port, None))


def _set_severity(fields: Fields, written: str | None) -> None:
    severity = (written or "").lower()
    fields["log.level"] = None if severity.isdecimal() else severity
    fields["event.severity"] = SEVERITIES.get(severity) or number(severity)

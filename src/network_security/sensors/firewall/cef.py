"""Any product's events in ArcSight Common Event Format (CEF), after a syslog header or none.

Source: ArcSight CEF Implementation Standard, version 25, its dictionary of extension keys; custom
keys are read by their labels. What has no place in ECS stays under `cef.log.extensions`.
"""

from datetime import tzinfo
from typing import Any

from network_security.sensors import cef, ecs, syslog, times
from network_security.sensors.cef import Cef
from network_security.sensors.ecs import Fields, number, port, text
from network_security.sensors.errors import ParseError
from network_security.sensors.firewall import field_table
from network_security.sensors.firewall.classification import decision
from network_security.sensors.firewall.own_time import own_time
from network_security.sensors.times import Clock

# The standard's words for severity, at the lowest number of each range.
SEVERITIES = {"low": 0, "medium": 4, "high": 7, "very-high": 9}
HIGHEST_SEVERITY = 10
TIMES = {"start": "event.start", "end": "event.end", "rt": "event.created"}
"""The event's times; the first of start, receipt and end is the time of the event."""
ENDS = (
    ("source", "src", "spt", "shost", "sntdom"),
    ("destination", "dst", "dpt", "dhost", "dntdom"),
)
"""Of each end: the keys of its address, port, name, and Windows domain."""
DIRECTIONS = {"0": "inbound", "1": "outbound"}
OUTCOMES = {
    "success": "success", "/success": "success", "failure": "failure", "/failure": "failure",
    "failed": "failure", "fail": "failure", "attempt": "unknown", "/attempt": "unknown",
}  # fmt: skip
DIGESTS = {32: "md5", 40: "sha1", 64: "sha256"}
"""Length of a digest in hexadecimal -> algorithm."""

FIELDS = field_table.table(
    (text, {
        "act": "event.action",
        "reason": "event.reason",
        "msg": "message",
        "externalId": "event.id",
        "dvchost": "observer.hostname",
        "deviceExternalId": "observer.serial_number",
        "deviceInboundInterface": "observer.ingress.interface.name",
        "deviceOutboundInterface": "observer.egress.interface.name",
        "deviceProcessName": "observer.name",
        "ahost": "agent.name",
        "aid": "agent.id",
        "at": "agent.type",
        "suser": "source.user.name",
        "suid": "source.user.id",
        "duser": "destination.user.name",
        "duid": "destination.user.id",
        "sproc": "process.name",
        "dproc": "process.name",
        "fname": "file.name",
        "filePath": "file.path",
        "fileId": "file.inode",
        "fileType": "file.type",
        "requestMethod": "http.request.method",
        "requestContext": "http.request.referrer",
        "requestClientApplication": "user_agent.original",
        "requestCookies": "http.request.cookies",
        "destinationServiceName": "service.name",
        # Check Point's own
        "ifname": "observer.ingress.interface.name",
        "inzone": "observer.ingress.zone",
        "outzone": "observer.egress.zone",
    }),
    (ecs.mac, {"smac": "source.mac", "dmac": "destination.mac", "dvcmac": "observer.mac"}),
    (ecs.ip, {
        "dvc": "observer.ip",
        "sourceTranslatedAddress": "source.nat.ip",
        "destinationTranslatedAddress": "destination.nat.ip",
    }),
    (port, {
        "sourceTranslatedPort": "source.nat.port",
        "destinationTranslatedPort": "destination.nat.port",
    }),
    (number, {
        "in": "source.bytes",
        "out": "destination.bytes",
        "fsize": "file.size",
        "spid": "process.pid",
        "dpid": "process.pid",
    }),
    (DIRECTIONS.get, {"deviceDirection": "network.direction"}),
)  # fmt: skip

# What custom keys are labelled with.
LABELS = field_table.table(
    (text, {
        "RuleID": "rule.id",
        "Rule Name": "rule.name",
        "Rule": "rule.name",
        "Matched Category": "rule.category",
        "FromZone": "observer.ingress.zone",
        "ToZone": "observer.egress.zone",
        "processSha1": "process.hash.sha1",
    }),
    (ecs.ip, {
        "Source IPv6 Address": "source.ip",
        "Destination IPv6 Address": "destination.ip",
    }),
    (field_table.seconds, {"Duration in Seconds": "event.duration"}),
)  # fmt: skip
ELSEWHERE = frozenset((
    "src", "spt", "dst", "dpt", "shost", "dhost", "proto", "app", "request", "rt",
))  # fmt: skip


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one CEF event.

    Raises:
        ParseError: If the line has no CEF header of seven parts.
    """
    return event_fields(cef.decode(raw), clock)


def event_fields(event: Cef, clock: Clock) -> Fields:
    """Return the ECS fields of a decoded CEF event."""
    values = field_table.given(event.extension.items())
    fields = _header(event, values, clock)
    rest = field_table.apply(fields, values, FIELDS, ELSEWHERE)
    labelled = event.labelled()
    if labelled:
        field_table.apply(fields, field_table.given(labelled.items()), LABELS)
    _set_connection(fields, values)
    _set_content(fields, values)
    _classify(fields, values)
    fields.setdefault("rule.id", event.signature)
    fields.setdefault("message", event.name)
    fields["cef.log"] = {
        "version": event.version,
        "device_event_class_id": event.signature,
        "name": event.name,
        "severity": event.severity,
        "extensions": rest,
    }
    return fields


def _header(event: Cef, values: dict[str, str], clock: Clock) -> Fields:
    prefix = event.prefix.rstrip(" :")
    fields: Fields = {}
    if prefix:
        fields = syslog.decode(f"{prefix} ", clock).fields()
    severity = SEVERITIES.get(event.severity.lower())
    if severity is None:
        severity = number(event.severity, HIGHEST_SEVERITY)
    fields["event.severity"] = severity
    fields["event.code"] = event.signature
    fields["observer.vendor"] = event.vendor
    fields["observer.product"] = event.product
    fields["observer.version"] = event.version
    zone = _zone(values.get("dtz"))
    moment = fields.get("@timestamp")
    for name in ("end", "rt", "start"):
        found = own_time(values.get(name), clock, zone=zone)
        fields[TIMES[name]] = found
        moment = found or moment
    fields["@timestamp"] = moment
    return fields


def _zone(name: str | None) -> tzinfo | None:
    """Return the zone that the device states, or None."""
    try:
        return times.zone(name) if name else None
    except ParseError:
        return None


def _set_connection(fields: Fields, values: dict[str, str]) -> None:
    for side, address, at, host, domain in ENDS:
        name = values.get(host) or values.get(domain)
        # An address may stand in a labelled key instead.
        written = values.get(address) or fields.get(f"{side}.ip") or name
        ecs.endpoint(fields, side, written, values.get(at))
        if name:
            fields[f"{side}.address"] = fields[f"{side}.domain"] = name
    if "network.direction" not in fields:
        fields["network.direction"] = ecs.direction(
            fields.get("source.ip"), fields.get("destination.ip")
        )
    ecs.transport(fields, values.get("proto"))
    field_table.add_totals(fields)
    fields["host.name"] = values.get("dvchost")
    fields["user.name"] = values.get("suser") or values.get("duser")


def _set_content(fields: Fields, values: dict[str, str]) -> None:
    ecs.url(fields, values.get("request"))
    name = values.get("app")
    if name:
        fields["network.application"] = name.lower()
        if " " not in name:
            fields["network.protocol"] = name.lower()
    digest = values.get("fileHash", "")
    algorithm = DIGESTS.get(len(digest))
    if algorithm:
        fields[f"file.hash.{algorithm}"] = digest


def _classify(fields: Fields, values: dict[str, Any]) -> None:
    outcome = values.get("outcome") or values.get("categoryOutcome") or ""
    fields["event.outcome"] = OUTCOMES.get(outcome.lower())
    found = decision(fields.get("event.action", ""))
    if found is not None:
        fields["event.type"] = ["connection", found, "info"]
        fields["event.outcome"] = fields["event.outcome"] or "success"

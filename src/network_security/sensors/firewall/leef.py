"""Any product's events in IBM's Log Event Extended Format (LEEF) 1.0 or 2.0.

Source: IBM QRadar, "LEEF event components" and "Predefined LEEF event attributes"; beside these the
attributes of WatchGuard Fireware, Forcepoint NGFW, CyberArk Vault and Aruba ClearPass. What has no
place in ECS stays under `leef.log.attributes`.
"""

import re

from network_security.sensors import ecs, leef, syslog
from network_security.sensors.ecs import Fields, number, port, text
from network_security.sensors.firewall import field_table
from network_security.sensors.firewall.classification import decision
from network_security.sensors.firewall.field_table import lower, seconds
from network_security.sensors.firewall.own_time import own_time
from network_security.sensors.leef import Leef
from network_security.sensors.times import Clock

LONGEST_MESSAGE = 4096
# What the DHCP server of the Internet Systems Consortium writes, in whose product it may run.
_LEASE = re.compile(
    r"DHCP\w{1,16} (?:on|for|of) (?P<ip>[\d.]{7,15}) (?:to|from) (?P<mac>[\da-fA-F:]{17})"
    r"(?: \((?P<name>[^)]{1,255})\))?(?: via (?P<interface>[\w.-]{1,64}))?"
)
_COMMAND = re.compile(r"HISTORY: PID\\?=(\d{1,10}) ")

FIELDS = field_table.table(
    (text, {
        "usrName": "user.name",
        "accountName": "user.name",
        "domain": "user.domain",
        "role": "user.roles",
        "identHostName": "host.hostname",
        "vSrcName": "source.domain",
        "sender": "observer.name",
        "resource": "service.name",
        "policy": "rule.ruleset",
        "msg": "message",
        "description": "message",
        "EventMessage": "message",
        "reason": "event.reason",
        "Reason": "event.reason",
        "externalId": "event.id",
        "messageId": "event.id",
        # WatchGuard
        "serial": "observer.serial_number",
        "in_if": "observer.ingress.interface.name",
        "out_if": "observer.egress.interface.name",
        "proxy_act": "rule.category",
        "op": "http.request.method",
        "dstname": "destination.domain",
        # CyberArk
        "SourceUser": "source.user.name",
        "TargetUser": "user.target.name",
        "duser": "destination.user.name",
        "File": "file.name",
        "fname": "file.name",
    }),
    (lower, {"app_name": "network.application", "level": "log.level", "app": "network.protocol"}),
    (ecs.mac, {"srcMAC": "source.mac", "dstMAC": "destination.mac", "identMAC": "host.mac"}),
    (ecs.ip, {
        "srcPostNAT": "source.nat.ip",
        "dstPostNAT": "destination.nat.ip",
        "identSrc": "host.ip",
    }),
    (port, {
        "srcPostNATPort": "source.nat.port",
        "srcPostNATPORT": "source.nat.port",
        "dstPostNATPort": "destination.nat.port",
        "dstPostNATPORT": "destination.nat.port",
    }),
    (number, {
        "sev": "event.severity",
        "srcBytes": "source.bytes",
        "dstBytes": "destination.bytes",
        "sent_bytes": "source.bytes",
        "rcvd_bytes": "destination.bytes",
        "srcPackets": "source.packets",
        "dstPackets": "destination.packets",
        "totalPackets": "network.packets",
    }),
    (seconds, {"duration": "event.duration"}),
)  # fmt: skip
ELSEWHERE = frozenset((
    "src", "dst", "srcPort", "dstPort", "proto", "devTime", "url", "arg", "devTimeFormat",
))  # fmt: skip
SOURCES = ("src", "vSrc", "shost")
DESTINATIONS = ("dst", "dhost")
ACTIONS = ("disp", "act", "action", "Action")

# Words in the name of an action or event -> category and types; the first that is found counts.
KINDS = (
    ("authentication", ["authentication"], ["start"]),
    ("logon", ["authentication"], ["start"]),
    ("login", ["authentication"], ["start"]),
    ("logoff", ["authentication"], ["end"]),
    ("logout", ["authentication"], ["end"]),
    ("disconnect", ["session"], ["end"]),
    ("psm connect", ["session"], ["start"]),
    ("connection_closed", ["network"], ["connection", "end"]),
    ("connection", ["network"], ["connection", "start"]),
    ("keystroke", ["iam"], ["info"]),
    ("retrieve", ["iam"], ["info"]),
    ("use password", ["iam"], ["info"]),
    ("command", ["process"], ["info"]),
    ("add ", ["configuration"], ["creation"]),
    ("create", ["configuration"], ["creation"]),
    ("delete", ["configuration"], ["deletion"]),
    ("remove", ["configuration"], ["deletion"]),
    ("update", ["configuration"], ["change"]),
    ("change", ["configuration"], ["change"]),
    ("modify", ["configuration"], ["change"]),
)
FAILURES = frozenset((("Cyber-Ark", "4"),))
"""Vendor and id of events that report a failed authentication without saying so."""


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one LEEF event.

    Raises:
        ParseError: If the line has no LEEF header of five parts.
    """
    event = leef.decode(raw)
    values = field_table.given(event.attributes.items())
    fields = _header(event, clock)
    fields["@timestamp"] = own_time(values.get("devTime"), clock, fields.get("@timestamp"))
    rest = field_table.apply(fields, values, FIELDS, ELSEWHERE)
    _set_connection(fields, values)
    _read_message(fields)
    _set_url(fields, values)
    _classify(fields, event, values)
    fields["leef.log"] = {"event_id": event.event_id, "attributes": rest}
    return fields


def _header(event: Leef, clock: Clock) -> Fields:
    prefix = event.prefix.rstrip(" :")
    fields: Fields = {}
    if prefix:
        fields = syslog.decode(f"{prefix} ", clock).fields()
    fields["event.code"] = event.event_id
    fields["observer.vendor"] = event.vendor
    fields["observer.product"] = event.product
    fields["observer.version"] = event.version
    return fields


def _first(values: dict[str, str], names: tuple[str, ...]) -> str | None:
    for name in names:
        if name in values:
            return values[name]
    return None


def _set_connection(fields: Fields, values: dict[str, str]) -> None:
    ours, theirs = _first(values, SOURCES), _first(values, DESTINATIONS)
    source = ecs.endpoint(fields, "source", ours, values.get("srcPort"))
    target = ecs.endpoint(fields, "destination", theirs, values.get("dstPort"))
    for domain, address in (
        ("source.domain", "source.address"),
        ("destination.domain", "destination.address"),
    ):
        # Of an end whose name is known beside its address, the name is kept as written.
        if fields.get(domain):
            fields[address] = fields[domain]
    fields["network.direction"] = ecs.direction(source, target)
    ecs.transport(fields, values.get("proto"))
    field_table.add_totals(fields)
    fields["host.name"] = values.get("sender") or values.get("identHostName")
    user = values.get("src_user", "")
    if user:
        name, at, domain = user.partition("@")
        fields["user.name"], fields["user.domain"] = name, domain
        fields["user.email"] = user if at else None


def _read_message(fields: Fields) -> None:
    message = fields.get("message", "")
    if lease := _LEASE.match(message, 0, LONGEST_MESSAGE):
        name, address = lease["name"], lease["ip"]
        ecs.endpoint(fields, "source", address)
        fields["source.mac"] = ecs.mac(lease["mac"])
        if name:
            fields["source.address"] = fields["source.domain"] = name
        fields["observer.ingress.interface.name"] = lease["interface"]
    elif command := _COMMAND.match(message):
        fields["process.pid"] = number(command[1])


def _set_url(fields: Fields, values: dict[str, str]) -> None:
    host = values.get("dstname")
    ecs.url(fields, values.get("url") or values.get("arg"), host)


def _classify(fields: Fields, event: Leef, values: dict[str, str]) -> None:
    action = _first(values, ACTIONS)
    found = decision(action or "")
    fields["event.action"] = action or (event.event_id if not event.event_id.isalnum() else None)
    if found is not None:
        fields["event.type"] = ["connection", found, "info"]
        fields["event.outcome"] = "success"
        return
    words = (fields["event.action"] or "").lower()
    for word, category, types in KINDS:
        if word in words:
            fields["event.category"], fields["event.type"] = category, types
            failed = category == ["authentication"] and (
                "fail" in words or (event.vendor, event.event_id) in FAILURES
            )
            fields["event.outcome"] = "failure" if failed else "success"
            return

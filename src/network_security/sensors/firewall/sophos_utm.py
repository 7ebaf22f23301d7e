"""Sophos UTM (SG, formerly Astaro): ``key="value"`` pairs after a header of its own.

Source: Sophos UTM administration guide, "Log file format". Daemons that UTM takes over unchanged,
such as the name server, write plain text after the same header.
"""

import re

from network_security.sensors import ecs, key_value, syslog
from network_security.sensors.ecs import Fields, number, port, text
from network_security.sensors.errors import ParseError
from network_security.sensors.firewall import field_table
from network_security.sensors.firewall.field_table import lower
from network_security.sensors.times import Clock, parse_time

# "2024:05:28-10:30:01 utm-1 ulogd[4711]: ": colons in the date, and relays that cut it.
_HEADER = re.compile(
    r"(?:<(\d{1,3})>)?(?:(\d{4}):)?(\d\d):?(\d\d)-(\d\d:\d\d:\d\d) ([\w.-]{1,255})"
    r"(?: ([\w./-]{1,64})(?:\[(\d{1,10})\])?| ?): ?"
)
_LISTENING = re.compile(
    r"(?:no longer )?listening on (?:(IPv[46]) interface ([\w.-]{1,64}), )?"
    r"([0-9a-fA-F.:]{3,45})#(\d{1,5})"
)
_NEAR = 512
SEVERITIES = {
    "emerg": 0, "alert": 1, "crit": 2, "err": 3, "error": 3, "warn": 4, "warning": 4, "notice": 5,
    "info": 6, "debug": 7,
}  # fmt: skip
NAME_SERVER = "named"
DECISIONS = {
    "pass": "allowed", "accept": "allowed", "log": "allowed", "drop": "denied", "block": "denied",
    "reject": "denied",
}  # fmt: skip

FIELDS = field_table.table(
    (text, {
        "id": "event.code",
        "fwrule": "rule.id",
        "sid": "rule.id",
        "reason": "event.reason",
        "message": "message",
        "user": "user.name",
        "group": "group.name",
        "ad_domain": "user.domain",
        "initf": "observer.ingress.interface.name",
        "outitf": "observer.egress.interface.name",
        "method": "http.request.method",
        "referer": "http.request.referrer",
        "ua": "user_agent.original",
        "content-type": "http.response.mime_type",
        "file": "file.name",
        "filename": "file.name",
        "from": "email.from.address",
        "to": "email.to.address",
        "subject": "email.subject",
        "virus": "threat.software.name",
        "threatname": "threat.software.name",
    }),
    (lower, {"application": "network.application", "severity": "log.level"}),
    (ecs.mac, {"srcmac": "source.mac", "dstmac": "destination.mac"}),
    (ecs.ip, {"localip": "source.nat.ip"}),
    (number, {"statuscode": "http.response.status_code"}),
    (port, {"port": "destination.port"}),
)  # fmt: skip
ELSEWHERE = frozenset(("srcip", "dstip", "srcport", "dstport", "proto", "url", "server", "query"))


def is_utm(raw: str) -> bool:
    """Whether a line is one of UTM's: by its header, or by the keys that start its records."""
    return _HEADER.match(raw) is not None or raw.find('sys="', 0, _NEAR) >= 0


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one UTM line."""
    match = _HEADER.match(raw)
    if match is None:
        header = syslog.decode(raw, clock)
        fields = header.fields()
        message = header.message
    else:
        priority, year, month, day, time, host, process, pid = match.groups()
        stamp = f"{year}-{month}-{day} {time}" if year else ""
        fields = {
            "@timestamp": parse_time(stamp, clock),
            "host.hostname": host,
            "host.name": host,
            "process.name": process,
            "process.pid": number(pid),
            "log.syslog.priority": number(priority),
        }
        message = raw[match.end() :]
    fields["observer.product"] = "UTM"
    if fields.get("process.name") == NAME_SERVER:
        _name_server(fields, message)
        return fields
    values = field_table.given(key_value.items(message))
    if not values:
        fields["message"] = message
        return fields
    return _record(fields, values, raw)


def _name_server(fields: Fields, message: str) -> None:
    fields["message"] = message
    fields["event.type"] = ["connection", "protocol", "info"]
    fields["network.protocol"] = "dns"
    fields["network.transport"] = "udp"
    match = _LISTENING.match(message)
    if match is not None:
        family, interface, address, listening = match.groups()
        fields["event.action"] = "named-listening"
        fields["network.type"] = family.lower() if family else None
        fields["observer.ingress.interface.name"] = interface
        ecs.endpoint(fields, "server", address, listening)


def _record(fields: Fields, values: dict[str, str], raw: str) -> Fields:
    if "sys" not in values and "id" not in values:
        raise ParseError("unsupported", "no sys= or id=", raw=raw, position=0)
    rest = field_table.apply(fields, values, FIELDS, ELSEWHERE)
    fields["event.severity"] = SEVERITIES.get(fields.get("log.level", ""))
    action, reason = values.get("action"), values.get("reason")
    source = ecs.endpoint(fields, "source", values.get("srcip"), values.get("srcport"))
    target = ecs.endpoint(fields, "destination", values.get("dstip"), values.get("dstport"))
    fields["network.direction"] = ecs.direction(source, target)
    ecs.transport(fields, values.get("proto"))
    decision = DECISIONS.get(action or "")
    size = number(values.get("size"))
    if values.get("sub") == "http":
        fields["event.category"] = ["web"]
        fields["event.type"] = ["access", *([decision] if decision else []), "info"]
        fields["network.protocol"] = "http"
        fields["http.response.body.bytes"] = size
        action = f"{action}-{reason}" if action and reason else action
    else:
        fields["event.type"] = ["connection", *([decision] if decision else []), "info"]
        fields["source.bytes"] = size
    if values.get("sub") == "ips":
        fields["event.kind"] = "alert"
        fields["event.category"] = ["network", "intrusion_detection"]
    fields["event.action"] = action or values.get("name")
    server = values.get("server")
    if server:
        ecs.endpoint(fields, "destination", server, values.get("port"))
    ecs.url(fields, values.get("url"), server)
    fields["url.query"] = fields.get("url.query") or values.get("query", "").removeprefix("?")
    fields["sophos.utm"] = rest
    return fields

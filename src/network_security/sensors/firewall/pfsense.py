"""pfSense and OPNsense: the packet filter's log, and the logs of the daemons beside it.

``filterlog`` writes comma-separated values whose columns depend on the IP version, and after the
addresses on the protocol. Source: Netgate, "pfSense documentation", "Raw Filter Log Format".
The other programs are in `pfsense_daemons`. A rule's tracker is its lasting id (OPNsense: a hash);
its number changes when rules are moved.
"""

import re
from typing import Any

from network_security.sensors import csv_line, ecs, syslog
from network_security.sensors.ecs import Fields, number
from network_security.sensors.errors import ParseError
from network_security.sensors.firewall.pfsense_daemons import DAEMONS
from network_security.sensors.times import Clock

Record = dict[str, Any]

DECISIONS = {
    "pass": "allowed",
    "rdr": "allowed",
    "nat": "allowed",
    "binat": "allowed",
    "block": "denied",
    "reject": "denied",
    "scrub": "info",
}
DIRECTIONS = {"in": ("inbound", "ingress"), "out": ("outbound", "egress")}

_HEAD = (
    "rule_number", "sub_rule_number", "anchor", "tracker", "interface", "reason", "action",
    "direction", "ip_version",
)  # fmt: skip
_VERSIONS = {
    "4": (
        "tos", "ecn", "ttl", "id", "offset", "flags", "protocol_id", "protocol", "length",
        "source", "destination",
    ),
    "6": (
        "class", "flow_label", "hop_limit", "protocol", "protocol_id", "length", "source",
        "destination",
    ),
}  # fmt: skip
_PORTS = ("source_port", "destination_port", "data_length")
_PROTOCOLS = {
    "6": (*_PORTS, "tcp_flags", "sequence", "acknowledgement", "window", "urgent", "options"),
    "17": _PORTS,
    "132": _PORTS,
    "1": ("icmp_type",),
    "58": ("icmp_type",),
    "112": ("carp_type", "carp_ttl", "vhid", "version", "advbase", "advskew"),
}
"""Number of the protocol -> columns after the addresses; further values are kept as a list."""

_FILTER_LOG = re.compile(
    r"\d{1,10},[^,]{0,64},[^,]{0,255},[^,]{0,64},[^,]{1,64},[\w-]{1,32},[a-z]{2,10},[a-z/]{2,6},[46],"
)


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one line of pfSense or OPNsense.

    Raises:
        ParseError: If it is neither a filter log nor a line with a syslog header.
    """
    line = syslog.decode(raw, clock)
    message = line.message.strip()
    if line.appname == "filterlog" or _FILTER_LOG.match(message):
        fields = line.fields()
        _filter(fields, message)
    elif line.appname is None or (line.timestamp is None and line.priority is None):
        raise ParseError("unsupported", "no line of pfSense", raw=raw, position=0)
    else:
        fields = line.fields()
        fields["message"] = message
        daemon = DAEMONS.get(line.appname.rpartition("/")[2])
        if daemon is not None:
            daemon(fields, message, clock)
    fields["observer.name"] = fields["observer.hostname"] = line.hostname
    return fields


def _filter(fields: Fields, message: str) -> None:
    values = csv_line.split(message)
    head = len(_HEAD)
    version = values[head - 1] if len(values) >= head else ""
    if version not in _VERSIONS:
        raise ParseError("syntax", "a filter log without IP version", raw=message, position=0)
    names = _HEAD + _VERSIONS[version]
    record: Record = {name: value for name, value in zip(names, values, strict=False) if value}
    after = values[len(names) :]
    columns = _PROTOCOLS.get(record.get("protocol_id", ""), ())
    record |= {name: value for name, value in zip(columns, after, strict=False) if value}
    if len(after) > len(columns):
        record["protocol_data"] = after[len(columns) :]
    _map(fields, record)


def _map(fields: Fields, record: Record) -> None:
    action = record.get("action")
    fields["event.action"] = action
    fields["event.type"] = ["connection", DECISIONS.get(action or "", "info"), "info"]
    fields["event.outcome"] = "success"
    fields["event.reason"] = record.pop("reason", None)
    direction, side = DIRECTIONS.get(record.pop("direction", ""), (None, "ingress"))
    fields["network.direction"] = direction
    fields[f"observer.{side}.interface.name"] = record.pop("interface", None)
    fields["network.type"] = f"ipv{record.pop('ip_version')}"
    fields["rule.id"] = record.pop("tracker", None) or record.get("rule_number")
    fields["rule.ruleset"] = record.pop("anchor", None)
    ecs.transport(fields, record.pop("protocol", None))
    fields["network.iana_number"] = record.pop("protocol_id", None)
    fields["network.bytes"] = number(record.pop("length", None))
    for end in ("source", "destination"):
        ecs.endpoint(fields, end, record.pop(end, None), record.pop(f"{end}_port", None))
    fields["netgate.pfsense"] = record

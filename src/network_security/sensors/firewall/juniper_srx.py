"""Juniper SRX: Junos messages, structured (RFC 5424) or in sentences, after any header or none.

Source: Juniper, "Junos OS System Log Explorer" for the tags and their fields. What a tag means is
in `juniper_srx_tags`, what a sentence says in `juniper_srx_sentences`.

Two fields are filled as other ECS integrations of this format fill them, so that events of both can
be searched together: `event.severity` is the header's whole priority, of which `log.level` is the
severity's word, and a session's duration counts from the record's time, as `event.start`.
"""

import re

from network_security.sensors import ecs, key_value, syslog
from network_security.sensors.ecs import Fields, number, port, text
from network_security.sensors.errors import ParseError
from network_security.sensors.firewall import field_table, juniper_srx_sentences
from network_security.sensors.firewall.classification import Kind, decision
from network_security.sensors.firewall.field_table import lower, seconds
from network_security.sensors.firewall.juniper_srx_tags import SCREENS, TAGS
from network_security.sensors.syslog import Syslog
from network_security.sensors.times import Clock, parse_time

LEVELS = (
    "emergency", "alert", "critical", "error", "warning", "notification", "informational", "debug",
)  # fmt: skip
UNKNOWN = field_table.UNSET | {"UNKNOWN", "Unknown"}
UNTRANSLATED = frozenset(("0.0.0.0", "::"))  # noqa: S104  no address to bind to
FARTHEST_TAG = 4096

_PAIR = re.compile(
    r'(?<![\w.-])([A-Za-z][\w.-]{0,63})=(?:"([^"\\]*+(?:\\.[^"\\]*+)*+)"|([^\s\]"]+))'
)
_TAG = re.compile(r"([A-Z][A-Z0-9]{1,31}(?:_[A-Z0-9]{1,32}){1,12})(?::\s|\s?\[)")
_STRUCTURED = re.compile(r"[\w.@ -]{0,128}\[(?:junos@[\d.]{1,64}\s?)?(?=[a-z][\w.-]{0,63}=)")


def _translated(value: str) -> str | None:
    return None if value in UNTRANSLATED else ecs.ip(value)


FIELDS = field_table.table(
    (text, {
        "policy-name": "rule.name",
        "rule-name": "rule.id",
        "rulebase-name": "rule.ruleset",
        "category": "rule.category",
        "source-zone-name": "observer.ingress.zone",
        "source-zone": "observer.ingress.zone",
        "destination-zone-name": "observer.egress.zone",
        "destination-zone": "observer.egress.zone",
        "packet-incoming-interface": "observer.ingress.interface.name",
        "source-interface-name": "observer.ingress.interface.name",
        "interface-name": "observer.ingress.interface.name",
        "destination-interface-name": "observer.egress.interface.name",
        "reason": "event.reason",
        "message": "message",
        "http-host": "url.domain",
        "hostname": "host.name",
        "sample-sha256": "file.hash.sha256",
        "file-hash": "file.hash.sha256",
        "filename": "file.name",
        "file-name": "file.name",
        "malware-info": "threat.software.name",
        "command": "process.command_line",
        "sender": "email.from.address",
        "user-agent": "user_agent.original",
        "threat-severity": "log.level",
    }),
    (lower, {"application": "network.application", "application-name": "network.application"}),
    (_translated, {
        "nat-source-address": "source.nat.ip",
        "nat-destination-address": "destination.nat.ip",
    }),
    (port, {
        "nat-source-port": "source.nat.port",
        "nat-destination-port": "destination.nat.port",
    }),
    (number, {
        "bytes-from-client": "source.bytes",
        "bytes-from-server": "destination.bytes",
        "packets-from-client": "source.packets",
        "packets-from-server": "destination.packets",
        "inbound-bytes": "source.bytes",
        "outbound-bytes": "destination.bytes",
        "inbound-packets": "source.packets",
        "outbound-packets": "destination.packets",
    }),
    (seconds, {"elapsed-time": "event.duration"}),
)  # fmt: skip
SOURCES = ("source-address", "client-ip-str", "local-address")
DESTINATIONS = ("destination-address", "remote-address")
ELSEWHERE = frozenset((
    "source-address", "source-port", "destination-address", "destination-port", "protocol-id",
    "username", "url", "process-name", "process-id",
))  # fmt: skip


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one Junos message.

    Raises:
        ParseError: If the line has neither a syslog header, nor a tag, nor a process, or holds too
            many pairs.
    """
    header = syslog.decode(raw, clock)
    message = header.message
    tag = header.msgid
    if tag is None and _kind(header.appname or "") is not None:
        # Without a process before it, the tag stands in its place.
        tag, header.appname = header.appname, None
    if tag is None:
        found = _TAG.search(message, 0, FARTHEST_TAG)
        tag = found[1] if found else None
    if tag is None and header.timestamp is None and header.appname is None:
        raise ParseError("unsupported", "no Junos tag", raw=raw, position=0)
    fields = _header(header, tag)
    values = _values(header, message)
    if tag is not None:
        values.setdefault("tag", tag)
    rest = field_table.apply(fields, values, FIELDS, ELSEWHERE)
    if not message.startswith("["):
        fields.setdefault("message", message.strip())
    _set_process(fields, values)
    _set_connection(fields, values)
    _set_times(fields, values, clock)
    _classify(fields, values, tag or "")
    fields["juniper.srx"] = rest
    return fields


def _header(header: Syslog, tag: str | None) -> Fields:
    fields = header.fields()
    fields.pop("log.syslog.structured_data", None)
    if header.appname is None and tag is not None and tag.startswith("RT_"):
        # A relay cut the header off; the process is named by the tag.
        process = "RT_IDS" if tag.startswith("RT_SCREEN") else "_".join(tag.split("_")[:2])
        fields["process.name"] = fields["log.syslog.appname"] = process
    fields["observer.name"] = header.hostname
    if header.priority is not None:
        fields["event.severity"] = header.priority
        fields["log.level"] = LEVELS[header.priority % 8]
    return fields


def _values(header: Syslog, message: str) -> dict[str, str]:
    """Return the fields of a message, by the names of the structured form."""
    values: dict[str, str] = {}
    for parameters in header.data.values():
        values.update(parameters)
    start = _STRUCTURED.match(message)
    if start is not None:
        key_value.bound(message, "=")
        for name, quoted, bare in _PAIR.findall(message, start.end()):
            value = quoted or bare
            values[name] = key_value.unescape(value, '"]') if "\\" in value else value
    if not values:
        values = juniper_srx_sentences.read(message)
    return {
        name: value for name, written in values.items() if (value := written.strip()) not in UNKNOWN
    }


def _set_process(fields: Fields, values: dict[str, str]) -> None:
    child = values.get("process-name")
    if child:
        fields["process.parent.name"] = fields.get("process.name")
        fields["process.parent.pid"] = fields.get("process.pid")
        fields["process.name"] = child
        fields["process.pid"] = number(values.get("process-id"))


def _first(values: dict[str, str], names: tuple[str, ...]) -> str | None:
    for name in names:
        if name in values:
            return values[name]
    return None


def _set_connection(fields: Fields, values: dict[str, str]) -> None:
    ours, theirs = _first(values, SOURCES), _first(values, DESTINATIONS)
    source = ecs.endpoint(fields, "source", ours, values.get("source-port"))
    target = ecs.endpoint(fields, "destination", theirs, values.get("destination-port"))
    fields["network.direction"] = ecs.direction(source, target)
    ecs.transport(fields, values.get("protocol-id") or values.get("protocol-name"))
    field_table.add_totals(fields)
    user = values.get("username")
    if user:
        fields["source.user.name"] = fields["user.name"] = user
    url, path = values.get("url", ""), values.get("obj", "")
    if url or path:
        # A web filter names host and path apart.
        ecs.url(fields, url if "/" in url else url + path, fields.get("url.domain"))


def _set_times(fields: Fields, values: dict[str, str], clock: Clock) -> None:
    moment = fields.get("@timestamp") or parse_time(values.get("epoch-time"), clock)
    fields["@timestamp"] = moment
    field_table.add_span(fields)


def _classify(fields: Fields, values: dict[str, str], tag: str) -> None:
    kind = _kind(tag)
    action = values.get("action") or values.get("filter-action") or ""
    found = {"A": "allowed", "D": "denied", "R": "denied"}.get(action) or _decided(action)
    if kind is None:
        fields["event.action"] = tag or None
        if found:
            fields["event.type"] = ["connection", found, "info"]
        return
    fields["event.action"] = kind.action
    fields["event.category"] = kind.category
    fields["event.outcome"] = kind.outcome
    types = kind.type
    if found and "connection" in types:
        # What was done about it, where the tag leaves it open.
        types = [part for part in types if part not in ("allowed", "denied")]
        types = [types[0], found, *types[1:]]
    fields["event.type"] = types
    attack = values.get("attack-name", "")
    if kind.action == "screen":
        word = attack.lower()
        fields["event.action"] = next(
            (action for part, action in SCREENS if part in word), "attack_detected"
        )
    fields["rule.name"] = fields.get("rule.name") or attack
    if "malware" in kind.category or "intrusion_detection" in kind.category:
        fields["event.kind"] = "alert"


def _kind(tag: str) -> Kind | None:
    return TAGS.get("RT_SCREEN" if tag.startswith("RT_SCREEN") else tag.removesuffix("_LS"))


def _decided(action: str) -> str | None:
    # A screen set to "alarm-without-drop" reports and lets pass.
    return "allowed" if "without-drop" in action else decision(action)

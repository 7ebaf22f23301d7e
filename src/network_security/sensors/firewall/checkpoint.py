"""Check Point logs, as Log Exporter and its forerunners send them.

Source: Check Point sk122323 (Log Exporter) and sk144192 (log fields). The syslog format is one
bracket of ``name:"value"; `` after an RFC 5424 header; ``::`` stands where a value is free text.
Three other forms are read as well: CEF, the columns that SmartView Tracker exports, and the JSON of
Harmony Email & Collaboration, in `checkpoint_harmony`.
"""

import re

from network_security.sensors import cef, ecs, syslog
from network_security.sensors import key_value as kv
from network_security.sensors.ecs import Fields, port
from network_security.sensors.errors import ParseError
from network_security.sensors.firewall import cef as cef_events
from network_security.sensors.firewall import checkpoint_harmony, field_table
from network_security.sensors.firewall.checkpoint_fields import ELSEWHERE, FIELDS
from network_security.sensors.firewall.classification import decision
from network_security.sensors.firewall.own_time import own_time
from network_security.sensors.times import Clock, parse_time

# Keys are ASCII, which is told faster than what Unicode takes for a word.
_PAIR = re.compile(
    r"(?<![A-Za-z0-9_.-])([A-Za-z_][A-Za-z0-9_.-]{0,127}+)"
    r':{1,2}"([^"\\]*+(?:\\.[^"\\]*+)*+)"',
    re.DOTALL,
)
_CEF = re.compile(r"(?:CEF:\s{0,2})?0\|\|?Check Point\|")
_COLUMN = re.compile(r'"([^"]*)"')
# Columns of SmartView Tracker's export, in its own words.
COLUMNS = (
    "number", "date", "clock", "ifname", "origin", "type", "action", "service_id", "s_port", "src",
    "dst", "proto", "rule", "rule_name", "current_rule", "user", "information", "product",
    "src_machine_name", "src_user_name",
)  # fmt: skip

UNTRANSLATED = frozenset(("0", "0.0.0.0", "::"))  # noqa: S104  no address to bind to
LOGINS = {
    "Log In": ("logged-in", "start", "success"),
    "Log Out": ("logged-out", "end", "success"),
    "Failed Log In": ("logon-failed", "denied", "failure"),
}
THREAT_PRODUCTS = {
    "SmartDefense": "intrusion_detection", "IPS": "intrusion_detection",
    "Anti-Bot": "malware", "Anti Malware": "malware", "Anti-Virus": "malware",
    "New Anti Virus": "malware", "Threat Emulation": "malware", "Threat Extraction": "malware",
    "Zero Phishing": "threat", "Anti-Spam": "email", "DDoS Protector": "intrusion_detection",
    "Forensics": "malware", "Anti-Exploit": "malware",
}  # fmt: skip


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one Check Point log.

    Raises:
        ParseError: If the line is in none of the forms above, or holds too many pairs.
    """
    line = raw.lstrip()
    if line.startswith("{"):
        return checkpoint_harmony.parse(line, clock)
    written = _CEF.match(line)
    if written is not None:
        # Relays cut the mark off, and one writes an empty part before the vendor.
        rewritten = "CEF:0|Check Point|" + line[written.end() :]
        return _of_cef(cef.decode(rewritten), clock)
    if line.startswith('"'):
        return _of_columns(line, raw, clock)
    header = syslog.decode(raw, clock)
    pairs = _pairs(raw)
    values = field_table.given(pairs)
    if not values:
        raise ParseError("unsupported", 'no [name:"value"; ...]', raw=raw, position=0)
    fields = header.fields()
    fields = _record(fields, values, clock)
    if len(pairs) > len(dict(pairs)):
        _set_layers(fields, pairs)
    return fields


def _pairs(text: str) -> kv.Pairs:
    kv.bound(text, ':"')
    return [
        (name, kv.unescape(value, '"]:;') if "\\" in value else value)
        for name, value in _PAIR.findall(text)
    ]


def _of_cef(event: cef.Cef, clock: Clock) -> Fields:
    fields = cef_events.event_fields(event, clock)
    conn = event.extension.get("conn_direction", "").lower()
    if conn in _CONNECTION_DIRECTIONS:
        fields["network.direction"] = _CONNECTION_DIRECTIONS[conn]
    for side in ("source", "destination"):
        # Where hosts are named beside their addresses, it is the addresses that were matched.
        fields[f"{side}.address"] = fields.get(f"{side}.ip") or fields.get(f"{side}.address")
    fields["log.level"] = event.severity if event.severity != "Unknown" else None
    fields["observer.name"] = event.extension.get("origin")
    # Neither is a version or a rule: the header names the vendor again, and the kind of log.
    del fields["observer.version"]
    if fields["rule.id"] == event.signature:
        del fields["rule.id"]
    fields["checkpoint.firewall"] = fields.pop("cef.log")["extensions"]
    _classify(fields, {"action": event.extension.get("act", ""), **event.extension})
    return fields


def _of_columns(line: str, raw: str, clock: Clock) -> Fields:
    columns = _COLUMN.findall(line)
    if len(columns) < len(COLUMNS) - 3:
        raise ParseError("unsupported", "fewer columns than SmartView writes", raw=raw, position=0)
    values = field_table.given(zip(COLUMNS, columns, strict=False))
    information = values.pop("information", "")
    for part in information.split("; "):
        name, colon, value = part.partition(": ")
        if colon:
            values.setdefault(name, value)
    values.setdefault("time", f"{values.get('date', '')} {values.get('clock', '')}")
    fields = _record({}, values, clock)
    fields["host.name"] = values.get("origin")
    return fields


def _record(fields: Fields, values: dict[str, str], clock: Clock) -> Fields:
    fields["@timestamp"] = own_time(values.get("time"), clock, fields.get("@timestamp"))
    rest = field_table.apply(fields, values, FIELDS, ELSEWHERE)
    side = "egress" if fields.get("network.direction") == "outbound" else "ingress"
    fields[f"observer.{side}.interface.name"] = values.get("ifname")
    _set_connection(fields, values)
    _set_content(fields, values)
    fields["event.start"] = parse_time(values.get("start_time"), clock)
    fields["event.end"] = parse_time(values.get("lastupdatetime"), clock)
    _classify(fields, values)
    fields["checkpoint.firewall"] = rest
    return fields


def _set_layers(fields: Fields, pairs: kv.Pairs) -> None:
    """Set what a log says once for each layer of the policy that the connection passed."""
    said: dict[str, list[str]] = {}
    for name, value in pairs:
        if value not in field_table.UNSET:
            said.setdefault(name, []).append(value)
    layered = {name: values for name, values in said.items() if len(values) > 1}
    fields["rule.name"] = layered.get("rule_name") or fields.get("rule.name")
    fields["checkpoint.firewall"].update(layered)


def _set_connection(fields: Fields, values: dict[str, str]) -> None:
    source = values.get("src") or values.get("client_ip") or values.get("endpoint_ip")
    ecs.endpoint(fields, "source", source, values.get("s_port"))
    ecs.endpoint(fields, "destination", values.get("dst"), values.get("service"))
    if "network.direction" not in fields:
        fields["network.direction"] = ecs.direction(
            fields.get("source.ip"), fields.get("destination.ip")
        )
    for end, address, at in (
        ("source", "xlatesrc", "xlatesport"),
        ("destination", "xlatedst", "xlatedport"),
    ):
        # Zeros stand for what address translation left alone.
        if values.get(address) not in UNTRANSLATED:
            fields[f"{end}.nat.ip"] = ecs.ip(values.get(address))
        if values.get(at) not in UNTRANSLATED:
            fields[f"{end}.nat.port"] = port(values.get(at))
    ecs.transport(fields, values.get("proto"))
    field_table.add_totals(fields)
    user = values.get("administrator") or values.get("user") or values.get("src_user_name")
    if user:
        fields.setdefault("source.user.name", user)
        full, _, login = user.rstrip(")").rpartition(" (")
        fields["user.full_name"], fields["user.name"] = full, login


def _set_content(fields: Fields, values: dict[str, str]) -> None:
    url = values.get("resource") or values.get("url")
    if url and "dns.question.name" not in fields:
        ecs.url(fields, url, values.get("http_host"))
    for name, side in (("from", "from"), ("to", "to"), ("cc", "cc")):
        addresses = values.get(name, "")
        if "@" in addresses:
            fields[f"email.{side}.address"] = [
                address.strip() for address in addresses.replace(";", ",").split(",")
            ]
    if "email.from.address" in fields:
        fields.setdefault("email.subject", values.get("subject"))


def _classify(fields: Fields, values: dict[str, str]) -> None:
    action = values.get("action", "")
    login = LOGINS.get(values.get("operation", "")) or LOGINS.get(action)
    if login is not None:
        fields["event.action"], kind, fields["event.outcome"] = login
        fields["event.category"] = ["authentication"]
        fields["event.type"] = [kind]
        if "operation" not in values:
            # A user at the gateway, not an administrator at the management server.
            fields["event.category"] = ["authentication", "network"]
            fields["event.type"] = ["denied" if kind == "denied" else "allowed"]
        return
    if "operation" in values:
        fields["event.category"] = ["configuration"]
        fields["event.type"] = ["change"]
        fields["event.outcome"] = _AUDIT_OUTCOMES.get(values.get("audit_status", ""))
        # What was changed stands in the fields of the rule, be it one or another object.
        fields["rule.name"] = values.get("objectname")
        fields["user.id"] = values.get("uid")
        return
    found = decision(action)
    if found is not None:
        fields["event.type"] = ["connection", found, "info"]
    fields["event.outcome"] = "success" if action else None
    category = THREAT_PRODUCTS.get(values.get("product", ""))
    if category is not None and action:
        fields["event.kind"] = "alert"
        fields["event.category"] = ["network", category]


_CONNECTION_DIRECTIONS = {"internal": "internal", "incoming": "inbound", "outgoing": "outbound"}
_AUDIT_OUTCOMES = {"Success": "success", "Failure": "failure", "Failed": "failure"}

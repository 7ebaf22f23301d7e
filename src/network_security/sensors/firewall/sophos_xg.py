"""Sophos Firewall (SFOS, formerly XG): pairs of keys and values, after a syslog header or none.

Source: Sophos Firewall syslog guide, versions 17.5 to 21. The default format and the "device
standard format" name the same things differently; both are read. Two relatives that share the
name are read beside it: UTM, in `sophos_utm`, and the JSON events of Sophos Central, in
`sophos_central`.

A log id such as ``010101600001`` holds type, component and subtype in two digits each, the severity
in one, and the message id in the last five.

A duration counts from the record's time, as `event.start`: other ECS integrations of this format
have it so, and events of both can be searched together.
"""

import re

from network_security.sensors import ecs, key_value, syslog
from network_security.sensors.ecs import Fields
from network_security.sensors.errors import ParseError
from network_security.sensors.firewall import field_table, sophos_central, sophos_utm
from network_security.sensors.firewall.own_time import own_time
from network_security.sensors.firewall.sophos_xg_fields import ELSEWHERE, FIELDS
from network_security.sensors.times import Clock

# Values may hold blanks without quotes: such a value ends where the next key stands.
_PAIR = re.compile(
    r'(?<!\S)([A-Za-z_][A-Za-z0-9_.-]{0,63}+)=(?:"([^"]*+)"?'
    r'|([^\s"]*+(?: (?![A-Za-z_][A-Za-z0-9_.-]{0,63}+=)[^\s"]++){0,64}+))'
)
MESSAGE_ID = 5
PRIORITY_LEVELS = {"information": "informational", "notice": "notification"}
"""The default format's `priority` under its syslog names; `severity` is kept as it is written."""
SEVERITIES = {
    "emergency": 0, "alert": 1, "critical": 2, "error": 3, "warning": 4, "notice": 5,
    "notification": 5, "information": 6, "informational": 6, "debug": 7,
}  # fmt: skip

# Keys of the ends of a connection, in the order in which they are preferred.
SOURCES = ("src_ip", "sourceip", "remote_ip", "remoteinterfaceip", "ipaddress")
DESTINATIONS = ("dst_ip", "destinationip", "localip", "localinterfaceip")
USERS = ("user_name", "login_user", "name")
RULES = ("signature_id", "fw_rule_id", "rule_id")
DECISIONS = {
    "allowed": "allowed", "denied": "denied", "drop": "denied", "detect": "allowed",
    "alert": "allowed", "warned": "allowed", "virus": "denied", "clean": "allowed",
    "spam": "denied", "probable spam": "denied", "outbound spam": "denied",
    "outbound probable spam": "denied", "dlp": "denied", "dos": "denied",
    "spx": "allowed", "do not decrypt": "allowed", "decrypt": "allowed", "reject": "denied",
}  # fmt: skip
SESSIONS = {"start": "start", "interim": "start", "stop": "end"}
MAIL = {
    "smtp": "smtp", "smtps": "smtps", "pop3": "pop3", "pops": "pop3s", "imap": "imap",
    "imaps": "imaps",
}  # fmt: skip
"""Component of mail protection -> protocol."""
SENT = (("from_email_address", "email.from.address"), ("to_email_address", "email.to.address"))
ATTACKS = frozenset(("dos attack", "ip spoof", "source routed", "heartbeat"))
"""Components of the firewall that stop attackers, and endpoints that are known to be infected."""
JUDGED = {
    "idp": "intrusion_detection", "ips": "intrusion_detection", "atp": "intrusion_detection",
    "anti-virus": "malware", "anti-spam": "malware", "sandbox": "malware",
    "zero-day protection": "malware", "content filtering": "malware",
}  # fmt: skip
"""Log type -> category of what it blocks."""
ALWAYS_JUDGED = frozenset(("idp", "ips", "atp", "anti-virus"))
EXTERNAL_ZONE = "WAN"
RESULTS = {
    "successful": "success", "success": "success", "established": "success", "allow": "success",
    "deny": "success", "failed": "failure", "failure": "failure",
}  # fmt: skip


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one event of Sophos Firewall, UTM or Central.

    Raises:
        ParseError: If the line is none of the three, or holds too many pairs.
    """
    if raw.lstrip().startswith("{"):
        return sophos_central.parse(raw, clock)
    if sophos_utm.is_utm(raw):
        return sophos_utm.parse(raw, clock)
    header = syslog.decode(raw, clock)
    values = pairs(header.message)
    if "log_type" not in values and "log_id" not in values:
        raise ParseError("unsupported", "no log_type= or log_id=", raw=raw, position=0)
    fields = header.fields()
    fields["observer.hostname"] = header.hostname
    fields["@timestamp"] = own_time(_time(values), clock, header.timestamp)
    fields["event.code"] = values.get("log_id", "")[-MESSAGE_ID:]
    priority = values.get("priority", "").lower()
    level = PRIORITY_LEVELS.get(priority, priority) or values.get("severity", "").lower()
    fields["log.level"] = level
    fields["event.severity"] = SEVERITIES.get(level)
    rest = field_table.apply(fields, values, FIELDS, ELSEWHERE)
    _set_connection(fields, values)
    _set_application(fields, values)
    _set_mail(fields, values)
    _classify(fields, values)
    fields["sophos.xg"] = rest
    return fields


def pairs(message: str) -> dict[str, str]:
    """Return the pairs of a line that have a value.

    Raises:
        ParseError: With code ``unsupported`` for more pairs than a line holds.

    >>> pairs('a="1 2" id=C44- P29 n=')
    {'a': '1 2', 'id': 'C44- P29'}
    """
    key_value.bound(message, "=")
    return {
        key: value
        for key, quoted, bare in _PAIR.findall(message)
        if (value := (quoted or bare).strip()) not in field_table.UNSET
    }


def _time(values: dict[str, str]) -> str | None:
    if "date" in values and "time" in values:
        zone = values.get("timezone", "")
        # Other abbreviations than these are those of several zones, such as IST and CST.
        certain = zone.startswith(("+", "-")) or zone in ("UTC", "GMT")
        return f"{values['date']} {values['time']} {zone if certain else ''}".rstrip()
    return values.get("timestamp")


def _first(values: dict[str, str], names: tuple[str, ...]) -> str | None:
    for name in names:
        if name in values:
            return values[name]
    return None


def _set_connection(fields: Fields, values: dict[str, str]) -> None:
    source = ecs.endpoint(fields, "source", _first(values, SOURCES), values.get("src_port"))
    target = ecs.endpoint(
        fields, "destination", _first(values, DESTINATIONS), values.get("dst_port")
    )
    zones = (
        values.get("srczonetype") or values.get("src_zone_type"),
        values.get("dstzonetype") or values.get("dst_zone_type"),
    )
    if all(zones):
        outside = zones[0] == EXTERNAL_ZONE, zones[1] == EXTERNAL_ZONE
        fields["network.direction"] = _DIRECTIONS[outside]
    else:
        fields["network.direction"] = ecs.direction(source, target)
    ecs.transport(fields, values.get("protocol"))
    field_table.add_totals(fields)
    user = _first(values, USERS)
    if user is not None:
        fields["source.user.name"] = fields["user.name"] = user
    fields["rule.id"] = _first(values, RULES)
    if "responsetime" not in values:
        field_table.add_span(fields)


_DIRECTIONS = {
    (False, False): "internal",
    (False, True): "outbound",
    (True, False): "inbound",
    (True, True): "external",
}


def _set_application(fields: Fields, values: dict[str, str]) -> None:
    url, domain = values.get("url"), _first(values, ("domain", "domainname", "server"))
    if url or domain:
        query = fields.get("url.query")
        ecs.url(fields, url, domain.partition(":")[0] if domain else None)
        fields["url.query"] = fields.get("url.query") or (query or "").removeprefix("?")
    if values.get("log_type") == "Sandbox" and values.get("log_component") == "Web":
        # The web server that the file came from; of a mail it is the sender.
        ecs.endpoint(fields, "destination", values.get("source"))
        fields["url.domain"] = values.get("source")
    fields["http.version"] = (fields.get("http.version") or "").removeprefix("HTTP/")
    name = _first(values, ("application", "app_name"))
    if name is not None:
        fields["network.application"] = name.lower()
    component = values.get("log_component", "").lower()
    if name is not None and " " not in name:
        fields["network.protocol"] = name.lower()
    elif component in MAIL or component in ("http", "https", "ftp"):
        scheme = fields.get("url.scheme")
        fields["network.protocol"] = scheme or MAIL.get(component, component)


def _set_mail(fields: Fields, values: dict[str, str]) -> None:
    for key, field in SENT:
        if key in values:
            addresses = values[key].replace(";", ",").split(",")
            fields[field] = [address.strip() for address in addresses if address.strip()]
    fields["email.subject"] = values.get("email_subject") or values.get("subject")
    identifier = values.get("mailid", "")
    if "@" in identifier:
        fields["email.message_id"] = identifier.strip("<>")
    else:
        fields["email.local_id"] = identifier


def _classify(fields: Fields, values: dict[str, str]) -> None:
    kind = values.get("log_type", "").lower()
    if kind in ("event", "system health", "wireless protection"):
        fields.pop("event.action", None)
        _classify_event(fields, values, kind)
        return
    action = fields.get("event.action", "")
    if kind == "waf":
        # A request is judged when the firewall gives a reason of its own.
        action = fields["event.action"] = "denied" if "event.reason" in fields else "allowed"
    decision = DECISIONS.get(action)
    session = SESSIONS.get((values.get("con_event") or values.get("connevent") or "").lower())
    fields["event.type"] = [
        "connection", *(part for part in (session, decision) if part), "info",
    ]  # fmt: skip
    fields["event.outcome"] = "success"
    categories = ["network"]
    if fields.get("email.from.address") or kind == "anti-spam":
        categories.append("email")
    elif fields.get("url.original"):
        categories.append("web")
    judged = JUDGED.get(kind)
    component = values.get("log_component", "").lower()
    if kind == "waf" or component in ATTACKS or action == "dos":
        judged = "malware" if fields.get("event.reason") == "Antivirus" else "intrusion_detection"
    if judged and (decision == "denied" or kind in ALWAYS_JUDGED):
        fields["event.kind"] = "alert"
        categories.append(judged)
    fields["event.category"] = categories


def _classify_event(fields: Fields, values: dict[str, str], kind: str) -> None:
    if kind == "system health":
        fields["event.kind"] = "metric"
        fields["event.category"] = ["host"]
        return
    outcome = RESULTS.get(values.get("status", "").lower())
    fields["event.outcome"] = outcome
    component, subtype = values.get("log_component", ""), values.get("log_subtype", "")
    message = values.get("message", "").lower()
    if subtype == "Authentication" or "login" in message or "logged" in message:
        fields["event.category"] = ["authentication"]
        ended = "logged out" in message
        fields["event.type"] = ["end" if ended else "start"]
        failed = outcome == "failure"
        fields["event.action"] = (
            "logon-failed" if failed else "logged-out" if ended else "logged-in"
        )
    elif subtype == "Admin":
        fields["event.category"] = ["configuration"]
        fields["event.type"] = ["change"]
    elif component in ("Anti-Virus", "ATP", "IPS", "Appliance"):
        fields["event.category"] = ["host"]

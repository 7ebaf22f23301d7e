"""SonicWall SonicOS: ``key=value`` pairs after ``id=firewall``, or the same in CEF.

Source: SonicWall, "SonicOS 6.5 and 7 Log Events Reference Guide", whose event ids `EVENTS` lists;
the meaning of categories (``c=``) and tags is taken from its tables as well.

In CEF, SonicOS writes some values into the labels of custom keys: ``cs3Label=LAN``.
"""

import re

from network_security.sensors import cef, ecs, key_value, syslog
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.errors import ParseError
from network_security.sensors.firewall import field_table
from network_security.sensors.firewall.classification import Kind, decision
from network_security.sensors.firewall.field_table import lower, milliseconds
from network_security.sensors.firewall.own_time import own_time
from network_security.sensors.firewall.sonicwall_events import EVENTS
from network_security.sensors.times import Clock, parse_time

LEVELS = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
METHODS = {"1": "GET", "2": "POST", "3": "HEAD"}
ACTIONS = {
    "drop": "packet-dropped",
    "forward": "packet-forwarded",
    "mgmt": "packet-management",
}
ATTACK_CATEGORY = "32"
SITE_DENIED = 14
_CEF = re.compile(r"(?:CEF:\s{0,2})?0\|SonicWall\|")
_MARK = re.compile(r"\bid=\S|\bsn=\S")

FIELDS = field_table.table(
    (text, {
        "id": "observer.name",
        "sn": "observer.serial_number",
        "m": "event.code",
        "usr": "user.name",
        "user": "user.name",
        "susr": "user.name",
        "rule": "rule.id",
        "policyId": "rule.uuid",
        "srcZone": "observer.ingress.zone",
        "dstZone": "observer.egress.zone",
        "deviceInboundInterface": "observer.ingress.interface.name",
        "deviceOutboundInterface": "observer.egress.interface.name",
        "note": "event.reason",
        "msg": "message",
        "Category": "rule.category",
        "category": "rule.category",
        "ipscat": "rule.category",
        "spycat": "rule.category",
        "referer": "http.request.referrer",
        "userAgent": "user_agent.original",
        "fileid": "file.hash.md5",
        "filename": "file.name",
        "virus": "threat.software.name",
    }),
    (lower, {"appName": "network.application"}),
    (ecs.ip, {"fw": "observer.ip", "natSrcV6": "source.nat.ip", "natDstV6": "destination.nat.ip"}),
    (ecs.mac, {
        "srcMac": "source.mac", "dstMac": "destination.mac", "smac": "source.mac",
        "dmac": "destination.mac",
    }),
    (number, {
        "pri": "event.severity",
        "sent": "source.bytes",
        "rcvd": "destination.bytes",
        "out": "source.bytes",
        "in": "destination.bytes",
        "spkt": "source.packets",
        "rpkt": "destination.packets",
        "result": "http.response.status_code",
    }),
    (milliseconds, {"cdur": "event.duration"}),
    (field_table.seconds, {"dur": "event.duration"}),
    (METHODS.get, {"op": "http.request.method"}),
)  # fmt: skip
ELSEWHERE = frozenset((
    "src", "dst", "srcV6", "dstV6", "natSrc", "natDst", "proto", "time", "dstname", "arg", "spt",
    "dpt", "request",
))  # fmt: skip
# What SonicOS calls in CEF what it calls otherwise in its own format.
OF_CEF = {
    "cs1": "rule_name", "cs3Label": "srcZone", "cs4Label": "dstZone", "cs1Label": "natSrc",
    "cs2Label": "natDst", "cn1Label": "rpkt", "cn2Label": "spkt",
}  # fmt: skip


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one SonicOS event.

    Raises:
        ParseError: If the line is neither CEF nor has ``id=`` or ``sn=``.
    """
    written = _CEF.match(raw.lstrip())
    if written is not None:
        return _of_cef(cef.decode("CEF:0|SonicWall|" + raw.lstrip()[written.end() :]), clock)
    mark = _MARK.search(raw)
    if mark is None:
        raise ParseError("unsupported", "no id= or sn=", raw=raw, position=0)
    header = syslog.decode(f"{raw[: mark.start()].strip()} ", clock)
    values = field_table.given(key_value.items(raw[mark.start() :]))
    fields = header.fields()
    fields["@timestamp"] = own_time(values.get("time"), clock, fields.get("@timestamp"))
    return _record(fields, values)


def _of_cef(event: cef.Cef, clock: Clock) -> Fields:
    plain = ((name, value.strip('"')) for name, value in event.extension.items())
    values = field_table.given((OF_CEF.get(name, name), value) for name, value in plain)
    values.setdefault("m", event.signature)
    values.setdefault("msg", event.name)
    fields: Fields = {
        "@timestamp": parse_time(values.get("rt"), clock),
        "observer.version": event.version,
        "event.severity": number(event.severity),
        "rule.name": values.pop("rule_name", None),
    }
    for side, letter in (("src", "s"), ("dst", "d")):
        if side in values and ecs.ip(values[side]):
            at = values.get(f"{letter}pt", "")
            values[side] = f"[{values[side]}]:{at}"
        translated = f"nat{side.capitalize()}"
        if translated in values:
            values[translated] += ":" + values.pop(f"{letter}npt", "")
    return _record(fields, values)


def _record(fields: Fields, values: dict[str, str]) -> Fields:
    rest = field_table.apply(fields, values, FIELDS, ELSEWHERE)
    level = fields.get("event.severity")
    if "pri" in values and level is not None and level < len(LEVELS):
        fields["log.level"] = LEVELS[level]
    _set_connection(fields, values)
    _set_url(fields, values)
    _classify(fields, values)
    fields["sonicwall.firewall"] = rest
    return fields


def _set_connection(fields: Fields, values: dict[str, str]) -> None:
    found = []
    for side, name, translated, way in (
        ("source", "src", "natSrc", "ingress"),
        ("destination", "dst", "natDst", "egress"),
    ):
        address, at, interface, host = _end(values.get(name, ""))
        address = values.get(f"{name}V6") or address
        found.append(ecs.endpoint(fields, side, address, at or None))
        if interface:
            fields[f"observer.{way}.interface.name"] = interface
        if host:
            fields[f"{side}.domain"] = host
        if translated in values:
            address, at, *_ = _end(values[translated])
            fields.setdefault(f"{side}.nat.ip", ecs.ip(address))
            fields[f"{side}.nat.port"] = ecs.port(at)
    fields["network.direction"] = ecs.direction(*found)
    transport, _, service = values.get("proto", "").partition("/")
    ecs.transport(fields, transport)
    if not service.isdecimal():
        fields["network.protocol"] = service.lower()
    field_table.add_totals(fields)
    duration = fields.get("event.duration")
    if duration is not None:
        fields["event.end"] = fields.get("@timestamp")


def _end(written: str) -> tuple[str, str, str, str]:
    """Return address, port, interface and name of ``address:port:interface:name``."""
    if written.startswith("["):
        address, _, after = written[1:].partition("]")
        parts = [address, *after.removeprefix(":").split(":", 2)]
    else:
        parts = written.split(":", 3)
        if len(parts) > 2 and "." not in parts[0] and ecs.ip(written):  # noqa: PLR2004
            parts = [written]  # an IPv6 address
    address, at, interface, host = (*parts, "", "", "", "")[:4]
    return address, at, interface, host


def _set_url(fields: Fields, values: dict[str, str]) -> None:
    host, path = values.get("dstname"), values.get("arg", "")
    if host and path.startswith("/"):
        scheme = "https" if fields.get("network.protocol") == "https" else "http"
        ecs.url(fields, f"{scheme}://{host}{path}")
    elif host:
        fields["destination.domain"] = host
    ecs.url(fields, fields.get("url.original") or values.get("request"))


def _classify(fields: Fields, values: dict[str, str]) -> None:
    kind = EVENTS.get(number(values.get("m")) or 0)
    action = values.get("fw_action", "")
    decided = decision(action)
    if kind is None and values.get("c") == ATTACK_CATEGORY and values.get("gcat") in (None, "3"):
        kind = Kind("attack-noticed", ["network", "intrusion_detection"], ["info"], None)
    if kind is None:
        words = values.get("msg", "").lower()
        decided = decided or _said(words)
        fields["event.action"] = ACTIONS.get(action)
        fields["event.type"] = ["connection", *([decided] if decided else []), "info"]
        fields["event.outcome"] = "success" if decided else None
        return
    if decided == "denied" and "allowed" in kind.type:
        kind = EVENTS[SITE_DENIED]
    fields["event.action"] = kind.action
    fields["event.category"] = kind.category
    fields["event.type"] = kind.type
    fields["event.outcome"] = kind.outcome
    if "intrusion_detection" in kind.category or "malware" in kind.category:
        fields["event.kind"] = "alert"


def _said(message: str) -> str | None:
    if any(word in message for word in ("dropped", "denied", "blocked", "rejected", "prevention")):
        return "denied"
    return "allowed" if "allowed" in message else None

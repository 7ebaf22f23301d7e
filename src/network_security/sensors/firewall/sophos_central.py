"""Sophos Central: JSON events of endpoints, and detections of the Analysis and Threat Center.

Source: Sophos Central SIEM integration API, ``/siem/v1/events``; XDR detections API. An event says
most of what it knows in its ``name``, a sentence in one of a few forms.
"""

import re
from typing import Any

import orjson

from network_security.sensors import ecs, json_line
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.errors import ParseError
from network_security.sensors.firewall import field_table
from network_security.sensors.firewall.field_table import lower
from network_security.sensors.times import Clock, parse_time

Json = dict[str, Any]
LONGEST_SENTENCE = 4096

# Data loss prevention lists its findings as "Label: value  Label: value".
_BLOCKED = re.compile(r'Access was blocked to "([^"]{1,2048})" because of "([^"]{1,512})"')
_DETECTED = re.compile(r"(?:PUA|Malware) (\w{1,32}): '([^']{1,512})' at '([^']{1,1024})'")
_LABELLED = re.compile(r"(Username|Rule names|File size|Source path): (.*?)(?=  [A-Z]|$)")
_TAKEN = re.compile(r"An \W?([\w -]{1,128})\W? action was taken")

# Type of event, after its last "::" -> category, types.
KINDS = {
    "WebFilteringBlocked": (["network", "web"], ["denied"]),
    "WebControlViolation": (["network", "web"], ["denied"]),
    "CorePuaDetection": (["file", "malware"], ["info"]),
    "CoreDetection": (["file", "malware"], ["info"]),
    "DataLossPreventionAutomaticallyAllowed": (["file"], ["allowed"]),
    "DataLossPreventionUserAllowed": (["file"], ["allowed"]),
    "DataLossPreventionAutomaticallyBlocked": (["file"], ["denied"]),
    "Registered": (["iam"], ["info"]),
    "SavScanComplete": (["iam"], ["info"]),
}
ALERTS = ("Detection", "Threat", "Exploit", "Malware")

EVENT_FIELDS = field_table.table(
    (text, {
        "type": "event.code",
        "id": "event.id",
        "duid": "user.id",
        "threat": "rule.name",
        "appSha256": "file.hash.sha256",
        "name": "message",
    }),
    (lower, {"severity": "log.level"}),
)  # fmt: skip
DETECTION_FIELDS = field_table.table(
    (text, {
        "ioc_detection_id": "event.code",
        "ioc_detection_description": "message",
        "meta_hostname": "host.name",
        "sha1": "file.hash.sha1",
        "sha256": "file.hash.sha256",
        "path": "file.path",
        "cmdline": "process.command_line",
        "username": "user.name",
    }),
    (number, {
        "ioc_severity": "event.severity",
        "pid": "process.pid",
        "file_size": "file.size",
    }),
    (ecs.mac, {"meta_mac_address": "source.mac"}),
    (ecs.ip, {"meta_public_ip": "source.nat.ip"}),
)  # fmt: skip

ELSEWHERE = frozenset((
    "rt", "end", "dhost", "suser", "unix_time", "remote_address", "remote_port", "meta_ip_address",
))  # fmt: skip


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one event or detection.

    Raises:
        ParseError: If the line is not a JSON object, or neither of the two.
    """
    record = json_line.decode(raw)
    if "ioc_severity" in record or "ioc_detection_id" in record:
        return _detection(record, clock)
    if type(record.get("type")) is str and "name" in record:
        return _event(record, clock)
    raise ParseError("unsupported", "neither an event nor a detection", raw=raw, position=0)


def _event(record: Json, clock: Clock) -> Fields:
    fields: Fields = {
        "@timestamp": parse_time(record.get("rt") or record.get("created_at"), clock),
        "event.end": parse_time(record.get("end"), clock),
        "observer.product": "Central",
    }
    rest = field_table.apply(fields, record, EVENT_FIELDS, ELSEWHERE)
    kind = record["type"].rpartition("::")[2]
    category, types = KINDS.get(kind, (["file", "process"], ["info"]))
    fields["event.category"], fields["event.type"] = category, types
    if any(word in kind for word in ALERTS):
        fields["event.kind"] = "alert"
    fields["host.hostname"] = fields["host.name"] = text(record.get("dhost"))
    address = json_line.table(record, "source_info").get("ip")
    ecs.endpoint(fields, "host", address)
    fields.pop("host.address", None)
    _set_user(fields, text(record.get("suser")))
    _read_sentence(fields, (text(record.get("name")) or "")[:LONGEST_SENTENCE])
    fields["sophos.central"] = rest
    return fields


def _set_user(fields: Fields, written: str | None) -> None:
    if written and written not in field_table.UNSET:
        domain, _, name = written.rpartition("\\")
        fields["user.name"], fields["user.domain"] = name, domain


def _read_sentence(fields: Fields, sentence: str) -> None:
    if match := _BLOCKED.search(sentence):
        ecs.url(fields, match[1])
        fields["rule.name"] = match[2]
        fields["event.action"] = "blocked"
    elif match := _DETECTED.search(sentence):
        fields["event.action"], fields["rule.name"] = match[1], match[2]
        _set_file(fields, match[3])
    elif match := _TAKEN.search(sentence):
        fields["event.action"] = match[1].strip()
        found = dict(_LABELLED.findall(sentence))
        _set_file(fields, found.get("Source path", ""))
        fields["file.size"] = number(found.get("File size"))
        fields["rule.name"] = found.get("Rule names", "").strip("\N{PRIME}'")


def _set_file(fields: Fields, path: str) -> None:
    fields["file.path"] = path
    fields["file.name"] = path.replace("\\", "/").rpartition("/")[2]


def _detection(record: Json, clock: Clock) -> Fields:
    moment = record.get("unix_time") or record.get("ioc_unix_time") or record.get("ioc_created_at")
    fields: Fields = {
        "@timestamp": parse_time(moment, clock),
        "event.kind": "alert",
        "event.category": ["threat"],
        "event.type": ["indicator"],
        "observer.product": "Central",
    }
    rest = field_table.apply(fields, record, DETECTION_FIELDS, ELSEWHERE)
    fields.setdefault("user.name", text(record.get("target_username")))
    ecs.endpoint(fields, "source", text(record.get("meta_ip_address")))
    target = text(record.get("remote_address")) or text(record.get("target_domain"))
    if target not in field_table.UNSET:
        ecs.endpoint(fields, "destination", target, record.get("remote_port"))
    if "file.path" in fields:
        _set_file(fields, fields["file.path"])
    _set_techniques(fields, record.get("ioc_detection_mitre_attack"))
    fields["sophos.central"] = rest
    return fields


def _set_techniques(fields: Fields, written: object) -> None:
    """Set tactics and techniques from JSON inside a member."""
    try:
        attacks = orjson.loads(written) if type(written) is str else []
    except orjson.JSONDecodeError:
        return
    found = [
        json_line.table(attack, "tactic")
        for attack in (attacks if type(attacks) is list else ())
        if type(attack) is dict
    ]
    fields["threat.tactic.id"] = _ids(found)
    techniques = (tactic.get("techniques") for tactic in found)
    fields["threat.technique.id"] = [
        name for listed in techniques if type(listed) is list for name in _ids(listed)
    ]


def _ids(objects: list[Any]) -> list[str]:
    names = (text(item.get("id")) for item in objects if type(item) is dict)
    return [name for name in names if name]

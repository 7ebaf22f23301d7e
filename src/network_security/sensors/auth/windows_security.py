"""Windows events: the Security log, and what Sysmon and other providers write beside it.

`windows_records` reads the forms they come in, `windows_events` has what the ids of the Security
log mean. ``-``, ``S-1-0-0`` and an all-zero address stand for nothing. `user` is who acts: the
subject, but in events about a login the account that logs in; the other is `user.target`.
"""

from datetime import datetime
from typing import Any

from network_security.sensors import ecs
from network_security.sensors.auth.windows_events import (
    LOGON_TYPES,
    MEANINGS,
    SECURITY,
    SYSMON,
    TARGET_IS_GROUP,
    TARGET_IS_USER,
)
from network_security.sensors.auth.windows_fields import (
    set_answers,
    set_ends,
    set_files,
    set_process,
)
from network_security.sensors.auth.windows_records import Record, read
from network_security.sensors.ecs import Fields, text
from network_security.sensors.times import Clock, parse_time

EMPTY = frozenset(("-", "S-1-0-0", "NULL SID", "N/A", "%%1793"))
LEVELS = {
    "0": "information", "1": "critical", "2": "error", "3": "warning", "4": "information",
    "5": "verbose",
}  # fmt: skip
AUDIT_FAILURE, AUDIT_SUCCESS = 1 << 52, 1 << 53
AUDIT = AUDIT_FAILURE | AUDIT_SUCCESS
LOW_BITS = (1 << 32) - 1
"""Bits of an event's keywords (winmeta.xml); none of the low ones is set in the Security log."""


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one Windows event.

    Raises:
        ParseError: If the text is not a Windows event in a known form.
    """
    record = read(raw)
    system, data = record.system, _filled(record.data)
    code = text(system.get("EventID")) or ""
    message = text(system.get("Message")) or ""
    provider = text(system.get("SourceName"))
    host = text(system.get("Hostname"))
    fields: Fields = {
        "@timestamp": _time(system, data, clock),
        "event.code": code,
        "event.provider": provider,
        "event.category": ["host"],
        "event.type": ["info"],
        "event.reason": data.get("FailureReason"),
        "message": message,
        "host.name": host,
        "host.hostname": None if host is None else _first_label(host),
        "log.level": _level(system),
    }
    _classify(fields, provider, code, data)
    fields["event.outcome"] = _outcome(system, data, code)
    _users(fields, system, data, code)
    set_process(fields, system, data, message)
    set_ends(fields, data, message)
    set_files(fields, data, message)
    set_answers(fields, data, provider)
    fields.setdefault("rule.name", data.get("RuleName"))
    fields["windows.security"] = _rest(record, data)
    return fields


def _time(system: dict[str, Any], data: dict[str, str], clock: Clock) -> datetime | None:
    if "UtcTime" in data:
        # Sysmon's own time, which is in UTC and does not say so.
        return parse_time(data["UtcTime"], Clock(clock.received))
    return parse_time(system.get("EventTime"), clock)


def _filled(data: dict[str, Any]) -> dict[str, str]:
    """Return the values that are not one of Windows' ways to say nothing."""
    filled = {}
    for name, written in data.items():
        value = (written if type(written) is str else text(written) or "").strip()
        if value and value not in EMPTY:
            filled[name] = value
    return filled


def _rest(record: Record, data: dict[str, str]) -> Fields:
    system = {name: value for name, value in record.system.items() if name != "Message"}
    rest: Fields = ecs.without_empty(system)
    rest["event_data"] = values = {_key(name): value for name, value in data.items()}
    for name, value in record.data.items():
        if type(value) in (dict, list, bool):
            values[_key(name)] = value
    kind = LOGON_TYPES.get(data.get("LogonType", ""))
    if kind is not None:
        rest["logon_type"] = kind
    return rest


def _key(name: str) -> str:
    """Return a name that a document can have: MongoDB takes no dots and no dollar before it."""
    return name.replace(".", "_").replace("$", "_") if "." in name or "$" in name else name


def _classify(fields: Fields, provider: str | None, code: str, data: dict[str, str]) -> None:
    if provider is None or provider in SECURITY:
        meaning = MEANINGS.get(code)
    else:
        meaning = SYSMON.get(code) if provider == "Microsoft-Windows-Sysmon" else None
    if meaning is not None:
        fields["event.action"] = meaning.action
        fields["event.category"] = list(meaning.category)
        fields["event.type"] = list(meaning.type)
    elif "Threat Name" in data:
        fields["event.kind"] = "alert"
        fields["event.category"] = ["malware"]
        fields["event.action"] = data.get("Action Name")
        fields["rule.name"] = data["Threat Name"]


def _level(system: dict[str, Any]) -> str | None:
    level = (text(system.get("Severity")) or "").lower()
    if not level and "EventTime" not in system:
        return "information"
    return LEVELS.get(level, level)


def _outcome(system: dict[str, Any], data: dict[str, str], code: str) -> str | None:
    stated = [system.get("EventType"), system.get("Keywords")]
    if type(stated[1]) is list:
        stated += stated[1]
    found = [word.lower() for word in map(text, stated) if word]
    words = " ".join(found)
    meaning = MEANINGS.get(code)
    if meaning is not None and meaning.failed:
        return "failure"
    if "audit" in words:
        return "failure" if "fail" in words else "success"
    for word in found:
        # A mask that passed through a float is off by some low bits, and not to be trusted.
        bits = _bits(word)
        if bits & AUDIT in (AUDIT_SUCCESS, AUDIT_FAILURE) and not bits & LOW_BITS:
            return "success" if bits & AUDIT_SUCCESS else "failure"
    if meaning is None or text(system.get("SourceName")) not in (None, *SECURITY):
        return None
    refused = code in TARGET_IS_USER and _bits(data.get("Status", "0x0").lower())
    return "failure" if refused else "success"


def _bits(written: str) -> int:
    """Return a mask written in hexadecimal or as a signed decimal; 0 for anything else."""
    if len(written) > 20:  # noqa: PLR2004  64 bits in decimal, with a sign
        return 0
    try:
        return int(written, 16 if written.startswith("0x") else 10)
    except ValueError:
        return 0


def _first_label(host: str) -> str:
    return host if ecs.ip(host) else host.partition(".")[0]


def _users(fields: Fields, system: dict[str, Any], data: dict[str, str], code: str) -> None:
    names = [data.get("SubjectUserName"), data.get("SubjectDomainName"), data.get("SubjectUserSid")]
    target = [
        data.get("TargetUserName"),
        data.get("TargetDomainName"),
        data.get("TargetUserSid") or data.get("TargetSid"),
    ]
    if code in TARGET_IS_USER and target[0]:
        names, target = target, [None, None, None]
    if code in TARGET_IS_GROUP:
        fields["group.name"], fields["group.domain"], fields["group.id"] = target
        target = [data.get("MemberName"), None, data.get("MemberSid") or data.get("MemberUserSid")]
    if not names[0]:
        names = _account(system, data)
    fields["user.name"], fields["user.domain"], fields["user.id"] = names
    fields["user.target.name"], fields["user.target.domain"], fields["user.target.id"] = target


def _account(system: dict[str, Any], data: dict[str, str]) -> list[str | None]:
    """Return name, domain and id of the account that an event of another provider is about."""
    stated = data.get("User") or data.get("Requester") or ""
    writer = _first(system, data, "AccountName")
    writer_domain = _first(system, data, "Domain", "AccountDomain")
    domain, slash, name = stated.rpartition("\\")
    name, domain = name or writer or "", domain if slash else writer_domain or ""
    # The id is the one of the account that wrote the event: of Sysmon's service, say.
    wrote = writer is None or not slash or (name, domain) == (writer, writer_domain)
    return [
        None if name in EMPTY else name,
        None if domain in EMPTY else domain,
        text(system.get("UserID")) if wrote else None,
    ]


def _first(system: dict[str, Any], data: dict[str, str], *names: str) -> str | None:
    found = (text(system.get(name)) or data.get(name) for name in names)
    return next(filter(None, found), None)

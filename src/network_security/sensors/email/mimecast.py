"""Mimecast Email Security: one record a line, as JSON or as ``key=value|key=value``.

The same facts bear different names in the API 1.0 reports (audit, archive, data leak prevention,
targeted threat protection), in the SIEM logs of the gateway (``Act``, ``Rcpt``, ``MsgId``) and in
those of the cloud gateway (``processingId``, ``recipients``, ``messageId``); `NAMES` lists them.
Threat intelligence comes as STIX indicators.

Source: Mimecast, "SIEM logs", "API reference" and "Understanding SIEM logs".
"""

import re
from typing import Any

from network_security.sensors import ecs, json_line
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.email import mailbox
from network_security.sensors.errors import ParseError
from network_security.sensors.times import Clock, parse_time

Json = dict[str, Any]

TIMES = ("timestamp", "datetime", "eventTime", "createTime", "date", "created")
NAMES = {
    "sender": ("senderEnvelope", "Sender", "senderAddress", "sender", "fromUserEmailAddress"),
    "from": ("senderHeader", "headerFrom"),
    "to": ("recipients", "Rcpt", "recipientAddress", "recipient", "userEmailAddress"),
    "subject": ("subject", "Subject"),
    "message_id": ("messageId", "MsgId", "msgid"),
    "source": ("senderIp", "IP", "sourceIp", "senderIpAddress", "sendingIp", "SourceIP"),
    "direction": ("direction", "Dir", "route", "Route"),
    "action": ("action", "Act", "actionTriggered", "userAwarenessAction", "actions"),
    "rule": ("policy", "definition", "policyDefinition", "ttpDefinition", "Definition"),
    "tls_version": ("tlsVersion", "TlsVer"),
    "tls_cipher": ("tlsCipher", "Cphr"),
    "tls_used": ("tlsUsed", "UseTls"),
    "url": ("url", "URL"),
    "url_category": ("urlCategory", "UrlCategory"),
    "virus": ("virusFound", "Virus", "virus"),
    "delivered": ("delivered", "Delivered"),
    "attachments": ("attachments", "AttNames"),
    "file_name": ("fileName", "FileName"),
    "file_type": ("fileMime", "fileType"),
    "sha256": ("sha256", "fileHash"),
    "sha1": ("sha1",),
    "md5": ("md5", "MD5"),
    "reason": ("rejectionType", "RejType", "holdReason", "Hld", "reason", "scanResults"),
    "id": ("aggregateId", "aCode", "id"),
}
"""What a value is -> the names under which it may stand, the first filled one counts."""

KNOWN = ("acc", "accountId", "auditType", "emailAddr", "pattern", "aCode", "processingId")
DENIED = frozenset(("rej", "block", "blocked", "reject", "bnc", "deny", "hold", "hld"))
DIRECTIONS = frozenset(("inbound", "outbound", "internal", "external"))
BAD_TYPES = frozenset((
    "spam", "av", "impersonation protect", "email impersonation protect", "url protect",
    "attachment protect", "internal email protect",
))  # fmt: skip
YES = {"yes": True, "true": True, "no": False, "false": False}
OUTCOMES = {"true": "success", "false": "failure"}
LOGINS = ("logged on", "logon", "login")
FAILURES = ("failed", "denied", "locked")

_SLUG = re.compile(r"[^a-z0-9]{1,64}")
_ADDRESS = re.compile(r"\bIP:? ([0-9A-Fa-f.:]{2,45})")
_FILE = re.compile(r"^([^,:]{1,512}\.(?:zip|csv|stix|xlsx|pdf|json))(?:,|$)")
_FILE_DETAIL = re.compile(r"\bFile ?[Nn]ame ?: ?([^,]{1,255}\.\w{1,8})\b")
_SIZE = re.compile(r"\b[Ss]ize ?: ?([0-9]{1,15})")
_MAIL = re.compile(
    r"\bFrom: ([^,]{3,512}), To: ([^,]{3,512}), Subject: (.{0,998}?)(?:, Processed: |$)"
)
_LINK = re.compile(r"\bUrl:\s?\[([^\]\s]{1,2048})\]")
_HASH = re.compile(r"file:hashes\.'?(MD5|SHA-1|SHA-256)'? ?= ?'([0-9A-Fa-f]{32,64})'")
_LONGEST = 4096
MOST_FILES = 200
DIGESTS = ("md5", "sha1", "sha256")


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one record.

    Raises:
        ParseError: If the line is neither JSON nor pairs, or holds nothing that Mimecast writes.
    """
    record = json_line.decode(raw) if raw.lstrip().startswith("{") else _pairs(raw)
    values = {name: _first(record, names) for name, names in NAMES.items()}
    if not any(name in record for name in KNOWN) and not (values["sender"] or values["to"]):
        raise ParseError("unsupported", "no field of a Mimecast record", raw=raw, position=0)
    fields: Fields = {
        "@timestamp": parse_time(_first(record, TIMES), clock),
        "event.category": ["email"],
        "event.id": text(values["id"]),
        "mimecast.log": ecs.without_empty(record),
    }
    if record.get("type") == "indicator":
        _indicator(fields, record)
    elif "auditType" in record:
        _audit(fields, record)
    elif "emailAddr" in record:
        _archive(fields, record)
    else:
        _message(fields, record, values)
    return fields


def _pairs(raw: str) -> Json:
    if "|" not in raw or "=" not in raw:
        raise ParseError("syntax", "neither a JSON object nor pairs", raw=raw, position=0)
    parts = (part.partition("=") for part in raw.split("|"))
    return {name.strip(): value.strip() for name, equals, value in parts if equals}


def _first(record: Json, names: tuple[str, ...]) -> Any:
    for name in names:
        value = record.get(name)
        if value not in (None, "", "null"):
            return value
    return None


def _indicator(fields: Fields, record: Json) -> None:
    fields["event.kind"] = "enrichment"
    fields["event.category"] = ["threat"]
    fields["event.type"] = ["indicator"]
    fields["threat.indicator.type"] = "file"
    fields["threat.indicator.first_seen"] = text(record.get("valid_from"))
    for algorithm, digest in _HASH.findall((text(record.get("pattern")) or "")[:_LONGEST]):
        name = algorithm.replace("-", "").lower()
        fields[f"threat.indicator.file.hash.{name}"] = digest


def _audit(fields: Fields, record: Json) -> None:
    """Map what an administrator or user did; the details stand in one line of prose."""
    kind = text(record.get("auditType")) or ""
    detail = (text(record.get("eventInfo")) or "")[:_LONGEST]
    lower = kind.lower()
    fields["event.action"] = _SLUG.sub("-", lower).strip("-")
    fields["event.category"] = ["configuration"]
    if any(word in lower for word in LOGINS):
        fields["event.category"] = ["authentication"]
        fields["event.type"] = ["start"]
        refused = any(word in lower for word in FAILURES)
        fields["event.outcome"] = "failure" if refused else "success"
    fields["message"] = detail
    user = text(record.get("user"))
    mailbox.set_user(fields, user)
    fields["user.email"] = user
    address = _ADDRESS.search(detail)
    ecs.endpoint(fields, "source", address[1] if address else text(record.get("remoteIp")))
    file = _FILE.match(detail) or _FILE_DETAIL.search(detail)
    if file:
        fields["file.name"] = file[1]
        size = _SIZE.search(detail)
        fields["file.size"] = number(size[1]) if size else None
    mail = _MAIL.search(detail)
    if mail:
        fields["email.from.address"] = [_after_name(mail[1])]
        fields["email.to.address"] = [_after_name(mail[2])]
        fields["email.subject"] = mail[3]


def _after_name(written: str) -> str:
    """Return the address of ``<Ann Lee> ann@example.org``: here the brackets hold the name."""
    return written.rpartition("> ")[2]


def _archive(fields: Fields, record: Json) -> None:
    fields["event.category"] = ["api"]
    fields["event.type"] = ["admin"]
    fields["message"] = text(record.get("description"))
    mailbox.set_user(fields, text(record.get("emailAddr")))


def _message(fields: Fields, record: Json, values: Json) -> None:
    envelope = mailbox.addresses(values["sender"]) or []
    header = mailbox.addresses(values["from"]) or []
    fields["email.from.address"] = list(dict.fromkeys(header + envelope))
    fields["email.sender.address"] = envelope[0] if envelope else None
    fields["email.to.address"] = mailbox.addresses(values["to"])
    fields["email.subject"] = text(values["subject"])
    cloud_gateway = "processingId" in record
    mailbox.set_message_id(fields, values["message_id"], as_written=not cloud_gateway)
    direction = (text(values["direction"]) or "").lower()
    if direction in DIRECTIONS:
        fields["email.direction"] = fields["network.direction"] = direction
    _decide(fields, record, values)
    ecs.endpoint(fields, "source", ecs.ip(values["source"]))
    fields["source.domain"] = text(record.get("senderDomain"))
    ecs.endpoint(fields, "destination", text(record.get("destinationIp")))
    fields["destination.domain"] = text(record.get("Hostname"))
    cipher, version = text(values["tls_cipher"]), text(values["tls_version"])
    fields["tls.cipher"] = cipher
    if version is not None:
        fields["tls.version"] = version.removeprefix("TLSv")
        fields["tls.version_protocol"] = "tls"
    used = (text(values["tls_used"]) or "").lower()
    fields["tls.established"] = YES.get(used)
    _content(fields, record, values)


def _decide(fields: Fields, record: Json, values: Json) -> None:
    action = text(values["action"])
    awareness = text(record.get("userAwarenessAction"))
    if awareness is not None:
        action = awareness
    elif "actionTriggered" in record and action is not None:
        action = _SLUG.sub("_", action.lower()).strip("_")
    fields["event.action"] = action
    fields["event.reason"] = text(values["reason"])
    fields["rule.name"] = text(values["rule"])
    denied = (action or "").lower() in DENIED
    fields["event.type"] = ["denied", "info"] if denied else ["info"]
    delivered = values["delivered"]
    if delivered is not None:
        fields["event.outcome"] = OUTCOMES.get(str(delivered).lower())
    kind = (text(record.get("type")) or text(record.get("eventType")) or "").lower()
    if values["virus"]:
        fields["event.kind"] = "alert"
        fields["event.category"] = ["email", "malware"]
    elif kind in BAD_TYPES or record.get("taggedMalicious") is True:
        fields["event.kind"] = "alert"


def _content(fields: Fields, record: Json, values: Json) -> None:
    link = text(values["url"])
    if link is None:
        found = _LINK.search((text(record.get("rejectionInfo")) or "")[:_LONGEST])
        link = found[1] if found else None
    if link:
        ecs.url(fields, link)
        fields["user.email"] = text(record.get("userEmailAddress"))
    fields["rule.category"] = text(values["url_category"]) or text(record.get("category"))
    fields["email.attachments"] = _files(values)
    fields["related.hash"] = [digest for name in DIGESTS if (digest := text(values[name]))]


def _files(values: Json) -> list[Json]:
    """Return the attachments: one with its digests, or the names of several."""
    name = text(values["attachments"]) or text(values["file_name"])
    digests = {algorithm: text(values[algorithm]) for algorithm in DIGESTS}
    digests = ecs.without_empty(digests)
    if digests:
        file = {"name": name, "mime_type": text(values["file_type"]), "hash": digests}
        return [{"file": ecs.without_empty(file)}]
    names = name.split(", ", MOST_FILES) if name else []
    return [{"file": {"name": one.strip('"')}} for one in names]

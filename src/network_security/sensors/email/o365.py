"""Office 365 management audit: one JSON record of the Management Activity API a line.

What all records have (CreationTime, Operation, RecordType, Workload, UserId, ClientIP, ObjectId)
is mapped alike; what a kind of record adds has a function of its own. A record is an action in a
web service, ``[web]`` and ``[info]``, unless its kind says more. The service names no host: the
tenant's domain stands for it. Message traces that are exported with the audit are read as such.

Source: Microsoft, "Office 365 Management Activity API schema".
"""

from collections.abc import Callable

from network_security.sensors import ecs, json_line
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.email import exchange_message_trace, mailbox
from network_security.sensors.email import o365_security as security
from network_security.sensors.email.json_members import Json, rows, texts
from network_security.sensors.email.microsoft_time import parse_utc
from network_security.sensors.email.o365_record_types import RECORD_TYPES
from network_security.sensors.errors import ParseError
from network_security.sensors.json_line import table
from network_security.sensors.times import Clock

MAPPED = frozenset((
    "CreationTime", "Operation", "UserId", "ClientIP", "ClientIPAddress", "UserAgent",
    "OrganizationId", "OrganizationName",
))  # fmt: skip
MOST_FILES = 200
FAILED = frozenset(("false", "failed", "failure", "fail"))
FILE_VERBS = (
    ("accessed", "access"), ("viewed", "access"), ("previewed", "access"),
    ("downloaded", "access"), ("deleted", "deletion"), ("recycled", "deletion"),
    ("modified", "change"), ("renamed", "change"), ("moved", "change"), ("checked", "change"),
    ("restored", "change"), ("uploaded", "creation"), ("created", "creation"),
    ("copied", "creation"),
)  # fmt: skip
IAM_VERBS = (
    ("delete", "deletion"), ("remove", "deletion"), ("add", "creation"), ("create", "creation"),
    ("update", "change"), ("change", "change"), ("set", "change"), ("reset", "change"),
)  # fmt: skip
IAM_TARGETS = ("user", "group")


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one audit record.

    Raises:
        ParseError: If the line is not a JSON object, or names no operation.
    """
    record = json_line.decode(raw)
    operation = text(record.get("Operation"))
    if operation is None:
        if "MessageTraceId" in record:
            return exchange_message_trace.from_record(record, clock)
        raise ParseError("unsupported", "no Operation", raw=raw, position=0)
    number_of_kind = number(record.get("RecordType"))
    kind = RECORD_TYPES.get(number_of_kind or 0, "")
    fields: Fields = {
        "@timestamp": parse_utc(record.get("CreationTime") or record.get("Timestamp"), clock),
        "event.action": operation,
        "event.code": kind or text(record.get("RecordType")),
        "event.id": text(record.get("Id")),
        "event.provider": text(record.get("Workload")),
        "event.category": ["web"],
        "event.outcome": _outcome(record),
        "organization.id": text(record.get("OrganizationId")),
        "organization.name": text(record.get("OrganizationName")),
        "user_agent.original": text(record.get("UserAgent")),
        "process.name": text(record.get("ClientProcessName")),
    }
    written = text(record.get("UserId"))
    _user(fields, written)
    fields["host.name"] = fields["organization.name"] or mailbox.domain(written)
    _client(fields, record)
    target = text(record.get("ObjectId"))
    if target and target.startswith(("https://", "http://")):
        ecs.url(fields, target)
    fields["o365.audit"] = ecs.without_empty(
        {name: value for name, value in record.items() if name not in MAPPED}
    )
    mapper = _KINDS.get(kind)
    if mapper is not None:
        mapper(fields, record, clock)
    return fields


def _outcome(record: Json) -> str:
    status = (text(record.get("ResultStatus")) or "").lower()
    return "failure" if status in FAILED else "success"


def _user(fields: Fields, written: str | None) -> None:
    """Set the user: guests of SharePoint are written ``urn:spo:guest#ann@example.org``."""
    if written is None:
        return
    fields["user.id"] = written
    plain = written.rpartition("#")[2] if written.startswith("urn:spo:") else written
    if "@" in plain or " (" not in plain:
        mailbox.set_user(fields, plain)
    else:
        # Exchange's own services: "NT AUTHORITY\SYSTEM (Microsoft.Exchange.ServiceHost)"
        mailbox.set_user(fields, plain.partition(" (")[0])


def _client(fields: Fields, record: Json) -> None:
    """Set the client's address, which some workloads write with a port or mapped to IPv6."""
    for name in ("ClientIP", "ClientIPAddress", "ActorIpAddress", "SenderIp"):
        written = text(record.get(name))
        if written:
            break
    else:
        return
    address, port = written.strip().removeprefix("::ffff:"), None
    if address.startswith("["):
        address, _, port = address[1:].partition("]")
        port = port.removeprefix(":")
    elif address.count(":") == 1:
        address, _, port = address.partition(":")
    found = ecs.endpoint(fields, "source", address.removeprefix("::ffff:"), port)
    if found is not None:
        fields["network.type"] = "ipv6" if ":" in found else "ipv4"


def _verb(operation: str, verbs: tuple[tuple[str, str], ...]) -> str | None:
    lower = operation.lower()
    return next((kind for verb, kind in verbs if verb in lower), None)


def _file(fields: Fields, record: Json, clock: Clock) -> None:
    fields["event.category"] = ["file"]
    fields["event.type"] = [_verb(fields["event.action"], FILE_VERBS) or "info"]
    if fields["event.action"] == "FileMalwareDetected":
        fields["event.kind"] = "alert"
        fields["event.category"] = ["file", "malware"]
        fields["rule.name"] = text(record.get("VirusInfo"))
        fields["file.hash.md5"] = text(record.get("MD5Hash"))
        fields["file.hash.sha256"] = text(record.get("SHA256Hash"))
    fields["file.name"] = text(record.get("SourceFileName"))
    fields["file.extension"] = text(record.get("SourceFileExtension"))
    fields["file.directory"] = text(record.get("SourceRelativeUrl"))
    fields["file.size"] = number(record.get("FileSizeBytes"))


def _login(fields: Fields, record: Json, clock: Clock) -> None:
    fields["event.category"] = ["authentication"]
    fields["event.type"] = ["start"]
    if fields["event.action"] == "UserLoginFailed" or text(record.get("LogonError")):
        fields["event.outcome"] = "failure"
        fields["event.reason"] = text(record.get("LogonError"))
    _extended(fields, record)


def _directory(fields: Fields, record: Json, clock: Clock) -> None:
    operation = fields["event.action"].lower()
    target = next((name for name in IAM_TARGETS if name in operation), None)
    if target is not None and operation.startswith(("add ", "delete ", "update ", "remove ")):
        fields["event.category"] = ["iam"]
        fields["event.type"] = [_verb(operation, IAM_VERBS) or "info", target]
    elif operation.startswith("consent to "):
        fields["event.category"] = ["iam"]
    mailbox.set_user(fields, _upn(record, "Target"), "user.target")
    _extended(fields, record)


def _upn(record: Json, name: str) -> str | None:
    """Return the user principal name (type 5) among the identifiers of a directory object."""
    for row in rows(record, name):
        if row.get("Type") == 5:  # noqa: PLR2004  IdentityType UPN
            return text(row.get("ID"))
    return None


def _extended(fields: Fields, record: Json) -> None:
    for row in rows(record, "ExtendedProperties"):
        if row.get("Name") == "UserAgent":
            fields["user_agent.original"] = text(row.get("Value"))


def _group(fields: Fields, record: Json, clock: Clock) -> None:
    operation = fields["event.action"]
    fields["group.name"] = text(record.get("GroupName")) or text(record.get("TeamName"))
    if operation in _GROUP_CHANGES:
        fields["event.category"] = ["iam"]
        fields["event.type"] = [_GROUP_CHANGES[operation], "group"]
    actor = text(record.get("ActorYammerUserId"))
    if actor is not None:
        fields["user.id"] = actor
    links = texts(record, "MessageURLs")
    if links:
        ecs.url(fields, links[0])


_GROUP_CHANGES = {
    "GroupCreation": "creation", "TeamCreated": "creation", "GroupDeletion": "deletion",
    "TeamDeleted": "deletion", "MemberAdded": "change", "MemberRemoved": "change",
    "MemberRoleChanged": "change",
}  # fmt: skip


def _mailbox_items(fields: Fields, record: Json, clock: Clock) -> None:
    fields["event.category"] = ["email"]
    items = rows(record, "AffectedItems")
    item = table(record, "Item")
    if item:
        items.append(item)
    if len(items) == 1:
        fields["email.subject"] = text(items[0].get("Subject"))
        mailbox.set_message_id(fields, items[0].get("InternetMessageId"))
    attachments = [part for one in items for part in _attachments(one.get("Attachments"))]
    fields["email.attachments"] = attachments


def _attachments(written: object) -> list[Json]:
    """Return the files of ``name.docx (1024b); other.jpg (2048b)``."""
    found: list[Json] = []
    for part in written.split("; ", MOST_FILES) if type(written) is str else ():
        name, _, size = part.rstrip("b) ").rpartition(" (")
        found.append({"file": {"name": name or part, "size": number(size)}})
    return found


Mapper = Callable[[Fields, Json, Clock], None]

_KINDS: dict[str, Mapper] = {
    "SharePointFileOperation": _file,
    "OneDrive": _file,
    "AzureActiveDirectory": _directory,
    "AzureActiveDirectoryAccountLogon": _login,
    "AzureActiveDirectoryStsLogon": _login,
    "Yammer": _group,
    "MicrosoftTeams": _group,
    "ComplianceDLPExchange": security.data_loss,
    "ComplianceDLPSharePoint": security.data_loss,
    "ComplianceDLPEndpoint": security.data_loss,
    "SecurityComplianceAlerts": security.alert,
    "AirInvestigation": security.investigation,
    "AirManualInvestigation": security.investigation,
    "ThreatIntelligence": security.threat,
    "ThreatIntelligenceUrl": security.threat,
    "ThreatIntelligenceAtpContent": security.threat,
    "ExchangeItem": _mailbox_items,
    "ExchangeItemGroup": _mailbox_items,
    "ExchangeItemAggregated": _mailbox_items,
}

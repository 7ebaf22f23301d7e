"""Alerts and incidents of Microsoft Graph security, and of the older Defender API.

What an alert is about stands in its evidence: devices, users, processes, files, addresses, links,
mailboxes and messages. The same field can have several values then, and they are kept as lists.

Source: Microsoft Graph, "alert resource type" and "alertEvidence resource type"
(microsoft.graph.security).
"""

from collections.abc import Callable
from datetime import timedelta

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.email import mailbox
from network_security.sensors.email.json_members import Json, rows, texts
from network_security.sensors.email.o365_security import SEVERITIES
from network_security.sensors.json_line import table
from network_security.sensors.times import Clock, parse_time

TYPES = "#microsoft.graph.security."


def from_incident(record: Json, clock: Clock) -> Fields:
    """Return the ECS fields of an incident, with what the evidence of all its alerts names."""
    fields = _common(record, clock)
    fields["event.id"] = text(record.get("id")) or text(record.get("incidentId"))
    fields["message"] = text(record.get("displayName")) or text(record.get("incidentName"))
    assigned = text(record.get("assignedTo"))
    if assigned:
        fields["source.user.name"] = assigned
    found: Fields = {}
    for alert in rows(record, "alerts") or [table(record, "alerts")]:
        _evidence(fields, found, alert)
        _add(found, "threat.technique.id", *texts(alert, "mitreTechniques"))
    return fields | found


def from_alert(record: Json, clock: Clock) -> Fields:
    """Return the ECS fields of an alert."""
    fields = _common(record, clock)
    fields["event.id"] = text(record.get("id")) or text(record.get("alertId"))
    fields["rule.id"] = text(record.get("detectorId"))
    fields["rule.name"] = text(record.get("title"))
    fields["message"] = text(record.get("description"))
    fields["threat.tactic.name"] = text(record.get("category"))
    start, end = (
        parse_time(record.get(name) or record.get(older), clock)
        for name, older in (
            ("firstActivityDateTime", "firstEventTime"),
            ("lastActivityDateTime", "lastEventTime"),
        )
    )
    fields["event.start"], fields["event.end"] = start, end
    if start is not None and end is not None and end >= start:
        fields["event.duration"] = (end - start) // timedelta(microseconds=1) * 1000
    found: Fields = {}
    _add(found, "threat.technique.id", *texts(record, "mitreTechniques"))
    _evidence(fields, found, record)
    return fields | found


def _common(record: Json, clock: Clock) -> Fields:
    severity = (text(record.get("severity")) or "").lower()
    updated = record.get("lastUpdateDateTime") or record.get("lastUpdateTime")
    return {
        "@timestamp": parse_time(updated or record.get("createdDateTime"), clock),
        "event.kind": "alert",
        "event.category": ["intrusion_detection"],
        "event.type": ["info"],
        "event.severity": SEVERITIES.get(severity),
        "event.reference": text(record.get("alertWebUrl")) or text(record.get("incidentWebUrl")),
        "event.provider": text(record.get("serviceSource")),
        "log.level": severity,
        "organization.id": text(record.get("tenantId")),
        "m365.defender": ecs.without_empty(record),
    }


def _add(found: Fields, name: str, *values: object) -> None:
    """Add values to a field that keeps a list of distinct ones."""
    known = found.setdefault(name, [])
    known += [value for value in values if value not in (None, "") and value not in known]


def _evidence(fields: Fields, found: Fields, alert: Json) -> None:
    categories: dict[str, None] = dict.fromkeys(fields["event.category"])
    for row in rows(alert, "evidence") or rows(alert, "entities"):
        kind = (text(row.get("@odata.type")) or "").removeprefix(TYPES)
        mapper = _KINDS.get(kind)
        if mapper is not None:
            category, map_row = mapper
            categories[category] = None
            map_row(found, row)
        _add(found, "event.action", text(row.get("detectionStatus")))
        _add(found, "tags", *texts(row, "tags"))
    fields["event.category"] = list(categories)


def _device(found: Fields, row: Json) -> None:
    _add(found, "host.name", text(row.get("deviceDnsName")) or text(row.get("hostName")))
    _add(found, "host.id", text(row.get("mdeDeviceId")))
    _add(found, "host.ip", ecs.ip(row.get("lastIpAddress")))
    for user in rows(row, "loggedOnUsers"):
        _add(found, "user.name", text(user.get("accountName")))
        _add(found, "user.domain", text(user.get("domainName")))


def _account(found: Fields, row: Json) -> None:
    account = table(row, "userAccount")
    _add(found, "user.name", text(account.get("accountName")))
    _add(found, "user.domain", text(account.get("domainName")))
    principal = text(account.get("userPrincipalName"))
    _add(found, "user.email", principal)
    _add(found, "user.id", principal or text(account.get("userSid")))


def _process(found: Fields, row: Json) -> None:
    _add(found, "process.pid", number(row.get("processId")))
    _add(found, "process.command_line", text(row.get("processCommandLine")))
    image = table(row, "imageFile")
    _add(found, "process.name", text(image.get("fileName")))
    _file_details(found, image)
    _account(found, row)


def _file(found: Fields, row: Json) -> None:
    _file_details(found, table(row, "fileDetails"))


def _file_details(found: Fields, file: Json) -> None:
    _add(found, "file.name", text(file.get("fileName")))
    _add(found, "file.path", text(file.get("filePath")))
    _add(found, "file.size", number(file.get("fileSize")))
    for algorithm in ("md5", "sha1", "sha256"):
        _add(found, f"file.hash.{algorithm}", text(file.get(algorithm)))


def _address(found: Fields, row: Json) -> None:
    _add(found, "source.ip", ecs.ip(row.get("ipAddress")))


def _url(found: Fields, row: Json) -> None:
    written = text(row.get("url"))
    if written and "url.original" not in found:
        ecs.url(found, written)


def _mailbox(found: Fields, row: Json) -> None:
    _account(found, row)
    _add(found, "user.email", text(row.get("primaryAddress")))


def _message(found: Fields, row: Json) -> None:
    sender = mailbox.address(table(row, "p2Sender").get("emailAddress"))
    envelope = mailbox.address(table(row, "p1Sender").get("emailAddress"))
    _add(found, "email.from.address", sender or envelope)
    _add(found, "email.sender.address", envelope)
    _add(found, "email.to.address", mailbox.address(row.get("recipientEmailAddress")))
    _add(found, "email.subject", text(row.get("subject")))
    message_id = mailbox.message_id(row.get("internetMessageId"))
    _add(found, "email.message_id", message_id)
    _add(found, "related.message_id", message_id)
    _add(found, "email.local_id", text(row.get("networkMessageId")))
    _add(found, "source.ip", ecs.ip(row.get("senderIp")))
    links = texts(row, "urls")
    if links and "url.original" not in found:
        ecs.url(found, links[0])


Mapper = Callable[[Fields, Json], None]

# Kind of evidence -> the category that it adds to its alert, and what maps it.
_KINDS: dict[str, tuple[str, Mapper]] = {
    "deviceEvidence": ("host", _device),
    "userEvidence": ("iam", _account),
    "processEvidence": ("process", _process),
    "fileEvidence": ("file", _file),
    "ipEvidence": ("network", _address),
    "urlEvidence": ("web", _url),
    "mailboxEvidence": ("email", _mailbox),
    "analyzedMessageEvidence": ("email", _message),
}

"""Records of the Office 365 audit that judge: data loss, alerts, investigations, threats found."""

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.email import mailbox
from network_security.sensors.email.json_members import Json, distinct, embedded, rows, texts
from network_security.sensors.email.microsoft_time import parse_utc
from network_security.sensors.json_line import table
from network_security.sensors.times import Clock

SEVERITIES = {"informational": 1, "low": 2, "medium": 3, "high": 4}
"""Word -> `event.severity`."""


def data_loss(fields: Fields, record: Json, clock: Clock) -> None:
    """Map a match of a data loss policy in a message or a file: its rules and who shared it."""
    fields["event.kind"] = "alert"
    fields["event.category"] = ["file"]
    fields["event.type"] = ["access"]
    rules = [rule for policy in rows(record, "PolicyDetails") for rule in rows(policy, "Rules")]
    fields["rule.id"] = _one_or_all(rules, "RuleId")
    fields["rule.name"] = _one_or_all(rules, "RuleName")
    severities = [SEVERITIES.get((text(rule.get("Severity")) or "").lower(), 0) for rule in rules]
    fields["event.severity"] = max(severities, default=0) or None
    message = table(record, "ExchangeMetaData")
    if message:
        _message(fields, message, "From", "To")
        fields["email.cc.address"] = mailbox.addresses(message.get("CC"))
        fields["email.bcc.address"] = mailbox.addresses(message.get("BCC"))
        mailbox.set_message_id(fields, message.get("MessageID"))
    file = table(record, "SharePointMetaData")
    if file:
        fields["file.name"] = text(file.get("FileName"))
        ecs.url(fields, text(file.get("FilePathUrl")))
        owner = text(file.get("From"))
        fields["user.id"] = owner or fields.get("user.id")
        mailbox.set_user(fields, owner)


def _one_or_all(rows: list[Json], name: str) -> str | list[str] | None:
    found = [value for row in rows if (value := text(row.get(name)))]
    return found[0] if len(found) == 1 else found


def _message(fields: Fields, record: Json, sender: str, recipients: str) -> None:
    fields["email.from.address"] = mailbox.addresses(record.get(sender))
    fields["email.to.address"] = mailbox.addresses(record.get(recipients))
    fields["email.subject"] = text(record.get("Subject"))


def alert(fields: Fields, record: Json, clock: Clock) -> None:
    """Map an alert of the compliance center; what it is about stands in `Data`, keys shortened."""
    fields["event.kind"] = "alert"
    fields["event.category"] = ["intrusion_detection"]
    fields["rule.id"] = text(record.get("PolicyId"))
    fields["rule.name"] = text(record.get("Name"))
    severity = text(record.get("Severity")) or ""
    fields["event.severity"] = SEVERITIES.get(severity.lower())
    fields["log.level"] = severity.lower()
    data = embedded(record, "Data")
    fields["rule.category"] = text(data.get("mat")) or text(record.get("Category"))
    fields["event.start"] = parse_utc(data.get("ts"), clock)
    fields["event.end"] = parse_utc(data.get("te"), clock)
    fields["email.from.address"] = mailbox.addresses(data.get("mfrm") or data.get("tsd"))
    fields["email.to.address"] = mailbox.addresses(data.get("to") or data.get("trc"))
    fields["email.cc.address"] = mailbox.addresses(data.get("cc"))
    fields["email.subject"] = text(data.get("ms") or data.get("von"))
    mailbox.set_message_id(fields, data.get("imsgid"))
    link = text(data.get("zu"))
    if link:
        ecs.url(fields, link)
    entity = text(record.get("AlertEntityId"))
    if record.get("EntityType") == "User" and entity:
        fields["user.id"] = entity
        mailbox.set_user(fields, entity)
        fields["host.name"] = mailbox.domain(entity)
    else:
        users = (text(data.get(name)) or "" for name in ("f3u", "suid", "trc"))
        mailbox.set_user(fields, next((user for user in users if "@" in user), None))


def investigation(fields: Fields, record: Json, clock: Clock) -> None:
    """Map an automated investigation: its span, its verdict and what it found."""
    fields["event.start"] = parse_utc(record.get("StartTimeUtc"), clock)
    fields["event.end"] = parse_utc(record.get("EndTimeUtc"), clock)
    data = embedded(record, "Data")
    fields["event.kind"] = "alert" if data.get("IsIncident") is True else "event"
    fields["log.level"] = (text(data.get("Severity")) or "").lower()
    fields["rule.name"] = text(data.get("AlertDisplayName")) or text(
        record.get("InvestigationName")
    )
    entities(fields, data)


def entities(fields: Fields, investigation: Json) -> None:
    """Set the messages, files and links that an automated investigation found."""
    found = rows(investigation, "Entities")
    fields["email.from.address"] = distinct(found, "Sender")
    fields["email.to.address"] = distinct(found, "Recipient")
    links = [link for row in found for link in texts(row, "Urls")] or distinct(found, "Url")
    if links:
        ecs.url(fields, links[0])
    fields["email.attachments"] = [
        {"file": {"name": text(file.get("Name")), "hash": _hashes(file)}}
        for row in found
        for file in rows(row, "Files")
    ]


def _hashes(file: Json) -> Json:
    return {
        algorithm.lower(): digest
        for row in rows(file, "FileHashes")
        if (algorithm := text(row.get("Algorithm"))) and (digest := text(row.get("Value")))
    }


def threat(fields: Fields, record: Json, clock: Clock) -> None:
    """Map the verdict of Defender for Office 365 on a message, a file or a clicked link."""
    fields["event.kind"] = "alert"
    fields["event.category"] = ["email", "malware"]
    if "P2Sender" in record or "Recipients" in record:
        _message(fields, record, "P2Sender", "Recipients")
        fields["email.sender.address"] = mailbox.address(record.get("P1Sender"))
        mailbox.set_message_id(fields, record.get("InternetMessageId"))
        fields["email.direction"] = (text(record.get("Directionality")) or "").lower()
        attachments = [
            {"file": _threat_file(attachment)} for attachment in rows(record, "AttachmentData")
        ]
        fields["email.attachments"] = attachments
    file = table(record, "FileData")
    if file:
        fields["event.category"] = ["file", "malware"]
        found = _threat_file(file)
        fields["file.name"] = found.get("name")
        fields["file.size"] = number(file.get("FileSize"))
        fields["file.hash.sha256"] = text(file.get("SHA256"))
        fields["rule.name"] = text(file.get("MalwareFamily"))
        ecs.url(fields, text(file.get("FilePath")))
    if "Url" in record:
        ecs.url(fields, text(record.get("Url")))


def _threat_file(attachment: Json) -> Json:
    digest = text(attachment.get("SHA256"))
    return ecs.without_empty({
        "name": text(attachment.get("FileName")),
        "mime_type": text(attachment.get("FileType")),
        "hash": {"sha256": digest} if digest else None,
    })  # fmt: skip

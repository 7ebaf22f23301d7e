"""Proofpoint Targeted Attack Protection: clicks and messages of its SIEM API, one record a line.

A record does not say which of the API's four lists it comes from, permitted or blocked clicks,
delivered or blocked messages, unless a collector added it (`status`, `eventType`). Without that,
a message with a quarantine was blocked, and what was done with a click follows from the order of
click and verdict: a link that was only later found to be bad was let through, one that was known
to be bad is blocked unless an administrator exempted it. The latter is likely and not certain, so
that it stands in `event.action` alone, with the tag ``decision_assumed``.

Each record is about a click or a message, an event; the threat in it is `rule.category`. Times: an
event is reported once both the click or message and the verdict on it are there, so it has the
later of them.

Source: Proofpoint, "Threat Insight Dashboard, SIEM API documentation".
"""

from datetime import datetime

from network_security.sensors import ecs, json_line
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.email import mailbox
from network_security.sensors.email.json_members import Json, rows
from network_security.sensors.errors import ParseError
from network_security.sensors.times import Clock, parse_time

DECISIONS = {
    "permitted": "allowed", "delivered": "allowed", "blocked": "denied",
    "clickspermitted": "allowed", "messagesdelivered": "allowed", "clicksblocked": "denied",
    "messagesblocked": "denied", "allowed": "allowed", "denied": "denied",
}  # fmt: skip
MALWARE = "malware"
ASSUMED_DECISION = "decision_assumed"
KNOWN = ("clickTime", "threatsInfoMap", "messageTime")
MAPPED = frozenset(("url", "userAgent", "subject", "messageID", "senderIP", "clickIP"))


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one record.

    Raises:
        ParseError: If the line is not a JSON object, or neither a click nor a message.
    """
    record = json_line.decode(raw)
    if not any(name in record for name in KNOWN):
        raise ParseError("unsupported", "neither clickTime nor messageTime", raw=raw, position=0)
    own_id = text(record.get("GUID"))
    fields: Fields = {
        "event.id": text(record.get("id")) or own_id,
        "email.local_id": text(record.get("QID")) or own_id,
        "email.subject": text(record.get("subject")),
        "email.sender.address": mailbox.address(record.get("sender")),
        "proofpoint.tap": {
            name: value
            for name, value in record.items()
            if name not in MAPPED and value not in (None, "", "-")
        },
    }
    mailbox.set_message_id(fields, record.get("messageID"))
    ecs.endpoint(fields, "source", text(record.get("senderIP")))
    header = mailbox.addresses(record.get("fromAddress")) or mailbox.addresses(record.get("sender"))
    fields["email.from.address"] = header
    listed = mailbox.addresses(record.get("toAddresses")) or []
    recipients = mailbox.addresses(record.get("recipient")) or []
    fields["email.to.address"] = list(dict.fromkeys(listed + recipients))
    fields["email.cc.address"] = mailbox.addresses(record.get("ccAddresses"))
    fields["email.reply_to.address"] = mailbox.addresses(record.get("replyToAddress"))
    fields["email.x_mailer"] = text(record.get("xmailer"))
    if "clickTime" in record:
        _click(fields, record, clock)
    else:
        _message(fields, record, clock)
    return fields


def _decide(
    fields: Fields, record: Json, clicked: datetime | None = None, judged: datetime | None = None
) -> None:
    """Set what was done with the message or click: stated, or deduced."""
    action = text(record.get("status")) or text(record.get("eventType"))
    certain = True
    if action is None:
        action, certain = _deduced(record, clicked, judged)
    decision = DECISIONS.get((action or "").lower().replace(" ", ""))
    fields["event.action"] = action
    fields["event.type"] = [decision, "info"] if decision and certain else ["info"]
    fields["tags"] = [] if certain else [ASSUMED_DECISION]


def _deduced(
    record: Json, clicked: datetime | None, judged: datetime | None
) -> tuple[str | None, bool]:
    """Return the decision that follows from what a record holds, and whether it is certain."""
    if text(record.get("quarantineFolder")) or text(record.get("quarantineRule")):
        return "denied", True
    if clicked is None or judged is None:
        return None, True
    if judged > clicked:
        return "allowed", True
    return ("denied", False) if record.get("threatStatus") == "active" else (None, True)


def _click(fields: Fields, record: Json, clock: Clock) -> None:
    clicked = parse_time(record.get("clickTime"), clock)
    judged = parse_time(record.get("threatTime"), clock)
    fields["@timestamp"] = max((one for one in (clicked, judged) if one), default=None)
    _decide(fields, record, clicked, judged)
    threat = text(record.get("classification"))
    fields["event.category"] = ["email", "network", *_category([threat])]
    fields["rule.category"] = threat
    fields["user_agent.original"] = text(record.get("userAgent"))
    ecs.endpoint(fields, "destination", text(record.get("clickIP")))
    ecs.url(fields, text(record.get("url")))
    fields["threat.indicator.reference"] = text(record.get("threatURL"))


def _message(fields: Fields, record: Json, clock: Clock) -> None:
    threats = rows(record, "threatsInfoMap")
    times = (threat.get("threatTime") for threat in threats)
    fields["@timestamp"] = _later(clock, record.get("messageTime"), *times)
    _decide(fields, record)
    kinds = list(dict.fromkeys(text(threat.get("classification")) for threat in threats))
    fields["event.category"] = ["email", *_category(kinds)]
    fields["rule.category"] = [kind for kind in kinds if kind]
    links = [text(threat.get("threat")) for threat in threats if threat.get("threatType") == "url"]
    if links and links[0] and "." in links[0]:
        ecs.url(fields, links[0])
    attachments = [{"file": _file(part)} for part in rows(record, "messageParts")]
    fields["email.attachments"] = attachments
    fields["related.hash"] = [
        digest for part in attachments for digest in part["file"].get("hash", {}).values()
    ]


def _file(part: Json) -> Json:
    digests = {name: text(part.get(name)) for name in ("md5", "sha256")}
    return ecs.without_empty({
        "name": text(part.get("filename")),
        "mime_type": text(part.get("contentType")),
        "size": number(part.get("size")),
        "hash": ecs.without_empty(digests) or None,
    })  # fmt: skip


def _category(kinds: list[str | None]) -> list[str]:
    return ["malware"] if any((kind or "").lower() == MALWARE for kind in kinds) else []


def _later(clock: Clock, *written: object) -> object:
    moments = [moment for one in written if (moment := parse_time(one, clock)) is not None]
    return max(moments, default=None)

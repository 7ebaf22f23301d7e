"""Proofpoint on Demand: messages, mail logs and audit records of its log API, one a line.

A message record has the whole transaction: connection, envelope, what the filters decided, headers
and parts. A mail log record is one line of Sendmail, decoded in `sm`. An audit record says what an
administrator did. In a message, `source.domain` is the name that the client's address resolves to.
`source.address` is the same, but the name that the client gave itself where it is on the gateway's
own host.

Source: Proofpoint, "Proofpoint on Demand (PoD) Log API", schema version 20200420.
"""

import re
from datetime import timedelta

from network_security.sensors import ecs, json_line
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.email import mailbox
from network_security.sensors.email.json_members import Json, rows
from network_security.sensors.errors import ParseError
from network_security.sensors.json_line import table
from network_security.sensors.times import Clock, parse_time

ACTIONS = {
    "login": ["start"], "create": ["creation"], "delete": ["deletion"], "read": ["access", "info"],
    "update": ["change"], "modify": ["change"], "edit": ["change"],
}  # fmt: skip
DISPOSITIONS = {
    "accept": "allowed", "continue": "allowed", "deliver": "allowed", "reject": "denied",
    "discard": "denied", "retry": "denied", "quarantine": "denied",
}  # fmt: skip
ABSENT = ("NONE", "none", "")
LONGEST = 10**6
"""Seconds that a transaction can take: what is more is no duration."""

_RELAY = re.compile(r"([^\s\[]{0,255})\s?\[(?:IPv6:)?([0-9A-Fa-f.:]{2,45})\]")
_SENT = re.compile(r"[Ss]ent\b")


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one record.

    Raises:
        ParseError: If the line is not a JSON object, or none of the three kinds of record.
    """
    record = json_line.decode(raw)
    origin = table(table(table(record, "metadata"), "origin"), "data")
    system = table(record, "pps")
    agent = text(system.get("agent")) or text(origin.get("agent"))
    fields: Fields = {
        "@timestamp": parse_time(record.get("ts"), clock),
        "event.id": text(record.get("guid")) or text(record.get("id")),
        "observer.name": text(system.get("cid")) or text(origin.get("cid")),
        "observer.version": text(system.get("version")) or text(origin.get("version")),
        "observer.ip": ecs.ip(agent),
        "observer.hostname": None if ecs.ip(agent) else agent,
        "proofpoint.pod": ecs.without_empty(record),
    }
    if "audit" in record:
        _audit(fields, table(record, "audit"))
    elif "sm" in record:
        _mail_log(fields, record)
    elif "msg" in record or "envelope" in record or "connection" in record:
        _message(fields, record, clock)
    else:
        raise ParseError("unsupported", "no audit, sm or msg", raw=raw, position=0)
    return fields


def _audit(fields: Fields, audit: Json) -> None:
    action = text(audit.get("action"))
    login = audit.get("resourceType") == "authorization"
    fields["event.action"] = action
    fields["event.category"] = ["authentication"] if login else ["configuration"]
    fields["event.type"] = ACTIONS.get(action or "", ["info"])
    fields["log.level"] = (text(audit.get("level")) or "").lower()
    user = table(audit, "user")
    ecs.endpoint(fields, "source", text(user.get("ipAddress")))
    mailbox.set_user(fields, text(user.get("email")))
    fields["user.id"] = text(user.get("id"))
    for row in rows(audit, "tags"):
        if row.get("name") == "eventDetails":
            fields["message"] = text(row.get("value"))


def _mail_log(fields: Fields, record: Json) -> None:
    line = table(record, "sm")
    fields["event.category"] = ["email"]
    fields["network.transport"] = "tcp"
    fields["network.protocol"] = (text(line.get("proto")) or "").lower()
    owner = (text(line.get("ctladdr")) or "").partition(" (")[0]
    sender = line.get("from") or owner
    fields["email.from.address"] = mailbox.addresses(sender)
    fields["email.sender.address"] = mailbox.address(owner)
    fields["email.to.address"] = mailbox.addresses(line.get("to"))
    mailbox.set_message_id(fields, line.get("msgid"))
    fields["email.local_id"] = text(line.get("qid"))
    status = text(line.get("stat"))
    if status is not None:
        fields["event.outcome"] = "success" if _SENT.match(status) else "failure"
        fields["event.reason"] = status
        fields["event.code"] = text(line.get("dsn"))
    relay = _RELAY.match(text(line.get("relay")) or "")
    if relay:
        # The relay is the client of a message that comes in, the server of one that leaves.
        side = "source" if "from" in line and "to" not in line else "destination"
        ecs.endpoint(fields, side, relay[2])
        fields[f"{side}.domain"] = relay[1].rstrip(".")
    _tls(fields, table(record, "tls") or table(line, "tls"))


def _tls(fields: Fields, tls: Json) -> None:
    version, cipher = text(tls.get("version")), text(tls.get("cipher"))
    if version is not None and version not in ABSENT:
        name, _, number_of = version.partition("v")
        fields["tls.version_protocol"] = name.lower()
        fields["tls.version"] = number_of
    if cipher not in ABSENT:
        fields["tls.cipher"] = cipher


def _message(fields: Fields, record: Json, clock: Clock) -> None:
    fields["event.category"] = ["email", "network"]
    fields["network.transport"] = "tcp"
    _connection(fields, table(record, "connection"))
    decided = table(record, "filter")
    _decision(fields, decided, text(record.get("final_action")))
    _span(fields, decided, clock)
    rules = (text(table(decided, "quarantine").get("rule")), text(record.get("final_rule")))
    fields["rule.name"] = [rule for rule in rules if rule]
    envelope, header = table(record, "envelope"), table(table(record, "msg"), "header")
    sender = mailbox.address(envelope.get("from"))
    fields["email.sender.address"] = sender
    fields["email.from.address"] = mailbox.addresses(header.get("from")) or mailbox.addresses(
        sender
    )
    recipients = mailbox.addresses(header.get("to")) or mailbox.addresses(envelope.get("rcpts"))
    fields["email.to.address"] = recipients
    fields["email.cc.address"] = mailbox.addresses(header.get("cc"))
    fields["email.reply_to.address"] = mailbox.addresses(header.get("reply-to"))
    fields["email.subject"] = _first(header, "subject")
    mailbox.set_message_id(fields, _first(header, "message-id"), as_written=True)
    fields["email.local_id"] = text(decided.get("qid"))
    _parts(fields, rows(record, "msgParts"))


def _connection(fields: Fields, connection: Json) -> None:
    ecs.endpoint(fields, "source", text(connection.get("ip")))
    host, helo = text(connection.get("host")), text(connection.get("helo"))
    if host is not None and host.startswith("["):
        host = None  # An address that resolves to no name is written for it.
    named = helo if host in (None, "localhost") else host
    if named or host:
        fields["source.address"] = named or host
    fields["source.domain"] = host
    protocol = text(connection.get("protocol")) or ""
    fields["network.protocol"] = protocol.partition(":")[0].lower()
    _tls(fields, table(table(connection, "tls"), "inbound"))


def _decision(fields: Fields, decided: Json, final: str | None) -> None:
    disposition = text(decided.get("disposition")) or final
    fields["event.action"] = disposition
    decision = DISPOSITIONS.get(disposition or "")
    fields["event.type"] = [decision, "info"] if decision else ["info"]
    direction = (text(decided.get("routeDirection")) or "").lower()
    fields["network.direction"] = fields["email.direction"] = direction
    if table(table(decided, "modules"), "av").get("virusNames"):
        fields["event.kind"] = "alert"
        fields["event.category"] = ["email", "network", "malware"]


def _span(fields: Fields, decided: Json, clock: Clock) -> None:
    seconds = decided.get("durationSecs")
    start = parse_time(decided.get("startTime"), clock)
    fields["event.start"] = start
    if isinstance(seconds, (int, float)) and 0 <= seconds < LONGEST:
        fields["event.duration"] = round(seconds * 1e9)
        if start is not None:
            fields["event.end"] = start + timedelta(seconds=seconds)


def _parts(fields: Fields, parts: list[Json]) -> None:
    links = [link for part in parts for row in rows(part, "urls") if (link := text(row.get("url")))]
    if links:
        ecs.url(fields, links[0])
    if len(links) > 1:
        fields["url.full"] = list(dict.fromkeys(links))
    attachments = []
    for part in parts:
        digests = {name: text(part.get(name)) for name in ("md5", "sha256")}
        file = {
            "name": text(part.get("detectedName")) or text(part.get("labeledName")),
            "mime_type": text(part.get("detectedMime")) or text(part.get("labeledMime")),
            "extension": (text(part.get("detectedExt")) or "").lower(),
            "size": number(part.get("detectedSizeBytes")),
            "hash": ecs.without_empty(digests) or None,
        }
        attachments.append({"file": ecs.without_empty(file)})
    fields["email.attachments"] = attachments
    fields["related.hash"] = [
        digest for part in attachments for digest in part["file"].get("hash", {}).values()
    ]


def _first(record: Json, name: str) -> str | None:
    found = record.get(name)
    return text(found[0]) if type(found) is list and found else text(found)

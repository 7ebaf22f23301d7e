"""Microsoft Defender XDR: advanced hunting tables, and alerts and incidents of Microsoft Graph.

A record of the streaming API names its table in `category` (``AdvancedHunting-EmailEvents``) and
holds the row in `properties`. `m365_tables` says how a table is classified; rows are mapped by the
names of their columns, which mean the same in every table. Alerts and incidents, which hold
evidence in place of columns, are in `m365_alert`.

Network rows name a local and a remote end: the local one is the source, except in connections that
came in.

Source: Microsoft, "Data tables in the advanced hunting schema" and "Stream Microsoft Defender XDR
events".
"""

from network_security.sensors import ecs, json_line
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.email import mailbox
from network_security.sensors.email.json_members import Json, embedded
from network_security.sensors.email.m365_alert import from_alert, from_incident
from network_security.sensors.email.m365_tables import (
    ACTION_TYPES,
    CREATES_PROCESS,
    ENRICHING,
    JUDGED,
    OUTCOMES,
    PREFIX,
    TABLES,
)
from network_security.sensors.email.o365_security import SEVERITIES, entities
from network_security.sensors.errors import ParseError
from network_security.sensors.json_line import table
from network_security.sensors.times import Clock, parse_time

DELIVERIES = {
    "delivered": "allowed",
    "junked": "allowed",
    "blocked": "denied",
    "replaced": "denied",
}
DIRECTIONS = {"in": "inbound", "out": "outbound"}
TRANSPORTS = ("tcp", "udp", "icmp")
INSPECTED = "ConnectionInspected"


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one record.

    Raises:
        ParseError: If the line is not a JSON object, or neither a row, an alert nor an incident.
    """
    record = json_line.decode(raw)
    if type(record.get("properties")) is dict:
        return _row(record, clock)
    if "alerts" in record:
        return from_incident(record, clock)
    if "evidence" in record or "alertId" in record or "alertWebUrl" in record:
        return from_alert(record, clock)
    raise ParseError("unsupported", "no row, alert or incident", raw=raw, position=0)


def _row(record: Json, clock: Clock) -> Fields:
    row = record["properties"]
    name = (text(record.get("category")) or "").removeprefix(PREFIX)
    category, kind = TABLES.get(name, (["host"], ["info"]))
    action = text(row.get("ActionType"))
    details = _details(row)
    raw_event = table(row, "RawEventData")
    fields: Fields = {
        "@timestamp": _time(row, raw_event, record, clock),
        "event.kind": "enrichment" if name in ENRICHING else "event",
        "event.category": category,
        "event.type": ACTION_TYPES.get(action or "", kind),
        "event.action": action or text(row.get("DeliveryAction")),
        "event.outcome": OUTCOMES.get(action or ""),
        "event.reason": text(row.get("FailureReason")),
        "event.severity": SEVERITIES.get((text(row.get("Severity")) or "").lower()),
        "event.provider": name,
        "organization.id": text(record.get("tenantId")),
        "host.name": text(row.get("DeviceName")),
        "host.id": text(row.get("DeviceId")),
        "user_agent.original": text(row.get("UserAgent")),
        "rule.name": text(row.get("Title")),
        "m365.defender": ecs.without_empty({"category": record.get("category"), **row}),
    }
    if action is not None and action.endswith("ApiCall"):
        fields["event.category"] = ["api"]
    elif action == "DriverLoad":
        fields["event.category"] = ["driver"]
    elif action == "AirInvestigationData":
        fields["event.category"] = ["intrusion_detection"]
        entities(fields, embedded(raw_event, "Data"))
    _process(fields, row, details, created=name in CREATES_PROCESS)
    _file(fields, row)
    _user(fields, row)
    _network(fields, row, details, action or "")
    if name.startswith(("Email", "Message", "UrlClick")):
        _mail(fields, row, judged=name in JUDGED)
    return fields


def _time(row: Json, raw_event: Json, record: Json, clock: Clock) -> object:
    for found in (row.get("Timestamp"), raw_event.get("CreationTime"), record.get("time")):
        moment = parse_time(found, clock)
        if moment is not None:
            return moment
    return None


def _details(row: Json) -> Json:
    """Return AdditionalFields, which some tables hold as an object and others as JSON text."""
    return embedded(row, "AdditionalFields")


def _process(fields: Fields, row: Json, details: Json, *, created: bool) -> None:
    """Map the process that acted; where one was created, that one is its parent."""
    initiating = {
        "name": text(row.get("InitiatingProcessFileName")),
        "pid": number(row.get("InitiatingProcessId")),
        "command_line": text(row.get("InitiatingProcessCommandLine")),
        "executable": text(row.get("InitiatingProcessFolderPath")),
        "hash.md5": text(row.get("InitiatingProcessMD5")),
        "hash.sha1": text(row.get("InitiatingProcessSHA1")),
        "hash.sha256": text(row.get("InitiatingProcessSHA256")),
    }
    pid = number(row.get("ProcessId"))
    if created:
        fields["process.name"] = text(row.get("ProcessName")) or text(row.get("FileName"))
        fields["process.pid"] = pid
        fields["process.command_line"] = text(row.get("ProcessCommandLine"))
        fields["process.executable"] = text(row.get("FolderPath"))
    elif row.get("EntityType") == "Process":
        fields["process.name"] = text(row.get("FileName"))
        fields["process.pid"] = number(details.get("ProcessId"))
        fields["process.command_line"] = text(row.get("ProcessCommandLine"))
        return
    else:
        fields["process.parent.name"] = text(row.get("InitiatingProcessParentFileName"))
        fields["process.parent.pid"] = number(row.get("InitiatingProcessParentId"))
    prefix = "process.parent." if created else "process."
    for name, value in initiating.items():
        fields[prefix + name] = value


def _file(fields: Fields, row: Json) -> None:
    name, folder = text(row.get("FileName")), text(row.get("FolderPath"))
    fields["file.name"] = name
    fields["file.size"] = number(row.get("FileSize"))
    if name and folder and not folder.endswith(name):
        folder = f"{folder}\\{name}" if "\\" in folder else f"{folder}/{name}"
    fields["file.path"] = folder
    for algorithm in ("MD5", "SHA1", "SHA256"):
        fields[f"file.hash.{algorithm.lower()}"] = text(row.get(algorithm))


def _user(fields: Fields, row: Json) -> None:
    """Map the account that a row is about, else the one that the acting process runs as."""
    for prefix in ("Account", "RequestAccount", "InitiatingProcessAccount"):
        name = text(row.get(f"{prefix}Name"))
        sid = text(row.get(f"{prefix}Sid"))
        if name or sid:
            fields["user.name"] = name
            fields["user.id"] = sid
            fields["user.domain"] = text(row.get(f"{prefix}Domain"))
            fields["user.email"] = text(row.get(f"{prefix}Upn"))
            return
    fields["user.id"] = text(row.get("AccountId"))
    fields["user.full_name"] = text(row.get("AccountDisplayName"))
    mailbox.set_user(fields, text(row.get("AccountUpn")))


def _network(fields: Fields, row: Json, details: Json, action: str) -> None:
    local, remote = "source", "destination"
    stated = DIRECTIONS.get((text(details.get("direction")) or "").lower())
    logon = action.startswith("Logon")
    if stated == "inbound" or action.startswith("Inbound") or logon:
        local, remote = "destination", "source"
    near = ecs.endpoint(fields, local, text(row.get("LocalIP")), row.get("LocalPort"))
    far = ecs.endpoint(fields, remote, text(row.get("RemoteIP")), row.get("RemotePort"))
    fields[f"{remote}.domain"] = text(row.get("RemoteDeviceName"))
    address = (text(row.get("IPAddress")) or "").partition(",")[0]
    if address:
        ecs.endpoint(fields, "source", address, row.get("Port"))
    public = text(row.get("PublicIP"))
    if public and not address and near is None:
        ecs.endpoint(fields, "source", public)
    target = text(row.get("DestinationIPAddress"))
    if target:
        ecs.endpoint(fields, "destination", target, row.get("DestinationPort"))
        fields["destination.domain"] = text(row.get("DestinationDeviceName"))
    # These two are named from the device's side, whichever end opened the connection.
    fields[f"{local}.mac"] = ecs.mac(details.get("Source Mac"))
    fields[f"{remote}.mac"] = ecs.mac(details.get("Destination Mac"))
    ends = (far, near) if local == "destination" else (near, far)
    fields["network.direction"] = stated or ecs.direction(*ends)
    link = text(row.get("RemoteUrl")) or text(row.get("Url"))
    if link:
        if "/" in link:
            ecs.url(fields, link)
        else:
            fields["url.original"], fields["url.domain"] = link, link
    protocol = (text(row.get("Protocol")) or text(row.get("RequestProtocol")) or "").lower()
    transport = protocol.removesuffix("v4").removesuffix("v6")
    if transport in TRANSPORTS:
        ecs.transport(fields, transport)
        if action.endswith(INSPECTED) and transport != "icmp":
            fields["network.protocol"] = action.removesuffix(INSPECTED).lower()
    else:
        fields["network.protocol"] = protocol
    query = text(details.get("query"))
    if query:
        fields["event.type"] = ["connection", "protocol", "info"]
        fields["dns.question.name"] = query
        fields["dns.question.type"] = text(details.get("qtype_name"))
        fields["dns.response_code"] = text(details.get("rcode_name"))


def _mail(fields: Fields, row: Json, *, judged: bool) -> None:
    sender = row.get("SenderFromAddress") or row.get("SenderEmailAddress")
    fields["email.from.address"] = mailbox.addresses(sender)
    fields["email.sender.address"] = mailbox.address(row.get("SenderMailFromAddress"))
    fields["email.to.address"] = mailbox.addresses(row.get("RecipientEmailAddress"))
    fields["email.subject"] = text(row.get("Subject"))
    fields["email.local_id"] = own = text(row.get("NetworkMessageId"))
    mailbox.set_message_id(fields, row.get("InternetMessageId"), own=own)
    direction = (text(row.get("EmailDirection")) or "").lower()
    fields["email.direction"] = direction
    address, other = text(row.get("SenderIPv4")), text(row.get("SenderIPv6"))
    if address or other:
        ecs.endpoint(fields, "source", address or other)
        fields["related.ip"] = [ecs.ip(other)]
    delivery = text(row.get("DeliveryAction"))
    decision = DELIVERIES.get((delivery or "").lower())
    if decision is not None:
        fields["event.type"] = [decision, "info"]
    fields["event.action"] = text(row.get("Action")) or fields["event.action"]
    if judged and text(row.get("ThreatTypes")):
        fields["event.kind"] = "alert"
    name = text(row.get("FileName"))
    if name:
        digest = text(row.get("SHA256"))
        file = {
            "name": name,
            "size": number(row.get("FileSize")),
            "extension": text(row.get("FileType")),
            "hash": {"sha256": digest} if digest else None,
        }
        fields["email.attachments"] = [{"file": ecs.without_empty(file)}]
    if "UserLevelAction" in row or "AccountUpn" in row:
        mailbox.set_user(fields, text(row.get("AccountUpn")))

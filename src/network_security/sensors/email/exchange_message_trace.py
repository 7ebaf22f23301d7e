"""Exchange Online message trace: one message and recipient a record, as JSON or as CSV.

Read are the records of the reporting web service (OData, times as ``/Date(1658751973240)/``), of
``Get-MessageTrace`` and ``Get-MessageTraceV2`` piped into ``ConvertTo-Json``, and the rows of
``Export-Csv`` and of the historical search. A CSV row names no columns, so that which of the two
it is follows from its first value: a time for the historical search, else ``Export-Csv``.

Source: Microsoft, "MessageTrace report" of the Office 365 reporting web service, "Get-MessageTrace"
and "Message trace in the modern Exchange admin center".
"""

from typing import Any

from network_security.sensors import csv_line, ecs, json_line
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.email import mailbox
from network_security.sensors.email.microsoft_time import parse_utc
from network_security.sensors.errors import ParseError
from network_security.sensors.times import Clock

Json = dict[str, Any]

# Export-Csv writes the properties in this order, the historical search's report these columns.
EXPORT_COLUMNS = (
    "PSComputerName", "RunspaceId", "PSShowComputerName", "Organization", "MessageId", "Received",
    "SenderAddress", "RecipientAddress", "Subject", "Status", "ToIP", "FromIP", "Size",
    "MessageTraceId", "StartDate", "EndDate", "Index",
)  # fmt: skip
SEARCH_COLUMNS = (
    "origin_timestamp_utc", "sender_address", "recipient_status", "message_subject",
    "total_bytes", "message_id", "network_message_id", "original_client_ip", "directionality",
    "connector_id", "delivery_priority",
)  # fmt: skip
SEARCH_NAMES = {
    "origin_timestamp_utc": "Received",
    "sender_address": "SenderAddress",
    "recipient_address": "RecipientAddress",
    "message_subject": "Subject",
    "total_bytes": "Size",
    "message_id": "MessageId",
    "network_message_id": "MessageTraceId",
    "original_client_ip": "FromIP",
}
MAPPED = frozenset((
    "Received", "SenderAddress", "RecipientAddress", "Subject", "MessageId", "FromIP", "ToIP",
    "Size", "MessageTraceId", "Organization",
))  # fmt: skip
OUTCOMES = {
    "delivered": "success", "expanded": "success", "resolved": "success", "failed": "failure",
    "gettingstatus": "unknown", "pending": "unknown", "none": "unknown", "deliver": "success",
    "send": "success", "expand": "success", "fail": "failure",
}  # fmt: skip
BAD = ("filteredasspam", "quarantined")
DIRECTIONS = {"incoming": "inbound", "originating": "outbound"}


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one message trace record.

    Raises:
        ParseError: If the text is neither a JSON object nor a CSV row of a message trace.
    """
    record = json_line.decode(raw) if raw.lstrip().startswith("{") else _row(raw)
    if not ("MessageTraceId" in record or "MessageId" in record):
        raise ParseError("unsupported", "no MessageTraceId or MessageId", raw=raw, position=0)
    return from_record(record, clock)


def _row(raw: str) -> Json:
    values = [value.strip() for value in csv_line.split(raw)]
    by_time = values[0][:4].isdecimal() and "@" in (values[1] if len(values) > 1 else "")
    columns = SEARCH_COLUMNS if by_time else EXPORT_COLUMNS
    if len(values) < len(columns) - 2 or "@" not in raw:
        raise ParseError(
            "syntax", "neither a JSON object nor a row of a message trace", raw=raw, position=0
        )
    record: Json = dict(zip(columns, values, strict=False))
    if by_time:
        record = {SEARCH_NAMES.get(name, name): value for name, value in record.items()}
        # "ann@example.org##Receive, Deliver;bob@example.org##Receive, Fail"
        recipients = [part.partition("##") for part in record["recipient_status"].split(";")]
        record["RecipientAddress"] = [address for address, _, _ in recipients]
        record["Status"] = recipients[-1][2].rpartition(",")[2].strip()
    if len(values) > len(columns):
        record["columns"] = values[len(columns) :]
    return record


def from_record(record: Json, clock: Clock) -> Fields:
    """Return the ECS fields of a record that is a JSON object already."""
    status = text(record.get("Status"))
    outcome = (status or "").lower()
    fields: Fields = {
        "@timestamp": parse_utc(record.get("Received"), clock),
        "event.action": status,
        "event.category": ["email"],
        "event.kind": "alert" if outcome in BAD else "event",
        "event.outcome": OUTCOMES.get(outcome),
        "event.id": text(record.get("MessageTraceId")),
        "organization.name": text(record.get("Organization")),
        "email.from.address": mailbox.addresses(record.get("SenderAddress")),
        "email.to.address": mailbox.addresses(record.get("RecipientAddress")),
        "email.subject": text(record.get("Subject")),
        "email.message_id": mailbox.message_id(record.get("MessageId")),
        "email.direction": DIRECTIONS.get((text(record.get("directionality")) or "").lower()),
    }
    ecs.endpoint(fields, "source", record.get("FromIP"))
    ecs.endpoint(fields, "destination", record.get("ToIP"))
    rest = {name: value for name, value in record.items() if name not in MAPPED}
    rest["Size"] = number(record.get("Size"))
    fields["exchange.trace"] = ecs.without_empty(rest)
    return fields

"""Exchange Online message trace: one message and recipient a record, as JSON or as CSV.

Read are the records of the reporting web service (OData, times as ``/Date(1658751973240)/``), of
``Get-MessageTrace`` and ``Get-MessageTraceV2`` piped into ``ConvertTo-Json``, and the rows of
``Export-Csv`` and of the historical search. Where the row of column names comes before a row, the
columns may be any, in any order. Without it, which of the two it is follows from the row's first
value: a time for the historical search, else ``Export-Csv``.

Source: Microsoft, "MessageTrace report" of the Office 365 reporting web service, "Get-MessageTrace"
and "Message trace in the modern Exchange admin center".
"""

from functools import lru_cache
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
    "Received", "SenderAddress", "recipient_status", "Subject", "Size", "MessageId",
    "MessageTraceId", "FromIP", "directionality", "connector_id", "delivery_priority",
)  # fmt: skip
NAMES = {
    "received": "Received", "origintimestamputc": "Received", "origintimestamp": "Received",
    "datetimeutc": "Received", "datetime": "Received", "date": "Received",
    "senderaddress": "SenderAddress", "sender": "SenderAddress",
    "recipientaddress": "RecipientAddress", "recipient": "RecipientAddress",
    "recipientstatus": "recipient_status",
    "subject": "Subject", "messagesubject": "Subject",
    "size": "Size", "totalbytes": "Size", "messagesize": "Size",
    "messageid": "MessageId", "internetmessageid": "MessageId",
    "messagetraceid": "MessageTraceId", "networkmessageid": "MessageTraceId",
    "fromip": "FromIP", "originalclientip": "FromIP",
    "toip": "ToIP", "status": "Status", "eventid": "Status", "organization": "Organization",
}  # fmt: skip
"""Column's name, letters and digits alone -> the name under which it is read."""
KNOWN = ("MessageId", "MessageTraceId", "SenderAddress", "RecipientAddress")
FEWEST_COLUMNS = 3
"""Known names that make a line a row of column names."""
LONGEST_HEADER = 8192
MOST_COMMAS = 10_000
MOST_RECIPIENTS = 1000
TYPE_LINE = "#TYPE "
"""What Windows PowerShell writes above the row of column names."""

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
    record = json_line.decode(raw) if raw.lstrip().startswith("{") else _csv(raw)
    if not any(name in record for name in KNOWN):
        raise ParseError("unsupported", f"none of {', '.join(KNOWN)}", raw=raw, position=0)
    return from_record(record, clock)


def _csv(raw: str) -> Json:
    if raw.count(",") > MOST_COMMAS:
        raise ParseError("syntax", f"more than {MOST_COMMAS} commas", raw=raw, position=0)
    text = raw.partition("\n")[2] if raw.startswith(TYPE_LINE) else raw
    head, line_end, row = text.partition("\n")
    columns = _columns(head.strip()) if len(head) <= LONGEST_HEADER else None
    if columns is None:
        return _row(text)
    if not line_end or not row.strip():
        raise ParseError("unsupported", "a row of column names alone", raw=raw, position=0)
    values = [value.strip() for value in csv_line.split(row)]
    if len(values) < FEWEST_COLUMNS:
        raise ParseError("syntax", "no row under the column names", raw=row, position=0)
    return _record(columns, values)


@lru_cache(maxsize=64)
def _columns(line: str) -> tuple[str, ...] | None:
    """Return the names of the columns that a line lists, None when it is no such line."""
    if "@" in line:
        return None
    written = [name.strip() for name in csv_line.split(line)]
    names = [NAMES.get("".join(filter(str.isalnum, name)).lower(), name) for name in written]
    known = set(names) & set(NAMES.values())
    return tuple(names) if len(known) >= FEWEST_COLUMNS else None


def _record(columns: tuple[str, ...], values: list[str]) -> Json:
    record: Json = {}
    for name, value in zip(columns, values, strict=False):
        if value:
            record.setdefault(name, value)
    states = record.get("recipient_status", "")
    if "##" in states:
        # "ann@example.org##Receive, Deliver;bob@example.org##Receive, Fail"
        recipients = [part.partition("##") for part in states.split(";", MOST_RECIPIENTS)]
        record["RecipientAddress"] = [address.strip() for address, _, _ in recipients]
        record["Status"] = recipients[-1][2].rpartition(",")[2].strip()
    if len(values) > len(columns):
        record["columns"] = values[len(columns) :]
    return record


def _row(raw: str) -> Json:
    """Read a row whose columns nothing names."""
    values = [value.strip() for value in csv_line.split(raw)]
    by_time = values[0][:4].isdecimal() and "@" in (values[1] if len(values) > 1 else "")
    columns = SEARCH_COLUMNS if by_time else EXPORT_COLUMNS
    if len(values) < len(columns) - 2 or "@" not in raw:
        raise ParseError(
            "syntax", "neither a JSON object nor a row of a message trace", raw=raw, position=0
        )
    return _record(columns, values)


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
        "email.direction": DIRECTIONS.get((text(record.get("directionality")) or "").lower()),
    }
    mailbox.set_message_id(fields, record.get("MessageId"))
    ecs.endpoint(fields, "source", record.get("FromIP"))
    ecs.endpoint(fields, "destination", record.get("ToIP"))
    rest = {name: value for name, value in record.items() if name not in MAPPED}
    rest["Size"] = number(record.get("Size"))
    fields["exchange.trace"] = ecs.without_empty(rest)
    return fields

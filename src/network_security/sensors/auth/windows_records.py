"""Reading a Windows event from the forms in which collectors hand it on.

`read` takes the event's XML; JSON of Winlogbeat, of NXLog and others who put all members side by
side, and of tools that turn the XML into JSON; ``Key=value`` lines with a message; and a message
alone. All become a `Record`: what the system says about the event, and the event's own data.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from network_security.sensors import json_line
from network_security.sensors.auth.windows_events import CODES
from network_security.sensors.auth.windows_message import read_message
from network_security.sensors.ecs import text
from network_security.sensors.errors import ParseError

Data = dict[str, Any]


@dataclass(slots=True)
class Record:
    """One event. `system` has the names of NXLog's members, whichever form it came in."""

    system: Data = field(default_factory=dict)
    data: Data = field(default_factory=dict)


# System member -> the names that collectors give it; the first one that is there counts.
_SYSTEM = {
    "EventID": ("EventID", "EventId", "event_id", "EventCode"),
    "EventTime": (
        "EventTime", "SystemTime", "TimeCreated", "time_created", "TimeGenerated", "@timestamp",
    ),
    "Hostname": ("Hostname", "Computer", "computer_name", "ComputerName", "MachineName"),
    "SourceName": ("SourceName", "ProviderName", "provider_name", "Provider", "source_name"),
    "ProviderGuid": ("ProviderGuid", "provider_guid"),
    "Channel": ("Channel", "channel", "LogName", "log_name"),
    "Severity": ("Severity", "LevelDisplayName", "Level", "level"),
    "EventType": ("EventType",),
    "Keywords": ("Keywords", "keywords"),
    "RecordNumber": ("RecordNumber", "EventRecordID", "EventRecordId", "record_id"),
    "ProcessID": ("ProcessID", "process_id"),
    "ThreadID": ("ThreadID", "thread_id"),
    "Task": ("Task", "task", "TaskCategory", "Category"),
    "Opcode": ("Opcode", "opcode", "OpCode"),
    "Version": ("Version", "version"),
    "ActivityID": ("ActivityID", "activity_id"),
    "Message": ("Message", "message"),
    "UserID": ("UserID",),
    "AccountName": ("AccountName",),
    "Domain": ("Domain",),
}  # fmt: skip
_MEMBERS = {
    name: member for member, names in _SYSTEM.items() for name in names if name != "@timestamp"
}
LONGEST_MESSAGE = 65536
"""As far as a message is read: Windows limits an event to half of it."""
LONGEST_XML = 4 * LONGEST_MESSAGE
_JSON_WITHIN = 256
_XML_WITHIN = 2048

# A start tag, its attributes, and the text up to the next tag when that closes it.
_ELEMENT = re.compile(r"<([\w:.-]{1,64})((?:\s[^<>]{0,1000})?)(?:/>|>(?:([^<]*)</\1\s*>)?)")
_ATTRIBUTE = re.compile(r"([\w:.-]{1,64})=(?:\"([^\"<>]*)\"|'([^'<>]*)')")
_PAIR = re.compile(r"(\w{1,32})=(.*)")


def read(raw: str) -> Record:
    """Return the record in a text.

    Raises:
        ParseError: With code ``syntax`` or ``unsupported`` if it is none of the forms.
    """
    start = raw.find("<Event", 0, _XML_WITHIN)
    if start >= 0:
        return _from_elements(elements(raw[start : start + LONGEST_XML]))
    start = raw.find("{", 0, _JSON_WITHIN)
    if start >= 0 and (start == 0 or not raw[:start].rstrip(": \t").count("\n")):
        return _from_json(json_line.decode(raw[start:]))
    record = _from_text(raw)
    if "EventID" not in record.system:
        raise ParseError(
            "unsupported", "not a Windows event in XML, JSON or English text", raw=raw, position=0
        )
    return record


def elements(xml: str) -> list[tuple[str, dict[str, str], str]]:
    """Return name, attributes and text of each element that has either, in their order.

    >>> elements('<a b="1"><c>x &amp; y</c></a>')
    [('a', {'b': '1'}, ''), ('c', {}, 'x & y')]
    """
    found = []
    for name, stated, content in _ELEMENT.findall(xml):
        attributes = {}
        if stated:
            attributes = {
                key: html.unescape(double or single)
                for key, double, single in _ATTRIBUTE.findall(stated)
            }
        if attributes or content:
            value = html.unescape(content) if "&" in content else content
            found.append((name, attributes, value))
    return found


_XML_ATTRIBUTES = {
    "Provider": {"Name": "SourceName", "Guid": "ProviderGuid"},
    "TimeCreated": {"SystemTime": "EventTime"},
    "Execution": {"ProcessID": "ProcessID", "ThreadID": "ThreadID"},
    "Correlation": {"ActivityID": "ActivityID"},
    "Security": {"UserID": "UserID"},
}
_XML_TEXTS = {
    "EventID": "EventID",
    "Version": "Version",
    "Level": "Severity",
    "Task": "Task",
    "Opcode": "Opcode",
    "Keywords": "Keywords",
    "EventRecordID": "RecordNumber",
    "Channel": "Channel",
    "Computer": "Hostname",
    "Message": "Message",
}


def _from_elements(parts: list[tuple[str, dict[str, str], str]]) -> Record:
    record = Record()
    unnamed = 0
    for name, attributes, value in parts:
        if name == "Data":
            unnamed += "Name" not in attributes
            record.data[attributes.get("Name") or f"param{unnamed}"] = value
            continue
        if name in _XML_ATTRIBUTES:
            for attribute, member in _XML_ATTRIBUTES[name].items():
                if attribute in attributes:
                    record.system.setdefault(member, attributes[attribute])
        if name in _XML_TEXTS and value:
            record.system.setdefault(_XML_TEXTS[name], value)
        elif value and name not in _XML_TEXTS:
            record.data.setdefault(name, value)
    if "EventID" not in record.system:
        raise ParseError("syntax", "no <EventID> in the event's XML")
    return record


def _from_json(event: Data) -> Record:
    inner = event.get("Event")
    winlog = event.get("winlog")
    if type(inner) is dict:
        return _from_nested(json_line.table(inner, "System"), inner)
    if type(winlog) is dict:
        return _from_winlog(event, winlog)
    record = Record()
    for name, value in event.items():
        member = _MEMBERS.get(name)
        if member is not None and member not in record.system:
            record.system[member] = value
        elif name in ("event_data", "EventData") and type(value) is dict:
            record.data |= value
        else:
            record.data[name] = value
    if "EventTime" not in record.system and "@timestamp" in record.data:
        record.system["EventTime"] = record.data.pop("@timestamp")
    if not record.system.keys() & {"EventID", "EventTime", "Hostname"}:
        raise ParseError("unsupported", "JSON without EventID, EventTime and Hostname")
    return record


def _from_winlog(event: Data, winlog: Data) -> Record:
    """Return the record of Winlogbeat 7 and later."""
    record = Record()
    for member, names in _SYSTEM.items():
        for table in (winlog, event):
            found = next((table[name] for name in names if name in table), None)
            if found is not None:
                record.system[member] = found
                break
    process, user = json_line.table(winlog, "process"), json_line.table(winlog, "user")
    record.system["ProcessID"] = process.get("pid")
    for member, name in (("UserID", "identifier"), ("AccountName", "name"), ("Domain", "domain")):
        record.system[member] = user.get(name)
    record.system["Severity"] = json_line.table(event, "log").get("level")
    if "EventID" not in record.system:
        record.system["EventID"] = json_line.table(event, "event").get("code")
    record.data = json_line.table(winlog, "event_data") | json_line.table(winlog, "user_data")
    return record


def _from_nested(system: Data, event: Data) -> Record:
    """Return the record of JSON made from XML: attributes and texts are members of some name."""
    record = Record()
    for name, value in system.items():
        attributes = value if type(value) is dict else {}
        attributes = attributes | json_line.table(attributes, "#attributes")
        for attribute, member in _XML_ATTRIBUTES.get(name, {}).items():
            found = attributes.get(attribute, attributes.get(f"@{attribute}"))
            if found is not None:
                record.system[member] = found
        content = attributes.get("#text", value if not attributes else None)
        if name in _XML_TEXTS and content is not None:
            record.system[_XML_TEXTS[name]] = content
    for part in ("EventData", "UserData"):
        data = json_line.table(event, part)
        items = data.get("Data")
        if type(items) is list:
            for item in items:
                if type(item) is dict:
                    name = text(item.get("@Name") or item.get("Name")) or f"param{len(record.data)}"
                    record.data[name] = item.get("#text")
        else:
            record.data |= {k: v for k, v in data.items() if not k.startswith(("#", "@"))}
    return record


def _from_text(raw: str) -> Record:
    """Return the record of ``Key=value`` lines up to ``Message=``, or of a message alone."""
    record = Record()
    lines = raw.split("\n")
    message = raw
    if _PAIR.match(lines[0]):
        pairs: Data = {}
        for number, line in enumerate(lines):
            pair = _PAIR.match(line)
            if pair is None:
                break
            if pair[1] == "Message":
                message = "\n".join([pair[2], *lines[number + 1 :]])
                break
            pairs[pair[1]] = pair[2].rstrip("\r")
        for member, names in _SYSTEM.items():
            stated = next((name for name in names if name in pairs), None)
            if stated is not None:
                record.system[member] = pairs.pop(stated)
        record.data = pairs
    title = message.lstrip().partition("\n")[0].rstrip()
    record.system.setdefault("EventID", CODES.get(title, ""))
    if not record.system["EventID"]:
        del record.system["EventID"]
        return record
    record.system["Message"] = message
    record.data |= read_message(message[:LONGEST_MESSAGE])
    return record

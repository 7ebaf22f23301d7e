"""Cisco Secure Email Gateway (ESA): text logs and the consolidated event log in CEF.

A text line is ``<log>: <Level>: <text>`` after a syslog header, or ``<time> <Level>: <text>`` as
the appliance keeps it. One message spreads over many lines: an incoming connection has an ICID, a
message a MID, a delivery a DCID, a recipient a RID. They stand in `cisco.esa`. The MID is the
appliance's own number: it stands in `email.local_id`, and in `email.message_id` where a line does
not have the message's own id. Only what precedes a sender's text is searched for ids: a subject may
well read "MID 7".

The consolidated log has one CEF event a message; dictionaries in it are written as Python does.

Source: Cisco, "User Guide for AsyncOS for Cisco Secure Email Gateway", chapter "Logging".
"""

import re

from network_security.sensors import cef, syslog
from network_security.sensors.ecs import Fields
from network_security.sensors.email.cisco_esa_access import add_system_line
from network_security.sensors.email.cisco_esa_consolidated import add_consolidated
from network_security.sensors.email.cisco_esa_files import add_antivirus, add_file_reputation
from network_security.sensors.email.cisco_esa_mail import add_mail_line
from network_security.sensors.errors import ParseError
from network_security.sensors.times import Clock

LONGEST = 8192
"""As far as a text line is read: the appliance cuts lines at half of it."""

LONGEST_EVENT = 262_144
"""As far as a consolidated event is read: it lists all files and links of a message."""

LEVELS = {
    "Critical": "critical", "Warning": "warning", "Info": "info", "Information": "info",
    "Debug": "debug", "Trace": "trace", "Alert": "alert", "Error": "error", "Notice": "notice",
}  # fmt: skip
ERROR_LOGS = frozenset(("error_logs", "error", "errors"))
ERROR_TYPE = ["error", "info"]
LINKING = ("mid", "icid", "dcid")
ALERTING = frozenset(("critical", "alert"))
_LEVEL = re.compile(r"(Critical|Warning|Info(?:rmation)?|Debug|Trace|Alert|Error|Notice): {0,4}")
_STARTS = re.compile(
    r"(New (?:SMTP )?|Start |Delivery start |Message (?:done|finished|aborted) |Bounced: |"
    r"Delayed: |SMTP |Dropped: |Double bounced: |DSN generated: )?(?:\d{1,12} (?=MID ))?"
)
_ID = re.compile(r"(ICID|DCID|MID|RID)s? \[?(\d{1,12})(?:, \d{1,12}){0,64}\]?:?,? ?(?:to |by )?")
_ASSIGNED = re.compile(r"\b(MID) = (\d{1,12})")
_BY_START = {
    "New SMTP ": "connect", "Start ": "start", "Delivery start ": "delivery-start",
    "Message done ": "delivered", "Message finished ": "finished", "Message aborted ": "aborted",
    "Bounced: ": "bounced", "Double bounced: ": "bounced", "Delayed: ": "delayed",
    "Dropped: ": "dropped",
}  # fmt: skip
_OUTCOMES = {
    "delivered": "success", "connect": "success", "bounced": "failure", "aborted": "failure",
    "delayed": "failure",
}  # fmt: skip


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one line.

    Raises:
        ParseError: If the line is neither a CEF event nor states a level.
    """
    mark = raw.find("CEF:", 0, LONGEST)
    if mark >= 0:
        fields = _header(raw[:mark], clock)
        add_consolidated(fields, cef.decode(raw[mark : mark + LONGEST_EVENT]), clock)
        return fields
    line = syslog.decode(raw[:LONGEST], clock)
    level = _LEVEL.match(line.message)
    if level is None and line.appname in LEVELS:
        # The appliance's own files have no program: "Info" is what precedes the colon.
        level = _LEVEL.match(f"{line.appname}: ")
        line.appname = None
        text = line.message.strip()
    elif level is not None:
        text = line.message[level.end() :].strip()
    if level is None:
        raise ParseError("unsupported", "no CEF and no level", raw=raw, position=0)
    fields = line.fields()
    fields["event.category"] = ["email"]
    fields["event.type"] = ["info"]
    fields["observer.hostname"] = line.hostname
    fields["log.level"] = LEVELS[level[1]]
    fields["message"] = text
    fields["event.kind"] = "alert" if fields["log.level"] in ALERTING else "event"
    _text(fields, line.appname or "", text)
    return fields


def _header(text: str, clock: Clock) -> Fields:
    fields = syslog.decode(text, clock).fields() if text.strip() else {}
    fields["observer.hostname"] = fields.get("host.hostname")
    return fields


def _text(fields: Fields, log: str, text: str) -> None:
    details: dict[str, object] = {}
    fields["cisco.esa"] = details
    rest = _ids(fields, details, text)
    if log in ERROR_LOGS:
        fields["event.type"] = ERROR_TYPE
    if log == "amp" or "file reputation" in text[:64]:
        add_file_reputation(fields, details, text)
    elif any(name in details for name in LINKING):
        add_mail_line(fields, details, rest)
    elif not add_antivirus(fields, details, text):
        add_system_line(fields, text)


def _ids(fields: Fields, details: dict[str, object], text: str) -> str:
    """Take the ids off the head of a line, and return what follows them."""
    start = _STARTS.match(text)
    position = start.end() if start else 0
    fields["event.action"] = _BY_START.get((start and start[1]) or "")
    first = position
    while found := _ID.match(text, position):
        details.setdefault(found[1].lower(), found[2])
        position = found.end()
    if position == first:
        found = _ASSIGNED.search(text, 0, 512)
        if found:
            details["mid"] = found[2]
    fields["email.local_id"] = fields["email.message_id"] = details.get("mid")
    fields["event.outcome"] = _OUTCOMES.get(fields["event.action"] or "")
    return text[position:]

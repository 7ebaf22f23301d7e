"""Cisco Secure Email Gateway (ESA): text logs and the consolidated event log in CEF.

A text line is ``<log>: <Level>: <text>`` after a syslog header, or ``<time> <Level>: <text>`` as
the appliance keeps it. One message spreads over many lines: an incoming connection has an ICID, a
message a MID, a delivery a DCID, a recipient a RID. They stand in `cisco.esa`, and the MID, which
is the appliance's own number and no message id, in `email.local_id`. Only what precedes a sender's
text is searched for ids: a subject may well read "MID 7".

The consolidated log has one CEF event a message; dictionaries in it are written as Python does.

Source: Cisco, "User Guide for AsyncOS for Cisco Secure Email Gateway", chapter "Logging".
"""

import re

from network_security.sensors import cef, syslog
from network_security.sensors.ecs import Fields, number
from network_security.sensors.email.cisco_esa_consolidated import add_consolidated
from network_security.sensors.email.cisco_esa_mail import add_mail_line
from network_security.sensors.errors import ParseError
from network_security.sensors.times import Clock

LONGEST = 8192
"""As far as a text line is read: the appliance cuts lines at half of it."""

LEVELS = {
    "Critical": "critical", "Warning": "warning", "Info": "info", "Information": "info",
    "Debug": "debug", "Trace": "trace", "Alert": "alert", "Error": "error", "Notice": "notice",
}  # fmt: skip
ERROR_LOGS = frozenset(("error_logs", "error", "errors"))
ERROR_TYPE = ["error", "info"]
ALERTING = frozenset(("critical", "alert"))
_LEVEL = re.compile(r"(Critical|Warning|Info(?:rmation)?|Debug|Trace|Alert|Error|Notice): {0,4}")
_STARTS = re.compile(
    r"(?:New (?:SMTP )?|Start |Delivery start |Message (?:done|finished|aborted) |Bounced: |"
    r"Delayed: |SMTP |Dropped: |Double bounced: |DSN generated: )?"
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
# File reputation and analysis (AMP) write pairs: "File Name = 'a.exe', Disposition = MALICIOUS".
_AMP_NAME = re.compile(r"File ?Name = ['\"](.{1,255}?)['\"],")
_AMP_DISPOSITION = re.compile(r"\b(?:Disposition|Verdict) ?[=:] ?(\w{1,32})")
_AMP_MALWARE = re.compile(r"\b(?:Malware = |Spyname: ?\[?)([\w.-]{1,128})")
_AMP_SHA = re.compile(r"\b(?i:sha256)\b ?(?:\[|:|= ?) ?([0-9a-f]{64})")
_AMP_SIZE = re.compile(r"File Size = (\d{1,15})")
_AMP_TYPE = re.compile(r"(?:File Type = |file mime\[)([\w.+/-]{3,127})", re.IGNORECASE)
_AMP_SCORE = re.compile(r"(?:Reputation )?Score(?: =|:) (\d{1,3})")

_TO = re.compile(r"\b(?:message|alert) to ([^\s<>]{1,254}) with subject (.*)", re.DOTALL)
_PID = re.compile(r"PID (\d{1,9}): ")
_USER = re.compile(
    r"User (\S{1,64}) (?:commit|logged|from)|\bUser '?([^'\s]{1,64})'? (?:was|has|failed)"
)
_LOGIN = re.compile(
    r"(?:login|logged in|authentication)[^\n]{0,64}?(success\w{0,4}|fail\w{0,4})", re.IGNORECASE
)


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one line.

    Raises:
        ParseError: If the line is neither a CEF event nor states a level.
    """
    mark = raw.find("CEF:", 0, LONGEST)
    if mark >= 0:
        fields = _header(raw[:mark], clock)
        add_consolidated(fields, cef.decode(raw[mark:]), clock)
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
        _amp(fields, details, text)
    elif "mid" in details or "icid" in details or "dcid" in details:
        add_mail_line(fields, details, rest)
    else:
        _system(fields, text)


def _ids(fields: Fields, details: dict[str, object], text: str) -> str:
    """Take the ids off the head of a line, and return what follows them."""
    start = _STARTS.match(text)
    position = start.end() if start else 0
    fields["event.action"] = _BY_START.get(text[:position])
    first = position
    while found := _ID.match(text, position):
        details.setdefault(found[1].lower(), found[2])
        position = found.end()
    if position == first:
        found = _ASSIGNED.search(text, 0, 512)
        if found:
            details["mid"] = found[2]
    fields["email.local_id"] = details.get("mid")
    fields["event.outcome"] = _OUTCOMES.get(fields["event.action"] or "")
    return text[position:]


def _amp(fields: Fields, details: dict[str, object], text: str) -> None:
    name, digest, kind = (p.search(text) for p in (_AMP_NAME, _AMP_SHA, _AMP_TYPE))
    fields["file.name"] = name[1] if name else None
    fields["file.hash.sha256"] = digest[1] if digest else None
    fields["file.mime_type"] = kind[1] if kind else None
    size, score = _AMP_SIZE.search(text), _AMP_SCORE.search(text)
    fields["file.size"] = number(size[1]) if size else None
    disposition, malware = _AMP_DISPOSITION.search(text), _AMP_MALWARE.search(text)
    if score:
        details["score"] = number(score[1])
    if malware and malware[1] != "None":
        fields["rule.name"] = malware[1]
    if disposition:
        details["disposition"] = disposition[1]
        fields["event.action"] = disposition[1].lower()
        if disposition[1] == "MALICIOUS":
            fields["event.kind"] = "alert"
            fields["event.category"] = ["email", "malware"]


def _system(fields: Fields, text: str) -> None:
    """Map what the appliance says about itself and its administrators."""
    to, process = _TO.search(text, 0, 512), _PID.match(text)
    if to:
        fields["email.to.address"] = [to[1]]
        quoted = re.match(r"(['\"])(.*)\1", to[2], re.DOTALL)
        fields["email.subject"] = quoted[2] if quoted else to[2]
    if "SMTP" in text[:64]:
        fields["network.protocol"] = "smtp"
    if process:
        fields["process.pid"] = int(process[1])
    user = _USER.search(text, 0, 512)
    if user:
        fields["user.name"] = user[1] or user[2]
        login = _LOGIN.search(text, 0, 512)
        if login:
            fields["event.category"] = ["authentication"]
            fields["event.type"] = ["start", "info"]
            failed = login[1].lower().startswith("fail")
            fields["event.outcome"] = "failure" if failed else "success"
        elif "commit" in text[:256]:
            fields["event.category"] = ["configuration"]
            fields["event.type"] = ["change", "info"]

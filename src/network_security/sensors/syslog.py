"""The syslog header: RFC 5424, RFC 3164, and what devices write instead of either.

Priorities are missing, times have a year, a fraction, a zone, a colon behind them or stand twice,
host names are left out. `decode` takes what is there; all parts but the message may be missing.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from network_security.sensors.ecs import Fields
from network_security.sensors.key_value import unescape
from network_security.sensors.times import Clock, parse_time

SEVERITIES = (
    "emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug",
)  # fmt: skip
FACILITIES = (
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv",
    "ftp", "ntp", "security", "console", "solaris-cron", "local0", "local1", "local2", "local3",
    "local4", "local5", "local6", "local7",
)  # fmt: skip
_HIGHEST_PRIORITY = 191
_PRIORITIES = tuple(
    {
        "log.syslog.priority": 8 * facility + severity,
        "log.syslog.facility.code": facility,
        "log.syslog.facility.name": facility_name,
        "log.syslog.severity.code": severity,
        "log.syslog.severity.name": severity_name,
    }
    for facility, facility_name in enumerate(FACILITIES)
    for severity, severity_name in enumerate(SEVERITIES)
)

_TAG_PATTERN = r"([^\s:\[\]<>=\"',(){}]{1,128})(?:\[([^\]\s]{1,64})\])?:(?:\s|$)"
_ZONE = r"(?:Z|UTC|GMT|CES?T|[EMP][SD]T|CDT)"
# The header that most lines have, in one expression: it finds what the ones below find one by one,
# in half the time, and leaves to them every text that could be read otherwise.
_USUAL = re.compile(
    r"(?:<(\d{1,3})>)?"
    r"((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?) "
    rf"(?!{_ZONE}[\s:])((?:[A-Za-z]|\d{{1,3}}\.)[\w.-]{{0,250}})"
    rf"(?:\s{{0,8}}\Z| (?:: )?{_TAG_PATTERN})"
)
_PRIORITY = re.compile(r"\s{0,8}<(\d{1,3})>\s{0,2}")
_STAMP = re.compile(
    r"[*.]?(?:"
    # ISO 8601, also with a blank for the T
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|\s?[+-]\d\d:?\d\d(?!\d)|)"
    # May  5 17:51:17, with a weekday before it, a year in any place, a fraction, a zone
    r"|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s+)?(?:\d{4}\s+)?"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\s{1,2}\d{1,2}"
    r"(?:\s+\d{4})?\s+\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:\s+\d{4}(?=[\s:]))?"
    rf"(?:\s(?:{_ZONE}|[+-]\d\d:?\d\d)(?=[\s:]))?"
    r")"
)
_TAG = re.compile(_TAG_PATTERN)
_HOST = re.compile(r"([A-Za-z0-9_][\w.:%/-]{0,254}|-)(?:\s+|$)")
_BLANKS = re.compile(r"[ \t]*")
_NAME = r'[^\s\]="]{1,64}'
_VALUE = r'[^"\\]*+(?:\\.[^"\\]*+)*+'
_PARAMETER = re.compile(rf'\s+({_NAME})="({_VALUE})"', re.DOTALL)
_ELEMENT = re.compile(rf'\[({_NAME})((?:\s+{_NAME}="{_VALUE}")*+)[ \t]*\]', re.DOTALL)
_LONGEST_DATA = 65_536
"""As far as structured data is read: no datagram holds more, and a megabyte of it takes 0.1 s."""
_MEMBERS_5424 = 6


@dataclass(slots=True)
class Syslog:
    """A decoded syslog line. `data` is structured data: element id -> its parameters."""

    message: str
    priority: int | None = None
    timestamp: datetime | None = None
    hostname: str | None = None
    appname: str | None = None
    procid: str | None = None
    msgid: str | None = None
    data: dict[str, dict[str, str]] = field(default_factory=dict)

    def fields(self) -> Fields:
        """Return the header as ECS fields: time, `log.syslog.*`, `host.hostname`, `process.*`.

        Only the time may be None: of the other parts those that are missing are left out.
        """
        fields: Fields = {"@timestamp": self.timestamp}
        if self.hostname is not None:
            fields["log.syslog.hostname"] = fields["host.hostname"] = self.hostname
        if self.appname is not None:
            fields["log.syslog.appname"] = fields["process.name"] = self.appname
        if self.procid is not None:
            fields["log.syslog.procid"] = self.procid
            if self.procid.isdecimal() and len(self.procid) < 10:  # noqa: PLR2004
                fields["process.pid"] = int(self.procid)
        if self.msgid is not None:
            fields["log.syslog.msgid"] = self.msgid
        if self.priority is not None:
            fields |= _PRIORITIES[self.priority]
        if self.data:
            fields["log.syslog.structured_data"] = self.data
        return fields


def decode(text: str, clock: Clock) -> Syslog:
    """Return the header of a syslog line and its message, whichever header it has."""
    match = _USUAL.match(text)
    if match:
        priority, stamp, hostname, appname, procid = match.groups()
        number = int(priority) if priority else None
        if number is None or number <= _HIGHEST_PRIORITY:
            moment = parse_time(stamp, clock)
            return Syslog(text[match.end() :], number, moment, hostname, appname, procid)
    line = Syslog("")
    position = 0
    match = _PRIORITY.match(text)
    if match and int(match[1]) <= _HIGHEST_PRIORITY:
        line.priority = int(match[1])
        position = match.end()
        if text.startswith("1 ", position) and _decode_5424(text, position + 2, line, clock):
            return line
    match = _STAMP.match(text, position)
    if match:
        line.timestamp = parse_time(match[0], clock)
        position = match.end()
        colon = text.startswith(":", position)
        position = _skip(text, position + 1 if colon else position)
    tag = _TAG.match(text, position)
    if match and tag is None:
        host = _HOST.match(text, position)
        if host:
            line.hostname = None if host[1] == "-" else host[1]
            position = host.end()
            if text.startswith(": ", position):
                position = _skip(text, position + 1)
            tag = _TAG.match(text, position)
    if tag:
        line.appname, line.procid = tag[1], tag[2]
        position = tag.end()
    line.message = text[position:]
    return line


def _skip(text: str, position: int) -> int:
    blanks = _BLANKS.match(text, position)
    return blanks.end() if blanks else position


def _decode_5424(text: str, position: int, line: Syslog, clock: Clock) -> bool:
    parts = text[position:].split(" ", _MEMBERS_5424 - 1)
    stamp = parts[0]
    if len(parts) < _MEMBERS_5424 or not (stamp == "-" or stamp[:4].isdecimal()):
        return False
    _, hostname, appname, procid, msgid = (None if part == "-" else part for part in parts[:5])
    line.timestamp = parse_time(stamp, clock)
    line.hostname, line.appname, line.procid, line.msgid = hostname, appname, procid, msgid
    rest = parts[5]
    if rest.startswith("["):
        line.data, end = structured_data(rest)
        rest = rest[end:]
    elif rest == "-" or rest.startswith("- "):
        rest = rest[1:]
    line.message = rest.lstrip(" ").removeprefix("\ufeff")
    return True


def structured_data(text: str) -> tuple[dict[str, dict[str, str]], int]:
    r"""Return the elements ``[id key="value"]...`` that a text starts with, and where they end.

    Elements that do not end within the first 65,536 characters are left where they stand.

    >>> structured_data('[a@1 k="v \\"w\\"" n="1"][b] rest')
    ({'a@1': {'k': 'v "w"', 'n': '1'}, 'b': {}}, 26)
    """
    data: dict[str, dict[str, str]] = {}
    position = 0
    while element := _ELEMENT.match(text, position, _LONGEST_DATA):
        data[element[1]] = {
            name: unescape(value, '"]') if "\\" in value else value
            for name, value in _PARAMETER.findall(element[2])
        }
        position = element.end()
    return data, position

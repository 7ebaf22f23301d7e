"""Syslog of any host or device: the header's fields, the program that wrote, and its message.

Source: RFC 3164, RFC 5424. Also read are the lines of macOS, whose program names hold blanks and
whose programs may put a header of their own, of the logging function NSLog, before the message.
Text without any header is a message too, as RFC 3164 section 4.3.3 has it.

The log of a host, or of a collector, mixes programs. Lines of those that have a format of their own
are read as that: the event is then the same as if the format had been named.
"""

import re

from network_security.sensors import syslog
from network_security.sensors.ecs import Fields, number
from network_security.sensors.errors import ParseError
from network_security.sensors.registry import FORMATS
from network_security.sensors.times import Clock

# "Web Browser[123]: ", "launchd[1] (com.example.agent[45]): ", and of NSLog "agent[123:4567] "
_PROGRAM = re.compile(
    r"(?P<name>[^\[\]:=<>\"|{}]{1,64})\[(?P<pid>\d{1,10})(?:[/:](?P<thread>\w{1,18}))?\]"
    r"(?: \((?P<label>[^()]{1,200})\))?:?(?:\s+|$)"
)


_LOGIN_PROGRAMS = frozenset(("sshd", "sshd-session", "sshd-auth", "sudo", "su"))


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one syslog line; any text is one."""
    line = syslog.decode(raw, clock)
    name = _format_of(line)
    if name is not None:
        entry = FORMATS[name]
        try:
            own = entry.parse(raw, clock)
        except ParseError:
            pass  # a message of the program that its format does not know
        else:
            named = {"event.module": entry.module, "event.dataset": entry.dataset}
            observer = {f"observer.{member}": value for member, value in entry.observer.items()}
            return named | observer | own
    fields = line.fields()
    fields["event.category"] = ["host"]
    message = line.message
    if line.appname is None:
        program = _PROGRAM.match(message)
        if program:
            fields["process.name"] = program["name"]
            fields["process.pid"] = number(program["pid"])
            fields["syslog.log"] = {
                name: program[name] for name in ("thread", "label") if program[name]
            }
            message = message[program.end() :]
    fields["message"] = message
    if line.priority is not None:
        fields["event.severity"] = line.priority % 8
        fields["log.level"] = syslog.SEVERITIES[line.priority % 8]
    return fields


def _format_of(line: syslog.Syslog) -> str | None:
    """The format of the program that wrote a line, if it has one of its own."""
    program = line.appname or ""
    if program in _LOGIN_PROGRAMS:
        return "sshd"
    if program.startswith("postfix/"):
        return "postfix"
    if program == "filterlog":
        return "pfsense"
    if program == "kernel" and " IN=" in line.message and " SRC=" in line.message:
        return "iptables"
    return None

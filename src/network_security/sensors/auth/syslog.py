"""Syslog of any host or device: the header's fields, the program that wrote, and its message.

Source: RFC 3164, RFC 5424. Also read are the lines of macOS, whose program names hold blanks and
whose programs may put a header of their own, of the logging function NSLog, before the message.
Text without any header is a message too, as RFC 3164 section 4.3.3 has it.
"""

import re

from network_security.sensors import syslog
from network_security.sensors.ecs import Fields, number
from network_security.sensors.times import Clock

# "Web Browser[123]: ", "launchd[1] (com.example.agent[45]): ", and of NSLog "agent[123:4567] "
_PROGRAM = re.compile(
    r"(?P<name>[^\[\]:=<>\"|{}]{1,64})\[(?P<pid>\d{1,10})(?:[/:](?P<thread>\w{1,18}))?\]"
    r"(?: \((?P<label>[^()]{1,200})\))?:?(?:\s+|$)"
)


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one syslog line; any text is one."""
    line = syslog.decode(raw, clock)
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

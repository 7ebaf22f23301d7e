"""Logins on a host of its own log: what sshd, sudo, su, PAM and the account tools write.

A line is a syslog header and a message; some shippers take the header off, and then the message
alone says whose it is. Messages of sshd are in `sshd_messages`, those of PAM modules, which speak
for any program, in `pam_messages`, and those of sudo, su, useradd and the like in
`account_messages`.

User names are what a stranger typed: they may hold blanks, look like the rest of the message, or
be empty. `user` is who acts, `user.effective` as whom.
"""

import re
from typing import Any

from network_security.sensors import ecs, syslog
from network_security.sensors.auth import account_messages, pam_messages, sshd_messages
from network_security.sensors.auth.message_kinds import Reading
from network_security.sensors.ecs import Fields, number
from network_security.sensors.times import Clock

LONGEST_MESSAGE = 2048
"""As far as a message is read: sshd cuts its own at 1024 characters."""

PROGRAMS = frozenset((
    "sshd", "sshd-session", "sshd-auth", "sudo", "su", "login", "CRON", "cron", "crond", "useradd",
    "userdel", "usermod", "groupadd", "groupdel", "groupmod", "gpasswd", "passwd", "chpasswd",
    "chage", "chfn", "chsh", "polkitd", "systemd", "systemd-logind", "kernel", "gdm-password",
))  # fmt: skip
"""Words that name a program when they start a line without a header."""

_READERS = (pam_messages.read, sshd_messages.read, account_messages.read)
_REPEATED = re.compile(r"message repeated (\d{1,9}) times: \[ ?(.*?)\]?$", re.DOTALL)


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one line; a message of an unknown kind is kept as text."""
    line = syslog.decode(raw, clock)
    headless = line.timestamp is None and line.priority is None and line.procid is None
    if headless and line.appname not in PROGRAMS:
        # What looks like a program's name is the beginning of the message: "error: ..."
        line.appname, line.message = None, raw
    fields = line.fields()
    fields["event.category"] = ["host"]
    message = line.message.strip()
    fields["message"] = message
    text, repeated = message[:LONGEST_MESSAGE], None
    if text.startswith("message repeated "):
        match = _REPEATED.match(text)
        if match:
            repeated, text = number(match[1]), match[2]
    reading = next(filter(None, (read(text) for read in _READERS)), None)
    if reading is not None:
        _fill(fields, reading)
    if line.appname is None:
        fields["process.name"] = (reading.program if reading else None) or "sshd"
    if repeated is not None:
        fields.setdefault("linux.auth", {})["repeated"] = repeated
    return fields


def _fill(fields: Fields, reading: Reading) -> None:
    kind, found = reading.kind, dict[str, Any](reading.groups)
    fields["event.category"] = list(kind.category)
    fields["event.type"] = list(kind.type)
    fields["event.action"] = kind.action
    fields["event.outcome"] = kind.outcome
    fields["log.level"] = reading.level
    source = ecs.endpoint(fields, "source", found.pop("source", None), found.pop("port", None))
    target = ecs.endpoint(
        fields, "destination", found.pop("destination", None), found.pop("destination_port", None)
    )
    fields["network.direction"] = ecs.direction(source, target)
    name, domain = _account(found.pop("user", None))
    fields["user.name"], fields["user.domain"] = name, domain
    if reading.program == "sshd":
        fields["source.user.name"] = name
        if source is not None:
            fields["network.protocol"], fields["network.transport"] = "ssh", "tcp"
    for group, field in _FIELDS.items():
        if group in found:
            fields[field] = found.pop(group)
    fields["linux.auth"] = found


_FIELDS = {
    "user_id": "user.id",
    "effective": "user.effective.name",
    "effective_id": "user.effective.id",
    "target": "user.target.name",
    "group": "group.name",
    "group_id": "group.id",
    "reason": "event.reason",
    "command": "process.command_line",
    "directory": "process.working_directory",
}


def _account(written: str | None) -> tuple[str | None, str | None]:
    """Return name and domain of ``name@domain``, which Active Directory's users log in with."""
    name, _, domain = (written or "").rpartition("@")
    return (name, domain) if name and domain else (written, None)

"""What sudo, su, logind and the tools that change accounts log.

Source: the log statements of sudo, util-linux and shadow-utils, and systemd-logind.
"""

# ruff: noqa: E501

import re

from network_security.sensors.auth.message_kinds import KINDS, Reading, by_first_word, match

_SUDO = re.compile(
    r"\s{0,32}(?P<user>[^\s:]{1,255}) : (?:(?P<reason>[^;=]{1,200}) ; )?(?P<pairs>(?:[A-Z]{2,16}=|\(command).*)",
    re.DOTALL,
)
_SUDO_NAMES = {
    "TTY": "tty",
    "PWD": "directory",
    "USER": "effective",
    "GROUP": "as_group",
    "ENV": "environment",
    "TSID": "session_id",
    "CHROOT": "chroot",
    "HOST": "on_host",
}
_NAME = r"'(?P<user>[^']{0,255})'"
_GROUP = r"'(?P<group>[^']{0,255})'"
_TABLE = by_first_word((
    # words, kind, program, the whole message
    ("new", "group added", "groupadd", r"new group: name=(?P<group>[^,]{1,255})(?:, GID=(?P<group_id>\d{1,10}))?"),
    ("group", "group added", "groupadd", r"group added to (?P<file>[^\s:]{1,255}): name=(?P<group>[^,]{1,255})(?:, GID=(?P<group_id>\d{1,10}))?"),
    ("group", "group deleted", "groupdel", rf"group {_GROUP} removed(?: from (?P<file>\S{{1,255}}))?"),
    ("group", "group changed", "groupmod", r"group changed in (?P<file>\S{1,255}) \(group (?P<group>[^/,)]{1,255})(?:/(?P<group_id>\d{1,10}))?(?P<change>.*)\)"),
    ("new", "user added", "useradd", r"new user: name=(?P<user>[^,]{1,255}), UID=(?P<user_id>\d{1,10}), GID=(?P<group_id>\d{1,10}), home=(?P<home>[^,]{0,1024}), shell=(?P<shell>[^,]{0,1024})(?:, from=(?P<tty>.*))?"),
    ("failed", "user not added", "useradd", rf"failed adding user {_NAME}, (?P<reason>.*)"),
    ("failed", "group not added", "groupadd", rf"failed adding group {_GROUP}, (?P<reason>.*)"),
    ("delete", "user deleted", "userdel", rf"delete user {_NAME}"),
    ("removed", "group deleted", "userdel", rf"removed (?:shadow )?group {_GROUP} owned by '(?P<owner>[^']{{0,255}})'"),
    ("delete", "member removed", "userdel", rf"delete {_NAME} from (?:shadow )?group {_GROUP}"),
    ("add", "member added", "usermod", rf"add {_NAME} to (?:shadow )?group {_GROUP}"),
    ("remove", "member removed", "usermod", rf"remove {_NAME} from (?:shadow )?group {_GROUP}"),
    ("user", "member added", "gpasswd", r"user (?P<target>\S{1,255}) added by (?P<user>\S{1,255}) to group (?P<group>\S{1,255})"),
    ("user", "member removed", "gpasswd", r"user (?P<target>\S{1,255}) removed by (?P<user>\S{1,255}) from group (?P<group>\S{1,255})"),
    ("change|changed|lock|unlock", "user changed", "usermod", rf"(?:changed?|lock|unlock) user {_NAME} (?P<change>.*)"),
    ("changed", "user changed", "chage", r"changed password expiry for (?P<user>.*)"),
    ("password", "password changed", "passwd", r"password (?:for '(?P<user>[^']{0,255})' changed|for (?P<account>\S{1,255}) changed)(?: by '?(?P<by>[^']{0,255}?)'?)?"),
    ("Successful", "switched user", "su", r"Successful su for (?P<effective>\S{1,255}) by (?P<user>\S{1,255})"),
    ("FAILED", "switch refused", "su", r"FAILED SU \(to (?P<effective>[^)]{1,255})\) (?P<user>\S{1,255}) on (?P<tty>\S{1,64})"),
    ("FAILED", "switch refused", "su", r"FAILED su for (?P<effective>\S{1,255}) by (?P<user>\S{1,255})"),
    ("+", "switched user", "su", r"\+ (?P<tty>\S{1,64}) (?P<user>[^\s:]{1,255}):(?P<effective>\S{1,255})"),
    ("-", "switch refused", "su", r"- (?P<tty>\S{1,64}) (?P<user>[^\s:]{1,255}):(?P<effective>\S{1,255})"),
    ("(to", "switched user", "su", r"\(to (?P<effective>[^)]{1,255})\) (?P<user>\S{1,255}) on (?P<tty>\S{1,64})"),
    ("New", "session started", "systemd-logind", r"New session (?P<session>\S{1,64}) of user (?P<user>.*?)\.?"),
    ("Removed", "session closed", "systemd-logind", r"Removed session (?P<session>\S{1,64}?)\.?"),
    ("Session", "session closed", "systemd-logind", r"Session (?P<session>\S{1,64}) logged out\. .*"),
))  # fmt: skip


def read(text: str) -> Reading | None:
    """Return what a message of one of these programs says, or None."""
    return match(_TABLE, text) or _sudo(text)


def _sudo(text: str) -> Reading | None:
    found = _SUDO.match(text)
    if found is None:
        return None
    groups = {"user": found["user"]}
    if found["reason"]:
        groups["reason"] = found["reason"]
    # The command stands last and may hold anything, the separator of the parts included.
    stated, mark, command = found["pairs"].partition("COMMAND=")
    if mark:
        groups["command"] = command
    else:
        groups["continued"] = stated
    for part in stated.split(" ; "):
        name, equals, value = part.partition("=")
        if equals and value and name in _SUDO_NAMES:
            groups[_SUDO_NAMES[name]] = value
    return Reading(KINDS["command refused" if found["reason"] else "command"], groups, "sudo")

"""What modules of Linux-PAM log, on behalf of whichever program asked them.

Source: the log statements of Linux-PAM's modules and of OpenSSH's PAM support; pam_sss of SSSD and
pam_winbind of Samba. A message is ``module(service:type): text``; `service` is the program.
"""

# ruff: noqa: E501

import re

from network_security.sensors import key_value
from network_security.sensors.auth.message_kinds import KINDS, Kind, Reading, by_first_word, match

_MODULE = re.compile(
    r"(?P<module>pam_\w{1,32})(?:\((?P<service>[^():]{1,64}):(?P<type>\w{1,16})\))?: ?"
)
_COUNTED = re.compile(
    r"PAM (?P<failures>\d{1,9}) more authentication failures?; (?P<pairs>.*)", re.DOTALL
)
_STATE = re.compile(r"authentication (?P<result>failure|success); (?P<pairs>.*)", re.DOTALL)
_PROGRAMS = {"sudo-i": "sudo", "su-l": "su", "cron": "cron", "systemd-user": "systemd"}

_USER = r"[`'\"]?(?P<user>[^`'\"]*?)[`'\"]?"
_TABLE = by_first_word((
    # words, kind, program, the whole message after the module's name
    ("session", "session opened", None, r"session opened for user (?P<effective>.*?)(?:\(uid=(?P<effective_id>\d{1,10})\))? by (?P<user>[^()]*)\(uid=(?P<user_id>\d{1,10})\)"),
    ("session", "session opened", None, r"session opened for user (?P<user>.*?)(?:\(uid=(?P<user_id>\d{1,10})\))?"),
    ("session", "session closed", None, r"session closed for user (?P<user>.*)"),
    ("check", "pam failed", None, r"check pass; user unknown"),
    ("password", "password changed", None, r"password changed for (?P<user>.*)"),
    ("expired", "account locked", None, r"expired password for user (?P<user>\S{1,255}).*"),
    ("account", "account locked", None, r"account (?P<user>\S{1,255}) has (?P<reason>.*)"),
    ("Consecutive", "account locked", None, r"Consecutive login failures for user (?P<user>.*?) account (?P<reason>temporarily locked.*)"),
    ("user", "account locked", None, r"user (?P<user>\S{1,255}) \((?P<user_id>\d{1,10})\) (?:has )?(?P<reason>tally .*|tallied out.*)"),
    ("user", "pam granted", None, rf"user {_USER} (?P<reason>granted access|OK)"),
    ("user", "pam refused", None, rf"user {_USER} (?P<reason>denied access.*|not found.*)"),
    ("requirement", "requirement", None, r'requirement "(?P<requirement>.{0,200}?)" (?P<result>(?:not )?(?:was )?met) by user "(?P<user>.*)"'),
    ("access", "pam refused", None, r"access denied for user [`'](?P<user>.*)' from [`'](?P<source>\S{1,255}?)'"),
    ("Access", "pam refused", None, r"Access denied for user (?P<user>.*?): (?P<reason>.*)"),
    ("Refused", "pam refused", None, r"Refused user (?P<user>.*) for service (?P<service>\S{1,64})"),
    ("received", "pam failed", None, r"received for user (?P<user>.*?): (?P<reason>.*)"),
))  # fmt: skip


def read(text: str) -> Reading | None:
    """Return what a message of PAM says, or None for a message of something else.

    A message that no pattern fits is read as a note of the program that it names.
    """
    if text.startswith("PAM "):
        return _own(text)
    head = _MODULE.match(text)
    if head is None:
        return None
    body = text[head.end() :].rstrip()
    state = _STATE.match(body)
    if state:
        failed = state["result"] == "failure"
        reading = _attempt(KINDS["pam failed" if failed else "pam succeeded"], state["pairs"])
    else:
        reading = match(_TABLE, body) or Reading(KINDS["noted"], {})
    for name in ("module", "type", "service"):
        if head[name]:
            reading.groups[name] = head[name]
    service = head["service"]
    reading.program = _PROGRAMS.get(service, service)
    return reading


def _own(text: str) -> Reading:
    """Return what sshd says about PAM itself."""
    counted = _COUNTED.match(text)
    if counted:
        reading = _attempt(KINDS["pam failed"], counted["pairs"])
        reading.groups["failures"] = counted["failures"]
    elif text.startswith("PAM unable to dlopen"):
        reading = Reading(KINDS["library missing"], {})
    else:
        reading = Reading(KINDS["noted"], {})
    reading.program = "sshd"
    return reading


def _attempt(kind: Kind, pairs: str) -> Reading:
    found = {name: value for name, value in key_value.items(pairs) if value}
    if "rhost" in found:
        found["source"] = found.pop("rhost")
    return Reading(kind, found)

"""What the Cisco Secure Email Gateway says of itself, its administrators and its own messages.

Source: Cisco, "User Guide for AsyncOS for Cisco Secure Email Gateway", chapter "Logging":
authentication, GUI, system and error logs.
"""

import re

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, number

READ = 1024
"""Characters of a line that are searched."""

_TO = re.compile(r"\b(?:message|alert) to ([^\s<>]{1,254}) with subject (.*)", re.DOTALL)
_PID = re.compile(r"PID (\d{1,9}): ")
# "User ann commit changes", "The user ann logged on", "user 'ann' failed", "user:ann id:..."
_USER = re.compile(r"\b(?:[Uu]ser ?[Nn]ame:|[Uu]ser:|(?:[Tt]he )?[Uu]ser) ?'?([^\s',:;]{1,64})'?")
_FROM = re.compile(
    r"(?:\bfrom |\bfrom: |Source ?IP:|\breq:|\blogin:|\blogout:)\[?([0-9A-Fa-f.:]{3,45})\]?"
)
_SERVER = re.compile(r"Destination ?IP:([0-9A-Fa-f.:]{3,45})")
_REQUEST = re.compile(
    r"req:\S{2,45} user:\S{1,64} id:\S{1,64} (\d{3}) ([A-Z]{3,10}) (\S{1,512}) HTTP/([\d.]{1,4})"
    r"(?: (.{1,512}))?"
)
_LOGIN = re.compile(r"(?i:log(?:ged|gin)?[ -]?(?:on|in)\b|\bauthenticat)")
_LOGOUT = re.compile(r"(?i:log(?:ged)?[ -]?out|expired session|session expired)")
_FAILED = re.compile(r"(?i:\bfail|\bdenied|\binvalid|\bincorrect|\bnot authenticated)")
_COMMIT = re.compile(r"\bcommit(?:ted)?\b")


def add_system_line(fields: Fields, text: str) -> None:
    """Map a line that is about no message and no connection of mail."""
    text = text[:READ]
    to, process = _TO.search(text), _PID.match(text)
    if to:
        fields["email.to.address"] = [to[1]]
        quoted = re.match(r"(['\"])(.*)\1", to[2], re.DOTALL)
        fields["email.subject"] = quoted[2] if quoted else to[2]
    if "SMTP" in text[:64]:
        fields["network.protocol"] = "smtp"
    if process:
        fields["process.pid"] = int(process[1])
    if not to:
        _access(fields, text)


def _access(fields: Fields, text: str) -> None:
    """Map a login, the end of a session, a request to the web interface, a change of settings."""
    client, server, user = _FROM.search(text), _SERVER.search(text), _USER.search(text)
    named = user[1] if user and user[1] != "-" else None
    if client:
        ecs.endpoint(fields, "source", ecs.ip(client[1]))
    if server:
        ecs.endpoint(fields, "destination", ecs.ip(server[1]))
    request = _REQUEST.match(text)
    if request:
        fields["event.category"], fields["event.type"] = ["web"], ["access", "info"]
        fields["http.response.status_code"] = number(request[1])
        fields["http.request.method"] = request[2]
        ecs.url(fields, request[3])
        fields["http.version"] = request[4]
        fields["user_agent.original"] = request[5]
    elif named and _COMMIT.search(text):
        fields["event.category"], fields["event.type"] = ["configuration"], ["change", "info"]
    elif (named or client) and _LOGOUT.search(text):
        fields["event.category"], fields["event.type"] = ["authentication"], ["end", "info"]
        fields["event.action"] = "logged-out"
    elif (named or client) and _LOGIN.search(text):
        # A user may be called "fail".
        add_login(fields, text.replace(named, "", 1) if named else text)
    elif not client:
        return
    fields["user.name"] = named


def add_login(fields: Fields, text: str, *categories: str) -> None:
    """Set how a login is classified.

    Args:
        fields: Takes the result.
        text: Says whether it failed, without the user's name.
        categories: Categories beside ``authentication``.
    """
    failed = _FAILED.search(text) is not None
    fields["event.category"] = [*categories, "authentication"]
    fields["event.type"] = ["start", "info"]
    fields["event.action"] = "logon-failed" if failed else "logged-in"
    fields["event.outcome"] = "failure" if failed else "success"

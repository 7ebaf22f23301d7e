"""PAN-OS system logs, whose description is a sentence that names users, addresses and servers."""

import re
from typing import Any

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, text
from network_security.sensors.firewall.panos_user import set_user
from network_security.sensors.times import Clock

LONGEST = 2048
"""As far as a description is read."""

AUTHENTICATION = frozenset(("auth", "auth-portal", "clientlessvpn-login"))
NETWORK = frozenset((
    "dhcp", "dnsproxy", "dns-security", "ntpd", "port", "routing", "vpn", "ras", "fb",
    "url-filtering", "ddns", "lldp", "lacp", "bfd", "satd", "sslmgr", "nat", "iptag",
    "globalprotect", "sdwan",
))  # fmt: skip

_NAME = r"[^'\"\s,]{1,255}"
_USER = re.compile(
    rf"\b(?:[Uu]ser(?:name)?:?|[Aa]dmin(?:istrator)?:?) (?:'([^']{{1,255}})'|({_NAME}))"
    rf"|\bby (?!Auto\b)({_NAME})$"
)
_SOURCE = re.compile(
    r"\b(?:[Ff]rom:? |initiated by:? |source:? |, ip )'?"
    r"((?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F:]{3,45}(?![\w.]))"
)
_SERVER = re.compile(
    r"\b(?:[Ss]erver [Aa]ddress '?|[Ss]erver:? |address: |Cloud )"
    r"([A-Za-z0-9][\w-]{0,62}(?:\.[\w-]{1,63}){1,8})(?: port: (\d{1,5})|:(\d{1,5}))?"
)
_INTERFACE = re.compile(r"\b(?:[Ii]nterface|[Pp]ort) ([a-z]{2,12}\d[\w/.]{0,24})")
_LINK = re.compile(r"\bPort \S{1,32}: (Up|Down)\b")
_PROTOCOL = re.compile(r"\busing (https?|ssh|telnet)\b")
_PACKAGE = re.compile(r"\bpackage: ([\w.-]{1,255})")


def add(fields: Fields, rest: dict[str, Any], clock: Clock) -> None:
    """Map a system log: what kind it is, and who and what its description names."""
    subtype = (text(rest.get("subtype")) or "").lower()
    event = text(rest.pop("eventid", None))
    message = text(rest.pop("opaque", None)) or ""
    fields["event.code"] = fields["event.action"] = event
    fields["message"] = message
    fields["host.name"] = fields.get("observer.name")
    if subtype in AUTHENTICATION:
        fields["event.category"] = ["authentication"]
        fields["event.outcome"] = _outcome(f"{message} {event}".lower())
        if (event or "").endswith("success"):
            fields["event.type"] = ["start", "info"]
    elif subtype in NETWORK:
        fields["event.category"] = ["network"]
    elif "logged in via" in message:
        fields["event.category"] = ["authentication", "host"]
        fields["event.type"] = ["start", "info"]
        fields["event.outcome"] = "success"
    else:
        fields["event.category"] = ["host", "configuration"]
    _set_names(fields, message[:LONGEST])


def _outcome(said: str) -> str | None:
    # The sentence counts before the event's id: devices write failures under auth-success.
    if "fail" in said or "invalid" in said or "denied" in said:
        return "failure"
    return "success" if "success" in said or "authenticated" in said else None


def _set_names(fields: Fields, message: str) -> None:
    user = _USER.search(message)
    if user is not None:
        set_user(fields, "user", (user[1] or user[2] or user[3]).rstrip("."))
    source = _SOURCE.search(message)
    if source is not None:
        ecs.endpoint(fields, "source", source[1])
    server = _SERVER.search(message)
    if server is not None:
        ecs.endpoint(fields, "destination", server[1], server[2] or server[3])
    interface = _INTERFACE.search(message)
    if interface is not None:
        fields["observer.ingress.interface.name"] = interface[1]
    link = _LINK.search(message)
    if link is not None:
        fields["event.action"] = link[1]
    protocol = _PROTOCOL.search(message)
    if protocol is not None:
        fields["network.protocol"] = protocol[1]
    package = _PACKAGE.search(message)
    if package is not None:
        fields["file.name"] = package[1]

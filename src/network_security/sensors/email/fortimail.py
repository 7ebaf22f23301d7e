"""FortiMail logs: pairs of keys and values, separated by commas or by blanks.

The `type` names the log: event (with a subtype for SMTP, IMAP, webmail, configuration), spam,
virus, encrypt. The `msg` of an SMTP event is a line of Sendmail with pairs of its own; other
messages are prose that names a user, a file, a link.

Source: Fortinet, "FortiMail Log Message Reference", version 7.
"""

import re
from collections.abc import Callable

from network_security.sensors import ecs, key_value, syslog
from network_security.sensors.ecs import Fields, number
from network_security.sensors.email import mailbox
from network_security.sensors.email.fortimail_history import MAPPED as HISTORY
from network_security.sensors.email.fortimail_history import add_history
from network_security.sensors.errors import ParseError
from network_security.sensors.times import Clock, parse_time

LONGEST = 65_536
"""As far as a line is read."""

KNOWN = ("device_id", "log_id", "session_id")
MAIL_LINE = ("stat", "relay", "mailer", "nrcpts")
MAPPED = frozenset((
    "date", "time", "device_id", "pri", "msg", "subject", "from", "to", "client_ip", "client_name",
    "dst_ip", "action", "user",
))  # fmt: skip
OUTCOMES = {"success": "success", "failure": "failure", "failed": "failure", "sent": "success"}
SESSIONS = {"login": "start", "logout": "end"}
BAD = ("infected", "detected", "malicious")

_CLIENT = re.compile(r"(?:^|\()([0-9A-Fa-f.:]{3,45})\)?$")
_LISTED_LINK = re.compile(r"\bhttps?://[^\s<>\"']{1,2048}")
_PAIR = re.compile(r"(?:^|, )([A-Za-z_]{2,16})=(.*?)(?=, [A-Za-z_]{2,16}=|$)", re.DOTALL)
_RELAY = re.compile(r"([^\s\[]{0,255})\s?\[(?:IPv6:)?([0-9A-Fa-f.:]{2,45})\]")
_LOGIN = re.compile(
    r"(?:WebMail: )?(?:Login for '([^']{1,255})'|User ([^\s']{1,255})) from ([0-9A-Fa-f.:]{2,45})"
    r"[^\n]{0,16}?(failed|logged in)"
)
_READ = re.compile(
    r"User (\S{1,255}) (?:read|received|sent) [^']{0,64}'[^']{0,255}', sent from: '([^']{0,255})', "
    r"subject: '(.{0,998}?)'$"
)
_FILE = re.compile(
    r"File name: ([^,()]{1,255})(?:\(checksum:([0-9A-Fa-f]{1,128})\))?, "
    r"scanned by ([^()]{1,64})\((\w{1,32})\)"
)
_INFECTED = re.compile(r"The file (.{1,255}?) is infected with ([^\s]{1,128}?)\.?$")
_LINK = re.compile(
    r"URL (\S{1,2048}) has been scanned by [^.]{1,64}\. Scan result: rating=(\w{1,32})"
)
_MESSAGE_READ = 4096


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one line.

    Raises:
        ParseError: If the line has neither FortiMail's pairs nor those of a mail line.
    """
    line = syslog.decode(raw[:LONGEST], clock)
    pairs = key_value.decode(line.message, separators=", ")
    fields = line.fields()
    if not any(name in pairs for name in KNOWN):
        if not any(name in pairs for name in MAIL_LINE):
            raise ParseError("unsupported", "no device_id or log_id", raw=raw, position=0)
        fields["event.category"] = ["email"]
        fields["message"] = line.message
        _mail_line(fields, {**pairs, **_relay_of(line.message)})
        fields["fortinet.fortimail"] = pairs
        return fields
    if "'" in line.message:
        pairs = {name: _unquoted(value) for name, value in pairs.items()}
    date, time = pairs.get("date"), pairs.get("time")
    fields["@timestamp"] = parse_time(f"{date} {time}", clock) if date else line.timestamp
    fields["event.category"] = ["email"]
    fields["event.type"] = ["info"]
    fields["event.code"] = pairs.get("log_id")
    fields["event.action"] = pairs.get("action")
    fields["event.outcome"] = OUTCOMES.get(pairs.get("status", ""))
    fields["log.level"] = pairs.get("pri")
    fields["observer.serial_number"] = pairs.get("device_id")
    fields["observer.hostname"] = line.hostname
    fields["user.name"] = pairs.get("user")
    fields["email.local_id"] = pairs.get("session_id")
    fields["email.from.address"] = mailbox.addresses(pairs.get("from"))
    fields["email.to.address"] = mailbox.addresses(pairs.get("to"))
    fields["email.subject"] = pairs.get("subject")
    ecs.endpoint(fields, "source", pairs.get("client_ip") or pairs.get("src"))
    ecs.endpoint(fields, "destination", pairs.get("dst_ip"))
    client = pairs.get("client_name")
    if client:
        fields["source.domain"] = fields["source.address"] = client
    message = pairs.get("msg", "")
    fields["message"] = message
    _message(fields, pairs, message[:_MESSAGE_READ])
    mapped = MAPPED | HISTORY if pairs.get("type") == "statistics" else MAPPED
    fields["fortinet.fortimail"] = ecs.without_empty(
        {name: value for name, value in pairs.items() if name not in mapped}
    )
    return fields


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == "'" else value


def _relay_of(text: str) -> dict[str, str]:
    """Return the relay of a mail line whose pairs are separated by blanks."""
    start = text.find("relay=")
    return {"relay": text[start + 6 : start + 400]} if start >= 0 else {}


def _message(fields: Fields, pairs: dict[str, str], text: str) -> None:
    mapper = _KINDS.get(pairs.get("type", ""))
    if mapper is not None:
        mapper(fields, pairs, text)
    if pairs.get("action") in SESSIONS or pairs.get("subtype") == "config":
        _administration(fields, pairs)
    login = _LOGIN.match(text)
    if login:
        fields["event.category"] = ["email", "authentication"]
        fields["event.type"] = ["start", "info"]
        fields["event.outcome"] = "failure" if login[4] == "failed" else "success"
        user = login[1] or login[2]
        mailbox.set_user(fields, user)
        # `user` names the service that wrote the line, "webmail".
        fields["user.name"] = [pairs["user"], user] if pairs.get("user") else user
        ecs.endpoint(fields, "source", login[3])


def _virus(fields: Fields, pairs: dict[str, str], text: str) -> None:
    infected, link = _INFECTED.match(text), _LINK.match(text)
    if infected:
        fields["file.name"], fields["rule.name"] = infected[1], infected[2]
    if link:
        ecs.url(fields, link[1])
    if pairs.get("subtype") in BAD or infected or (link and link[2].lower() in BAD):
        fields["event.kind"] = "alert"
        fields["event.category"] = ["email", "malware"]


def _spam(fields: Fields, pairs: dict[str, str], text: str) -> None:
    _scanned(fields, text)
    link = _LISTED_LINK.search(text)
    if link:
        ecs.url(fields, link[0])


def _event(fields: Fields, pairs: dict[str, str], text: str) -> None:
    if text.startswith(("to=", "from=")):
        _mail_line(fields, dict(_PAIR.findall(text)))
    elif text.startswith("STARTTLS="):
        _tls(fields, dict(_PAIR.findall(text)))


def _encrypted(fields: Fields, pairs: dict[str, str], text: str) -> None:
    read = _READ.match(text)
    if read:
        fields["user.name"] = read[1]
        fields["email.from.address"] = [read[2]]
        fields["email.subject"] = read[3]


def _administration(fields: Fields, pairs: dict[str, str]) -> None:
    """Map a login or logout, or a change of settings; ``ui=GUI(192.0.2.1)`` says from where."""
    client = _CLIENT.search(pairs.get("ui", ""))
    if client:
        ecs.endpoint(fields, "source", ecs.ip(client[1]))
    if pairs.get("subtype") == "config":
        fields["event.category"], fields["event.type"] = ["configuration"], ["change", "info"]
        return
    fields["event.category"] = ["authentication"]
    fields["event.type"] = [SESSIONS[pairs["action"]], "info"]
    reason = pairs.get("reason", "")
    fields["event.reason"] = None if reason == "none" else reason


def _tls(fields: Fields, pairs: dict[str, str]) -> None:
    """Map ``STARTTLS=client, relay=mx.example.net., version=TLSv1.3, cipher=...``."""
    side = "destination" if pairs.get("STARTTLS") == "client" else "source"
    relay = pairs.get("relay", "").strip()
    found = _RELAY.match(relay)
    if found:
        ecs.endpoint(fields, side, found[2])
    name = (found[1] if found else relay).rstrip(".")
    if name:
        fields[f"{side}.address"] = fields[f"{side}.domain"] = name
    protocol, _, version = pairs.get("version", "").partition("v")
    if version:
        fields["tls.version_protocol"], fields["tls.version"] = protocol.lower(), version
    fields["tls.cipher"] = pairs.get("cipher")
    fields["tls.established"] = True


def _scanned(fields: Fields, text: str) -> None:
    file = _FILE.match(text)
    if file is None:
        return
    fields["file.name"] = file[1].strip()
    fields["file.hash.sha256"] = file[2]
    if file[4].lower() in BAD:
        fields["event.kind"] = "alert"
        fields["event.category"] = ["email", "malware"]
        fields["event.reason"] = f"{file[3].strip()}: {file[4]}"


def _mail_line(fields: Fields, pairs: dict[str, str]) -> None:
    """Map a line of Sendmail: what came in (from) or what became of one recipient (to)."""
    fields["email.from.address"] = mailbox.addresses(pairs.get("from"))
    fields["email.to.address"] = mailbox.addresses(pairs.get("to"))
    fields["user.email"] = mailbox.address(pairs.get("to"))
    mailbox.set_message_id(fields, pairs.get("msgid"))
    fields["network.protocol"] = (pairs.get("proto") or "").lower()
    fields["file.size"] = number(pairs.get("size"))
    status = pairs.get("stat")
    if status is not None:
        fields["event.outcome"] = "success" if status.lower().startswith("sent") else "failure"
        fields["event.reason"] = status
    relay = _RELAY.match(pairs.get("relay", "").strip())
    if relay:
        # The relay is the client of a message that comes in, the server of one that leaves.
        side = "destination" if "to" in pairs else "source"
        ecs.endpoint(fields, side, relay[2])
        if relay[1]:
            fields[f"{side}.address"] = relay[1]
            fields[f"{side}.domain"] = relay[1].rstrip(".")


Mapper = Callable[[Fields, dict[str, str], str], None]

_KINDS: dict[str, Mapper] = {
    "statistics": add_history,
    "virus": _virus,
    "spam": _spam,
    "event": _event,
    "encrypt": _encrypted,
}
"""Type of the log -> what maps its lines."""

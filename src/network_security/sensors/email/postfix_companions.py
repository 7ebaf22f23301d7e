"""Lines that policy daemons and filters write into the log of Postfix.

Postgrey (greylisting), policyd-spf (Sender Policy Framework) and spamd (SpamAssassin).
"""

import re
from collections.abc import Callable

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, number
from network_security.sensors.email import mailbox

COMPANIONS = frozenset(("postgrey", "policyd-spf", "spamd", "spamc"))

_WORD = r"[^\s,;]{0,1000}"
_POSTGREY = re.compile(
    rf"action=({_WORD}), reason=([^,]{{0,255}})((?:, [a-z_]{{2,20}}={_WORD}){{0,8}})"
)
_LISTED = re.compile(
    r"(?:whitelisted|allowlisted): ([^\s\[\]]{0,255})\[([0-9A-Fa-f.:]{2,45})(?:/\d+)?\]"
)
_SPF = re.compile(
    r"(?:(?:Action: )?prepend:? (?:Text: )?)?(?:Received-SPF: )?(?P<result>[A-Za-z]{4,9})"
    r"(?: \([^)]{0,255}\)|;) identity=(?P<identity>\w{1,16});"
    r" client-ip=(?P<ip>[0-9A-Fa-f.:]{2,45});"
    r" helo=(?P<helo>[^\s;]{0,255}); envelope-from=(?P<sender>[^\s;]{0,320});"
)
_SPF_ACTION = re.compile(r"Action: ")
_RESULT = re.compile(
    r"result: ([.Y]) (-?\d{1,6}) - ([\w,.=-]{0,4096}) ((?:[a-z_]{2,20}=[^\s,]{0,1000},?){1,20})"
)
_CONNECTION = re.compile(
    r"connection from ([^\s\[\]]{0,255}) \[([0-9A-Fa-f.:]{2,45})\]:(\d{1,5}) to port (\d{1,5})"
)
_PROCESSING = re.compile(
    r"(?:processing|checking) message (<[^<>]{0,998}>|\(unknown\)) for ([^\s:]{1,64})"
)
_VERDICT = re.compile(
    r"(clean message|identified spam) \(([-\d.]{1,12})/([-\d.]{1,12})\) for ([^\s:]{1,64})"
)
_DNS = re.compile(r"dns: .{0,255}: ([\w.-]{1,253})$")

SPF_RESULTS = frozenset((
    "pass", "fail", "softfail", "neutral", "none", "temperror", "permerror",
))  # fmt: skip


def companion(fields: Fields, message: str) -> str | None:
    """Map a line of a companion of Postfix.

    Returns:
        The program that writes such lines, None when no companion does.
    """
    text = message.removeprefix("spamd: ")
    for pattern, mapper, program in _SHAPES:
        found = pattern.match(text)
        if found and mapper(fields, found):
            return program
    return None


def _client(fields: Fields, name: str | None, address: str | None, port: str | None = None) -> None:
    ecs.endpoint(fields, "source", address, port)
    if name and name != "unknown":
        fields["source.domain"] = fields["source.address"] = name


def _postgrey(fields: Fields, found: re.Match[str]) -> bool:
    pairs = dict(part.split("=", 1) for part in found[3].split(", ") if "=" in part)
    action = found[1]
    fields["event.action"] = action
    fields["event.outcome"] = "success"
    fields["event.type"] = ["allowed", "info"] if action == "pass" else ["denied", "info"]
    fields["event.reason"] = found[2]
    _client(fields, pairs.get("client_name"), pairs.get("client_address", "").partition("/")[0])
    fields["email.from.address"] = mailbox.addresses(pairs.get("sender"))
    recipient = mailbox.address(pairs.get("recipient"))
    fields["email.to.address"] = mailbox.addresses(recipient)
    fields["destination.domain"] = fields["destination.address"] = mailbox.domain(recipient)
    fields["postfix.log"] = {"delay": number(pairs.get("delay"))} if "delay" in pairs else None
    return True


def _listed(fields: Fields, found: re.Match[str]) -> bool:
    fields["event.action"] = "pass"
    _client(fields, found[1], found[2])
    return True


def _spf(fields: Fields, found: re.Match[str]) -> bool:
    result = found["result"].lower()
    if result not in SPF_RESULTS:
        return False
    fields["event.action"] = f"spf-{result}"
    fields["event.outcome"] = "success"
    _client(fields, None, found["ip"])
    helo = found["helo"].strip("[]")
    if helo:
        fields["source.domain"] = fields["source.address"] = helo
    sender = mailbox.address(found["sender"])
    if sender and sender != mailbox.NULL_PATH:
        fields["email.from.address"] = [sender]
    fields["postfix.log"] = {"spf": {"result": result, "identity": found["identity"]}}
    return True


def _result(fields: Fields, found: re.Match[str]) -> bool:
    pairs = dict(part.split("=", 1) for part in found[4].split(",") if "=" in part)
    spam = found[1] == "Y"
    fields["event.action"] = "spam" if spam else "clean"
    fields["event.kind"] = "alert" if spam else "event"
    _client(fields, pairs.get("rhost"), pairs.get("raddr"), pairs.get("rport"))
    fields["user.name"] = pairs.get("user")
    mailbox.set_message_id(fields, pairs.get("mid"), as_written=True)
    fields["postfix.log"] = {
        "spamd": {"score": int(found[2]), "tests": found[3].split(","), **pairs}
    }
    return True


def _connection(fields: Fields, found: re.Match[str]) -> bool:
    _client(fields, found[1], found[2], found[3])
    fields["event.action"] = "connect"
    fields["destination.port"] = number(found[4])
    return True


def _processing(fields: Fields, found: re.Match[str]) -> bool:
    fields["event.action"] = "processing"
    mailbox.set_message_id(fields, found[1])
    fields["user.name"] = found[2]
    return True


def _verdict(fields: Fields, found: re.Match[str]) -> bool:
    spam = found[1] == "identified spam"
    fields["event.action"] = "spam" if spam else "clean"
    fields["event.kind"] = "alert" if spam else "event"
    fields["user.name"] = found[4]
    fields["postfix.log"] = {"spamd": {"score": found[2], "required_score": found[3]}}
    return True


def _dns(fields: Fields, found: re.Match[str]) -> bool:
    ecs.endpoint(fields, "destination", found[1])
    return True


Mapper = Callable[[Fields, re.Match[str]], bool]

_SHAPES: tuple[tuple[re.Pattern[str], Mapper, str], ...] = (
    (_POSTGREY, _postgrey, "postgrey"),
    (_LISTED, _listed, "postgrey"),
    (_SPF, _spf, "policyd-spf"),
    (_RESULT, _result, "spamd"),
    (_CONNECTION, _connection, "spamd"),
    (_PROCESSING, _processing, "spamd"),
    (_VERDICT, _verdict, "spamd"),
    (_DNS, _dns, "spamd"),
)

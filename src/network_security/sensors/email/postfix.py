"""Postfix log lines, and those of the policy daemons and filters that write into the same log.

One message spreads over several lines that share its queue id, `postfix.log.queue_id` and
`email.local_id`; a refused one has none (``NOQUEUE``). A line is read by its shape: what stands
behind the queue id are pairs (``to=<...>, relay=...``), a decision (``reject: RCPT from ...``), or
prose about the peer. Names and addresses in it are the sender's text: each pattern is anchored and
bounded, and the envelope of a decision is the last one in the line.

A relay may have taken the syslog header off. Then the shape also tells which daemon wrote the line.

Source: Postfix documentation, "Postfix Architecture Overview" and the daemons' manual pages.
"""

import re

from network_security.sensors import ecs, syslog
from network_security.sensors.ecs import Fields, number
from network_security.sensors.email import mailbox, message_headers
from network_security.sensors.email.postfix_companions import COMPANIONS, companion
from network_security.sensors.email.postfix_prose import PEER, by_start, peer, prose, set_end
from network_security.sensors.errors import ParseError
from network_security.sensors.times import Clock

LONGEST = 8192
"""As far as a line is read: syslog cuts a line well before."""

NOQUEUE = "NOQUEUE"
STATUSES = {"sent": "success", "deferred": "failure", "bounced": "failure", "expired": "failure"}
DECISIONS = {
    "reject": "denied", "milter-reject": "denied", "discard": "denied", "hold": "denied",
    "milter-discard": "denied", "milter-hold": "denied", "reject_warning": "info",
    "filter": "info", "warn": "info", "warning": "info", "redirect": "info", "prepend": "info",
    "replace": "info", "permit": "allowed", "dunno": "info", "info": "info", "bcc": "info",
    "strip": "info", "proxy-accept": "allowed", "proxy-reject": "denied", "delay": "info",
}  # fmt: skip

_PROGRAM = re.compile(r"postfix(?:[\w.-]{0,32})?(?:/[\w-]{1,32}){0,3}$")
_QUEUE_ID = re.compile(r"([0-9A-F]{6,16}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,25}|NOQUEUE): ")
_PAIR = re.compile(r",?\s?([a-z][a-z_-]{1,31})=(<[^<>]{0,1000}>|[^\s,;()]{0,1000})")
_DECISION = re.compile(r"([a-z][a-z_-]{3,14}): ")
_STAGE = re.compile(rf"([A-Z-]{{3,20}}(?: command)?) from {PEER}: ?")
_REPLY = re.compile(r"([245]\d\d)(?: ([245]\.\d{1,3}\.\d{1,3}))?\b")
_SUBJECT = "header Subject: "
_HEADER_PEER = re.compile(rf" from (?:local|{PEER})$")
_FILE = re.compile(r"\b(?:file)?name=\"{0,2}([^\";?]{1,255})")
_SIZE = re.compile(r"\bsize=\"{0,2}(\d{1,15})")
_MAIL = re.compile(r"\bFrom: [^<]{0,255}<{1,2}\[?([^\s<>\[\]:]{1,254})")
_QUEUED_AS = re.compile(r"queued as ([0-9A-Za-z]{6,25})")
_BY_PAIRS = (
    ("client", "postfix/smtpd"), ("message-id", "postfix/cleanup"),
    ("resent-message-id", "postfix/cleanup"), ("uid", "postfix/pickup"), ("nrcpt", "postfix/qmgr"),
)  # fmt: skip


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one line.

    Raises:
        ParseError: If the line has no syslog header and none of the shapes that are known.
    """
    line = syslog.decode(raw[:LONGEST], clock)
    headed = line.timestamp is not None or line.priority is not None
    program = line.appname
    if not headed and not (program and (_PROGRAM.match(program) or program in COMPANIONS)):
        line.appname, line.procid, line.message, program = None, None, raw[:LONGEST], None
    message = line.message.strip()
    fields: Fields = {
        **line.fields(),
        "event.category": ["email"],
        "event.type": ["info"],
        "network.protocol": "smtp",
        "message": message,
    }
    known = companion(fields, message) if program is None or program in COMPANIONS else None
    if known is None:
        known = _postfix(fields, message)
    if known is None and not headed and program is None:
        raise ParseError("unsupported", "no line of Postfix", raw=raw, position=0)
    if program is None and known:
        fields["log.syslog.appname"] = fields["process.name"] = known
    fields["postfix.log"] = ecs.without_empty(fields.get("postfix.log") or {})
    return fields


def _postfix(fields: Fields, message: str) -> str | None:
    """Map one of Postfix's own lines; return the daemon that writes such, None if none does."""
    details: dict[str, object] = {}
    fields["postfix.log"] = details
    queued = _QUEUE_ID.match(message)
    rest = message
    if queued:
        rest = message[queued.end() :]
        details["queue_id"] = queued[1]
        fields["email.local_id"] = None if queued[1] == NOQUEUE else queued[1]
    pairs, end = _pairs(rest)
    if pairs and queued:
        details.update({name: value.strip("<>") for name, value in pairs.items()})
        details["detail"] = _inner(rest[end:])
        return _delivery(fields, pairs, rest[end:])
    decision = _DECISION.match(rest)
    if decision and decision[1] in DECISIONS and _decided(fields, details, rest, decision):
        return by_start(rest) or "postfix/smtpd"
    return prose(fields, details, rest) or ("postfix" if queued else None)


def _pairs(text: str) -> tuple[dict[str, str], int]:
    pairs: dict[str, str] = {}
    position = 0
    while match := _PAIR.match(text, position):
        pairs.setdefault(match[1], match[2])
        position = match.end()
    return pairs, position


def _inner(text: str) -> str:
    """Return text without the parentheses around the whole of it."""
    text = text.strip()
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def _delivery(fields: Fields, pairs: dict[str, str], detail: str) -> str:
    """Map pairs: what came in (client, from, message-id) or what became of one recipient (to)."""
    _envelope(fields, pairs)
    mailbox.set_message_id(fields, pairs.get("message-id") or pairs.get("resent-message-id"))
    mailbox.set_user(fields, pairs.get("sasl_username"))
    client = peer(pairs.get("client", ""))
    if client:
        set_end(fields, "source", client)
    status = pairs.get("status")
    if status is None:
        fields["event.action"] = "connect" if client else None
        if client and "sasl_username" in pairs:
            fields["event.category"] = ["email", "authentication"]
            fields["event.type"] = ["start", "info"]
            fields["event.action"], fields["event.outcome"] = "logged-in", "success"
        return next((program for name, program in _BY_PAIRS if name in pairs), "postfix/qmgr")
    fields["event.action"] = status
    fields["event.outcome"] = STATUSES.get(status)
    fields["event.reason"] = _inner(detail)
    fields["event.code"] = pairs.get("dsn")
    relay = pairs.get("relay", "")
    server = peer(relay)
    if server:
        set_end(fields, "destination", server)
    queued = _QUEUED_AS.search(detail[:LONGEST])
    if queued:
        fields["postfix.log"]["queued_as"] = queued[1]
    if relay == "local":
        return "postfix/local"
    return "postfix/smtp" if server or relay == "none" else "postfix/pipe"


def _envelope(fields: Fields, pairs: dict[str, str]) -> None:
    """Set sender, recipient and what they say about both ends when nothing better is known."""
    sender = mailbox.address(pairs.get("from"))
    recipient = mailbox.address(pairs.get("to"))
    if sender and sender != mailbox.NULL_PATH:
        fields["email.from.address"] = [sender]
        fields["source.domain"] = fields["source.address"] = mailbox.domain(sender)
    fields["email.sender.address"] = sender
    if recipient:
        fields["email.to.address"] = [recipient]
        fields["destination.domain"] = mailbox.domain(recipient)
        fields["destination.address"] = fields["destination.domain"]
    helo = (pairs.get("helo") or "").strip("<>")
    if helo:
        fields["source.domain"] = fields["source.address"] = helo


def _decided(
    fields: Fields, details: dict[str, object], text: str, decision: re.Match[str]
) -> bool:
    """Map ``reject: RCPT from host[ip]: 554 5.7.1 ...; from=<> to=<> proto=ESMTP helo=<>``."""
    kind = decision[1]
    body = text[decision.end() :]
    start = body.rfind("; from=<")
    envelope, _ = _pairs(body[start + 1 :].lstrip()) if start >= 0 else ({}, 0)
    before = body[:start] if start >= 0 else body
    stage = _STAGE.match(before)
    header = before.startswith("header ")
    if not stage and not header and not envelope:
        return False
    details["decision"] = kind
    details.update({name: value.strip("<>") for name, value in envelope.items()})
    fields["event.action"] = kind
    fields["event.type"] = list(dict.fromkeys((DECISIONS[kind], "info")))
    fields["event.outcome"] = "success"
    _envelope(fields, envelope)
    mailbox.set_user(fields, envelope.get("sasl_username", "").strip("<>"))
    if stage:
        details["stage"] = stage[1]
        set_end(fields, "source", stage)
        reason = before[stage.end() :]
        reply = _REPLY.match(reason)
        fields["event.code"] = reply[1] if reply else None
        fields["event.reason"] = reason
    elif header:
        _header(fields, before)
    return True


def _header(fields: Fields, text: str) -> None:
    """Map a header that a header check matched: the file it names, the sender it states."""
    client = _HEADER_PEER.search(text[-512:])
    if client and client["ip"]:
        set_end(fields, "source", client)
    if text.startswith("header Content-"):
        name, size = _FILE.search(text[:2048]), _SIZE.search(text[:2048])
        fields["file.name"] = name[1] if name and not name[1].startswith("=") else None
        fields["file.size"] = number(size[1]) if size else None
    elif text.startswith(_SUBJECT):
        written = text[: -len(client[0])] if client else text
        fields["email.subject"] = message_headers.decoded(written[len(_SUBJECT) :])
    elif text.startswith("header From: ") and "email.from.address" not in fields:
        sender = _MAIL.search(text[:1024])
        if sender:
            fields["email.from.address"] = [sender[1]]
            fields["source.domain"] = fields["source.address"] = mailbox.domain(sender[1])

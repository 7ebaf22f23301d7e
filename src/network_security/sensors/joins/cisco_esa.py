"""Cisco Secure Email Gateway (ESA): one event a message, made of the text mail logs' lines.

An incoming connection has an ICID, a message a MID, a recipient of it a RID, a delivery connection
a DCID. What the lines of a connection say (address, sender group, reputation) is taken over into
the messages that it carries, and into the recipients that it serves. A message ends with ``Message
finished``, with ``Message aborted``, or in a quarantine of the appliance's own; what is released
from there later is another event with the same MID.

A filter that changes a message gives it another MID (``MID 1 rewritten to MID 2``), and one that
copies or splits it does likewise. Each is an event; they name each other (`rewritten_to`,
`rewritten_from`, `split_into`, `split_from`, `generated_from`), and the later one has the sender,
subject and verdicts of the first, which the log does not repeat.

The consolidated event log has one line a message, and needs no joiner.

Source: Cisco, "User Guide for AsyncOS for Cisco Secure Email Gateway", "Using Text Mail Logs".
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from network_security.sensors.ecs import number
from network_security.sensors.joins.cisco_esa_connections import Connection, Connections
from network_security.sensors.joins.cisco_esa_verdicts import add_verdict
from network_security.sensors.joins.message import LONGEST, Limits, Line, Message
from network_security.sensors.joins.messages import MessageJoiner, fate

_HEAD = re.compile(r"MID \d{1,12}:? ?(?:ICID \d{1,12} ?)?(?:RIDs? \[?(\d[\d, ]{0,255})\]? ?)?")
# A delivery names recipients as "to RID [0, 1]", a bounce as "From: <> To: <> RID 0 - 5.1.0 - why".
_TO_RIDS = re.compile(r"(?:\bto|>) RIDs? \[?(\d[\d, ]{0,255})")
_BOUNCE = re.compile(
    r"(?:\bto|>) RIDs? \[?[\d, ]{1,255}\]? ?- (?:(\d\.\d{1,3}\.\d{1,3}) - )?(.{0,300})"
)
_LINKED = re.compile(
    r"(?:rewritten to|was split creating|(?:was )?generated (?:based on|for(?: bounce of)?))"
    r" MID (\d{1,12})"
)
_QUARANTINE = re.compile(r"quarantine[d ]{1,2}(?:to )?['\"]?([^'\"()]{1,128})")
_ENQUEUED = re.compile(r"(?:\(\d{1,12} of \d{1,12} bytes\) )?enqueued for transfer to centralized ")
_URL = re.compile(r"URL:? (\S{1,1000})(?: has reputation (-?\d{1,2}(?:\.\d{1,2})?))?")
_UNNUMBERED = re.compile(
    r"(?:ISQ: (?:Tagging|Quarantined|Enqueuing) "
    r"|RPC (?:Delivery start|Message done) RCID \d{1,12} )MID (\d{1,12})"
)
_WORDS = {
    "MID": "", "Start": "", "Message": "", "Delivery": "", "Delayed:": "delayed",
    "Bounced:": "bounced", "Double": "bounced",
}  # fmt: skip
"""How a line about a message begins -> what it says of the recipients that it names."""


class CiscoEsaJoiner(MessageJoiner):
    """Makes one event a message from the text mail logs of the ESA."""

    format = "cisco_esa"
    dataset = "cisco.esa_message"
    name = "mid"
    results: ClassVar[Mapping[str, str]] = {
        "delivered": "delivered", "delayed": "deferred", "bounced": "bounced",
        "rejected": "rejected",
    }  # fmt: skip

    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008  it is frozen
        super().__init__(limits)
        self._connections = Connections()

    def state(self) -> dict[str, Any]:
        """Return what `restore` takes."""
        return super().state() | {"connections": self._connections.state()}

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Return a joiner that goes on where a state was taken."""
        joiner = super().restore(state)
        joiner._connections = Connections.restore(state["connections"])
        return joiner

    def _read(self, line: Line) -> None:
        ids: Mapping[str, Any] = line.value("cisco", "esa") or {}
        mid = ids.get("mid")
        if mid is None:
            unnumbered = _UNNUMBERED.match(line.text)
            if unnumbered:
                self._own_quarantine(line, unnumbered[1])
            else:
                self._connection(line, ids)
            return
        word = line.text.partition(" ")[0]
        # What other logs say (file reputation), and that one is done, begins no message.
        begins = word in _WORDS and not line.text.startswith("Message finished ")
        icid = ids.get("icid")
        message = self._join(line, mid, icid=None if icid == "0" else icid, begins=begins)
        if message is None:
            return
        if word == "MID":
            self._about(message, line, ids)
        elif word == "Message":
            self._message(message, line, ids)
        elif word == "Start":
            message.begun = True
        elif word in _WORDS:
            self._deliver(message, line, ids, _WORDS[word])
        else:
            message.attach(line.event)
            add_verdict(message, line, ids, "")

    def _join(
        self, line: Line, mid: str, *, icid: str | None = None, begins: bool = True
    ) -> Message | None:
        """Add a line to its message; return None when there is none, or it has the line already.

        A message comes in by one connection: another ICID with its MID is another message's.
        """
        message = self._find(line, mid)
        if message is None:
            if not begins:
                return None
        elif message.repeats(line):
            return None
        elif icid is not None and message.details.get("icid", icid) != icid:
            self._give_up(message)
            message = None
        message = self._extend(line, mid, message)
        if icid is not None and "icid" not in message.details:
            message.keep(message.details, "icid", icid, 12)
            _carry(message, self._connections.carrying(line, f"ICID {icid}", mid))
        return message

    def _connection(self, line: Line, ids: Mapping[str, Any]) -> None:
        """Take a line about a connection, for the messages that came by it as well."""
        connection = self._connections.read(line, ids)
        if connection is None:
            return
        for mid in connection["messages"]:
            message = self._find(line, mid)
            if message is not None:
                _carry(message, connection)
                self._touched.append(message)

    def _about(self, message: Message, line: Line, ids: Mapping[str, Any]) -> None:
        """Take what a line says that begins with the MID."""
        head = _HEAD.match(line.text)
        rest = line.text[head.end() :] if head else ""
        rids = _numbers(head[1]) if head and head[1] else []
        word = rest.partition(" ")[0].rstrip(":")
        reader = _READERS.get(word)
        if reader is not None:
            reader(self, message, line, rest)
        elif word == "To":
            self._recipient(message, line, rids[0] if rids else "", rest)
        elif word == "Response":
            for rid in rids:
                recipient = message.recipient(rid, self.limits.recipients)
                if recipient is not None:
                    message.keep(recipient, "response", rest[9:].strip(" '\""), 300)
        elif word == "ready":
            message.details["size"] = number(ids.get("bytes")) or 0
            message.keep(message.email, "from", line.address("from"), 320)
        elif _ENQUEUED.match(rest):
            self._quarantined(message, line, rest)
        else:
            add_verdict(message, line, ids, rest)

    def _recipient(self, message: Message, line: Line, rid: str, rest: str) -> None:
        # One that is refused has no RID.
        key = rid or f"refused {line.address('to')}"
        recipient = message.recipient(key, self.limits.recipients)
        if recipient is None:
            message.announced = max(message.announced, self.limits.recipients) + 1
            return
        message.keep(recipient, "rid", rid, 12)
        message.keep(recipient, "address", line.address("to"), 320)
        _, refused, reason = rest.partition("> Rejected ")
        if refused:
            message.keep(recipient, "status", "rejected")
            message.keep(recipient, "response", f"Rejected {reason}", 300)

    def _message(self, message: Message, line: Line, ids: Mapping[str, Any]) -> None:
        """Take the end of a delivery, ``Message done``, or of the message."""
        if line.text.startswith("Message done "):
            self._deliver(message, line, ids, "delivered")
            return
        message.over = True
        if line.text.startswith("Message aborted "):
            reason = line.text.partition(f"MID {message.name} ")[2]
            message.keep(message.details, "reason", reason or "aborted", 300)

    def _deliver(self, message: Message, line: Line, ids: Mapping[str, Any], status: str) -> None:
        """Take what became of the recipients of one delivery, or that it began."""
        found = _TO_RIDS.search(line.text, 0, LONGEST)
        dcid, reason = ids.get("dcid"), _BOUNCE.search(line.text, 0, LONGEST)
        connection = self._connections.get(line, f"DCID {dcid}") if dcid else None
        rids = _numbers(found[1]) if found else []
        for rid in rids:
            recipient = message.recipient(rid, self.limits.recipients)
            if recipient is None:
                if status in ("delivered", "bounced"):
                    message.unlisted[status] = message.unlisted.get(status, 0) + 1
                continue
            message.keep(recipient, "rid", rid, 12)
            message.keep(recipient, "dcid", dcid, 12)
            message.keep(recipient, "status", status)
            if len(rids) == 1:
                message.keep(recipient, "address", line.address("to"), 320)
            if connection is not None:
                message.keep(recipient, "relay", connection["server"].get("address"), 45)
                message.keep(recipient, "relay_ip", connection["server"].get("ip"), 45)
            if reason:
                message.keep(recipient, "dsn", reason[1])
                message.keep(recipient, "response", reason[2], 300)
            if status:
                recipient["attempts"] = recipient.get("attempts", 0) + 1

    def _sender(self, message: Message, line: Line, _rest: str) -> None:
        message.keep(message.email, "from", line.address("from"), 320)

    def _subject(self, message: Message, line: Line, _rest: str) -> None:
        subject = line.value("email", "subject")
        message.keep(message.email, "subject", subject, 998)

    def _message_id(self, message: Message, line: Line, _rest: str) -> None:
        message_id = line.value("email", "message_id")
        if message_id != message.name:  # The parser's stand-in for what it could not read.
            message.keep(message.email, "message_id", message_id, 998)

    def _attachment(self, message: Message, line: Line, _rest: str) -> None:
        for attachment in line.value("email", "attachments") or ():
            message.attach(attachment)

    def _policy(self, message: Message, line: Line, _rest: str) -> None:
        policy = line.value("rule", "name")
        message.keep(message.details, "policy", policy, 255)
        direction = line.value("email", "direction")
        message.keep(message.email, "direction", direction)

    def _quarantined(self, message: Message, _line: Line, rest: str) -> None:
        found = _QUARANTINE.search(rest, 0, LONGEST)
        message.keep(message.details, "quarantine", found[1].strip() if found else "unknown", 128)
        # A message in the central quarantine has left the appliance, which says so.
        message.over = message.over or rest.startswith("quarantined")

    def _own_quarantine(self, line: Line, mid: str) -> None:
        """Take a message's way into the spam quarantine, whose lines begin otherwise."""
        message = self._join(line, mid, begins=False)
        if message is not None:
            message.keep(message.details, "quarantine", "spam quarantine")

    def _released(self, message: Message, _line: Line, rest: str) -> None:
        message.keep(message.details, "released", rest, 128)

    def _rewritten(self, message: Message, line: Line, rest: str) -> None:
        """Link a message to what was made of it, or to what it was made of."""
        linked = _LINKED.match(rest)
        if not linked or linked[1] == message.name:
            return
        other = linked[1]
        if rest.startswith("rewritten"):
            message.keep(message.details, "rewritten_to", other)
            self._descend(line, message, other, "rewritten_from", with_recipients=True)
        elif rest.startswith("was split"):
            message.append("split_into", other, len(other))
            self._descend(line, message, other, "split_from")
        else:
            message.begun = True
            message.keep(message.details, "generated_from", other)
            origin = self._find(line, other)
            if origin is not None and "generated based" in rest[:32]:
                _inherit(message, origin, with_recipients=False)

    def _descend(
        self, line: Line, message: Message, mid: str, link: str, *, with_recipients: bool = False
    ) -> None:
        made = self._join(line, mid)
        if made is not None:
            made.begun = True
            made.keep(made.details, link, message.name)
            _inherit(made, message, with_recipients=with_recipients)

    def _url(self, message: Message, _line: Line, rest: str) -> None:
        found = _URL.match(rest)
        if found:
            url: dict[str, Any] = {"url": found[1]}
            if found[2]:
                url["reputation"] = float(found[2])
            message.append("urls", url, len(found[1]))

    def _result(self, message: Message, counts: Mapping[str, int]) -> tuple[str, str | None]:
        details = message.details
        reason = details.get("reason", "")
        known = fate(counts)
        if reason.lower().startswith("dropped"):
            action, outcome = "dropped", "success"
        elif known and known[0] == "delivered":
            action, outcome = known
        elif "quarantine" in details and "released" not in details:
            action, outcome = "quarantined", "success"
        elif known:
            action, outcome = known
        elif "rewritten_to" in details or "split_into" in details:
            action, outcome = "rewritten" if "rewritten_to" in details else "split", "success"
        elif counts.get("rejected"):
            action, outcome = "rejected", "success"
        elif reason:
            action, outcome = "aborted", "failure"
        elif message.over:
            action, outcome = "finished", "unknown"
        else:
            return "received", None
        return action, outcome


Reader = Callable[[CiscoEsaJoiner, Message, Line, str], None]
_READERS: dict[str, Reader] = {
    "From": CiscoEsaJoiner._sender,
    "Message-ID": CiscoEsaJoiner._message_id,
    "Subject": CiscoEsaJoiner._subject,
    "attachment": CiscoEsaJoiner._attachment,
    "matched": CiscoEsaJoiner._policy,
    "quarantined": CiscoEsaJoiner._quarantined,
    "enqueued": CiscoEsaJoiner._quarantined,
    "released": CiscoEsaJoiner._released,
    "rewritten": CiscoEsaJoiner._rewritten,
    "was": CiscoEsaJoiner._rewritten,
    "generated": CiscoEsaJoiner._rewritten,
    "URL": CiscoEsaJoiner._url,
}
"""The word that follows the ids -> what reads the line."""


def _carry(message: Message, connection: Connection) -> None:
    """Take over what is known of the connection that a message came in by."""
    for values, kept in (
        (message.source, connection["client"]),
        (message.tls, connection["tls"]),
        (message.details, connection["details"]),
    ):
        for name, value in kept.items():
            message.keep(values, name, value)
    if connection["details"].get("mail_flow_policy") == "RELAY":
        message.email.setdefault("direction", "outbound")


def _numbers(written: str) -> list[str]:
    return [part.strip() for part in written.split(",") if part.strip().isdecimal()][:200]


def _inherit(made: Message, origin: Message, *, with_recipients: bool) -> None:
    """Take over what the log does not repeat of a message that was made of another."""
    for values, known in (
        (made.email, origin.email),
        (made.source, origin.source),
        (made.tls, origin.tls),
    ):
        for name, value in known.items():
            if name not in values:
                made.keep(values, name, value)
    for name in ("interface", "mail_flow_policy", "sender_group", "sbrs", "policy"):
        if name not in made.details:
            made.keep(made.details, name, origin.details.get(name))
    verdicts = origin.details.get("verdicts", {})
    if verdicts:
        made.details["verdicts"] = {**verdicts, **made.details.get("verdicts", {})}
    for attachment in origin.attachments:
        made.attach(attachment)
    made.alert = made.alert or origin.alert
    made.malware = made.malware or origin.malware
    if with_recipients:
        for key, recipient in origin.recipients.items():
            kept = made.recipient(key, len(origin.recipients))
            if kept is not None and recipient.get("status") != "rejected":
                for name in ("rid", "address"):
                    made.keep(kept, name, recipient.get(name))

"""Postfix: one event a message, made of the lines that share its queue id.

A message comes in (``client=``, ``uid=``), has a Message-ID, is queued (``from= size= nrcpt=``),
delivered to each recipient (``to= relay= dsn= status=``; several times when it is deferred) and
removed. A refusal without a queue id (``NOQUEUE``) is complete in its one line, and is left to it.

A content filter hands a message back to Postfix, which gives it a second queue id: these are two
messages, and `postfix.message.queued_as` of the first names the second, as does
`postfix.message.queued_from` the other way where the filter passes it on (XFORWARD). The name that
the next host gave to a message stands in `queued_as` as well.

Source: Postfix documentation, "Postfix Architecture Overview" and the daemons' manual pages;
amavis, "README.customize", for the line that it writes of each message.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from network_security.sensors.ecs import number
from network_security.sensors.email import mailbox
from network_security.sensors.joins.document import DENIED
from network_security.sensors.joins.message import Line, Message, keep_client
from network_security.sensors.joins.messages import MessageJoiner, fate

NOQUEUE = "NOQUEUE"
DECISIONS = {
    "reject": "rejected", "milter-reject": "rejected", "discard": "dropped",
    "milter-discard": "dropped", "hold": "held", "milter-hold": "held",
}  # fmt: skip
"""Decision of an access table, a header check or a milter -> what it makes of the message."""

AT_THE_END = ("END-OF-MESSAGE", "DATA", "END-OF-DATA")
"""Stages at which a refusal is one of the message, and no longer of one of its recipients."""

UNWANTED = frozenset(("INFECTED", "BANNED", "SPAM", "SPAMMY", "SPOOFED"))
"""Judgements of amavis that make an alert of a message."""

_FORWARDED_AS = re.compile(r"\bforwarded as ([0-9A-Za-z]{6,25})")
_NOTIFICATION = re.compile(
    r"(sender|postmaster) ([a-z -]{3,20}) notification: ([0-9A-Za-z]{6,25})$"
)
_PEER = re.compile(r"([^\s\[\]]{0,255})\[([0-9A-Fa-f.:]{2,45})\]")
_AMAVIS = re.compile(
    r"\([\w-]{1,32}\) (Passed|Blocked) ([A-Z][A-Z-]{2,20})\b"
    r"(?:[^{}<>\[\]]{0,255}\{([^{}]{0,128})\})?"
)
_AMAVIS_ID = re.compile(r", Queue-ID: ([0-9A-Za-z]{6,25}),")


class PostfixJoiner(MessageJoiner):
    """Makes one event a message from the lines of Postfix."""

    format = "postfix"
    dataset = "postfix.message"
    name = "queue_id"
    results: ClassVar[Mapping[str, str]] = {
        "sent": "delivered", "deferred": "deferred", "bounced": "bounced", "expired": "bounced",
        "rejected": "rejected",
    }  # fmt: skip

    def _read(self, line: Line) -> None:
        log: Mapping[str, Any] = line.value("postfix", "log") or {}
        queue_id = log.get("queue_id")
        if queue_id is None:
            self._filtered(line)
            return
        if queue_id == NOQUEUE:
            return
        text = line.text[len(queue_id) + 2 :]
        kind = text.partition("=")[0]
        reader = _READERS.get(kind) if kind in log else None
        message = self._find(line, queue_id)
        if message is None:
            if reader is None and "decision" not in log:
                return  # That one was removed is not enough to make a message of.
        elif message.repeats(line):
            return
        elif reader and kind in _SAID_ONCE and _is_of_another(message, kind, log):
            self._give_up(message)
            message = None
        message = self._extend(line, queue_id, message)
        if reader is not None:
            reader(self, message, line, log)
        elif text == "removed":
            message.over = True
        elif "decision" in log:
            self._decision(message, line, log, text)
        elif notification := _NOTIFICATION.match(text):
            about = {"kind": notification[2], "queue_id": notification[3]}
            message.append("notifications", about, len(text))

    def _came_in(self, message: Message, line: Line, log: Mapping[str, Any]) -> None:
        """Take where a message comes from: ``client=`` or, of a local program, ``uid=``."""
        message.begun = True
        client = log.get("client")
        message.keep(message.details, "origin", client or f"uid {log.get('uid')}", 320)
        if client:
            keep_client(message, line.event.get("source") or {})
        else:
            _envelope(message, log)
        if "orig_client" in log:
            _original_client(message, log)
        if "sasl_username" in log:
            message.keep(message.details, "sasl_method", log.get("sasl_method"), 32)
            for name in ("name", "domain", "email"):
                message.keep(message.user, name, line.value("user", name), 255)

    def _named(self, message: Message, _line: Line, log: Mapping[str, Any]) -> None:
        """Take the Message-ID that cleanup found or gave."""
        message.begun = True
        message_id = mailbox.message_id(log.get("message-id"))
        message.keep(message.email, "message_id", message_id, 998)
        resent = mailbox.message_id(log.get("resent-message-id"))
        message.keep(message.details, "resent_message_id", resent, 998)

    def _queued(self, message: Message, _line: Line, log: Mapping[str, Any]) -> None:
        """Take the envelope that the queue has, or that the message has been there too long."""
        _envelope(message, log)
        if "nrcpt" in log:
            message.announced = max(message.announced, number(log["nrcpt"]) or 0)
            message.details["size"] = number(log.get("size")) or 0
        if "status" in log:
            for waiting in message.recipients.values():
                if waiting.get("status") == "deferred":
                    message.keep(waiting, "status", log["status"], 32)

    def _delivery(self, message: Message, line: Line, log: Mapping[str, Any]) -> None:
        """Take what became of one recipient."""
        status, detail = log.get("status"), log.get("detail", "")
        forwarded = _FORWARDED_AS.search(detail) if "forwarded as" in detail else None
        link = forwarded[1] if forwarded else log.get("queued_as")
        if link:
            message.append("queued_as", link, len(link))
        original = log.get("orig_to")
        recipient = message.recipient(f"{log['to']} {original or ''}", self.limits.recipients)
        if recipient is None:
            # A message in the queue is tried again until it is sent or bounces: those end it.
            result = self.results.get(status or "")
            if result in ("delivered", "bounced"):
                message.unlisted[result] = message.unlisted.get(result, 0) + 1
            return
        message.keep(recipient, "address", log["to"], 320)
        message.keep(recipient, "original_address", original, 320)
        message.keep(recipient, "status", status, 32)
        message.keep(recipient, "dsn", log.get("dsn"), 16)
        message.keep(recipient, "relay", log.get("relay"), 320)
        message.keep(recipient, "relay_ip", line.value("destination", "ip"), 45)
        message.keep(recipient, "response", detail, 300)
        delay = _seconds(log.get("delay"))
        if delay is not None:
            recipient["delay"] = delay
        recipient["attempts"] = recipient.get("attempts", 0) + 1

    def _decision(self, message: Message, line: Line, log: Mapping[str, Any], text: str) -> None:
        """Take a decision about the message, or the refusal of one of its recipients."""
        if "stage" in log and not message.begun:
            keep_client(message, line.event.get("source") or {})
        for name in ("helo", "proto"):
            message.keep(message.details, name, log.get(name), 255)
        _envelope(message, log)
        _header(message, line, text)
        decision = DECISIONS.get(log["decision"])
        at_the_end = log.get("stage", AT_THE_END[0]).startswith(AT_THE_END)
        if decision is None:
            return
        reason = line.about.get("reason")
        if at_the_end or decision != "rejected":
            message.keep(message.details, "decision", decision)
            message.keep(message.details, "reason", reason, 300)
            # What is held waits for its release; the rest is gone without a further line.
            message.over = message.over or decision != "held"
        to = log.get("to")
        if decision == "rejected" and to:
            recipient = message.recipient(f"{to} ", self.limits.recipients)
            if recipient is not None:
                message.keep(recipient, "address", to, 320)
                message.keep(recipient, "status", decision)
                message.keep(recipient, "response", reason, 300)

    def _filtered(self, line: Line) -> None:
        """Take what amavis writes of a message that it was handed."""
        if not (line.value("process", "name") or "").startswith("amavis"):
            return
        judged, queue_id = _AMAVIS.match(line.text), _AMAVIS_ID.search(line.text)
        # Quotes before it are those of an address, which may hold anything.
        if not judged or not queue_id or '"' in line.text[: queue_id.start()]:
            return
        message = self._find(line, queue_id[1])
        if message is None or message.repeats(line):
            return
        self._extend(line, queue_id[1], message)
        done = (judged[3] or "").lower()
        message.details["filter"] = {"verdict": judged[2], "action": judged[1], "detail": done}
        if judged[2] in UNWANTED:
            message.alert = True
            message.malware = message.malware or judged[2] == "INFECTED"
        if judged[1] == "Blocked":
            fates = {"quarantined": "quarantined", "rejected": "rejected", "bounced": "bounced"}
            found = next((fates[word] for word in fates if word in done), "dropped")
            message.keep(message.details, "decision", found)

    def _result(self, message: Message, counts: Mapping[str, int]) -> tuple[str, str | None]:
        decision = message.details.get("decision")
        # Postfix has sent to the filter what the filter then blocked.
        if decision in DENIED and (message.over or not counts) and decision != "held":
            return decision, "success"
        if decision == "bounced":
            return decision, "failure"
        known = fate(counts)
        if known is not None:
            return known
        if decision is not None:
            return decision, "success"
        return ("removed", "unknown") if message.over else ("queued", None)


Reader = Callable[[PostfixJoiner, Message, Line, Mapping[str, Any]], None]
_READERS: dict[str, Reader] = {
    "client": PostfixJoiner._came_in,
    "uid": PostfixJoiner._came_in,
    "message-id": PostfixJoiner._named,
    "resent-message-id": PostfixJoiner._named,
    "from": PostfixJoiner._queued,
    "to": PostfixJoiner._delivery,
}
"""The first name among the pairs of a line -> what reads it."""

_SAID_ONCE = frozenset(("client", "uid", "message-id"))


def _is_of_another(message: Message, kind: str, log: Mapping[str, Any]) -> bool:
    """Whether a line says anew what is said of a message but once: its id is used again."""
    if kind != "message-id":
        return "origin" in message.details
    message_id = mailbox.message_id(log["message-id"])
    known = message.email.get("message_id")
    return message_id is not None and known not in (None, message_id[:998])


def _original_client(message: Message, log: Mapping[str, Any]) -> None:
    """Take the client that a filter was handed the message by, and its queue id then."""
    message.keep(message.details, "queued_from", log.get("orig_queue_id"), 25)
    peer = _PEER.match(log["orig_client"])
    if peer:
        name = None if peer[1] == "unknown" else peer[1]
        message.source.clear()
        keep_client(message, {"address": name or peer[2], "ip": peer[2], "domain": name})


def _envelope(message: Message, log: Mapping[str, Any]) -> None:
    sender = log.get("from")
    if sender is not None:
        message.keep(message.email, "sender", sender or mailbox.NULL_PATH, 320)
        message.keep(message.email, "from", sender, 320)


def _header(message: Message, line: Line, text: str) -> None:
    """Take the subject or the attachment that a header check showed."""
    message.attach(line.event)
    _, found, rest = text.partition(": header Subject: ")
    if found and text.find(": ") == len(text) - len(rest) - len(found):
        subject = rest.rpartition("; from=<")[0].rpartition(" from ")[0]
        message.keep(message.email, "subject", subject, 998)


def _seconds(written: object) -> float | None:
    try:
        seconds = float(written) if type(written) is str else math.nan
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None

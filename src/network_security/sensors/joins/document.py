"""The document of one message."""

from collections.abc import Mapping
from typing import Any

from network_security.sensors import ecs
from network_security.sensors.ecs import Document
from network_security.sensors.email import mailbox
from network_security.sensors.joins.message import MICROSECOND, Message, plain

DENIED = frozenset(("rejected", "quarantined", "dropped", "held"))
"""What became of a message that a policy did not let through."""


def message_document(message: Message, about: Mapping[str, Any], *, delivered: bool) -> Document:
    """Return what ECS has a place for.

    Args:
        message: As far as it is known.
        about: `event.action`, `.outcome` and `.reason`; None is left out.
        delivered: Whether any recipient had it.
    """
    event: Document = {
        "id": f"{message.name}@{message.position}",
        "kind": "alert" if message.alert else "event",
        "category": ["email", "malware"] if message.malware else ["email"],
        "type": ["denied", "info"] if about["action"] in DENIED else ["info"],
        "start": message.start,
        "end": message.end,
        "duration": (message.end - message.start) // MICROSECOND * 1000,
    }
    for name, value in about.items():
        if value is not None:
            event[name] = value
    if message.ingested is not None:
        event["ingested"] = message.ingested
    document: Document = {
        "@timestamp": message.end,
        "ecs": {"version": ecs.VERSION},
        "event": event,
        "network": {"protocol": "smtp"},
        "email": _email(message, delivered=delivered),
    }
    if message.host:
        document["host"] = {"hostname": message.host}
    if message.source:
        document["source"] = dict(message.source)
    if message.user:
        document["user"] = dict(message.user)
    if message.tls:
        document["tls"] = dict(message.tls)
    if message.tags:
        document["tags"] = [*message.tags]
    related = _related(message)
    if related:
        document["related"] = related
    return document


def message_details(message: Message, counts: Mapping[str, int]) -> Document:
    """Return what ECS has no place for.

    Args:
        message: As far as it is known.
        counts: Result -> number of its recipients.
    """
    known = len(message.recipients) + sum(message.unlisted.values())
    details = plain(message.details)
    details.pop("reason", None)
    return {
        "host": message.host,
        "lines": message.lines,
        "first_position": message.position,
        "recipient_count": max(message.announced, known),
        **counts,
        **details,
        "deliveries": [dict(one) for one in message.recipients.values()],
    }


def _email(message: Message, *, delivered: bool) -> Document:
    """Return `email`; its `to` is without those refused, when others had the message."""
    texts = message.email
    email: Document = {"local_id": message.name}
    for name in ("message_id", "subject", "direction"):
        if name in texts:
            email[name] = texts[name]
    if "from" in texts:
        email["from"] = {"address": [texts["from"]]}
    if "sender" in texts:
        email["sender"] = {"address": texts["sender"]}
    to = dict.fromkeys(
        one["address"]
        for one in message.recipients.values()
        if "address" in one and not (delivered and one.get("status") == "rejected")
    )
    if to:
        email["to"] = {"address": list(to)}
    if message.attachments:
        email["attachments"] = plain(message.attachments)
    return email


def _related(message: Message) -> Document:
    """Return `related`: all addresses, names, users and digests of the message."""
    hosts, ips = [message.host, message.source.get("domain")], [message.source.get("ip")]
    ips += [one["relay_ip"] for one in message.recipients.values() if "relay_ip" in one]
    related = {
        "ip": [ip for ip in dict.fromkeys(ips) if ip],
        "hosts": [host for host in dict.fromkeys(hosts) if host],
    }
    if message.user:
        related["user"] = [message.user[name] for name in ("name", "email") if name in message.user]
    if message.attachments:
        files = [one["file"].get("hash", {}) for one in message.attachments]
        related["hash"] = list(dict.fromkeys(digest for file in files for digest in file.values()))
    message_id = mailbox.message_id(message.email.get("message_id"))
    if message_id:
        related["message_id"] = [message_id]
    return {name: values for name, values in related.items() if values}

"""A message as it is sent (RFC 5322 with MIME), line feeds or CRLF, mbox line allowed.

Sender, recipients, subject and ids go to `email.*`; the way it took, what the receiving server
found of its authentication, and all links with what they show go to `email.message`. `source` is
the host that handed it over from outside. The date is the receiving server's when it wrote one: the
message's own is the sender's claim, and stands in `email.origination_timestamp`.
"""

import hashlib
import itertools
import re
from typing import Any
from urllib.parse import urlsplit

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields
from network_security.sensors.email import (
    mailbox,
    message_headers,
    message_links,
    message_parts,
    message_rewrites,
)
from network_security.sensors.email import message_trace as trace
from network_security.sensors.email.message_headers import Headers
from network_security.sensors.email.message_links import Link
from network_security.sensors.errors import ParseError
from network_security.sensors.times import Clock, parse_time

MARKS = ("from", "received", "message-id", "return-path", "subject", "date")
"""A message has at least two of these."""

MAPPED = frozenset((
    "from", "to", "cc", "bcc", "sender", "reply-to", "return-path", "subject", "date",
    "message-id", "received", "authentication-results", "received-spf", "x-mailer",
    "content-type",
))  # fmt: skip
ADDRESSED = {
    "to": "email.to.address",
    "cc": "email.cc.address",
    "bcc": "email.bcc.address",
    "reply-to": "email.reply_to.address",
}
DIGESTS = {"md5": hashlib.md5, "sha1": hashlib.sha1, "sha256": hashlib.sha256}
MOST_HOSTS = 200
WEB = ("http://", "https://", "ftp://", "//", "www.")
CLICKED = ("a", "area", "form", "text")

_ADDRESS = re.compile(r"[^\s<>\"'(),:;@]{1,64}@[\w.-]{1,255}")
# How most links begin: with a host alone, that needs no further reading.
_PLAIN_HOST = re.compile(r"https?://([a-z0-9.-]{1,255})(?::[0-9]{1,5})?(?:[/?#]|\Z)")


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one message.

    Raises:
        ParseError: If the text does not begin with the headers of a message.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n") if "\r" in raw else raw
    text = text.lstrip("\n")
    if text.startswith("From "):
        text = text.partition("\n")[2]
    headers, body = message_headers.split(text)
    if sum(name in headers for name in MARKS) < 2:  # noqa: PLR2004
        raise ParseError("unsupported", "no headers of a message", raw=raw, position=0)
    details: dict[str, Any] = {}
    fields: Fields = {"event.category": ["email"]}
    _addresses(fields, details, headers)
    _identity(fields, headers)
    _way(fields, details, headers, clock)
    parts = message_parts.parts(headers, body)
    _attachments(fields, parts)
    _links(fields, details, parts)
    details["headers"] = {name: values for name, values in headers.items() if name not in MAPPED}
    fields["email.message"] = {name: value for name, value in details.items() if value}
    return fields


def _addresses(fields: Fields, details: dict[str, Any], headers: Headers) -> None:
    # Programs differ in which of several From headers they show.
    senders = message_headers.mailboxes(", ".join(headers.get("from", [])))
    fields["email.from.address"] = list(dict.fromkeys(one for _, one in senders if one))
    names = [name for name, _ in senders if name]
    if names:
        details["from_name"] = names[0]
        if "@" in names[0]:
            # A name that is an address is what the reader takes for the sender.
            details["from_name_address"] = [
                one for one in _ADDRESS.findall(names[0]) if one not in fields["email.from.address"]
            ]
    for header, field in ADDRESSED.items():
        if header in headers:
            boxes = message_headers.mailboxes(", ".join(headers[header]))
            fields[field] = [address for _, address in boxes if address]
    for header, detail in (("sender", "sender"), ("return-path", "return_path")):
        if header in headers:
            boxes = message_headers.mailboxes(headers[header][0])
            if boxes and boxes[0][1]:
                fields.setdefault("email.sender.address", boxes[0][1])
                details[detail] = boxes[0][1]


def _identity(fields: Fields, headers: Headers) -> None:
    fields["email.subject"] = (message_headers.first(headers, "subject") or "").strip()
    mailbox.set_message_id(fields, message_headers.first(headers, "message-id"))
    fields["email.x_mailer"] = message_headers.first(headers, "x-mailer")
    content_type = message_headers.first(headers, "content-type") or ""
    fields["email.content_type"] = content_type.partition(";")[0].strip().lower()


def _way(fields: Fields, details: dict[str, Any], headers: Headers, clock: Clock) -> None:
    hops = trace.received(headers, clock)
    details["received"] = hops
    delivered = hops[0].get("time") if hops else None
    sent = parse_time(message_headers.first(headers, "date"), clock)
    fields["@timestamp"] = delivered or sent
    fields["email.delivery_timestamp"] = delivered
    fields["email.origination_timestamp"] = sent
    details["authentication"] = results = trace.authentication(headers)
    client = trace.client_of(hops, results.get("client_ip"))
    if client is not None:
        ecs.endpoint(fields, "source", client["ip"])
        name = client["from"].strip("[]")
        fields["source.domain"] = None if ecs.ip(name) else name
    fields["related.ip"] = [hop["ip"] for hop in hops if "ip" in hop]


def _attachments(fields: Fields, parts: list[message_parts.Part]) -> None:
    found, digests = [], []
    for part in parts:
        if not part.is_attachment:
            continue
        hashes = {
            name: digest(part.content, usedforsecurity=False).hexdigest()
            for name, digest in DIGESTS.items()
        }
        extension = part.name.rpartition(".")[2].lower() if part.name and "." in part.name else None
        file = {
            "name": part.name,
            "mime_type": part.content_type,
            "extension": extension,
            "size": len(part.content),
            "hash": hashes,
        }
        found.append({"file": ecs.without_empty(file)})
        digests.append(hashes["sha256"])
    fields["email.attachments"] = found
    fields["related.hash"] = digests


def _links(fields: Fields, details: dict[str, Any], parts: list[message_parts.Part]) -> None:
    found: dict[Link, None] = {}
    for part in parts:
        if part.is_html:
            found.update(dict.fromkeys(message_links.in_html(part.text)))
        elif part.content_type == "text/plain" and part.disposition != "attachment":
            found.update(dict.fromkeys(message_links.in_text(part.text)))
    links: list[dict[str, Any]] = []
    clicked: list[str] = []
    loaded: list[str] = []
    for url, tag, shown in itertools.islice(found, message_links.MOST_LINKS):
        target = message_rewrites.target(url)
        links.append(ecs.without_empty({"url": url, "target": target, "tag": tag, "shown": shown}))
        if url.lower().startswith(WEB):
            (clicked if tag in CLICKED else loaded).append(target or url)
    details["links"] = links
    web = clicked + loaded
    if web:
        ecs.url(fields, web[0])
    hosts = dict.fromkeys(map(_host, web[:MOST_HOSTS]))
    fields["related.hosts"] = [host for host in hosts if host]


def _host(url: str) -> str | None:
    plain = _PLAIN_HOST.match(url)
    if plain:
        return plain[1]
    try:
        return urlsplit(f"//{url}" if url[:4].lower() == "www." else url).hostname
    except ValueError:
        return None

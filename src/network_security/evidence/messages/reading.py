"""Reads a message from its bytes."""

import hashlib
from dataclasses import replace
from itertools import islice

from network_security.evidence.correlation.facts import Sender
from network_security.evidence.correlation.sender import sender_of
from network_security.evidence.messages.html_reading import LONGEST_PAGE, read_html
from network_security.evidence.messages.message import File, Link, Message, Source
from network_security.evidence.messages.parts import Leaf, decoded, leaves, split_message
from network_security.sensors.email import message_headers, message_links, message_parts
from network_security.sensors.email.message_headers import Headers
from network_security.sensors.email.message_trace import authentication

LONGEST_MESSAGE = 10_000_000
"""Bytes that are read."""
MOST_LINKS = 500
MOST_COUNTED = 5_000
MOST_PAGES = 16
"""HTML parts that are read; a message needs one."""
LONGEST_BODY = 1_000_000
"""Characters of displayed text that are kept."""
LONGEST_CONTEXT = 80


def read_message(raw: bytes) -> Message:
    """Read a message (RFC 5322 with MIME); line feeds or CRLF, an mbox line before it allowed.

    Never raises: of what is broken, so much is read as can be. The time is linear in the length,
    of which 10 MB are read.
    """
    headers, body = split_message(raw[:LONGEST_MESSAGE])
    headers = {name: [_unicode(value) for value in values] for name, values in headers.items()}
    parts = leaves(headers, body)
    limits = []
    if len(raw) > LONGEST_MESSAGE:
        limits.append(f"only the first {LONGEST_MESSAGE:,} of {len(raw):,} bytes were read")
    if len(parts) >= message_parts.MOST_PARTS:
        limits.append(f"only the first {message_parts.MOST_PARTS} parts were read")
    content = _Content()
    pages = [part for part in parts if part.is_html]
    if len(pages) > MOST_PAGES:
        limits.append(f"only the first {MOST_PAGES} of {len(pages)} HTML parts were read")
    for page in pages[:MOST_PAGES]:
        content.add_page(page)
    for part in parts:
        if not part.is_html and not part.is_file:
            content.add_text(part)
    if any(len(page.text) >= LONGEST_PAGE for page in pages):
        limits.append(f"only the first {LONGEST_PAGE:,} characters of an HTML part were read")
    if len(content.links) > MOST_LINKS:
        limits.append(f"only the first {MOST_LINKS} of {len(content.links)} links were kept")
    subject = (message_headers.first(headers, "subject") or "").strip()
    return Message(
        digest=hashlib.sha256(raw).hexdigest(),
        subject=subject,
        text="".join(content.shown or content.plain)[:LONGEST_BODY],
        hidden_text=" ".join(content.hidden)[:LONGEST_BODY],
        links=tuple(islice(content.links, MOST_LINKS)),
        links_found=len(content.links),
        has_html=content.has_html,
        images=content.images,
        forms=content.forms,
        password_fields=content.password_fields,
        files=tuple(
            File(part.name, part.content_type, part.is_html, part.size)
            for part in parts
            if part.is_file
        ),
        sender=_sender(headers, subject),
        limits=tuple(limits),
    )


class _Content:
    """What the parts of a message add up to."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.plain: list[str] = []
        self.hidden: list[str] = []
        self.links: dict[Link, None] = {}
        self.has_html = False
        self.images = self.forms = self.password_fields = 0

    def add_page(self, part: Leaf) -> None:
        seen = read_html(part.text)
        self.forms += seen.forms
        self.password_fields += seen.password_fields
        if part.source == "body":
            self.has_html = True
            self.images += seen.images
            self.hidden += seen.hidden
            self.shown += [*seen.text, "\n"]
        for url, place, shown, context in seen.links:
            self._add_link(Link(url, place, shown, context, part.source))
        text = "".join(seen.text)
        known = {link.url for link in self.links}
        self._add_written(text, part.source, known)

    def add_text(self, part: Leaf) -> None:
        if part.source == "body":
            self.plain += [part.text, "\n"]
        self._add_written(part.text, part.source, {link.url for link in self.links})

    def _add_written(self, text: str, source: Source, known: set[str]) -> None:
        """Links that stand in text; programs make them clickable."""
        position = 0
        for url, _, _ in message_links.in_text(text):
            if url in known:
                continue
            position = max(text.find(url, position), 0)
            before = text[max(position - 2 * LONGEST_CONTEXT, 0) : position]
            context = " ".join(before.split())[-LONGEST_CONTEXT:]
            self._add_link(Link(url, "text", url, context, source))

    def _add_link(self, link: Link) -> None:
        # Equal links are one, whatever text stands before them.
        if len(self.links) < MOST_COUNTED:
            self.links.setdefault(link)


def _unicode(value: str) -> str:
    """A header's value, which RFC 6532 allows to be UTF-8."""
    return value if value.isascii() else decoded(value.encode("latin-1", "replace"), None)


def _sender(headers: Headers, subject: str) -> Sender:
    """The sender's facts, in the words of the correlation of events."""
    senders = message_headers.mailboxes(", ".join(headers.get("from", [])))
    answers = message_headers.mailboxes(", ".join(headers.get("reply-to", [])))
    envelope = message_headers.mailboxes((headers.get("return-path") or [""])[0])
    facts = sender_of(
        {
            "event": {"module": "email"},
            "email": {
                "subject": subject,
                "from": {"address": next((one for _, one in senders if one), None)},
                "sender": {"address": envelope[0][1] if envelope else None},
                "reply_to": {"address": [one for _, one in answers if one]},
                "message": {
                    "from_name": next((name for name, _ in senders if name), None),
                    "authentication": authentication(headers),
                },
            },
        }
    )
    return replace(facts, hops=len(headers.get("received", [])))

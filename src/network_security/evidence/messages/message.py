"""A message as its reader meets it: text, links with what they show, forms, files, sender facts."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from network_security.evidence.correlation.facts import Sender
from network_security.evidence.urls import URL, parse, unwrap

Place = Literal["anchor", "text", "form", "refresh", "frame", "image"]
Source = Literal["body", "attachment", "nested"]

FOLLOWED: frozenset[Place] = frozenset({"anchor", "text", "form", "refresh"})
"""Places of links that a reader follows, by a click or by sending a form."""
WEB_SCHEMES = frozenset({"http", "https", "ftp", ""})


@dataclass(frozen=True)
class Link:
    """A link, and where it stands.

    Attributes:
        url: As a mail program follows it, relative ones resolved.
        place: What holds it.
        shown: What an anchor shows: its text, else the alternative text of its image.
        context: The text before it, at most 80 characters; the same link elsewhere is equal.
        source: Whether it stands in the message itself, in an attached page, or in a message that
            is attached.
    """

    url: str
    place: Place
    shown: str = ""
    context: str = field(default="", compare=False)
    source: Source = "body"

    @cached_property
    def sent(self) -> URL:
        """The link as its sender wrote it: what mail gateways put around it is taken off."""
        return unwrap(parse(self.url)).sent

    @cached_property
    def target(self) -> URL:
        """The innermost link: redirectors that the sender chose are taken off as well."""
        return unwrap(parse(self.url)).target

    @property
    def is_web(self) -> bool:
        """Whether it leads to a host of the web."""
        return self.sent.scheme in WEB_SCHEMES and bool(self.sent.host.name)


@dataclass(frozen=True)
class File:
    """An attached file.

    Attributes:
        name: None when it has none.
        content_type: As the message claims.
        is_html: Whether it opens as a page, whatever type is claimed.
        size: Bytes, decoded.
    """

    name: str | None
    content_type: str
    is_html: bool
    size: int


@dataclass(frozen=True)
class Message:
    """What was read of a message.

    Attributes:
        digest: SHA-256 of the bytes, in hexadecimal.
        subject: Decoded.
        text: What a reader sees: of the HTML part where there is one, else of the plain text.
        hidden_text: Text of the HTML part that is not displayed, or too small to be read.
        links: At most 500, each once.
        links_found: How many there are, equal ones counted once; counting ends at 5,000.
        has_html: Whether the body has an HTML part.
        images: Images of the HTML part.
        forms: Forms of the HTML part and of attached pages.
        password_fields: Fields for a password in them.
        files: Attachments.
        sender: Who sent it, and what the receiving server found of the sender's authentication.
        limits: Which bounds were reached, in words; empty when everything was read.
    """

    digest: str
    subject: str
    text: str
    hidden_text: str
    links: tuple[Link, ...]
    links_found: int
    has_html: bool
    images: int
    forms: int
    password_fields: int
    files: tuple[File, ...]
    sender: Sender
    limits: tuple[str, ...] = field(default=())

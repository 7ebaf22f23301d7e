"""What a page consists of: its links by what they are for, forms, frames and scripts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from network_security.evidence.phishing.markup import LONGEST_PAGE, Tag, tags

MOST_LINKS = 2_000
"""Links of one kind that are kept; the shares of so many say enough."""
MOST_TAGS = 20_000
"""Tags that are read, of those that a feature asks for."""

_BREAKS = str.maketrans("", "", "\t\r\n")
_OBJECT_LINKS = ("src", "data", "poster")


@dataclass(slots=True)
class PageParts:
    """The parts of a page.

    Attributes:
        base: What relative links begin with, "" for the page itself.
        objects: Links to images, videos, sounds and other embedded objects.
        anchors: Where the page's links lead.
        tag_links: Links of meta, script and link tags.
        icons: Links to icons of the page.
        actions: Where forms are sent to, "" where a form does not say.
        frames: Number of frames.
        refresh: Where the page itself goes on to, None if it stays.
        scripts: The scripts in the page.
        source: The page in lower case.
    """

    base: str = ""
    objects: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    tag_links: list[str] = field(default_factory=list)
    icons: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    frames: int = 0
    refresh: str | None = None
    scripts: list[str] = field(default_factory=list)
    source: str = ""


def parts_of(html: str) -> PageParts:
    """Read a page once; never raises, and takes a time linear in its length."""
    parts = PageParts(source=html[:LONGEST_PAGE].lower())
    for tag in islice(tags(html), MOST_TAGS):
        _READERS[tag.name](parts, tag)
    return parts


def _object(parts: PageParts, tag: Tag) -> None:
    attributes = tag.attributes()
    for name in _OBJECT_LINKS:
        _keep(parts.objects, attributes.get(name))


def _anchor(parts: PageParts, tag: Tag) -> None:
    _keep(parts.anchors, tag.attributes().get("href"))


def _base(parts: PageParts, tag: Tag) -> None:
    """The first base with an address counts."""
    parts.base = parts.base or tag.attributes().get("href", "").strip()


def _button(parts: PageParts, tag: Tag) -> None:
    """A button or an input: it may send its form elsewhere, and be an image."""
    attributes = tag.attributes()
    _keep(parts.actions, attributes.get("formaction"))
    if attributes.get("type", "").lower() == "image":
        _keep(parts.objects, attributes.get("src"))


def _form(parts: PageParts, tag: Tag) -> None:
    _keep(parts.actions, tag.attributes().get("action", ""))


def _frame(parts: PageParts, _: Tag) -> None:
    parts.frames += 1


def _link(parts: PageParts, tag: Tag) -> None:
    attributes = tag.attributes()
    _keep(parts.tag_links, attributes.get("href"))
    if "icon" in attributes.get("rel", "").lower():
        _keep(parts.icons, attributes.get("href"))


def _meta(parts: PageParts, tag: Tag) -> None:
    attributes = tag.attributes()
    content = attributes.get("content", "").strip()
    if content[:8].lower().startswith(("http://", "https://", "//")):
        _keep(parts.tag_links, content)
    if attributes.get("http-equiv", "").lower() == "refresh":
        _, url, target = content.partition("=")
        parts.refresh = target.strip("\t\n\f\r \"'") if url else parts.refresh


def _script(parts: PageParts, tag: Tag) -> None:
    _keep(parts.tag_links, tag.attributes().get("src"))
    if tag.text:
        parts.scripts.append(tag.text.lower())


def _keep(links: list[str], link: str | None) -> None:
    """Keep a link as a browser reads it, without the line breaks in it and the blanks around."""
    if link is not None and len(links) < MOST_LINKS:
        links.append(link.translate(_BREAKS).strip() if not link.isprintable() else link.strip())


_READERS: dict[str, Callable[[PageParts, Tag], None]] = {
    "a": _anchor,
    "area": _anchor,
    "audio": _object,
    "base": _base,
    "button": _button,
    "embed": _object,
    "form": _form,
    "frame": _frame,
    "iframe": _frame,
    "img": _object,
    "input": _button,
    "link": _link,
    "meta": _meta,
    "object": _object,
    "script": _script,
    "source": _object,
    "track": _object,
    "video": _object,
}

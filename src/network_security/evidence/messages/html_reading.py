"""What a mail program displays of HTML: text, links with what they show, and what is kept unseen.

The page is cut into tags by the rules of the HTML tokenizer, without building a tree: a tree takes
a time that grows with the square of a hostile page's depth. What style sheets hide by a class is
not known; most mail programs drop style sheets, so that senders write styles into the tags.

Source: WHATWG HTML Standard, section 13.2.5 (tokenization) and 13.1.2.4 (optional end tags).
"""

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin

from network_security.evidence.messages.message import Place
from network_security.evidence.phishing.markup import Tag

LONGEST_PAGE = 1_000_000
MOST_TAGS = 50_000
DEEPEST = 256
"""Open elements that are kept; deeper ones are taken for visible."""
LONGEST_SHOWN = 512
LONGEST_CONTEXT = 80
LONGEST_LINK = 4096
LONGEST_STYLE = 2000

_VOID = frozenset({
    "area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta",
    "param", "source", "track", "wbr",
})  # fmt: skip
_UNREAD = frozenset({
    "script", "style", "title", "textarea", "template", "xmp", "noembed", "noframes", "iframe",
})  # fmt: skip
"""Elements whose content is no text of the message."""
_ENDS_ITSELF = frozenset({"p", "li", "td", "th", "tr", "dt", "dd", "option"})
_INLINE = frozenset({
    "a", "abbr", "b", "big", "code", "em", "font", "i", "label", "mark", "s", "small", "span",
    "strike", "strong", "sub", "sup", "tt", "u", "wbr",
})  # fmt: skip
_PLACES: dict[str, tuple[str, Place]] = {
    "a": ("href", "anchor"),
    "area": ("href", "anchor"),
    "form": ("action", "form"),
    "button": ("formaction", "form"),
    "input": ("formaction", "form"),
    "iframe": ("src", "frame"),
    "frame": ("src", "frame"),
    "img": ("src", "image"),
}
_SCHEMES = ("http://", "https://", "ftp://", "//", "mailto:", "tel:", "javascript:", "data:")
_LONGEST_DATA = 128

_TAG = re.compile(
    r"<(?:(!--)|(/?)([a-z][^\t\n\f\r />]*+)"
    r"((?:[\t\n\f\r /]++|[^\t\n\f\r />][^\t\n\f\r />=]*+"
    r"(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+)?+)?+"
    r")*+)(>)?+|[!?/][^>]*+>?)",
    re.IGNORECASE | re.ASCII,
)
_END_OF_COMMENT = re.compile(r"--!?>")
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|font-size:[012](?:\.\d{1,3})?(?:p[xt]|;|!|\Z)"
    r"|opacity:0(?:\.0{1,3})?(?:;|!|\Z)|text-indent:-\d{3,5}"
    r"|(?:max-)?(?:height|width):0(?:px)?(?:;|!|\Z)"
)
_COLOURS = re.compile(r"(?<![\w-])(background(?:-color)?|color):([#\w]{3,32})")
_REFRESH = re.compile(r"url\s{0,8}=\s{0,8}[\"']?([^\s\"'<>]{1,4096})", re.IGNORECASE)


@dataclass
class Seen:
    """What was read of a page.

    Attributes:
        text: Pieces of the text that is displayed.
        hidden: Pieces of the text that is not.
        links: URL, place, what is shown, and the text before.
        images, forms, password_fields: How many.
    """

    text: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    links: list[tuple[str, Place, str, str]] = field(default_factory=list)
    images: int = 0
    forms: int = 0
    password_fields: int = 0


def read_html(html: str) -> Seen:
    """Read a page once; never raises, and takes a time linear in its length.

    >>> seen = read_html('<p>Dear <b>Ann</b><i style="display: none">x</i> <a href=//a.org>here')
    >>> "".join(seen.text).split(), seen.hidden, seen.links[0][:3]
    (['Dear', 'Ann', 'here'], ['x'], ('//a.org', 'anchor', 'here'))
    """
    reader = _Reader()
    reader.read(html[:LONGEST_PAGE])
    return reader.seen


class _Reader:
    """Walks along a page, and keeps which elements are open and whether they are displayed."""

    def __init__(self) -> None:
        self.seen = Seen()
        self._open: list[tuple[str, bool]] = []
        self._base = ""
        self._anchor: tuple[str, str] | None = None
        self._shown: list[str] = []
        self._alternative = ""

    def read(self, html: str) -> None:
        position, tags = 0, 0
        while tags < MOST_TAGS:
            start = html.find("<", position)
            if start < 0:
                break
            self._text(html[position:start])
            found = _TAG.match(html, start)
            if found is None:
                self._text("<")
                position = start + 1
                continue
            tags += 1
            position = found.end()
            if found[1]:
                # "<!-->" is a whole comment, hence the two characters that count twice.
                end = _END_OF_COMMENT.search(html, position - 2)
                position = end.end() if end else len(html)
            elif found[3]:
                position = self._tag(html, found, position)
        self._text(html[position:])
        self._end_anchor()

    def _tag(self, html: str, found: re.Match[str], position: int) -> int:
        """Read a start or end tag, and return where to go on."""
        if not found[5]:
            return len(html)  # It has no end, so that nothing behind it is displayed.
        name = found[3].lower()
        if name not in _INLINE:
            self._text("\n")
        if found[2]:
            self._close(name)
            return position
        self._start(name, Tag(name, found[4], ""))
        if name in _UNREAD:
            end = re.compile(rf"</{name}", re.IGNORECASE).search(html, position)
            return end.start() if end else len(html)
        return position

    def _start(self, name: str, tag: Tag) -> None:
        attributes = tag.attributes() if tag.written.strip() else {}
        if name in _ENDS_ITSELF and self._open and self._open[-1][0] == name:
            self._open.pop()
        inherited = bool(self._open) and self._open[-1][1]
        hidden = inherited or is_hidden(attributes)
        if name not in _VOID and len(self._open) < DEEPEST:
            self._open.append((name, hidden))
        self._count(name, attributes)
        if name == "a":
            self._end_anchor()
        if name == "base" and not self._base:
            self._base = attributes.get("href", "").strip()
        elif name == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            target = _REFRESH.search(attributes.get("content", ""))
            self._link(target[1] if target else "", "refresh")
        elif name in _PLACES:
            attribute, place = _PLACES[name]
            self._link(attributes.get(attribute, ""), place)
        if name == "img" and self._anchor is not None:
            self._alternative = self._alternative or attributes.get("alt", "")

    def _count(self, name: str, attributes: dict[str, str]) -> None:
        seen = self.seen
        seen.images += name == "img"
        seen.forms += name == "form"
        seen.password_fields += (
            name == "input" and attributes.get("type", "").strip().lower() == "password"
        )

    def _link(self, written: str, place: Place) -> None:
        url = followed(written, self._base)
        if url is None:
            return
        before = "".join(self.seen.text[-LONGEST_CONTEXT:])
        context = " ".join(before[-2 * LONGEST_CONTEXT :].split())[-LONGEST_CONTEXT:]
        if place == "anchor":
            self._end_anchor()
            self._anchor, self._shown, self._alternative = (url, context), [], ""
        elif not (place == "image" and url.startswith("data:")):
            self.seen.links.append((url, place, "", context))

    def _end_anchor(self) -> None:
        if self._anchor is None:
            return
        url, context = self._anchor
        text = " ".join("".join(self._shown).split()) or " ".join(self._alternative.split())
        self.seen.links.append((url, "anchor", text[:LONGEST_SHOWN], context))
        self._anchor = None

    def _close(self, name: str) -> None:
        if name == "a":
            self._end_anchor()
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth][0] == name:
                del self._open[depth:]
                return

    def _text(self, written: str) -> None:
        if not written:
            return
        text = unescape(written) if "&" in written else written
        if self._open and self._open[-1][1]:
            if not text.isspace():
                self.seen.hidden.append(text)
            return
        if text.isspace():
            # Markup is full of blanks; one says as much, and leaves the context of links readable.
            if self.seen.text and self.seen.text[-1].isspace():
                return
            text = text[:1]
        self.seen.text.append(text)
        if self._anchor is not None and len(self._shown) < LONGEST_SHOWN:
            self._shown.append(text)


def is_hidden(attributes: dict[str, str]) -> bool:
    """Whether a tag's own attributes keep its content from the reader's eyes.

    >>> is_hidden({"style": "COLOR: #fff; background: #fff"}), is_hidden({"style": "color: red"})
    (True, False)
    """
    if "hidden" in attributes:
        return True
    style = "".join(attributes.get("style", "")[:LONGEST_STYLE].lower().split())
    if not style:
        return False
    if _HIDDEN.search(style):
        return True
    colours = {name[:5]: value for name, value in _COLOURS.findall(style)}
    return len(colours) > 1 and colours["backg"] == colours["color"]


def followed(written: str, base: str = "") -> str | None:
    """Return a link as a program follows it; None for one that leads to no other place."""
    url = "".join(written[:LONGEST_LINK].split())
    if base and url and not url.startswith("#"):
        try:
            url = urljoin(base, url)
        except ValueError:
            return None
    lower = url.lower()
    if lower.startswith("www."):
        return url
    if not lower.startswith(_SCHEMES):
        return None
    return url[:_LONGEST_DATA] if lower.startswith("data:") else url

"""Links of a message's text and HTML parts.

The HTML is scanned, not parsed: building the tree of a hostile page takes a time that grows with
the square of its depth (measured on Lexbor: a second for 128 KB of nested ``<div>``), and all that
is wanted here are the attributes of a few tags, also of those that a comment hides. No pattern runs
past the next angle bracket, so that the scan is linear.
"""

import re
from dataclasses import dataclass
from html import unescape

MOST_LINKS = 500
LONGEST_LINK = 4096
LONGEST_TEXT = 512

_TAG = re.compile(
    r"<(a|area|img|form|iframe|frame|link|base|script|embed|object|input|button|video|source)"
    r"(?=[\s/])((?:[^<>\"']|\"[^<\"]{0,4096}\"|'[^<']{0,4096}')*+)>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"[\s/\"'](href|src|action|formaction|data)\s{0,8}=\s{0,8}"
    r"(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[^<>]*>?")
_BLANKS = re.compile(r"\s+")
_PLAIN = re.compile(r"\b(?:https?|ftp)://[^\s<>\"'\\^`{|}]{1,4096}", re.IGNORECASE)
_AFTER = ".,;:!?)]}>*_'\""
_FOLLOWED = ("http://", "https://", "ftp://", "//", "mailto:", "tel:", "javascript:", "data:")
_LONGEST_DATA = 128


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where it leads, the tag that holds it (``text`` in plain text), what it shows."""

    url: str
    tag: str
    shown: str = ""


def in_text(text: str) -> list[Link]:
    """Return the links of plain text, without the punctuation that follows them."""
    found: dict[Link, None] = {}
    for match in _PLAIN.finditer(text):
        found[Link(match[0][:LONGEST_LINK].rstrip(_AFTER), "text")] = None
        if len(found) >= MOST_LINKS:
            break
    return list(found)


def in_html(html: str) -> list[Link]:
    """Return the links of HTML that lead out of the message, with the text that anchors show."""
    found: dict[Link, None] = {}
    for tag in _TAG.finditer(html):
        name = tag[1].lower()
        shown = _shown(html, tag.end()) if name == "a" else ""
        for _, double, single, bare in _ATTRIBUTE.findall(f" {tag[2]}"):
            url = _BLANKS.sub("", unescape((double or single or bare)[:LONGEST_LINK]))
            if url.lower().startswith(_FOLLOWED):
                if url[:5].lower() == "data:":
                    url = url[:_LONGEST_DATA]
                found[Link(url, name, shown)] = None
        if len(found) >= MOST_LINKS:
            break
    return list(found)


def _shown(html: str, start: int) -> str:
    """Return the text of an anchor: up to its end tag, without markup."""
    window = html[start : start + 4 * LONGEST_TEXT]
    end = window.lower().find("</a")
    text = _MARKUP.sub(" ", window[:end] if end >= 0 else window)
    return _BLANKS.sub(" ", unescape(text)).strip()[:LONGEST_TEXT]

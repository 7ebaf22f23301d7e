"""Links of a message's text and HTML parts.

The HTML is scanned, not parsed: building the tree of a hostile page takes a time that grows with
the square of its depth (measured on Lexbor: a second for 128 KB of nested ``<div>``), and all that
is wanted here are the attributes of a few tags, also of those that a comment hides. No pattern runs
past the next angle bracket or, between quotes, more than 4096 characters, so that the scan is
linear.
"""

import itertools
import re
from html import unescape
from typing import NamedTuple

MOST_LINKS = 500
MOST_MATCHES = 5000
"""Links that are read until 500 distinct ones are found."""
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
# Programs make a link of "www.example.org" too. The first letter stands alone: a search for one of
# a few characters is four times as fast as one that tries each word.
_PLAIN = re.compile(
    r"[hHfFwW](?<!\w.)(?:(?<=[hH])[tT]{2}[pP][sS]?://|(?<=[fF])[tT][pP]://|(?<=[wW])[wW]{2}\.)"
    r"[^\s<>\"'\\^`{|}]{1,4096}",
)
# What the pattern of a tag leaves out, as one with "<" in an attribute, is looked for by itself.
_QUOTED = re.compile(
    r"[hH](?<!\w.)[rR][eE][fF]\s{0,8}=\s{0,8}(?:\"([^\"]{1,4096})\"|'([^']{1,4096})')"
)
_REFRESH = re.compile(
    r"<meta\s[^<>]{0,256}?content\s{0,8}=\s{0,8}[\"']?[\d.]{0,8}\s{0,8}[;,]\s{0,8}"
    r"url\s{0,8}=\s{0,8}[\"']?([^\s\"'<>]{1,4096})",
    re.IGNORECASE,
)
_AFTER = ".,;:!?)]}>*_'\""
_FOLLOWED = ("http://", "https://", "ftp://", "//", "mailto:", "tel:", "javascript:", "data:")
_LONGEST_DATA = 128


class Link(NamedTuple):
    """A link: where it leads, the tag that holds it (``text`` in plain text), what it shows."""

    url: str
    tag: str
    shown: str = ""


def in_text(text: str) -> list[Link]:
    """Return the links of plain text, without the punctuation that follows them."""
    found: dict[Link, None] = {}
    for match in itertools.islice(_PLAIN.finditer(text), MOST_MATCHES):
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
            url = _followed(double or single or bare)
            if url is not None:
                found[Link(url, name, shown)] = None
        if len(found) >= MOST_LINKS:
            break
    known = {link.url for link in found}
    others = [(_QUOTED, "a"), (_REFRESH, "meta")] if "<meta" in html.lower() else [(_QUOTED, "a")]
    for pattern, name in others:
        for match in itertools.islice(pattern.finditer(html), MOST_LINKS):
            url = _followed(next(filter(None, match.groups())))
            if url is not None and url not in known:
                found[Link(url, name)] = None
    return list(found)


def _followed(written: str) -> str | None:
    """Return a link as a program reads it, None when it leads to no other place."""
    url = "".join(unescape(written[:LONGEST_LINK]).split())
    if not url.lower().startswith(_FOLLOWED):
        return None
    return url[:_LONGEST_DATA] if url[:5].lower() == "data:" else url


def _shown(html: str, start: int) -> str:
    """Return the text of an anchor: up to its end tag, without markup."""
    window = html[start : start + 4 * LONGEST_TEXT]
    end = window.lower().find("</a")
    text = window[:end] if end >= 0 else window
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    return " ".join(unescape(text).split())[:LONGEST_TEXT]

"""The parts of a message, from its bytes: the MIME tree flattened, text decoded by its charset.

The bytes are read as Latin-1, which keeps every one, so that a part's own charset can still be
applied where no transfer encoding protected it. Depth, number and size of parts are bounded.

Source: RFC 2045 and 2046 (MIME); RFC 5321 section 4.5.2 leaves room for broken ones.
"""

import codecs
import quopri
import re
from base64 import b64decode
from collections.abc import Iterator
from typing import NamedTuple

from network_security.evidence.messages.message import Source
from network_security.sensors.email import message_headers
from network_security.sensors.email.message_headers import NO_CHARSETS, Headers, whole_characters
from network_security.sensors.email.message_parts import (
    ATTACHED_MESSAGE,
    DEEPEST,
    DEFAULT_TYPE,
    HTML_NAMES,
    HTML_TYPES,
    MOST_PARTS,
)

LONGEST_TEXT = 1_000_000
"""Characters of a part that are read."""

_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_QUARTET = 4
_CHARSET = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_BEFORE_CHARSET = 2048


class Leaf(NamedTuple):
    """A part without parts of its own.

    Attributes:
        content_type: Lower case.
        name: File name, None without one.
        is_file: Whether it is an attachment rather than the message's own text.
        is_html: Whether a program shows it as a page, whatever type it claims.
        text: Of text and pages, else empty.
        size: Bytes, decoded.
        source: Where it stands.
    """

    content_type: str
    name: str | None
    is_file: bool
    is_html: bool
    text: str
    size: int
    source: Source


def split_message(raw: bytes) -> tuple[Headers, str]:
    """Return the headers of a message and its body, both as Latin-1 text with line feeds."""
    text = raw.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    text = text.removeprefix("\xef\xbb\xbf")
    if text.startswith("From "):
        text = text.partition("\n")[2]
    return message_headers.split(text)


def leaves(headers: Headers, body: str) -> list[Leaf]:
    """Return the leaves of a message in their order, at most 256."""
    found: list[Leaf] = []
    _walk(found, headers, body, DEEPEST, "body")
    return found


def _walk(found: list[Leaf], headers: Headers, body: str, depth: int, source: Source) -> None:
    content_type, parameters = message_headers.structured(headers, "content-type")
    boundary = parameters.get("boundary")
    if content_type.startswith("multipart/") and boundary and depth > 0:
        for piece in _pieces(body, boundary):
            if len(found) >= MOST_PARTS:
                return
            _walk(found, *message_headers.split(piece), depth - 1, source)
        return
    content = _content(headers, body)
    if content_type == ATTACHED_MESSAGE and depth > 0:
        _walk(found, *split_message(content), depth - 1, "nested")
        return
    found.append(_leaf(headers, content, content_type or DEFAULT_TYPE, parameters, source))


def _pieces(body: str, boundary: str) -> Iterator[str]:
    """Yield what stands between the lines that are the boundary; a missing last one is the end."""
    # The boundary of an inner part may begin with the outer one's, hence the end of the line.
    line = re.compile(rf"^--{re.escape(boundary)}(--)?[ \t]*$\n?", re.MULTILINE)
    start = -1
    for mark in line.finditer(body):
        if start >= 0:
            yield body[start : mark.start()]
        start = mark.end()
        if mark[1]:
            return
    if start >= 0:
        yield body[start:]


def _content(headers: Headers, body: str) -> bytes:
    encoding = (headers.get("content-transfer-encoding") or [""])[0].strip().lower()
    raw = body.encode("latin-1", "replace")
    if encoding == "base64":
        # Padding may stand at the end of each line, and a truncated message ends in mid-quartet.
        text = _NO_BASE64.sub(b"", raw)
        end = len(text) - (len(text) % _QUARTET == 1)
        return b64decode(text[:end] + b"==")
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    return raw


def _leaf(
    headers: Headers,
    content: bytes,
    content_type: str,
    parameters: dict[str, str],
    source: Source,
) -> Leaf:
    disposition, details = message_headers.structured(headers, "content-disposition")
    name = details.get("filename") or parameters.get("name")
    named_html = name is not None and name.lower().endswith(HTML_NAMES)
    is_html = content_type in HTML_TYPES or named_html
    is_text = is_html or content_type.startswith("text/")
    is_file = disposition == "attachment" or name is not None or not is_text
    text = decoded(content[: 4 * LONGEST_TEXT], parameters.get("charset"), is_html=is_html)
    text = text[:LONGEST_TEXT] if is_text else ""
    own_source: Source = "attachment" if is_file and source == "body" else source
    return Leaf(content_type, name, is_file, is_html, text, len(content), own_source)


def decoded(content: bytes, charset: str | None, *, is_html: bool = False) -> str:
    r"""Return text by its charset; never raises.

    Without a known charset, that of a byte order mark or of the page counts, then UTF-8, then
    Windows-1252, as browsers read text of the west (WHATWG, Encoding Standard).

    >>> decoded(b"caf\xe9", None), decoded(b"caf\xc3\xa9", "x-unknown")
    ('café', 'café')
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if charset is None and is_html:
        written = _CHARSET.search(content[:_BEFORE_CHARSET].decode("latin-1"))
        charset = written[1] if written else None
    if charset is not None and charset.lower().replace("-", "_") not in NO_CHARSETS:
        try:
            return whole_characters(content.decode(charset, "replace"))
        except (LookupError, ValueError):
            pass
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("windows-1252", "replace")

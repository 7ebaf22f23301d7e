"""Parts of a message: the MIME tree flattened, each part decoded.

Depth, number and size of parts are bounded, and each level of the tree is read once: a message of a
megabyte takes a bounded time whatever its boundaries are.

Source: RFC 2045 and RFC 2046.
"""

import binascii
import quopri
from collections.abc import Iterator
from typing import NamedTuple

from network_security.sensors.email import message_headers
from network_security.sensors.email.message_headers import Headers

DEEPEST = 8
MOST_PARTS = 256
DEFAULT_TYPE = "text/plain"
HTML_TYPES = ("text/html", "application/xhtml+xml", "image/svg+xml")
HTML_NAMES = (".html", ".htm", ".shtml", ".xhtml", ".svg")
ATTACHED_MESSAGE = "message/rfc822"

_AFTER_BOUNDARY = ("--", "\n", " ", "\t")


class Part(NamedTuple):
    """A leaf of the MIME tree.

    Attributes:
        content_type: In lower case, as `text/html`.
        name: File name, None when the part has none.
        disposition: `attachment`, `inline` or empty.
        content: Decoded bytes.
        text: Decoded text of a part that is text or HTML, else empty.
        is_html: Whether a program shows the part as HTML, whatever type it claims to have.
    """

    content_type: str
    name: str | None
    disposition: str
    content: bytes
    text: str
    is_html: bool

    @property
    def is_attachment(self) -> bool:
        """Whether the part is a file rather than the message's own text."""
        if self.disposition == "attachment" or self.name is not None:
            return True
        return not self.content_type.startswith("text/")


def parts(headers: Headers, body: str) -> list[Part]:
    """Return the leaves of a message in their order, at most 256."""
    found: list[Part] = []
    _walk(found, headers, body, DEEPEST)
    return found


def _walk(found: list[Part], headers: Headers, body: str, depth: int) -> None:
    content_type, parameters = message_headers.structured(headers, "content-type")
    boundary = parameters.get("boundary")
    if content_type.startswith("multipart/") and boundary and depth > 0:
        for piece in _pieces(body, boundary):
            if len(found) >= MOST_PARTS:
                return
            _walk(found, *message_headers.split(piece), depth - 1)
        return
    leaf = _leaf(headers, body, content_type or DEFAULT_TYPE, parameters)
    found.append(leaf)
    if content_type == ATTACHED_MESSAGE and depth > 0 and len(found) < MOST_PARTS:
        # A message that is reported or forwarded as a file: its links and files count as well.
        text = message_headers.to_text(leaf.content, None).replace("\r\n", "\n").lstrip("\n")
        _walk(found, *message_headers.split(text), depth - 1)


def _pieces(body: str, boundary: str) -> Iterator[str]:
    """Return what stands between the lines that begin with the boundary."""
    mark = f"\n--{boundary}"
    text = f"\n{body}"
    position = _next_boundary(text, mark, 0)
    for _ in range(MOST_PARTS):
        if position < 0:
            return
        start = position + len(mark)
        if text.startswith("--", start):
            return
        line_end = text.find("\n", start)
        if line_end < 0:
            return
        position = _next_boundary(text, mark, line_end)
        yield text[line_end + 1 : position if position >= 0 else len(text)]


def _next_boundary(text: str, mark: str, start: int) -> int:
    """Return where the next line of the boundary begins, -1 when there is none.

    The boundary of an inner part may begin with the outer one's: the line must end after it.
    """
    position = text.find(mark, start)
    while position >= 0:
        after = position + len(mark)
        if text.startswith(_AFTER_BOUNDARY, after) or after == len(text):
            return position
        position = text.find(mark, after)
    return -1


def _leaf(headers: Headers, body: str, content_type: str, parameters: dict[str, str]) -> Part:
    disposition, details = message_headers.structured(headers, "content-disposition")
    name = details.get("filename") or parameters.get("name")
    encoding = (headers.get("content-transfer-encoding") or [""])[0].strip().lower()
    content = _content(body, encoding)
    is_html = content_type in HTML_TYPES or (name is not None and name.lower().endswith(HTML_NAMES))
    text = ""
    if is_html or content_type.startswith("text/"):
        plain = encoding not in ("base64", "quoted-printable")
        text = body if plain else message_headers.to_text(content, parameters.get("charset"))
    return Part(content_type, name, disposition, content, text, is_html)


def _content(body: str, encoding: str) -> bytes:
    if encoding == "base64":
        # Padding may stand at the end of each line; what is no base64 the decoder passes over.
        return message_headers.base64_bytes(body.replace("=", "").encode("ascii", "ignore"))
    raw = body.encode("utf-8", "replace")
    if encoding == "quoted-printable":
        try:
            return quopri.decodestring(raw)
        except (binascii.Error, ValueError):
            return raw
    return raw

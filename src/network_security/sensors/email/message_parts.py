"""Parts of a message: the MIME tree flattened, each part decoded.

Depth, number and size of parts are bounded, and each level of the tree is read once: a message of a
megabyte takes a bounded time whatever its boundaries are.

Source: RFC 2045 and RFC 2046.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from network_security.sensors.email import message_headers
from network_security.sensors.email.message_headers import Headers

DEEPEST = 8
MOST_PARTS = 256
DEFAULT_TYPE = "text/plain"
HTML_TYPES = ("text/html", "application/xhtml+xml", "image/svg+xml")
HTML_NAMES = (".html", ".htm", ".shtml", ".xhtml", ".svg")
ATTACHED_MESSAGE = "message/rfc822"

_AFTER_BOUNDARY = ("--", "\n", " ", "\t")
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the MIME tree.

    Attributes:
        content_type: In lower case, as `text/html`.
        name: File name, None when the part has none.
        disposition: `attachment`, `inline` or empty.
        content: Decoded bytes.
        text: Decoded text of a part that is text or HTML, else empty.
    """

    content_type: str
    name: str | None
    disposition: str
    content: bytes
    text: str

    @property
    def is_html(self) -> bool:
        """Whether a program shows the part as HTML, whatever type it claims to have."""
        return _is_html(self.content_type, self.name)

    @property
    def is_attachment(self) -> bool:
        """Whether the part is a file rather than the message's own text."""
        if self.disposition == "attachment" or self.name is not None:
            return True
        return not self.content_type.startswith("text/")


def parts(headers: Headers, body: str) -> list[Part]:
    """Return the leaves of a message in their order, at most 256."""
    found = []
    for part in _walk(headers, body, DEEPEST):
        found.append(part)
        if len(found) >= MOST_PARTS:
            break
    return found


def _walk(headers: Headers, body: str, depth: int) -> Iterator[Part]:
    raw_type = (headers.get("content-type") or [""])[0]
    content_type, parameters = message_headers.parameters(raw_type)
    boundary = parameters.get("boundary")
    if content_type.startswith("multipart/") and boundary and depth > 0:
        for piece in _pieces(body, boundary):
            yield from _walk(*message_headers.split(piece), depth - 1)
        return
    leaf = _leaf(headers, body, content_type or DEFAULT_TYPE, parameters)
    yield leaf
    if content_type == ATTACHED_MESSAGE and depth > 0:
        # A message that is reported or forwarded as a file: its links and files count as well.
        text = message_headers.to_text(leaf.content, None).replace("\r\n", "\n").lstrip("\n")
        yield from _walk(*message_headers.split(text), depth - 1)


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
    raw_disposition = (headers.get("content-disposition") or [""])[0]
    disposition, details = message_headers.parameters(raw_disposition)
    name = details.get("filename") or parameters.get("name")
    encoding = (headers.get("content-transfer-encoding") or [""])[0].strip().lower()
    content = _content(body, encoding)
    text = ""
    if content_type.startswith("text/") or _is_html(content_type, name):
        plain = encoding not in ("base64", "quoted-printable")
        text = body if plain else message_headers.to_text(content, parameters.get("charset"))
    return Part(content_type, name, disposition, content, text)


def _is_html(content_type: str, name: str | None) -> bool:
    return content_type in HTML_TYPES or (name or "").lower().endswith(HTML_NAMES)


def _content(body: str, encoding: str) -> bytes:
    if encoding == "base64":
        return message_headers.base64_bytes(_NO_BASE64.sub("", body).encode())
    raw = body.encode("utf-8", "replace")
    if encoding == "quoted-printable":
        try:
            return quopri.decodestring(raw)
        except (binascii.Error, ValueError):
            return raw
    return raw

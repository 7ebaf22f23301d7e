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

_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the MIME tree.

    Attributes:
        content_type: In lower case, as `text/html`.
        name: File name, None when the part has none.
        disposition: `attachment`, `inline` or empty.
        content: Decoded bytes.
        text: Decoded text of a part of type `text`, else empty.
    """

    content_type: str
    name: str | None
    disposition: str
    content: bytes
    text: str

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
    yield _leaf(headers, body, content_type or DEFAULT_TYPE, parameters)


def _pieces(body: str, boundary: str) -> Iterator[str]:
    """Return what stands between the lines that begin with the boundary."""
    mark = f"\n--{boundary}"
    text = f"\n{body}"
    position = text.find(mark)
    for _ in range(MOST_PARTS):
        if position < 0:
            return
        start = position + len(mark)
        if text.startswith("--", start):
            return
        line_end = text.find("\n", start)
        if line_end < 0:
            return
        position = text.find(mark, line_end)
        yield text[line_end + 1 : position if position >= 0 else len(text)]


def _leaf(headers: Headers, body: str, content_type: str, parameters: dict[str, str]) -> Part:
    raw_disposition = (headers.get("content-disposition") or [""])[0]
    disposition, details = message_headers.parameters(raw_disposition)
    name = details.get("filename") or parameters.get("name")
    encoding = (headers.get("content-transfer-encoding") or [""])[0].strip().lower()
    content = _content(body, encoding)
    text = ""
    if content_type.startswith("text/"):
        plain = encoding not in ("base64", "quoted-printable")
        text = body if plain else message_headers.to_text(content, parameters.get("charset"))
    return Part(content_type, name, disposition, content, text)


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

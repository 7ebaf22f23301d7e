"""Which framing a stream needs, seen from its format and its first bytes."""

import codecs
import re

import orjson

from network_security.sensors.framing.base import Framer
from network_security.sensors.framing.blocks import (
    Mailbox,
    SnortAlerts,
    WholeMessage,
    WindowsMessages,
    WindowsXml,
)
from network_security.sensors.framing.json_documents import LISTS, JsonDocuments
from network_security.sensors.framing.lines import Lines, ZeekLines
from network_security.sensors.framing.tables import Rows, Table

HEAD = 65536
"""Bytes of a stream's begin by which its framing and format are told."""

_ENCODED: dict[tuple[str, str], type[Framer]] = {}
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_ARRAY = re.compile(rb"\[\s{0,100}+[{\]]")

# The first whose pattern is found in the head, without blanks before it; else lines.
_LAYOUTS: dict[str, tuple[tuple[re.Pattern[bytes], type[Framer]], ...]] = {
    "email": ((re.compile(rb"\AFrom "), Mailbox), (re.compile(rb""), WholeMessage)),
    "zeek": ((re.compile(rb"\A#"), ZeekLines),),
    "snort": ((re.compile(rb"\A\[\*\*\]"), SnortAlerts),),
    "windows_security": (
        (re.compile(rb"\A<(?:\?xml|Events?)[\s>]"), WindowsXml),
        (re.compile(rb"(?m)^(?:[ \t]{1,8}\S|[A-Z][A-Za-z ]{2,60}:[ ]?\r?$)"), WindowsMessages),
    ),
    "exchange_message_trace": (
        (re.compile(rb'\A(?:#TYPE |"?[A-Za-z_]\w{1,60}"?,"?[A-Za-z_]\w{1,60}"?[,\r\n])'), Table),
        (re.compile(rb""), Rows),
    ),
}


def framer_class(format: str, head: bytes) -> type[Framer]:
    """Return the framing of a stream.

    Args:
        format: A name of `FORMATS`.
        head: The first bytes of the stream, 64 KB of them; also when the framer is to go on from
            a later offset, as the encoding and the layout are told at the start alone.
    """
    for mark, encoding in _UTF16.items():
        if head.startswith(mark):
            size = len(head) // 2 * 2
            text = head[len(mark) : size].decode(encoding, "replace")
            framing = _framing(format, text.encode("utf-8", "replace"))
            return _encoded(framing, encoding)
    return _framing(format, head.removeprefix(codecs.BOM_UTF8))


def _encoded(framing: type[Framer], encoding: str) -> type[Framer]:
    """Return a framing of another encoding, the same class each time it is asked for."""
    known = (framing.__name__, encoding)
    if known not in _ENCODED:
        _ENCODED[known] = type(framing.__name__, (framing,), {"encoding": encoding})
    return _ENCODED[known]


def _framing(format: str, head: bytes) -> type[Framer]:
    start = head.lstrip()
    if format != "email":
        if start.startswith(b"{"):
            return JsonDocuments if _spans_lines(start) else Lines
        if _ARRAY.match(start):
            return JsonDocuments
    layouts = _LAYOUTS.get(format, ())
    return next((framing for pattern, framing in layouts if pattern.search(start)), Lines)


def _spans_lines(start: bytes) -> bool:
    """Return whether JSON is laid out in another way than one record a line."""
    first, newline, _ = start.partition(b"\n")
    try:
        members = orjson.loads(first)
    except orjson.JSONDecodeError:
        # A line that is longer than what is seen of it, an object over lines, or a broken line.
        return not newline or first.rstrip().endswith((b"{", b"[", b","))
    lists = (members.get(name.decode()) for name in LISTS)
    return any(type(found) is list and all(type(row) is dict for row in found) for found in lists)

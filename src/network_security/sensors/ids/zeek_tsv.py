r"""Zeek's tab-separated logs: the header of a file, and one record.

The header states how the record is written: ``#separator \x09``, ``#set_separator``,
``#empty_field``, ``#unset_field``, ``#path``, ``#fields`` and ``#types``. Separators and bytes
that are not printable stand in values as ``\xHH``. Source: the Zeek manual, "Zeek TSV Format Logs".
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from network_security.sensors.errors import ParseError

LONGEST_HEADER = 16384
"""Zeek's own headers have a tenth of it; they are remembered from one record to the next."""

_ESCAPES = re.compile(rb"\\x([0-9A-Fa-f]{2})|\\\\")
_LIST = re.compile(r"(?:set|vector|table)\[(\w{1,16})\]$")
_LARGEST = 18

Read = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a header states: the log, and how to read each value of a record."""

    path: str | None
    separator: str
    unset: str
    columns: tuple[tuple[str, Read], ...]


def decode(raw: str) -> tuple[str | None, dict[str, Any]]:
    """Return the log's name and the record of a text that starts with a header.

    Values that are unset are left out; numbers and truth values are such where ``#types`` says so.

    Raises:
        ParseError: If there is no ``#fields`` line, not exactly one record, one with another
            number of values than there are fields, or a header longer than 16,384 characters.
    """
    header, _, record = raw.rpartition("\n")
    if len(header) > LONGEST_HEADER:
        problem = f"a header of {len(header)} characters, at most {LONGEST_HEADER} are read"
        raise ParseError("unsupported", problem, raw=raw, position=0)
    layout = read_header(header)
    values = record.rstrip("\r").split(layout.separator)
    if not layout.columns or record.startswith("#"):
        raise ParseError(
            "unsupported",
            "a tab-separated record needs the #fields line of its file before it",
            raw=raw,
            position=0,
        )
    if len(values) != len(layout.columns):
        problem = f"{len(values)} values for {len(layout.columns)} fields"
        raise ParseError("syntax", problem, raw=raw, position=len(raw) - len(record))
    unset = layout.unset
    return layout.path, {
        name: read(value)
        for (name, read), value in zip(layout.columns, values, strict=True)
        if value != unset
    }


@lru_cache(maxsize=64)
def read_header(header: str) -> Layout:
    """Return the layout that the lines of a header state.

    Raises:
        ParseError: If a line is not one of a header.
    """
    separator = "\t"
    stated: dict[str, list[str]] = {}
    for line in filter(None, header.replace("\r", "").split("\n")):
        if not line.startswith("#"):
            raise ParseError("syntax", "one record after the header is expected", raw=line)
        if line.startswith("#separator "):
            separator = unescape(line[len("#separator ") :]) or "\t"
            continue
        name, *values = line[1:].split(separator)
        stated[name] = values
    unset, empty, comma, path = (
        next(iter(stated.get(name, ())), usual)
        for name, usual in (
            ("unset_field", "-"),
            ("empty_field", "(empty)"),
            ("set_separator", ","),
            ("path", ""),
        )
    )
    names = stated.get("fields", [])
    types = stated.get("types", [])
    types += [""] * (len(names) - len(types))
    columns = tuple(
        (name, _reader(kind, comma or ",", empty)) for name, kind in zip(names, types, strict=False)
    )
    return Layout(path or None, separator, unset, columns)


def unescape(value: str) -> str:
    r"""Return text with ``\xHH`` and ``\\`` as what they stand for.

    >>> unescape(r"caf\xc3\xa9 C:\\x")
    'café C:\\x'
    """
    if "\\" not in value:
        return value
    return _ESCAPES.sub(_byte, value.encode("utf-8", "replace")).decode("utf-8", "replace")


def _byte(match: re.Match[bytes]) -> bytes:
    return bytes((int(match[1], 16),)) if match[1] else b"\\"


def _reader(kind: str, comma: str, empty: str) -> Read:
    found = _LIST.match(kind)
    if found:
        read = _READERS.get(found[1], unescape)
        return lambda value: [] if value == empty else [read(item) for item in value.split(comma)]
    return _READERS.get(kind, lambda value: "" if value == empty else unescape(value))


def _whole(value: str) -> int | str:
    return int(value) if value.isdecimal() and len(value) <= _LARGEST else value


def _decimal(value: str) -> float | str:
    try:
        number = float(value)
    except ValueError:
        return value
    return number if math.isfinite(number) else value


_READERS: dict[str, Read] = {
    "count": _whole,
    "int": _whole,
    "port": _whole,
    "double": _decimal,
    "interval": _decimal,
    "bool": lambda value: {"T": True, "F": False}.get(value, value),
}

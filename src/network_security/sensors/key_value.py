"""Pairs of keys and values in a line: ``key=value``, ``key="a value"``, ``key: value; ...``."""

import re
from functools import lru_cache

from network_security.sensors.errors import ParseError

Pairs = list[tuple[str, str]]

MOST_PAIRS = 32_768
"""Most pairs that are read: as many as fit into the largest datagram, 64 KiB."""

_BREAKS = (("\\n", "\n"), ("\\r", "\r"))
_DOUBLE = "\udc5c"
"""Stands for a double backslash meanwhile: half a surrogate pair is in no text that is parsed."""
_SPACED = re.compile(r"[ \t\r\n|]([A-Za-z0-9_][A-Za-z0-9_.\-\[\]]{0,127}+)=")


def bound(text: str, sign: str) -> None:
    """Refuse a text that holds the sign of a pair more often than a sensor can have written it.

    Raises:
        ParseError: With code ``unsupported`` for more than 32,768.
    """
    if text.count(sign) > MOST_PAIRS:
        raise ParseError("unsupported", f"more than {MOST_PAIRS} pairs in a line", raw=text)


def _key(ends: str) -> str:
    # A key starts where one can: tried from each of its characters, long words would cost 128 times
    # their length.
    return rf"(?<![^{ends}])([^{ends}]{{1,128}}+)"


@lru_cache(maxsize=64)
def _pattern(assign: str, separators: str) -> re.Pattern[str]:
    # The quoted form runs over escaped characters; each repetition starts with another character
    # than the one before can end with, so that no text makes the matching backtrack.
    stop = re.escape(separators)
    key = _key(rf"\s{re.escape(assign)}{stop}\"\[\](){{}}")
    quoted = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
    return re.compile(rf"{key}[ \t]?{re.escape(assign)}[ \t]?(?:{quoted}|([^{stop}]*))", re.DOTALL)


@lru_cache(maxsize=64)
def _tight_pattern(assign: str) -> re.Pattern[str]:
    key = _key(rf"\s{re.escape(assign)}\"\[\](){{}},;")
    return re.compile(
        rf'{key}{re.escape(assign)}(?:"([^"\\]*+(?:\\.[^"\\]*+)*+)"|(\S*+))', re.DOTALL
    )


def items(text: str, *, assign: str = "=", separators: str = " ") -> Pairs:
    r"""Return the pairs of a line in their order, repeated keys included.

    Quoted values may hold anything, ``\"`` stands for a quote. Others end at a separator.

    Args:
        text: The line.
        assign: What stands between key and value.
        separators: Characters of which each ends an unquoted value. With the default, blanks: no
            blanks are taken around `assign`, as SonicWall, FortiGate and iptables write.

    Raises:
        ParseError: With code ``unsupported`` for more than 32,768 pairs.

    >>> items('src=192.0.2.1 msg="a = b" SYN')
    [('src', '192.0.2.1'), ('msg', 'a = b')]
    >>> items('dst:"192.0.2.1"; rule: "a; b"; n:1', assign=":", separators=";")
    [('dst', '192.0.2.1'), ('rule', 'a; b'), ('n', '1')]
    """
    bound(text, assign)
    tight = separators == " "
    pattern = _tight_pattern(assign) if tight else _pattern(assign, separators)
    found = pattern.findall(text)
    if "\\" in text:
        found = [
            (key, unescape(quoted, '"') if "\\" in quoted else quoted, bare)
            for key, quoted, bare in found
        ]
    if tight:
        return [(key, quoted or bare) for key, quoted, bare in found]
    return [(key, (quoted or bare).rstrip()) for key, quoted, bare in found]


def decode(text: str, *, assign: str = "=", separators: str = " ") -> dict[str, str]:
    """Return the pairs of a line as a dictionary; of a repeated key the last value counts."""
    return dict(items(text, assign=assign, separators=separators))


def spaced(text: str) -> dict[str, str]:
    r"""Return pairs whose unquoted values hold blanks: each value runs up to the next ``key=``.

    Of a repeated key the first value is kept. Backslashes before ``=``, ``|``, quotes, backslashes
    are taken off, and ``\n`` and ``\r`` become line breaks, as CEF has it.

    Raises:
        ParseError: With code ``unsupported`` for more than 32,768 pairs.

    >>> spaced("act=blocked by rule src=192.0.2.1 msg=a|b")
    {'act': 'blocked by rule', 'src': '192.0.2.1', 'msg': 'a|b'}
    """
    bound(text, "=")
    # A pattern that starts with a set of characters is searched for several times faster.
    parts = _SPACED.split(f" {text}")
    keys, values = parts[1::2], [written.strip() for written in parts[2::2]]
    if "\\" in text:
        values = [unescape(value, '=|"', _BREAKS) if "\\" in value else value for value in values]
    found = dict(zip(keys, values, strict=True))
    if len(found) < len(keys):
        found.update(zip(reversed(keys), reversed(values), strict=True))
    return found


def unescape(value: str, characters: str, escapes: tuple[tuple[str, str], ...] = ()) -> str:
    r"""Return text without the backslashes before backslashes and before some other characters.

    Args:
        value: The text.
        characters: What a backslash is taken off from, beside another backslash.
        escapes: Further escapes, and what each stands for.

    >>> unescape(r'a \"b\" \\ \n', '"')
    'a "b" \\ \\n'
    """
    # Two backslashes are one, and take no part in the escape after them.
    plain = value.replace("\\\\", _DOUBLE)
    for character in characters:
        plain = plain.replace(f"\\{character}", character)
    for escaped, meant in escapes:
        plain = plain.replace(escaped, meant)
    return plain.replace(_DOUBLE, "\\")

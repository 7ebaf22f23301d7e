"""Pairs of keys and values in a line: ``key=value``, ``key="a value"``, ``key: value; ...``."""

import re
from functools import lru_cache

Pairs = list[tuple[str, str]]

_SPACED = re.compile(r"(?:^|(?<=[\s|]))([A-Za-z0-9_][\w.\-\[\]]{0,127})=")


def _key(ends: str) -> str:
    # A key starts where one can: tried from each of its characters, long words would cost 128 times
    # their length.
    return rf"(?<![^{ends}])[^{ends}]{{1,128}}"


@lru_cache(maxsize=64)
def _pattern(assign: str, separators: str) -> re.Pattern[str]:
    # The quoted form runs over escaped characters; each repetition starts with another character
    # than the one before can end with, so that no text makes the matching backtrack.
    stop = re.escape(separators)
    key = _key(rf"\s{re.escape(assign)}{stop}\"\[\](){{}}")
    quoted = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
    return re.compile(
        rf"({key})[ \t]?{re.escape(assign)}[ \t]?(?:{quoted}|([^{stop}]*))", re.DOTALL
    )


@lru_cache(maxsize=64)
def _tight_pattern(assign: str) -> re.Pattern[str]:
    key = _key(rf"\s{re.escape(assign)}\"\[\](){{}},;")
    return re.compile(
        rf'({key}){re.escape(assign)}(?:"([^"\\]*+(?:\\.[^"\\]*+)*+)"|(\S*))', re.DOTALL
    )


def items(text: str, *, assign: str = "=", separators: str = " ") -> Pairs:
    r"""Return the pairs of a line in their order, repeated keys included.

    Quoted values may hold anything, ``\"`` stands for a quote. Others end at a separator.

    Args:
        text: The line.
        assign: What stands between key and value.
        separators: Characters of which each ends an unquoted value. With the default, blanks: no
            blanks are taken around `assign`, as SonicWall, FortiGate and iptables write.

    >>> items('src=192.0.2.1 msg="a = b" SYN')
    [('src', '192.0.2.1'), ('msg', 'a = b')]
    >>> items('dst:"192.0.2.1"; rule: "a; b"; n:1', assign=":", separators=";")
    [('dst', '192.0.2.1'), ('rule', 'a; b'), ('n', '1')]
    """
    tight = separators == " "
    pattern = _tight_pattern(assign) if tight else _pattern(assign, separators)
    found = []
    for key, quoted, bare in pattern.findall(text):
        value = quoted or bare
        if "\\" in quoted:
            value = unescape(quoted, '"')
        found.append((key, value if tight else value.rstrip()))
    return found


def decode(text: str, *, assign: str = "=", separators: str = " ") -> dict[str, str]:
    """Return the pairs of a line as a dictionary; of a repeated key the last value counts."""
    return dict(items(text, assign=assign, separators=separators))


def spaced(text: str) -> dict[str, str]:
    r"""Return pairs whose unquoted values hold blanks: each value runs up to the next ``key=``.

    Of a repeated key the first value is kept. Backslashes before ``=``, ``|``, quotes, backslashes
    are taken off, and ``\n`` and ``\r`` become line breaks, as CEF has it.

    >>> spaced("act=blocked by rule src=192.0.2.1 msg=a|b")
    {'act': 'blocked by rule', 'src': '192.0.2.1', 'msg': 'a|b'}
    """
    found: dict[str, str] = {}
    parts = _SPACED.split(text)
    for key, written in zip(parts[1::2], parts[2::2], strict=True):
        value = written.strip()
        found.setdefault(key, _plain(value) if "\\" in value else value)
    return found


_BREAKS = (("\\n", "\n"), ("\\r", "\r"))


def _plain(value: str) -> str:
    return unescape(value, '=|"', _BREAKS)


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
    parts = value.split("\\\\")
    for escaped, plain in (*((f"\\{character}", character) for character in characters), *escapes):
        parts = [part.replace(escaped, plain) for part in parts]
    return "\\".join(parts)
